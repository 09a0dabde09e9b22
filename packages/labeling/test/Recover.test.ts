/** Jobs brought back from the API alone. */
import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import type * as Task from "@batchlabel/core/Task"
import * as PriceBook from "@batchlabel/cost/PriceBook"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { Batch } from "@batchlabel/openai-batch/Batch"
import { OpenAiBatch } from "@batchlabel/openai-batch/OpenAiBatch"
import type { OpenAiBatchError } from "@batchlabel/openai-batch/OpenAiBatchError"
import type { ScenarioInput } from "@batchlabel/openai-simulator/Scenario"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import * as Download from "../src/Download.js"
import { worstCase } from "../src/internal/worstCase.js"
import type { JobRequest } from "../src/JobRequest.js"
import { LabelingError } from "../src/LabelingError.js"
import * as Prepare from "../src/Prepare.js"
import * as Reconcile from "../src/Reconcile.js"
import * as Recover from "../src/Recover.js"
import * as Retry from "../src/Retry.js"
import { folder, layers, passes, passesUntil, task, writeTexts } from "./support/simulated.js"

const rules = { rules: [{ contains: "쉬운", answer: 0 }], default: 1 }
const textsOf = (count: number, name = "글"): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, n) => `${n % 2 === 0 ? "쉬운" : "어려운"} ${name} ${n}`)

const reasonOf = (error: unknown): string => (error instanceof LabelingError ? error.reason._tag : String(error))

/** One machine with a folder of its own, then another that has nothing but the key and the input. */
const moved = <A, E, R, B, E2, R2>(
  scenario: ScenarioInput,
  here: (at: { readonly home: string; readonly inputPath: string; readonly api: Simulator.Simulator }) => Effect.Effect<A, E, R>,
  there: (
    left: A,
    at: { readonly home: string; readonly inputPath: string; readonly api: Simulator.Simulator }
  ) => Effect.Effect<B, E2, R2>,
  clock: Simulator.Options["clock"] = {}
) =>
  Effect.gen(function* () {
    const home = yield* folder
    const inputPath = join(home, "input.csv")
    const api = yield* Simulator.scoped({ rules, scenario, clock })
    const left = yield* here({ home: join(home, "here"), inputPath, api }).pipe(Effect.provide(layers(api)))
    rmSync(join(home, "here"), { recursive: true, force: true })
    return yield* there(left, { home: join(home, "there"), inputPath, api }).pipe(Effect.provide(layers(api)))
  })

const one = (): Effect.Effect<boolean> => Effect.succeed(true)

/** Passes until `enough`, and then the process is gone. */
const started = Effect.fnUntraced(function* (
  request: Pick<JobRequest, "inputPath" | "home"> & Partial<JobRequest>,
  enough: (report: Reconcile.Report) => Effect.Effect<boolean, OpenAiBatchError, OpenAiBatch> = one
) {
  const { job } = yield* Prepare.prepare({ task: task(), ...request })
  const last = yield* passesUntil(job.id, enough)
  assert.isTrue(yield* enough(last), `it came to its end before: ${last.view.status}`)
  return job.id
})

/** Whether the API's batches of the job are such. */
const batches = (are: (batches: ReadonlyArray<Batch>) => boolean) => (report: Reconcile.Report) =>
  Effect.map(Recover.find, (all) => are(all.find(({ jobId }) => jobId === report.view.job.id)?.batches ?? []))

const shardsOf = (list: ReadonlyArray<Batch>): number => new Set(list.map(({ metadata }) => metadata["shard"])).size

const found = Effect.fnUntraced(function* (jobId: string) {
  const all = yield* Recover.find
  return all.find((one) => one.jobId === jobId) ?? assert.fail(`${jobId} is not in the list`)
})

const bring = Effect.fnUntraced(function* (
  jobId: string,
  options: Pick<Recover.RecoverOptions, "inputPath" | "home"> & Partial<Recover.RecoverOptions>
) {
  return yield* Recover.recover(yield* found(jobId), { task: task(), ...options })
})

/** Goes on to the end; what the file holds then. */
const finish = Effect.fnUntraced(function* (jobId: string, home: string) {
  const end = yield* passes(jobId, () => Effect.void)
  assert.strictEqual(end.view.job.state, "done")
  const outputPath = join(home, "labeled.csv")
  const { report } = yield* Download.download(jobId, { outputPath })
  return { report, view: end.view, text: readFileSync(outputPath, "utf8") }
})

/** What the API was paid for: how many requests, and how many of them more than once. */
const paid = (api: Simulator.Simulator, job: string) =>
  Effect.map(
    Effect.promise(() => api.ledger({ job })),
    ({ jobs }) => ({ lines: jobs[job]?.paid ?? 0, extra: jobs[job]?.bodies.extra ?? 0, batches: jobs[job]?.batches ?? 0 })
  )

