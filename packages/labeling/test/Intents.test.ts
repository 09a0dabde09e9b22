/** Creates of unknown outcome: how long the list of batches is waited for before another is created. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Presets from "@batchlabel/core/Presets"
import * as SqliteStore from "@batchlabel/job-store/SqliteStore"
import { OpenAiBatch, type Service } from "@batchlabel/openai-batch/OpenAiBatch"
import * as OpenAiBatchError from "@batchlabel/openai-batch/OpenAiBatchError"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Exit, Layer, Stream } from "effect"
import * as LabelingConfig from "../src/LabelingConfig.js"
import * as Prepare from "../src/Prepare.js"
import * as Prices from "../src/Prices.js"
import * as Reconcile from "../src/Reconcile.js"
import * as FakeApi from "./support/FakeApi.js"
import * as ManualClock from "./support/ManualClock.js"

const listLag = Duration.seconds(60)

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "batchlabel-intents-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

type Wrap = (real: Service, time: ManualClock.ManualClock) => Partial<Service>

/** Goes on with a job of one batch until it is finished; gives how many batches were created for it. */
const batchesOf = (wrap: Wrap) => {
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
    for (let pass = 0; pass < 100; pass++) {
      const now = yield* Clock.currentTimeMillis
      const exit = yield* Effect.exit(Reconcile.reconcile(job.id))
      // A process that died is started again after a while that is long for any list.
      if (Exit.isFailure(exit)) time.setTime(now + 10 * Duration.toMillis(listLag))
      else if (exit.value.view.finished) return api.created()
      else time.setTime(Math.max((yield* Clock.currentTimeMillis) + 1, exit.value.nextAt ?? 0))
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

const gatewayTimeout = new OpenAiBatchError.OpenAiBatchError({
  operation: "create",
  reason: new OpenAiBatchError.ServerError({ status: 504, detail: "the gateway has waited long enough" })
})

describe("a create of unknown outcome", () => {
  it.live("gives the list its time from the end of the call, however long the call took", () =>
    Effect.gen(function* () {
      let lost = false
      const batches = yield* batchesOf((real, time) => ({
        create: (options) =>
          Effect.gen(function* () {
            if (lost) return yield* real.create(options)
            lost = true
            time.setTime((yield* Clock.currentTimeMillis) + 65_000)
            yield* real.create(options)
            return yield* gatewayTimeout
          }),
        list: () =>
          Stream.filterEffect(real.list(), (batch) =>
            Effect.map(Clock.currentTimeMillis, (now) => now >= batch.createdAt + 30_000)
          )
      }))
      assert.strictEqual(batches, 1)
    })
  )

  it.live("is not taken for lost by the first look of another process: the request may have been under way", () =>
    Effect.gen(function* () {
      let underWay: Effect.Effect<unknown, OpenAiBatchError.OpenAiBatchError> | undefined
      let died = false
      const batches = yield* batchesOf((real) => ({
        create: (options) => {
          if (died) return real.create(options)
          died = true
          underWay = real.create(options)
          return Effect.die("killed")
        },
        list: () =>
          Stream.unwrap(
            Effect.gen(function* () {
              const listed = yield* Stream.runCollect(real.list())
              // Only now it acts.
              if (underWay !== undefined) yield* underWay
              underWay = undefined
              return Stream.fromIterable(listed)
            })
          )
      }))
      assert.strictEqual(batches, 1)
    })
  )

  it.live("is made again once the list has had its time", () =>
    Effect.gen(function* () {
      let dropped = false
      const batches = yield* batchesOf((real) => ({
        create: (options) => {
          if (dropped) return real.create(options)
          dropped = true
          return Effect.die("killed before it was sent")
        }
      }))
      assert.strictEqual(batches, 1)
    })
  )
})
