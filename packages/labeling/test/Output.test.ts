/** The labelled file of a process that died while it wrote, and of two that write at once. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Presets from "@batchlabel/core/Presets"
import { JobStore, type Service as StoreService } from "@batchlabel/job-store/JobStore"
import * as SqliteStore from "@batchlabel/job-store/SqliteStore"
import { OpenAiBatch } from "@batchlabel/openai-batch/OpenAiBatch"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Deferred, Duration, Effect, Exit, Fiber, Layer } from "effect"
import * as Download from "../src/Download.js"
import * as LabelingConfig from "../src/LabelingConfig.js"
import * as Prepare from "../src/Prepare.js"
import * as Prices from "../src/Prices.js"
import * as Watch from "../src/Watch.js"
import * as FakeApi from "./support/FakeApi.js"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "batchlabel-output-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** An API whose batches are over at once. */
const api = FakeApi.make(1, FakeApi.noFaults, { capacity: 1_000, duration: () => 0 })

const layers = Layer.mergeAll(
  Layer.succeed(OpenAiBatch, api.service),
  SqliteStore.layerMemory,
  Prices.layer(),
  LabelingConfig.layer({ pollInterval: Duration.millis(1), pollCap: Duration.millis(5) })
).pipe(Layer.provideMerge(NodeContext.layer))

/** A finished job, its folder and its output's path. */
const finished = Effect.gen(function* () {
  const task = Presets.get("news-stance-ko")
  if (task === undefined) return assert.fail("no preset")
  const home = yield* folder
  const inputPath = join(home, "input.csv")
  writeFileSync(inputPath, "text,n\n기사 #1,1\n,2\n")
  const { job } = yield* Prepare.prepare({ inputPath, home: join(home, "jobs"), task })
  yield* Watch.watch(job.id, () => Effect.void)
  return { id: job.id, home, outputPath: join(home, "labeled.csv") }
})

const withStore = (change: (real: StoreService) => Partial<StoreService>) =>
  Effect.updateService(JobStore, (real) => ({ ...real, ...change(real) }))

const filesOf = (home: string) => readdirSync(home).filter((name) => name !== "jobs" && name !== "input.csv")

describe("the output of a process that died", () => {
  it.scopedLive("is known again and replaced, if it had just taken its name", () =>
    Effect.gen(function* () {
      const { home, id, outputPath } = yield* finished
      const died = yield* Effect.exit(
        Download.download(id, { outputPath }).pipe(
          withStore((real) => ({
            settings: {
              ...real.settings,
              set: (setting, key, value, options) =>
                setting.kind === "written" ? Effect.die("killed") : real.settings.set(setting, key, value, options)
            }
          }))
        )
      )
      assert.isTrue(Exit.isFailure(died) && Cause.isDie(died.cause))
      assert.deepStrictEqual(filesOf(home), ["labeled.csv", "labeled_failed.csv"])
      const { report } = yield* Download.download(id, { outputPath })
      assert.deepInclude(report, { rows: 2, labeled: 1, failedRows: 1 })
    }).pipe(Effect.provide(layers))
  )

  it.scopedLive("leaves an output of before in its own hands, if it died just before the new one took its name", () =>
    Effect.gen(function* () {
      const { id, outputPath } = yield* finished
      yield* Download.download(id, { outputPath })
      const died = yield* Effect.exit(
        Download.download(id, { outputPath }).pipe(
          withStore((real) => ({
            settings: {
              ...real.settings,
              set: (setting, key, value, options) =>
                Effect.andThen(real.settings.set(setting, key, value, options), Effect.die("killed"))
            }
          }))
        )
      )
      assert.isTrue(Exit.isFailure(died))
      yield* Download.download(id, { outputPath })
    }).pipe(Effect.provide(layers))
  )

  it.scopedLive("leaves no temporary file for good", () =>
    Effect.gen(function* () {
      const { home, id, outputPath } = yield* finished
      writeFileSync(join(home, ".labeled.csv.0123456789ab.tmp"), "text,n,label")
      writeFileSync(join(home, ".labeled_failed.csv.0123456789ab.tmp"), "")
      yield* Download.download(id, { outputPath })
      assert.deepStrictEqual(filesOf(home), ["labeled.csv", "labeled_failed.csv"])
    }).pipe(Effect.provide(layers))
  )

  it.scopedLive("is no leave to replace what someone else has put there", () =>
    Effect.gen(function* () {
      const { id, outputPath } = yield* finished
      yield* Effect.exit(
        Download.download(id, { outputPath }).pipe(
          withStore(({ settings }) => ({ settings: { ...settings, set: () => Effect.die("killed") } }))
        )
      )
      writeFileSync(outputPath, "mine")
      const error = yield* Effect.flip(Download.download(id, { outputPath }))
      assert.deepInclude(error, { _tag: "LabelingError" })
      assert.strictEqual(readFileSync(outputPath, "utf8"), "mine")
    }).pipe(Effect.provide(layers))
  )
})

describe("two processes that write one output", () => {
  it.scopedLive("take turns, and the second sees what the first has seen", () =>
    Effect.gen(function* () {
      const { home, id, outputPath } = yield* finished
      const begun = yield* Deferred.make<void>()
      const goOn = yield* Deferred.make<void>()
      const first = yield* Effect.fork(
        Download.download(id, {
          outputPath,
          onOpened: () => Effect.andThen(Deferred.succeed(begun, undefined), Deferred.await(goOn))
        })
      )
      yield* Deferred.await(begun)
      let opened = false
      const moved = yield* Deferred.make<string>()
      const second = yield* Effect.fork(
        Download.download(id, {
          outputPath,
          partial: true,
          onOpened: () =>
            Effect.suspend(() => {
              opened = true
              return Deferred.succeed(moved, "opened the output")
            })
        }).pipe(
          withStore((real) => ({
            withLease: (name, use) =>
              Effect.tap(real.withLease(name, use), (done) =>
                done === undefined ? Deferred.succeed(moved, "was told to wait") : Effect.void
              )
          }))
        )
      )
      assert.strictEqual(yield* Deferred.await(moved), "was told to wait")
      assert.isFalse(opened)
      yield* Deferred.succeed(goOn, undefined)
      const [one, other] = [yield* Fiber.join(first), yield* Fiber.join(second)]
      assert.isTrue(opened)
      assert.deepStrictEqual(other.report, one.report)
      assert.deepStrictEqual(filesOf(home), ["labeled.csv", "labeled_failed.csv"])
    }).pipe(Effect.provide(layers))
  )
})