describe("a job recovered into an empty store", () => {
  it.scopedLive("is found among several, collects what was paid and pays nothing again", () =>
    moved(
      {},
      ({ home, inputPath }) =>
        Effect.gen(function* () {
          writeTexts(inputPath, textsOf(10))
          const first = yield* started({ home, inputPath, shardRequests: 4 })
          const second = yield* started({ home, inputPath, shardRequests: 4, task: task({ answer: "json_schema" }) })
          return { first, second }
        }),
      ({ first, second }, { api, home, inputPath }) =>
        Effect.gen(function* () {
          const all = yield* Recover.find
          assert.deepStrictEqual(
            all.map(({ batches, jobId }) => [jobId, batches.length]),
            [
              [second, 3],
              [first, 3]
            ]
          )
          const job = yield* bring(first, { inputPath, home })
          assert.strictEqual(job.id, first)
          const { report, text } = yield* finish(first, home)
          assert.deepInclude(report, { rows: 10, labeled: 10, failedRows: 0 })
          assert.match(text, /쉬운 글 0,0,0,.*\n어려운 글 1,1,1,/)
          assert.deepStrictEqual(yield* paid(api, first), { lines: 10, extra: 0, batches: 3 })
          assert.lengthOf(yield* Effect.flatMap(JobStore, ({ jobs }) => jobs({})), 1)
        })
    )
  )

  it.scopedLive("sends what was never sent, and only that", () =>
    moved(
      // The second shard's batch is never created.
      { faults: [{ on: "batches.create", when: { metadata: { shard: "2" } }, times: 1, do: { fault: "status", status: 401 } }] },
      ({ home, inputPath }) => {
        writeTexts(inputPath, [...textsOf(9), "", "쉬운 글 0"])
        return started({ home, inputPath, shardRequests: 3 })
      },
      (id, { api, home, inputPath }) =>
        Effect.gen(function* () {
          const before = yield* found(id)
          assert.isBelow(before.batches.length, 3)
          yield* bring(id, { inputPath, home, shardRequests: 3 })
          const { report, view } = yield* finish(id, home)
          assert.deepInclude(report, { rows: 11, labeled: 10, failedRows: 1 })
          assert.deepInclude(view, { requests: 9, labeled: 9, open: 0 })
          assert.deepInclude(view.job.split, { rows: 11, requests: 9, duplicates: 1, emptyText: 1 })
          assert.deepInclude(yield* paid(api, id), { lines: 9, extra: 0 })
        })
    )
  )

  it.scopedLive("knows its follow-ups: no row is asked by two of them", () =>
    moved(
      {
        faults: [
          { on: "batch", when: { metadata: { round: "1" } }, do: { fault: "lines", kind: "status_zero", share: 0.5 } },
          { on: "batch", when: { metadata: { round: "2" } }, do: { fault: "lines", kind: "server_error", share: 0.5 } }
        ]
      },
      ({ home, inputPath }) => {
        writeTexts(inputPath, textsOf(24))
        return started(
          { home, inputPath, shardRequests: 8 },
          batches((all) => all.some(({ metadata }) => metadata["round"] === "2"))
        )
      },
      (id, { api, home, inputPath }) =>
        Effect.gen(function* () {
          const before = yield* found(id)
          assert.include(
            before.batches.map(({ metadata }) => metadata["round"]),
            "2"
          )
          yield* bring(id, { inputPath, home })
          const { report, view } = yield* finish(id, home)
          assert.deepInclude(report, { rows: 24, labeled: 24 })
          assert.strictEqual(view.requests, 24)
          const { extra, lines } = yield* paid(api, id)
          assert.deepStrictEqual([lines, extra], [24, 0])
        })
    )
  )

  it.scopedLive("is recovered from many pages of batches", () =>
    moved(
      {},
      ({ home, inputPath }) => {
        writeTexts(inputPath, textsOf(10))
        return started({ home, inputPath, shardRequests: 1 })
      },
      (id, { api, home, inputPath }) =>
        Effect.gen(function* () {
          assert.strictEqual((yield* found(id)).batches.length, 10)
          assert.isAtLeast(api.stats()["batches.list"]?.calls ?? 0, 4)
          yield* bring(id, { inputPath, home })
          const { report } = yield* finish(id, home)
          assert.deepInclude(report, { rows: 10, labeled: 10 })
          assert.deepInclude(yield* paid(api, id), { lines: 10, extra: 0 })
        }).pipe(Effect.updateService(OpenAiBatch, (real) => ({ ...real, list: () => real.list({ pageSize: 3 }) })))
    )
  )

  it.scopedLive("goes on with the last batch of a shard that was refused before", () =>
    moved(
      { faults: [{ on: "batch", times: 2, do: { fault: "token_limit_exceeded" } }] },
      ({ home, inputPath }) => {
        writeTexts(inputPath, textsOf(3))
        return started(
          { home, inputPath },
          batches((all) => all.length >= 2)
        )
      },
      (id, { api, home, inputPath }) =>
        Effect.gen(function* () {
          assert.isAtLeast((yield* found(id)).batches.length, 2)
          yield* bring(id, { inputPath, home })
          const { report } = yield* finish(id, home)
          assert.deepInclude(report, { labeled: 3 })
          assert.deepInclude(yield* paid(api, id), { lines: 3, extra: 0 })
        })
    )
  )

  it.scopedLive("asks nothing by a shard that was divided, for its parts have asked it", () =>
    moved(
      { limits: { enqueuedTokens: { "gpt-4o-mini": 1_500 } } },
      ({ home, inputPath }) => {
        writeTexts(inputPath, textsOf(9))
        return started(
          { home, inputPath },
          batches((all) => all.some(({ status }) => status === "failed") && shardsOf(all) >= 2)
        )
      },
      (id, { api, home, inputPath }) =>
        Effect.gen(function* () {
          const before = yield* found(id)
          assert.include(
            before.batches.map(({ status }) => status),
            "failed"
          )
          assert.isAtLeast(shardsOf(before.batches), 2)
          yield* bring(id, { inputPath, home })
          const { report, view } = yield* finish(id, home)
          assert.deepInclude(report, { rows: 9, labeled: 9 })
          assert.strictEqual(view.requests, 9)
          assert.deepInclude(yield* paid(api, id), { lines: 9, extra: 0 })
        })
    )
  )

  it.scopedLive("refuses an input that has changed, and makes nothing; with matched rows it asks only the new ones", () =>
    moved(
      {},
      ({ home, inputPath }) => {
        writeTexts(inputPath, textsOf(4))
        return started({ home, inputPath })
      },
      (id, { api, home, inputPath }) =>
        Effect.gen(function* () {
          writeTexts(inputPath, [...textsOf(4), "쉬운 새 글"])
          const error = yield* Effect.flip(bring(id, { inputPath, home }))
          assert.strictEqual(reasonOf(error), "InputChanged")
          assert.lengthOf(yield* Effect.flatMap(JobStore, ({ jobs }) => jobs({})), 0)
          yield* bring(id, { inputPath, home, matchRows: true })
          const { report } = yield* finish(id, home)
          assert.deepInclude(report, { rows: 5, labeled: 5 })
          assert.deepInclude(yield* paid(api, id), { lines: 5, extra: 0 })
        })
    )
  )

  it.scopedLive("refuses another task, and says that it is the task", () =>
    moved(
      {},
      ({ home, inputPath }) => {
        writeTexts(inputPath, textsOf(2))
        return started({ home, inputPath })
      },
      (id, { home, inputPath }) =>
        Effect.gen(function* () {
          const error = yield* Effect.flip(bring(id, { inputPath, home, task: task({ model: "gpt-4o" }) }))
          assert.strictEqual(reasonOf(error), "TaskDiffers")
          assert.deepInclude(error instanceof LabelingError ? error.reason : {}, { job: id })
        })
    )
  )

  it.scopedLive("sets aside what its running batches can cost: they and what is sent later stay under the cap together", () =>
    moved(
      {},
      ({ home, inputPath }) => {
        writeTexts(inputPath, textsOf(2))
        return started({ home, inputPath, shardRequests: 1 })
      },
      (id, { api, home, inputPath }) =>
        Effect.gen(function* () {
          // One more row than was sent, and money for two.
          writeTexts(inputPath, [...textsOf(2), "쉬운 새 글"])
          const price = PriceBook.lookup(PriceBook.builtin, "gpt-4o-mini")
          const one = worstCase(price, task(), {}, { requests: 1, tokens: 420, bytes: 10_000 })
          const { id: job } = yield* bring(id, { inputPath, home, matchRows: true, maxCost: one * 2n })
          const { view } = yield* Reconcile.reconcile(job)
          assert.isTrue(view.reserved > 0n, "running batches hold money")
          assert.isTrue(view.reserved + view.spent <= one * 2n, "no more than the cap is set aside")
          assert.deepStrictEqual(
            view.waits.map(({ reason }) => reason),
            ["budget"]
          )
          assert.deepInclude(yield* paid(api, id), { batches: 2 })
        }),
      { phases: { perRequest: 3_600_000 } }
    )
  )

  it.scopedLive("of a sample or of a retry asks no row that it had not asked", () =>
    moved(
      { faults: [{ on: "batch", when: { nth: 1 }, do: { fault: "lines", kind: "bad_request", count: 2 } }] },
      ({ home, inputPath }) =>
        Effect.gen(function* () {
          writeTexts(inputPath, textsOf(12))
          const first = yield* started({ home, inputPath }, ({ view }) => Effect.succeed(view.status === "completed"))
          const retried = yield* Retry.retry(first, { home })
          yield* Reconcile.reconcile(retried.job.id)
          const sample = yield* started({ home, inputPath, task: task({ model: "gpt-4o" }), sample: { rows: 3, seed: 1 } })
          return { first, retried: retried.job.id, sample }
        }),
      ({ first, retried, sample }, { api, home, inputPath }) =>
        Effect.gen(function* () {
          const bringAndFinish = Effect.fnUntraced(function* (id: string, of: Task.Task) {
            yield* bring(id, { inputPath, home, task: of })
            return yield* passes(id, () => Effect.void)
          })
          yield* bringAndFinish(sample, task({ model: "gpt-4o" }))
          assert.deepInclude(yield* paid(api, sample), { lines: 3, extra: 0 })
          yield* bringAndFinish(first, task())
          yield* bringAndFinish(retried, task())
          assert.deepInclude(yield* paid(api, first), { lines: 10, extra: 0 })
          assert.deepInclude(yield* paid(api, retried), { lines: 2, extra: 0 })
          const { report } = yield* Download.download(retried, { outputPath: join(home, "labeled.csv") })
          assert.deepInclude(report, { rows: 12, labeled: 12 })
        })
    )
  )

  for (const step of ["finishPreparing", "plan", "advance"] as const) {
    it.scopedLive(`pays nothing twice if the process dies before its ${step}, and can be recovered again`, () =>
      moved(
        {},
        ({ home, inputPath }) => {
          writeTexts(inputPath, textsOf(6))
          return started({ home, inputPath, shardRequests: 2 })
        },
        (id, { api, home, inputPath }) =>
          Effect.gen(function* () {
            const died = yield* bring(id, { inputPath, home }).pipe(
              Effect.updateService(JobStore, (real) => ({ ...real, [step]: () => Effect.die("killed") })),
              Effect.exit
            )
            assert.strictEqual(died._tag, "Failure")
            // Whatever comes by now does no harm.
            const store = yield* JobStore
            for (const job of yield* store.jobs({})) yield* Effect.exit(Reconcile.reconcile(job.id, { now: true, resume: true }))
            yield* bring(id, { inputPath, home })
            const { report } = yield* finish(id, home)
            assert.deepInclude(report, { rows: 6, labeled: 6 })
            assert.deepStrictEqual(yield* paid(api, id), { lines: 6, extra: 0, batches: 3 })
          })
      )
    )
  }
})

