/** A job of one small batch against a model of the API that is changed in one point. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Presets from "@batchlabel/core/Presets"
import * as SqliteStore from "@batchlabel/job-store/SqliteStore"
import { OpenAiBatch, type Service } from "@batchlabel/openai-batch/OpenAiBatch"
import { NodeContext } from "@effect/platform-node"
import { assert } from "@effect/vitest"
import { Clock, Duration, Effect, Exit, Layer } from "effect"
import type * as JobView from "../../src/JobView.js"
import * as LabelingConfig from "../../src/LabelingConfig.js"
import * as Prepare from "../../src/Prepare.js"
import * as Prices from "../../src/Prices.js"
import * as Reconcile from "../../src/Reconcile.js"
import * as FakeApi from "./FakeApi.js"
import * as ManualClock from "./ManualClock.js"

const listLag = Duration.seconds(60)
const mostPasses = 1_000

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "batchlabel-small-job-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** What of the API is changed. */
export type Wrap = (real: Service, time: ManualClock.ManualClock) => Partial<Service>

/** Told of the job's directory. */
export interface Watchers {
  readonly prepared?: (directory: string) => void
  readonly finished?: (directory: string) => void
  /** The job as it is in the end, and when that is. */
  readonly over?: (view: JobView.JobView, at: number) => void
}

/** Goes on with the job until it is finished; gives how many batches were created for it. */
export const batchesOf = (wrap: Wrap = () => ({}), watchers: Watchers = {}) => {
  const time = ManualClock.make()
  const api = FakeApi.make(1, FakeApi.noFaults)
  const settings = LabelingConfig.layer({ listLag, pollInterval: Duration.minutes(10), pollCap: Duration.hours(1) })
  return Effect.gen(function* () {
    const task = Presets.get("news-stance-ko")
    if (task === undefined) return assert.fail("no preset")
    const home = yield* folder
    const inputPath = join(home, "input.csv")
    writeFileSync(inputPath, "text\n기사 #1\n기사 #2\n")
    const { job } = yield* Prepare.prepare({ inputPath, home, task })
    watchers.prepared?.(job.directory)
    for (let pass = 0; pass < mostPasses; pass++) {
      const now = yield* Clock.currentTimeMillis
      // A person who says each time that a stopped job may go on.
      const exit = yield* Effect.exit(Reconcile.reconcile(job.id, { resume: true }))
      // A process that died is started again after a while that is long for any list.
      if (Exit.isFailure(exit)) time.setTime(now + 10 * Duration.toMillis(listLag))
      else if (exit.value.view.finished) {
        watchers.finished?.(job.directory)
        watchers.over?.(exit.value.view, now)
        return api.created()
      } else {
        const later = (yield* Clock.currentTimeMillis) + (exit.value.view.job.state === "stopped" ? 60 * 60_000 : 1)
        time.setTime(Math.max(later, exit.value.nextAt ?? 0))
      }
    }
    return assert.fail("not finished")
  }).pipe(
    Effect.scoped,
    Effect.provide(
      Layer.mergeAll(
        Layer.succeed(OpenAiBatch, { ...api.service, ...wrap(api.service, time) }),
        SqliteStore.layerMemory,
        Prices.layer(),
        settings
      ).pipe(Layer.provideMerge(NodeContext.layer))
    ),
    Effect.withClock(time.clock)
  )
}
