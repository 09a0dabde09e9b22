/** Asking again what failed. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type * as Task from "@batchlabel/core/Task"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { parse } from "csv-parse/sync"
import { Effect, Either } from "effect"
import * as Download from "../src/Download.js"
import type { JobRequest } from "../src/JobRequest.js"
import { LabelingError } from "../src/LabelingError.js"
import * as Prepare from "../src/Prepare.js"
import * as Retry from "../src/Retry.js"
import * as Meeting from "./support/Meeting.js"
import { folder, layers, passes, task, writeTexts } from "./support/simulated.js"

// The first model answers "어려운" rows with prose, whatever the attempt; the second task's wording is understood.
const simulator = Simulator.scoped({
  rules: {
    rules: [
      { contains: "다시 생각", answer: 2, in: "system" },
      { contains: "어려운", bad: "prose" },
      { contains: "깨진", bad: "bad_request" },
      { contains: "쉬운", answer: 0 }
    ],
    default: 1
  }
})

const texts = ["쉬운 글", "어려운 글 1", "깨진 글", "어려운 글 2", "", "보통 글", "어려운 글 1"]
const other = task({ name: "again", system: "다시 생각해 보세요.", model: "gpt-4.1-mini" })

const reasonOf = (error: unknown): string => (error instanceof LabelingError ? error.reason._tag : String(error))

/** A finished job of `texts`, of which some rows have failed. */
const finished = Effect.fnUntraced(function* (options: Partial<JobRequest> = {}) {
  const home = yield* folder
  const inputPath = options.inputPath ?? writeTexts(join(home, "input.csv"), texts)
  const { job } = yield* Prepare.prepare({ inputPath, home, task: task(), ...options })
  yield* passes(job.id, () => Effect.void)
  return { home, id: job.id, outputPath: join(home, "labeled.csv") }
})

const again = Effect.fnUntraced(function* (
  id: string,
  home: string,
  options: { readonly task?: Task.Task; readonly retryRows?: ReadonlyArray<number> } = {}
) {
  const { job } = yield* Retry.retry(id, { home, ...options })
  const end = yield* passes(job.id, () => Effect.void)
  assert.strictEqual(end.view.job.state, "done")
  return end.view
})

/** `n`, label, labeled, then (with provenance) attempt, model, task, batch. */
const rowsOf = (path: string): ReadonlyArray<ReadonlyArray<string>> => {
  const rows: ReadonlyArray<ReadonlyArray<string>> = parse(readFileSync(path, "utf8"), { from_line: 2 })
  return rows.map(([, n = "", label = "", , labeled = "", , ...origin]) => [n, label, labeled, ...origin])
}

