import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type * as Outcome from "@batchlabel/core/Outcome"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { parse } from "csv-parse/sync"
import { Effect, FastCheck as fc } from "effect"
import * as Merger from "../src/Merger.js"
import * as OutcomeTable from "../src/OutcomeTable.js"
import { csvOf, folder, header, open, prompt, task, wellFormed } from "./support/dataset.js"

const at = new Date(2024, 0, 15, 14, 30, 0).getTime()

const read = (path: string): ReadonlyArray<ReadonlyArray<string>> =>
  parse(readFileSync(path, "utf8"), { relax_column_count: true })

const labeled = (value: number): Outcome.Outcome => ({ _tag: "Labeled", value, raw: String(value) })
const failed = (reason: Outcome.FailureReason, retryable = false): Outcome.Outcome => ({
  _tag: "Failed",
  reason,
  detail: "d",
  retryable,
  raw: "음"
})

const mergeRows = (
  rows: ReadonlyArray<ReadonlyArray<string>>,
  outcomes: ReadonlyArray<readonly [text: string, outcome: Outcome.Outcome]>,
  options: Partial<Merger.MergeOptions> = {}
) =>
  Effect.gen(function* () {
    const directory = yield* folder
    const input = join(directory, "input.csv")
    csvOf(input, rows)
    const table = OutcomeTable.make()
    const source = table.addSource({ at, model: "gpt-4o-mini", task: "parity", batchId: "batch_1", attempt: 1 })
    for (const [text, outcome] of outcomes) table.record(prompt.render([text, ""]).digest, outcome, source)
    const labeledPath = join(directory, "labeled.csv")
    const failedPath = join(directory, "labeled_failed.csv")
    const report = yield* Merger.merge(yield* open(input), {
      task,
      textColumn: 0,
      lookup: Merger.lookup([{ prompt, outcomes: table }]),
      labeledPath,
      failedPath,
      write: {},
      ...options
    })
    return { report, labeledPath, failedPath }
  })

const cell = fc.oneof(
  fc.constantFrom("", "같은 글", 'a "quoted" cell', "two\nlines", "=1+1", " padded "),
  fc.fullUnicodeString({ maxLength: 12 })
)

describe("the merger", () => {
  it.effect("gives every row one outcome, in the input's order, and keeps every cell as it was", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(cell, cell, fc.integer({ min: 0, max: 4 })), { minLength: 1, maxLength: 30 }),
          fc.boolean(),
          (rows, unfinished) =>
            Effect.gen(function* () {
              const cells = rows.map(([text, title]) => [wellFormed(text), wellFormed(title)])
              const outcomes = rows.flatMap(([text, , kind]): ReadonlyArray<readonly [string, Outcome.Outcome]> => {
                if (kind === 0) return []
                return [
                  [text, kind === 1 ? failed("api_error") : kind === 2 ? failed("infrastructure", true) : labeled(kind - 3)]
                ]
              })
              const { failedPath, labeledPath, report } = yield* mergeRows(cells, outcomes, { unfinished })
              const [names, ...output] = read(labeledPath)
              assert.deepStrictEqual(names, [...header, "label", "label_name", "labeled", "labeled_at"])
              assert.deepStrictEqual(
                output.map((row) => row.slice(0, 2)),
                cells
              )
              const failures = Object.values(report.failed).reduce((sum, count) => sum + count, 0)
              assert.strictEqual(report.rows, cells.length)
              assert.strictEqual(report.labeled + failures + report.pending, report.rows)
              assert.strictEqual(report.failedRows, failures)
              assert.strictEqual(
                report.distribution.reduce((sum, { count }) => sum + count, 0),
                report.labeled
              )
              assert.strictEqual(output.filter((row) => row[4] === "True").length, report.labeled)
              assert.strictEqual(output.filter((row) => row[4] === "Pending").length, report.pending)
              assert.strictEqual(existsSync(failedPath), failures > 0)
              if (failures > 0) assert.strictEqual(read(failedPath).length - 1, failures)
            }).pipe(Effect.scoped, Effect.provide(NodeContext.layer), Effect.runPromise)
        ),
        { numRuns: 60 }
      )
    )
  )

  it.scoped("writes the guide's four columns", () =>
    Effect.gen(function* () {
      const { labeledPath } = yield* mergeRows([["글", "제목"]], [["글", labeled(1)]])
      assert.strictEqual(
        readFileSync(labeledPath, "utf8"),
        "text,title,label,label_name,labeled,labeled_at\n글,제목,1,odd,True,2024-01-15 14:30:00\n"
      )
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped("a failures file that is submitted again gets its columns replaced, not doubled", () =>
    Effect.gen(function* () {
      const first = yield* mergeRows([["글", "제목"]], [["글", failed("invalid_answer")]])
      const directory = yield* folder
      const source = yield* open(first.failedPath)
      const table = OutcomeTable.make()
      table.record(
        prompt.render(["글", "제목"]).digest,
        labeled(0),
        table.addSource({ at, model: "m", task: "t", batchId: undefined, attempt: 1 })
      )
      const report = yield* Merger.merge(source, {
        task,
        textColumn: 0,
        lookup: Merger.lookup([{ prompt, outcomes: table }]),
        labeledPath: join(directory, "again.csv"),
        failedPath: join(directory, "again_failed.csv"),
        write: {}
      })
      assert.deepStrictEqual(read(join(directory, "again.csv")), [
        ["text", "title", "label", "label_name", "labeled", "labeled_at"],
        ["글", "제목", "0", "even", "True", "2024-01-15 14:30:00"]
      ])
      assert.strictEqual(report.replacedColumns.length, 7)
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped("of several layers the newest label wins, and a failure never hides a label", () =>
    Effect.gen(function* () {
      const layer = (outcome: Outcome.Outcome) => {
        const outcomes = OutcomeTable.make()
        outcomes.record(
          prompt.render(["글", ""]).digest,
          outcome,
          outcomes.addSource({ at, model: "m", task: "t", batchId: undefined, attempt: 1 })
        )
        return { prompt, outcomes }
      }
      const value = (layers: ReadonlyArray<Parameters<typeof Merger.lookup>[0][number]>) =>
        Merger.lookup(layers)(["글", ""])?.outcome
      assert.deepInclude(value([layer(failed("refused")), layer(labeled(1))]), { _tag: "Labeled", value: 1 })
      assert.deepInclude(value([layer(labeled(0)), layer(failed("refused"))]), { _tag: "Labeled", value: 0 })
      assert.deepInclude(value([layer(labeled(0)), layer(labeled(1))]), { _tag: "Labeled", value: 1 })
      assert.deepInclude(value([layer(failed("refused")), layer(failed("truncated"))]), { reason: "truncated" })
    })
  )
})
