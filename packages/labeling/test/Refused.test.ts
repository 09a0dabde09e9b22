/** What every row would be refused for is refused before there is a job. */
import { join } from "node:path"
import type * as Task from "@batchlabel/core/Task"
import * as PriceBook from "@batchlabel/cost/PriceBook"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import * as Prepare from "../src/Prepare.js"
import { folder, layers, passes, task, writeTexts } from "./support/simulated.js"

const model = "a-model"
const hour = 3_600_000

/** The day (UTC) on which it will be so many hours later. */
const dayIn = (hours: number): string => new Date(Date.now() + hours * hour).toISOString().slice(0, 10)

const bookUntil = (retires: string) => PriceBook.fromFile({ date: "2026-01-01", source: "test", models: [{ model, retires }] })

/** Prepares jobs against a book, and gives what they came to and what the API has seen. */
const attempt = Effect.fnUntraced(function* (book: PriceBook.PriceBook, parts: Partial<Task.Task>, textColumn?: string) {
  const api = yield* Simulator.scoped({ rules: { default: 1 } })
  const home = yield* folder
  const inputPath = writeTexts(join(home, "a.csv"), ["하나", "둘"])
  const made = Effect.gen(function* () {
    const prepared = yield* Effect.either(Prepare.prepare({ inputPath, home, textColumn, task: task({ model, ...parts }) }))
    if (Either.isRight(prepared)) yield* passes(prepared.right.job.id, () => Effect.void)
    return { problem: Either.isLeft(prepared) ? prepared.left.problem : undefined, jobs: yield* (yield* JobStore).jobs({}) }
  })
  const { jobs, problem } = yield* Effect.provide(made, layers(api, { book }))
  const ledger = yield* Effect.promise(() => api.ledger())
  return { problem, jobs: jobs.length, uploads: ledger.uploads, batches: Object.keys(ledger.jobs).length }
})

const nothing = { jobs: 0, uploads: 0, batches: 0 }
const one = { problem: undefined, jobs: 1, uploads: 1, batches: 1 }

describe("a model", () => {
  it.scopedLive("that is gone by the end of the window is refused, with its date and the way out", () =>
    Effect.gen(function* () {
      for (const date of ["2020-01-01", dayIn(0), dayIn(24)]) {
        const { problem, ...seen } = yield* attempt(bookUntil(date), {})
        assert.strictEqual(problem?.code, "BL5373")
        assert.include(problem?.message, date)
        assert.deepStrictEqual(seen, nothing)
      }
    })
  )

  it.scopedLive("that outlives the window is taken, and one that does not where the task allows it", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* attempt(bookUntil(dayIn(72)), {}), one)
      assert.deepStrictEqual(yield* attempt(bookUntil("2020-01-01"), { allow_retired_model: true }), one)
    })
  )
})

it.scopedLive("a result column that would replace the column of texts is refused, whichever of the four it is", () =>
  Effect.gen(function* () {
    const { columns } = task()
    for (const key of ["label", "label_name", "labeled", "labeled_at"] as const) {
      const { problem, ...seen } = yield* attempt(PriceBook.builtin, { columns: { ...columns, [key]: "n" } }, "n")
      assert.strictEqual(problem?.code, "BL5074")
      assert.include(problem?.message, `columns.${key}`)
      assert.deepStrictEqual(seen, nothing)
    }
  })
)
