import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type * as Outcome from "@batchlabel/core/Outcome"
import * as Prompt from "@batchlabel/core/Prompt"
import * as CsvReader from "@batchlabel/csv-io/CsvReader"
import type * as CsvWriter from "@batchlabel/csv-io/CsvWriter"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { parse } from "csv-parse/sync"
import { Effect, Either, FastCheck as fc, Stream } from "effect"
import { sized } from "../../../test/support/sized.js"
import * as Merger from "../src/Merger.js"
import * as OutcomeTable from "../src/OutcomeTable.js"
import * as RowDigests from "../src/RowDigests.js"
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
      generations: [{ prompt, outcomes: table }],
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
        { numRuns: sized(20, 60) }
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
        generations: [{ prompt, outcomes: table }],
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

  it.scoped("a column of the input that shares a name with a result column is kept under a free name, and told", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const path = join(directory, "gold.csv")
      writeFileSync(path, "text,label,label_input,failure_reason\n글,2,x,y\n")
      const source = yield* open(path)
      const report = yield* Merger.merge(source, {
        task,
        textColumn: 0,
        generations: [{ prompt, outcomes: OutcomeTable.make() }],
        labeledPath: join(directory, "out.csv"),
        failedPath: join(directory, "out_failed.csv"),
        write: {}
      })
      const ours = ["label", "label_name", "labeled", "labeled_at"]
      assert.deepStrictEqual(read(join(directory, "out.csv")), [
        ["text", "label_input_2", "label_input", "failure_reason", ...ours],
        ["글", "2", "x", "y", "", "", "False", ""]
      ])
      assert.deepStrictEqual(read(join(directory, "out_failed.csv"))[0], [
        ...["text", "label_input_2", "label_input", "failure_reason_input", ...ours],
        ...["failure_reason", "failure_detail", "raw_answer"]
      ])
      assert.deepStrictEqual(report.renamedColumns, [
        { column: "label", kept: "label_input_2" },
        { column: "failure_reason", kept: "failure_reason_input" }
      ])
      assert.deepStrictEqual(report.replacedColumns, [])
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped("of several generations the newest label wins, and a failure never hides a label", () =>
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
      const value = (generations: ReadonlyArray<Parameters<typeof Merger.lookup>[0][number]>) =>
        Merger.lookup(generations)(["글", ""])?.outcome
      assert.deepInclude(value([layer(failed("refused")), layer(labeled(1))]), { _tag: "Labeled", value: 1 })
      assert.deepInclude(value([layer(labeled(0)), layer(failed("refused"))]), { _tag: "Labeled", value: 0 })
      assert.deepInclude(value([layer(labeled(0)), layer(labeled(1))]), { _tag: "Labeled", value: 1 })
      assert.deepInclude(value([layer(failed("refused")), layer(failed("truncated"))]), { reason: "truncated" })
    })
  )
})

/** A file in some dialect, quoted where it need not be, here and there with a broken record. */
const dialect = fc.record({
  delimiter: fc.constantFrom(",", ";", "\t", "·"),
  newline: fc.constantFrom<"\n" | "\r\n">("\n", "\r\n"),
  encoding: fc.constantFrom<CsvReader.Encoding>("utf-8", "utf-16le")
})
const oddCell = fc.oneof(
  cell,
  fc.constantFrom("a\rb", "\r\n", "·", "a;b,c\td", '"', "\ufeff", "\u3000", "끝 ", "=1", "'", "\u2028")
)
const record = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(oddCell, oddCell, fc.boolean()) },
  { weight: 1, arbitrary: fc.constantFrom('"broken" x', 'stray"quote', "short") }
)
const recordsOf = fc.array(fc.tuple(record, fc.integer({ min: 0, max: 5 })), { minLength: 1, maxLength: 25 })

