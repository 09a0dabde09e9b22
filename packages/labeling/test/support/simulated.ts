/** The pipeline against a simulator in this process, over real HTTP, with waits of milliseconds. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Presets from "@batchlabel/core/Presets"
import type * as Task from "@batchlabel/core/Task"
import * as PriceBook from "@batchlabel/cost/PriceBook"
import * as SqliteStore from "@batchlabel/job-store/SqliteStore"
import * as OpenAiBatch from "@batchlabel/openai-batch/OpenAiBatch"
import type * as Simulator from "@batchlabel/openai-simulator/Simulator"
import { NodeContext } from "@effect/platform-node"
import { assert } from "@effect/vitest"
import { Clock, Duration, Effect, Layer, Redacted } from "effect"
import * as LabelingConfig from "../../src/LabelingConfig.js"
import * as Prices from "../../src/Prices.js"
import * as Reconcile from "../../src/Reconcile.js"

const memory = existsSync("/dev/shm") ? "/dev/shm" : tmpdir()

/** A folder that is gone at the end of the scope. */
export const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(memory, "batchlabel-labeling-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** The guide's task with other parts. */
export const task = (parts: Partial<Task.Task> = {}): Task.Task => {
  const preset = Presets.get("news-stance-ko")
  return preset === undefined ? assert.fail("no preset") : { ...preset, ...parts }
}

export const millis: Partial<LabelingConfig.Settings> = {
  pollInterval: Duration.millis(2),
  pollCap: Duration.millis(4),
  backoff: Duration.millis(2),
  backoffCap: Duration.millis(4),
  listLag: Duration.millis(5),
  outputLag: Duration.millis(20)
}

export interface Place {
  readonly key?: string
  readonly settings?: Partial<LabelingConfig.Settings>
  readonly book?: PriceBook.PriceBook
}

/** Everything a pass needs, with a store of its own: another machine, as far as the simulator can tell. */
export const layers = (simulator: Pick<Simulator.Simulator, "url">, place: Place = {}) =>
  Layer.mergeAll(
    OpenAiBatch.layer({
      apiKey: Redacted.make(place.key ?? "sk-made-up"),
      baseUrl: simulator.url,
      retry: { base: Duration.millis(1), cap: Duration.millis(2), times: 3 }
    }),
    SqliteStore.layerMemory,
    Prices.layer(place.book ?? PriceBook.builtin),
    LabelingConfig.layer({ ...millis, ...place.settings })
  ).pipe(Layer.provideMerge(NodeContext.layer))

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

/** A CSV with a `text` column and the number of the row. */
export const writeTexts = (path: string, texts: ReadonlyArray<string>): string => {
  writeFileSync(path, `text,n\n${texts.map((text, n) => `${quoted(text)},${n}\n`).join("")}`)
  return path
}

const mostPasses = 400

/** Passes until nothing moves any more; `seen` looks at each. */
export const passes = <E, R>(
  jobId: string,
  seen: (report: Reconcile.Report) => Effect.Effect<void, E, R>,
  options: Reconcile.Options = { resume: true }
) =>
  Effect.gen(function* () {
    let report = yield* Reconcile.reconcile(jobId, options)
    for (let pass = 1; pass < mostPasses; pass++) {
      yield* seen(report)
      if (report.nextAt === undefined) return report
      yield* Effect.sleep(Math.max(0, report.nextAt - (yield* Clock.currentTimeMillis)))
      report = yield* Reconcile.reconcile(jobId)
    }
    return assert.fail(`not over after ${mostPasses} passes: ${report.view.status}`)
  })
