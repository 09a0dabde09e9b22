/** A row that was never asked has not failed: samples, their retries, and the cap that holds for all of them together. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as Money from "@batchlabel/cost/Money"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { parse } from "csv-parse/sync"
import { Effect, Either } from "effect"
import * as Download from "../src/Download.js"
import type { JobRequest } from "../src/JobRequest.js"
import * as JobView from "../src/JobView.js"
import { LabelingError } from "../src/LabelingError.js"
import * as Prepare from "../src/Prepare.js"
import * as Retry from "../src/Retry.js"
import { folder, layers, passes, task, writeTexts } from "./support/simulated.js"

const simulator = Simulator.scoped({ rules: { rules: [{ contains: "어려운", bad: "prose" }], default: 1 } })

const on = <A, E, R>(use: (api: Simulator.Simulator) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(simulator, (api) => Effect.provide(use(api), layers(api)))

const texts = (rows: number) => Array.from({ length: rows }, (_, n) => `${n % 4 === 0 ? "어려운" : "쉬운"} 글 ${n}`)

const paidLines = (api: Simulator.Simulator) =>
  Effect.map(
    Effect.promise(() => api.ledger()),
    ({ jobs }) => Object.values(jobs).reduce((sum, { paid }) => sum + paid, 0)
  )

const rowsOf = (path: string): ReadonlyArray<Readonly<Record<string, string>>> =>
  parse(readFileSync(path, "utf8"), { columns: true })

describe("of a sample", () => {
  it.scopedLive("a retry asks only the rows that were asked and failed", () =>
    on((api) =>
      Effect.gen(function* () {
        const home = yield* folder
        const inputPath = writeTexts(join(home, "input.csv"), texts(300))
        const { job } = yield* Prepare.prepare({ inputPath, home, task: task(), sample: { rows: 40, seed: 1 } })
        yield* passes(job.id, () => Effect.void)
        const view = yield* JobView.load(job.id)
        assert.strictEqual(view.requests, 40)
        const failed = view.failedTotal
        assert.isAbove(failed, 0)

        const again = yield* Retry.retry(job.id, { home })
        assert.strictEqual(again.job.split?.requests, failed)
        yield* passes(again.job.id, () => Effect.void)
        assert.strictEqual(yield* paidLines(api), 40 + failed)

        // A retry of the retry asks no more rows than these either.
        const third = yield* Retry.retry(again.job.id, { home })
        assert.strictEqual(third.job.split?.requests, failed)
      })
    )
  )

  it.scopedLive("the failures file holds the rows that were asked and failed, and the rest are pending, after a retry too", () =>
    on(() =>
      Effect.gen(function* () {
        const home = yield* folder
        const all = [...texts(60), ...Array.from({ length: 20 }, () => "")]
        const inputPath = writeTexts(join(home, "input.csv"), all)
        const { job } = yield* Prepare.prepare({ inputPath, home, task: task(), sample: { rows: 20, seed: 3 } })
        yield* passes(job.id, () => Effect.void)
        const outputPath = join(home, "labeled.csv")
        const first = yield* Download.download(job.id, { outputPath })
        assert.strictEqual(first.report.pending, 60)
        assert.strictEqual(first.report.labeled + first.report.failedRows, 20)
        assert.isAbove(first.report.failed.empty_text ?? 0, 0)
        assert.lengthOf(rowsOf(Download.toFailedPath(outputPath)), first.report.failedRows)

        const again = yield* Retry.retry(job.id, { home })
        yield* passes(again.job.id, () => Effect.void)
        for (const id of [job.id, again.job.id]) {
          const { report } = yield* Download.download(id, { outputPath })
          assert.deepStrictEqual(report, first.report)
        }
      })
    )
  )

  it.scopedLive("without a failure there is nothing to ask again, though most rows have no label", () =>
    on(() =>
      Effect.gen(function* () {
        const home = yield* folder
        const inputPath = writeTexts(
          join(home, "input.csv"),
          Array.from({ length: 30 }, (_, n) => `쉬운 글 ${n}`)
        )
        const { job } = yield* Prepare.prepare({ inputPath, home, task: task(), sample: { rows: 5, seed: 1 } })
        yield* passes(job.id, () => Effect.void)
        const refused = yield* Effect.either(Retry.retry(job.id, { home }))
        assert.isTrue(Either.isLeft(refused) && refused.left instanceof LabelingError)
        assert.strictEqual(
          Either.isLeft(refused) && refused.left instanceof LabelingError ? refused.left.problem.code : "",
          "BL5016"
        )
      })
    )
  )
})

describe("a cap", () => {
  const capped = Effect.fnUntraced(function* (home: string, options: Partial<JobRequest>) {
    const inputPath = writeTexts(join(home, "input.csv"), texts(40))
    const { job } = yield* Prepare.prepare({
      inputPath,
      home,
      task: task({ parameters: { ...task().parameters, max_completion_tokens: 16 } }),
      ...options
    })
    yield* passes(job.id, () => Effect.void)
    return yield* JobView.load(job.id)
  })

  it.scopedLive("holds for a job and its retries together, and a higher one lets the retry go on", () =>
    on((api) =>
      Effect.gen(function* () {
        const home = yield* folder
        const enough = Money.fromDollars(0.01)
        const first = yield* capped(home, { maxCost: enough })
        const store = yield* JobStore
        // So little is left that the retry does not fit.
        yield* store.updateJob(first.job.id, ["done"], { maxCost: first.spent + 1n })
        const retry = yield* Retry.retry(first.job.id, { home })
        assert.strictEqual(retry.job.maxCost, first.spent + 1n)
        const held = yield* passes(retry.job.id, () => Effect.void)
        assert.strictEqual(held.view.job.state, "stopped")
        assert.strictEqual(held.view.job.detail?.code, "BL5305")
        assert.strictEqual(yield* paidLines(api), 40)

        yield* store.updateJob(retry.job.id, ["stopped"], { maxCost: enough })
        const done = yield* passes(retry.job.id, () => Effect.void)
        assert.strictEqual(done.view.job.state, "done")
        assert.strictEqual(yield* paidLines(api), 50)
      })
    )
  )

  it.scopedLive("of a sample holds for what goes on from it", () =>
    on((api) =>
      Effect.gen(function* () {
        const home = yield* folder
        const sample = yield* capped(home, { sample: { rows: 10, seed: 1 }, maxCost: Money.fromDollars(0.01) })
        const rest = yield* capped(home, { continueOf: sample.job.id, maxCost: sample.spent + 1n })
        assert.strictEqual(rest.job.state, "stopped")
        assert.strictEqual(yield* paidLines(api), 10)
      })
    )
  )
})