const written = (
  [text, title, quoted]: readonly [string, string, boolean],
  { delimiter, newline }: { readonly delimiter: string; readonly newline: string }
): string =>
  [text, title]
    .map((one) => {
      const whole = wellFormed(one)
      const needed = quoted || /["\n]/.test(whole) || whole.includes(delimiter) || (newline === "\r\n" && whole.includes("\r"))
      return needed || whole === "" ? `"${whole.replaceAll('"', '""')}"` : whole
    })
    .join(delimiter)

describe("the copied rows of a merge", () => {
  const mergedOnce = (
    input: string,
    generations: ReadonlyArray<Merger.Generation>,
    write: CsvWriter.WriteOptions,
    unfinished: boolean
  ) =>
    Effect.gen(function* () {
      const directory = yield* folder
      const [labeledPath, failedPath] = [join(directory, "labeled.csv"), join(directory, "failed.csv")]
      const source = yield* CsvReader.open(input, { delimiter: write.delimiter, onBadRow: "skip" })
      const options = { task, textColumn: 0, generations, labeledPath, failedPath, provenance: true, unfinished }
      const report = yield* Merger.merge(source, { ...options, write })
      return { files: [labeledPath, failedPath].map((path) => (existsSync(path) ? readFileSync(path) : undefined)), report }
    })

  const rowsOf = (content: Buffer | undefined, delimiter: string | undefined) =>
    Effect.gen(function* () {
      if (content === undefined) return []
      const path = join(yield* folder, "rows.csv")
      writeFileSync(path, content)
      const file = yield* CsvReader.open(path, { delimiter, encoding: "utf-8" })
      const batches = yield* Stream.runCollect(file.batches)
      return [file.header, ...[...batches].flatMap((batch) => batch.rows)]
    })

  const plainNumber = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/
  const safe = (cell: string): string => (/^[=+\-@\t\r\n＝＋－＠]/.test(cell) && !plainNumber.test(cell) ? `'${cell}` : cell)

  const outcomeOf = (kind: number): Outcome.Outcome | undefined =>
    kind === 0 ? undefined : kind === 1 ? failed("api_error") : kind === 2 ? failed("expired", true) : labeled(kind % 2)

  it.effect("hold the same cells as rows that are written anew: any dialects, quotes, outcomes and broken records", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(dialect, recordsOf, fc.boolean(), (dialect, records, unfinished) =>
          Effect.gen(function* () {
            const { delimiter, encoding, newline } = dialect
            const lines = records.map(([one]) => (typeof one === "string" ? one : written(one, dialect)))
            const text = `\ufeff${header.join(delimiter)}${newline}${lines.map((line) => line + newline).join("")}`
            const input = join(yield* folder, "input.csv")
            writeFileSync(input, Buffer.from(text, encoding === "utf-8" ? "utf8" : "utf16le"))
            const outcomes = OutcomeTable.make()
            const source = outcomes.addSource({ at, model: "m,1", task: 't"1', batchId: "b", attempt: 1 })
            for (const [one, kind] of records) {
              const outcome = outcomeOf(kind)
              if (typeof one === "string" || outcome === undefined) continue
              outcomes.record(prompt.render([wellFormed(one[0]), ""]).digest, outcome, source)
            }
            const generations = [{ prompt, outcomes }]
            const copied = yield* mergedOnce(input, generations, { delimiter, newline }, unfinished)
            // Cells that a spreadsheet would run are changed: nothing can be copied.
            const anew = yield* mergedOnce(input, generations, { delimiter, newline, safeCells: true }, unfinished)
            assert.strictEqual(copied.report.rows, records.length)
            assert.deepStrictEqual(copied.report, anew.report)
            for (const [index, content] of copied.files.entries()) {
              assert.deepStrictEqual(
                (yield* rowsOf(content, delimiter)).map((row) => row.map(safe)),
                yield* rowsOf(anew.files[index], delimiter)
              )
            }
          }).pipe(Effect.scoped, Effect.provide(NodeContext.layer), Effect.runPromise)
        ),
        { numRuns: sized(20, 60) }
      )
    )
  )

  it.scoped("are the bytes of the input", () =>
    Effect.gen(function* () {
      const input = join(yield* folder, "input.csv")
      writeFileSync(input, 'text,title\r\n"글\n","a ""b"""\r\n"글", x \r\na\rb,"1"\n"last",""')
      const source = yield* CsvReader.open(input, { onBadRow: "skip" })
      const directory = yield* folder
      const [labeledPath, failedPath] = [join(directory, "labeled.csv"), join(directory, "failed.csv")]
      const write = { delimiter: ",", newline: source.newline }
      const outcomes = OutcomeTable.make()
      outcomes.record(
        prompt.render(["글", ""]).digest,
        labeled(1),
        outcomes.addSource({ at, model: "m", task: "t", batchId: undefined, attempt: 1 })
      )
      const generations = [{ prompt, outcomes }]
      yield* Merger.merge(source, { task, textColumn: 0, generations, labeledPath, failedPath, write, unfinished: true })
      assert.deepStrictEqual(readFileSync(labeledPath, "utf8").split("\r\n"), [
        "text,title,label,label_name,labeled,labeled_at",
        '"글\n","a ""b""",,,Pending,',
        '"글", x ,1,odd,True,2024-01-15 14:30:00',
        // Not copied: other readers would end the row at its CR.
        '"a\rb",1,,,Pending,',
        '"last","",,,Pending,',
        ""
      ])
    }).pipe(Effect.provide(NodeContext.layer))
  )

  const otherPrompt = Either.getOrThrow(Prompt.compile({ ...task, system: "Say 1 or 0." }, header))

  it.effect("are those of a merge that renders every row, whatever has become of the digests that were kept", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.constantFrom("", " ", "a", "b", "c", "d", "e", "f"), fc.constantFrom("", "t")), {
            minLength: 1,
            maxLength: 20
          }),
          fc.array(
            fc.record({
              other: fc.boolean(),
              outcomes: fc.dictionary(fc.constantFrom("a", "b", "c", "d", "e"), fc.integer({ min: 0, max: 5 })),
              kept: fc.boolean(),
              length: fc.integer({ min: 0, max: 300 }),
              damaged: fc.array(fc.tuple(fc.integer({ min: 0, max: 240 }), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
              none: fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 5 })
            }),
            { minLength: 1, maxLength: 4 }
          ),
          fc.boolean(),
          (rows, jobs, unfinished) =>
            Effect.gen(function* () {
              const directory = yield* folder
              const input = join(directory, "input.csv")
              csvOf(input, rows)
              const generations = jobs.map((job, index): Merger.Generation => {
                const ask = job.other ? otherPrompt : prompt
                const outcomes = OutcomeTable.make()
                const source = outcomes.addSource({ at, model: "m", task: `t${index}`, batchId: "b", attempt: 1 })
                for (const [text, kind] of Object.entries(job.outcomes)) {
                  const outcome = outcomeOf(kind)
                  if (outcome !== undefined) outcomes.record(ask.render([text, ""]).digest, outcome, source)
                }
                const digests = RowDigests.make(rows.length)
                for (const [row, cells] of rows.entries()) {
                  if (cells[0].trim() !== "" && !job.none.includes(row)) digests.set(row, ask.render(cells).digest)
                }
                const bytes = Buffer.from(digests.bytes)
                for (const [offset, byte] of job.damaged) if (offset < bytes.length) bytes[offset] = byte
                const rowDigests = join(directory, `rows-${index}.bin`)
                if (job.kept) writeFileSync(rowDigests, bytes.subarray(0, job.length))
                return { prompt: ask, outcomes, rowDigests }
              })
              const plain = generations.map(({ outcomes, prompt }) => ({ outcomes, prompt }))
              const write = { delimiter: "," }
              const kept = yield* mergedOnce(input, generations, write, unfinished)
              assert.deepStrictEqual(kept, yield* mergedOnce(input, plain, write, unfinished))
              const table = yield* Stream.runCollect((yield* open(input)).batches)
              const lookup = Merger.lookup(plain)
              const found = [...table].flatMap((batch) => batch.rows.map((cells) => lookup(cells)?.source.task ?? ""))
              const column = (yield* rowsOf(kept.files[0], ",")).slice(1)
              for (const [row, cells] of column.entries()) {
                // What was found is told by the task it comes from, unless it is a failure that may change.
                if (cells[8] !== "") assert.strictEqual(cells[8], found[row])
              }
            }).pipe(Effect.scoped, Effect.provide(NodeContext.layer), Effect.runPromise)
        ),
        { numRuns: sized(35, 100) }
      )
    )
  )
})
