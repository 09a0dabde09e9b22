/** Ending a job early, with what was paid kept. */
import { join } from "node:path"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { ScenarioInput } from "@batchlabel/openai-simulator/Scenario"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Cancel from "../src/Cancel.js"
import * as Download from "../src/Download.js"
import type { JobRequest } from "../src/JobRequest.js"
import type { Settings } from "../src/LabelingConfig.js"
import * as Prepare from "../src/Prepare.js"
import * as Reconcile from "../src/Reconcile.js"
import * as Retry from "../src/Retry.js"
import { folder, layers, passes, task, writeTexts } from "./support/simulated.js"

const texts = Array.from({ length: 12 }, (_, n) => `기사 ${n}`)

const prepared = Effect.fnUntraced(function* (options: Partial<JobRequest> = {}) {
  const home = yield* folder
  const inputPath = writeTexts(join(home, "input.csv"), texts)
  const { job } = yield* Prepare.prepare({ inputPath, home, task: task(), shardRequests: 4, ...options })
  return { id: job.id, home, inputPath, outputPath: join(home, "labeled.csv") }
})

const on = <A, E, R>(
  scenario: ScenarioInput,
  use: (api: Simulator.Simulator) => Effect.Effect<A, E, R>,
  settings: Partial<Settings> = {}
) => Effect.flatMap(Simulator.scoped({ scenario }), (api) => Effect.provide(use(api), layers(api, { settings })))

const ledgerOf = (api: Simulator.Simulator, id: string) =>
  Effect.map(
    Effect.promise(() => api.ledger({ job: id })),
    ({ jobs }) => jobs[id]
  )

const cancelled = Effect.fnUntraced(function* (id: string) {
  yield* Cancel.cancel(id)
  return yield* passes(id, () => Effect.void, {})
})