describe("the id of a batch", () => {
  it.scopedLive("leads to its job", () =>
    moved(
      {},
      ({ home, inputPath }) => {
        writeTexts(inputPath, textsOf(4))
        return started({ home, inputPath, shardRequests: 2 })
      },
      (id) =>
        Effect.gen(function* () {
          const [, second] = (yield* found(id)).batches
          const job = yield* Recover.findByBatch(second?.id ?? "")
          assert.deepInclude(job, { jobId: id })
          assert.lengthOf(job.batches, 2)
        })
    )
  )

  it.scopedLive("that is not of this tool, or that the project does not know, is explained", () =>
    moved(
      {},
      ({ home, inputPath }) => {
        writeTexts(inputPath, textsOf(2))
        return started({ home, inputPath })
      },
      (id, { api: simulator }) =>
        Effect.gen(function* () {
          const api = yield* OpenAiBatch
          const [batch] = (yield* found(id)).batches
          const foreign = yield* api.create({
            inputFileId: batch?.inputFileId ?? "",
            endpoint: "/v1/chat/completions",
            metadata: { tool: "another" }
          })
          assert.strictEqual(reasonOf(yield* Effect.flip(Recover.findByBatch(foreign.id))), "BatchForeign")
          assert.strictEqual(reasonOf(yield* Effect.flip(Recover.findByBatch("batch_none"))), "BatchUnknown")
          assert.deepStrictEqual(
            (yield* Recover.find).map(({ jobId }) => jobId),
            [id]
          )
          const elsewhere = Recover.findByBatch(batch?.id ?? "").pipe(
            Effect.provide(layers(simulator, { key: "sk-of-another-project" }))
          )
          assert.strictEqual(reasonOf(yield* Effect.flip(elsewhere)), "BatchUnknown")
          assert.lengthOf(yield* Stream.runCollect(api.list()), 2)
        })
    )
  )
})