const on = <A, E, R>(use: (api: Simulator.Simulator) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(simulator, (api) => Effect.provide(use(api), layers(api)))

describe("a retry", () => {
  it.scopedLive("asks the rows without a label, with the other task and model, and each row says whose its label is", () =>
    on((api) =>
      Effect.gen(function* () {
        const { home, id, outputPath } = yield* finished()
        const first = yield* Download.download(id, { outputPath, provenance: true })
        assert.deepInclude(first.report, { rows: 7, labeled: 2, failedRows: 5 })
        const view = yield* again(id, home, { task: other })
        assert.strictEqual(view.requests, 3)
        const paid = yield* Effect.promise(() => api.ledger())
        assert.strictEqual(paid.jobs[view.job.id]?.paid, 3)

        // Of either job.
        for (const one of [id, view.job.id]) {
          const { report } = yield* Download.download(one, { outputPath, provenance: true })
          assert.deepInclude(report, { rows: 7, labeled: 6, failedRows: 1, pending: 0 })
          assert.deepStrictEqual(report.failed, { empty_text: 1 })
          const [easy, hard1, broken, hard2, blank, usual, same] = rowsOf(outputPath)
          assert.deepStrictEqual(easy?.slice(0, 6), ["0", "0", "True", "1", "gpt-4o-mini", "news-stance-ko"])
          assert.deepStrictEqual(hard1?.slice(0, 6), ["1", "2", "True", "1", "gpt-4.1-mini", "again"])
          assert.deepStrictEqual(broken?.slice(0, 6), ["2", "2", "True", "1", "gpt-4.1-mini", "again"])
          assert.deepStrictEqual(hard2?.slice(0, 6), ["3", "2", "True", "1", "gpt-4.1-mini", "again"])
          assert.deepStrictEqual(blank?.slice(0, 3), ["4", "", "False"])
          assert.deepStrictEqual(usual?.slice(0, 6), ["5", "1", "True", "1", "gpt-4o-mini", "news-stance-ko"])
          assert.deepStrictEqual(same?.slice(1), hard1?.slice(1))
          assert.notStrictEqual(easy?.[6], hard1?.[6])
          assert.match(hard1?.[6] ?? "", /^batch_/)
        }
      })
    )
  )

  it.scopedLive("keeps to the limit of enqueued tokens of its job, unless the model is another or it is told one", () =>
    on(() =>
      Effect.gen(function* () {
        const { home, id } = yield* finished({ enqueuedTokenLimit: 123_456 })
        const limitOf = (request: Omit<Parameters<typeof Retry.retry>[1], "home">) =>
          Effect.gen(function* () {
            const { job } = yield* Retry.retry(id, { home, ...request })
            yield* (yield* JobStore).deleteJob(job.id)
            return job.settings.enqueuedTokenLimit
          })
        assert.strictEqual(yield* limitOf({}), 123_456)
        assert.strictEqual(yield* limitOf({ enqueuedTokenLimit: 99_000 }), 99_000)
        assert.strictEqual(yield* limitOf({ tier: 4 }), 1_000_000_000)
        assert.strictEqual(yield* limitOf({ task: other }), 2_000_000)
        const pacing = { enqueuedTokenLimit: 77_000 }
        assert.strictEqual(yield* limitOf({ pacing }), 123_456)
        assert.strictEqual(yield* limitOf({ pacing, task: other }), 77_000)
        assert.strictEqual(yield* limitOf({ pacing, task: other, enqueuedTokenLimit: 99_000 }), 99_000)
      })
    )
  )

  it.scopedLive("asks only the rows that are chosen, and no row that has a label", () =>
    on(() =>
      Effect.gen(function* () {
        const { home, id, outputPath } = yield* finished()
        const view = yield* again(id, home, { task: other, retryRows: [0, 2, 5, 99] })
        assert.strictEqual(view.requests, 1)
        const { report } = yield* Download.download(id, { outputPath })
        assert.deepInclude(report, { labeled: 3, failedRows: 4, pending: 0 })
        assert.deepStrictEqual(report.failed, { invalid_answer: 3, empty_text: 1 })
        // The other rows are there for a second retry.
        const rest = yield* again(id, home, { task: other })
        assert.strictEqual(rest.requests, 2)
        const whole = yield* Download.download(id, { outputPath })
        assert.deepInclude(whole.report, { labeled: 6, failedRows: 1 })
      })
    )
  )

  it.scopedLive("of a retry asks what is still open, and labels once given stay", () =>
    on(() =>
      Effect.gen(function* () {
        const { home, id, outputPath } = yield* finished()
        const same = yield* again(id, home)
        assert.strictEqual(same.requests, 3)
        assert.strictEqual(same.labeled, 0)
        const last = yield* again(same.job.id, home, { task: other })
        assert.strictEqual(last.requests, 3)
        const { report } = yield* Download.download(id, { outputPath, provenance: true })
        assert.deepInclude(report, { labeled: 6, failedRows: 1 })
        assert.deepStrictEqual(
          rowsOf(outputPath).map(([, label]) => label),
          ["0", "2", "2", "2", "", "1", "2"]
        )
      })
    )
  )

  it.scopedLive("shows the rows it asks as pending while it runs, and those it does not as they are", () =>
    on(() =>
      Effect.gen(function* () {
        const { home, id, outputPath } = yield* finished()
        yield* Retry.retry(id, { home, task: other, retryRows: [1, 2] })
        const tip = (yield* Effect.flatMap(JobStore, ({ jobs }) => jobs({})))[0]
        const { report } = yield* Download.download(tip?.id ?? "", { outputPath, partial: true })
        // Row 6 asks the same as row 1.
        assert.deepInclude(report, { labeled: 2, pending: 3 })
        assert.deepStrictEqual(report.failed, { invalid_answer: 1, empty_text: 1 })
      })
    )
  )

  it.scopedLive("that is under way is found, not doubled", () =>
    on(() =>
      Effect.gen(function* () {
        const { home, id } = yield* finished()
        const one = yield* Retry.retry(id, { home, task: other })
        const two = yield* Retry.retry(id, { home, task: other })
        assert.strictEqual(two.job.id, one.job.id)
        assert.deepStrictEqual([one.reused, two.reused], [false, true])
      })
    )
  )

  it.scopedLive("that two processes begin in the same moment is one", () =>
    on(() =>
      Effect.gen(function* () {
        const { home, id } = yield* finished()
        // Both look for a retry before either has made one, unless they take turns.
        const { arrive, leases } = yield* Meeting.make
        const slow = Retry.retry(id, { home, task: other }).pipe(
          Effect.updateService(JobStore, (real) => ({
            ...real,
            ...leases(real),
            createJob: (job) => Effect.andThen(arrive, real.createJob(job))
          }))
        )
        const [one, two] = yield* Effect.all([slow, slow], { concurrency: 2 })
        assert.strictEqual(one.job.id, two.job.id)
        assert.lengthOf(yield* Effect.flatMap(JobStore, ({ jobs }) => jobs({})), 2)
      })
    )
  )

  it.scopedLive("that a process has left half-made is taken up", () =>
    on(() =>
      Effect.gen(function* () {
        const { home, id, outputPath } = yield* finished()
        const died = yield* Retry.retry(id, { home, task: other }).pipe(
          Effect.updateService(JobStore, (real) => ({ ...real, finishPreparing: () => Effect.die("killed") })),
          Effect.exit
        )
        assert.strictEqual(died._tag, "Failure")
        const view = yield* again(id, home, { task: other })
        assert.strictEqual(view.requests, 3)
        const { report } = yield* Download.download(id, { outputPath })
        assert.deepInclude(report, { labeled: 6 })
      })
    )
  )

  it.scopedLive("takes answers that are known already, and pays nothing for them", () =>
    on((api) =>
      Effect.gen(function* () {
        const { home, id, outputPath } = yield* finished()
        // Another job has asked the same rows with the other task.
        yield* finished({ inputPath: writeTexts(join(home, "more.csv"), ["어려운 글 1", "깨진 글", "어려운 글 2"]), task: other })
        const view = yield* again(id, home, { task: other })
        assert.strictEqual(view.requests, 0)
        const { jobs } = yield* Effect.promise(() => api.ledger())
        assert.isUndefined(jobs[view.job.id])
        const { report } = yield* Download.download(id, { outputPath })
        assert.deepInclude(report, { labeled: 6, failedRows: 1 })
      })
    )
  )

  it.scopedLive("of a job without a failure says so, and leaves nothing behind", () =>
    on(() =>
      Effect.gen(function* () {
        const home = yield* folder
        const inputPath = writeTexts(join(home, "good.csv"), ["쉬운 글", "보통 글"])
        const { job } = yield* Prepare.prepare({ inputPath, home, task: task() })
        yield* passes(job.id, () => Effect.void)
        assert.strictEqual(reasonOf(yield* Effect.flip(Retry.retry(job.id, { home }))), "NothingFailed")
        assert.strictEqual(reasonOf(yield* Effect.flip(Retry.retry(job.id, { home, task: other }))), "NothingFailed")
        assert.lengthOf(yield* Effect.flatMap(JobStore, ({ jobs }) => jobs({})), 1)
      })
    )
  )

  it.scopedLive("of chosen rows that all have a label says so too", () =>
    on(() =>
      Effect.gen(function* () {
        const { home, id } = yield* finished()
        assert.strictEqual(reasonOf(yield* Effect.flip(Retry.retry(id, { home, retryRows: [0, 5] }))), "NothingFailed")
      })
    )
  )

  it.scopedLive("waits for the end of its job", () =>
    on(() =>
      Effect.gen(function* () {
        const home = yield* folder
        const inputPath = writeTexts(join(home, "input.csv"), texts)
        const { job } = yield* Prepare.prepare({ inputPath, home, task: task() })
        assert.strictEqual(reasonOf(yield* Effect.flip(Retry.retry(job.id, { home }))), "NotFinished")
      })
    )
  )

  it.scopedLive("reads the input as its job did", () =>
    on(() =>
      Effect.gen(function* () {
        const home = yield* folder
        const inputPath = join(home, "input.csv")
        // No byte order mark: only the user knows.
        writeFileSync(inputPath, Buffer.from("text;n\n쉬운 글;0\n어려운 글;1\n", "utf16le"))
        const { id } = yield* finished({ inputPath, encoding: "utf-16le", delimiter: ";" })
        const view = yield* again(id, home, { task: other })
        assert.strictEqual(view.requests, 1)
        assert.strictEqual(view.labeled, 1)
      })
    )
  )

  it.scopedLive("with a task that does not fit the input is refused before anything is made", () =>
    on(() =>
      Effect.gen(function* () {
        const { home, id } = yield* finished()
        const wrong = yield* Effect.either(Retry.retry(id, { home, task: task({ template: "{{ headline }} {{ text }}" }) }))
        assert.isTrue(Either.isLeft(wrong))
        assert.lengthOf(yield* Effect.flatMap(JobStore, ({ jobs }) => jobs({})), 1)
      })
    )
  )
})