describe("a cancelled job", () => {
  it.scopedLive("keeps what its running batches have done, and the rest of its rows are cancelled", () =>
    on({ faults: [{ on: "batch", do: { fault: "cancel", done: 3 } }] }, (api) =>
      Effect.gen(function* () {
        const { id, outputPath } = yield* prepared()
        yield* Reconcile.reconcile(id)
        const { view } = yield* cancelled(id)
        assert.deepInclude(view, { status: "cancelled", finished: true })
        const ledger = yield* ledgerOf(api, id)
        assert.deepInclude(ledger, { batches: 3, paid: 9 })
        const { report } = yield* Download.download(id, { outputPath })
        assert.deepInclude(report, { rows: 12, labeled: 9, pending: 0 })
        assert.deepStrictEqual(report.failed, { cancelled: 3 })
        assert.strictEqual(view.spent, BigInt(ledger?.inputTokens ?? 0) * 75_000n + BigInt(ledger?.outputTokens ?? 0) * 300_000n)
        assert.strictEqual(view.reserved, 0n)
      })
    )
  )

  it.scopedLive("sends nothing more: the rows of unsent shards are cancelled", () =>
    on({ faults: [{ on: "batch", do: { fault: "cancel", done: 2 } }] }, (api) =>
      Effect.gen(function* () {
        // Room for one shard at a time.
        const { id, outputPath } = yield* prepared({ shardTokens: 100_000, enqueuedTokenLimit: 1_700 })
        const { view: before } = yield* Reconcile.reconcile(id)
        assert.deepInclude(before.shards, { running: 1, waiting: 2 })
        yield* cancelled(id)
        assert.deepInclude(yield* ledgerOf(api, id), { batches: 1, paid: 2 })
        const { report } = yield* Download.download(id, { outputPath })
        assert.deepInclude(report, { rows: 12, labeled: 2, pending: 0 })
        assert.deepStrictEqual(report.failed, { cancelled: 10 })
      })
    )
  )

  it.scopedLive("asks nothing again of what an expired batch has left", () =>
    on({ faults: [{ on: "batch", do: { fault: "expire", done: 1 } }] }, (api) =>
      Effect.gen(function* () {
        const { id, outputPath } = yield* prepared()
        yield* Reconcile.reconcile(id)
        yield* cancelled(id)
        assert.deepInclude(yield* ledgerOf(api, id), { batches: 3, paid: 3 })
        const { report } = yield* Download.download(id, { outputPath })
        assert.deepInclude(report, { labeled: 3, pending: 0 })
        assert.deepStrictEqual(report.failed, { expired: 9 })
      })
    )
  )

  it.scopedLive("that had sent nothing never does", () =>
    on({}, (api) =>
      Effect.gen(function* () {
        const { id, outputPath } = yield* prepared()
        const { view } = yield* cancelled(id)
        assert.strictEqual(view.status, "cancelled")
        assert.isUndefined(yield* ledgerOf(api, id))
        const { report } = yield* Download.download(id, { outputPath })
        assert.deepStrictEqual(report.failed, { cancelled: 12 })
      })
    )
  )

  it.scopedLive("waits for a create of unknown outcome, and cancels the batch that it finds", () =>
    on(
      {
        faults: [
          { on: "batches.create", times: 1, do: { fault: "reset", phase: "after" } },
          { on: "batch", do: { fault: "cancel", done: 1 } }
        ]
      },
      (api) =>
        Effect.gen(function* () {
          const { id, outputPath } = yield* prepared()
          yield* Reconcile.reconcile(id)
          yield* cancelled(id)
          const ledger = yield* ledgerOf(api, id)
          // Of the other shards nothing was sent any more once the first create had failed.
          assert.deepStrictEqual(ledger?.statuses, { cancelled: 1 })
          const { report } = yield* Download.download(id, { outputPath })
          assert.deepInclude(report, { labeled: ledger?.paid ?? -1, pending: 0 })
        }),
      { parallelUploads: 1 }
    )
  )

  it.scopedLive("stays cancelled when it is cancelled again, and a finished job stays finished", () =>
    on({}, () =>
      Effect.gen(function* () {
        const one = yield* prepared()
        yield* cancelled(one.id)
        assert.strictEqual((yield* Cancel.cancel(one.id)).view.status, "cancelled")
        const two = yield* prepared()
        yield* passes(two.id, () => Effect.void)
        assert.strictEqual((yield* Cancel.cancel(two.id)).view.status, "completed")
        const store = yield* JobStore
        const kinds = (yield* store.events(one.id, { after: 0, limit: 100 })).map(({ kind }) => kind)
        assert.lengthOf(
          kinds.filter((kind) => kind === "job_cancelling" || kind === "job_cancelled"),
          2
        )
      })
    )
  )

  it.scopedLive("may have been stopped before", () =>
    on({ faults: [{ on: "files.upload", do: { fault: "status", status: 401 } }] }, () =>
      Effect.gen(function* () {
        const { id, outputPath } = yield* prepared()
        assert.strictEqual((yield* Reconcile.reconcile(id)).view.status, "stopped")
        assert.strictEqual((yield* cancelled(id)).view.status, "cancelled")
        const { report } = yield* Download.download(id, { outputPath })
        assert.deepStrictEqual(report.failed, { cancelled: 12 })
      })
    )
  )

  it.scopedLive("can be taken up by a retry of its rows, which pays only for them", () =>
    on({ faults: [{ on: "batch", times: 3, do: { fault: "cancel", done: 3 } }] }, (api) =>
      Effect.gen(function* () {
        const { home, id, outputPath } = yield* prepared()
        yield* Reconcile.reconcile(id)
        yield* cancelled(id)
        const { job } = yield* Retry.retry(id, { home })
        yield* passes(job.id, () => Effect.void)
        assert.deepInclude(yield* ledgerOf(api, job.id), { paid: 3 })
        const { report } = yield* Download.download(id, { outputPath })
        assert.deepInclude(report, { rows: 12, labeled: 12 })
      })
    )
  )
})
