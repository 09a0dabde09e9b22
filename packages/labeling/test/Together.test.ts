/** Processes that do the same in the same moment. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Presets from "@batchlabel/core/Presets"
import { JobStore, type Service as StoreService } from "@batchlabel/job-store/JobStore"
import * as SqliteStore from "@batchlabel/job-store/SqliteStore"
import { OpenAiBatch } from "@batchlabel/openai-batch/OpenAiBatch"
import * as FileSystem from "@effect/platform/FileSystem"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { eventually } from "../../../test/support/eventually.js"
import * as BatchInfo from "../src/BatchInfo.js"
import * as LabelingConfig from "../src/LabelingConfig.js"
import * as Prepare from "../src/Prepare.js"
import * as Prices from "../src/Prices.js"
import * as Reconcile from "../src/Reconcile.js"
import * as FakeApi from "./support/FakeApi.js"
import * as Meeting from "./support/Meeting.js"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "batchlabel-together-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

const layers = Layer.mergeAll(SqliteStore.layerMemory, Prices.layer(), LabelingConfig.layer()).pipe(
  Layer.provideMerge(NodeContext.layer)
)

const preparation = Effect.gen(function* () {
  const task = Presets.get("news-stance-ko")
  if (task === undefined) return assert.fail("no preset")
  const home = yield* folder
  const inputPath = join(home, "input.csv")
  writeFileSync(inputPath, "text\n기사 1\n기사 2\n")
  return Prepare.prepare({ inputPath, home, task })
})

const withStore = (change: (real: StoreService) => Partial<StoreService>) =>
  Effect.updateService(JobStore, (real) => ({ ...real, ...change(real) }))

describe("two processes that prepare the same job", () => {
  it.scopedLive("make one, also if both begin in the same moment", () =>
    Effect.gen(function* () {
      const prepare = yield* preparation
      // Both look for a job before either has made one, unless they take turns.
      const { arrive, leases } = yield* Meeting.make
      const slow = prepare.pipe(
        withStore((real) => ({ ...leases(real), createJob: (job) => Effect.andThen(arrive, real.createJob(job)) }))
      )
      // One finds it busy while the other splits it.
      const prepared = eventually("the job", slow)
      const [one, other] = yield* Effect.all([prepared, prepared], { concurrency: 2 })
      assert.strictEqual(one.job.id, other.job.id)
      assert.deepStrictEqual([one.reused, other.reused].toSorted(), [false, true])
      assert.lengthOf(yield* Effect.flatMap(JobStore, ({ jobs }) => jobs({})), 1)
    }).pipe(Effect.provide(layers))
  )

  it.scopedLive("leave the split to the one that made it, though the other looks after all jobs and sees it first", () =>
    Effect.gen(function* () {
      const prepare = yield* preparation
      const { service: api } = FakeApi.make(1, FakeApi.noFaults, { capacity: 10, duration: () => 1 })
      const looks: Array<boolean> = []
      const seen = withStore((real) => ({
        createJob: (job) =>
          real.createJob(job).pipe(
            Effect.tap(({ id }) =>
              Reconcile.reconcile(id).pipe(
                Effect.tap(({ busy }) => Effect.sync(() => looks.push(busy))),
                Effect.provideService(JobStore, real),
                Effect.provideService(OpenAiBatch, api),
                Effect.provide(Layer.merge(Layer.merge(Prices.layer(), LabelingConfig.layer()), NodeContext.layer)),
                Effect.orDie
              )
            )
          )
      }))
      const { job } = yield* seen(prepare)
      assert.deepStrictEqual(looks, [true])
      assert.deepInclude(job, { state: "open" })
      assert.strictEqual(job.split?.requests, 2)
    }).pipe(Effect.provide(layers))
  )

  it.scopedLive("do not split it again when it was split while its lease was waited for", () =>
    Effect.gen(function* () {
      const prepare = yield* preparation
      yield* Effect.exit(prepare.pipe(withStore(() => ({ finishPreparing: () => Effect.die("killed") }))))
      let inUse = ""
      const late = prepare.pipe(
        withStore((real) => ({
          withLease: (name, use) =>
            Effect.gen(function* () {
              if (name.startsWith("job:")) {
                const { job } = yield* Effect.provide(prepare, layersOf(real))
                inUse = join(job.directory, "shards", "shard-00002.jsonl")
                writeFileSync(inUse, "a follow-up")
              }
              return yield* real.withLease(name, use)
            }).pipe(Effect.orDie)
        }))
      )
      const { job } = yield* late
      assert.strictEqual(job.state, "open")
      assert.isTrue(existsSync(inUse))
    }).pipe(Effect.provide(layers))
  )
})

describe("two processes in one folder", () => {
  it.scopedLive("both write the info file, whole, and leave no other", () =>
    Effect.gen(function* () {
      const home = yield* folder
      const path = join(home, "batch_info_openai.json")
      const fs = yield* FileSystem.FileSystem
      // Both have written before either gives its file its name, unless they take turns.
      const { arrive, leases } = yield* Meeting.make
      const slow = FileSystem.make({ ...fs, rename: (from, to) => Effect.andThen(arrive, fs.rename(from, to)) })
      const write = (batch: string) =>
        BatchInfo.write(path, {
          batch_id: batch,
          submitted_at: "2024-01-15T10:30:00",
          input_file: "news.csv",
          num_articles: 2,
          job_id: "job_1"
        }).pipe(withStore(leases), Effect.provideService(FileSystem.FileSystem, slow))
      writeFileSync(`${path}.partial`, "what a dead process has left")
      yield* Effect.all([write("batch_1"), write("batch_2")], { concurrency: 2 })
      assert.match(readFileSync(path, "utf8"), /^\{\n {2}"batch_id": "batch_[12]",[\s\S]*\}\n$/)
      assert.deepStrictEqual(readdirSync(home), ["batch_info_openai.json"])
    }).pipe(Effect.provide(layers))
  )
})

const layersOf = (store: StoreService) =>
  Layer.mergeAll(Layer.succeed(JobStore, store), Prices.layer(), LabelingConfig.layer()).pipe(
    Layer.provideMerge(NodeContext.layer)
  )
