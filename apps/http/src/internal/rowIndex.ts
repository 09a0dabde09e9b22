/** The rows of a result file as JSON lines, so that a page of them is found without reading what comes before. */

import { FailureReason, type LabelValue } from "@batchlabel/core/Outcome"
import type { Task } from "@batchlabel/core/Task"
import type { CsvError } from "@batchlabel/csv-io/CsvError"
import * as CsvReader from "@batchlabel/csv-io/CsvReader"
import { type DatasetError, fileFailed } from "@batchlabel/dataset/DatasetError"
import { Row } from "@batchlabel/http-api/Row"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

/** How many rows apart the offsets are that are kept. */
export const stride = 1_000

const longestText = 500

const cut = (text: string): string => (text.length > longestText ? `${text.slice(0, longestText)}…` : text)

const isReason = Schema.is(FailureReason)

/** The wire's row, but for what people said. */
export const readRow = Schema.decodeUnknownOption(Schema.parseJson(Row))

interface Sources {
  readonly labeledPath: string
  readonly failedPath: string | undefined
  readonly delimiter: string
  readonly textColumn: string
  readonly task: Task
}

type Cells = ReadonlyArray<string>

/** The cells of a file one row after the other. */
const cursorOf = Effect.fnUntraced(function* (path: string, delimiter: string) {
  const source = yield* CsvReader.open(path, { delimiter, encoding: "utf-8" })
  const pull = yield* Stream.toPull(source.batches)
  let rows: ReadonlyArray<Cells> = []
  let at = 0
  const next: Effect.Effect<Cells | undefined, CsvError, FileSystem.FileSystem> = Effect.suspend(() => {
    const row = rows[at]
    if (row !== undefined) {
      at++
      return Effect.succeed(row)
    }
    return Effect.matchEffect(pull, {
      onFailure: Option.match({ onNone: () => Effect.succeed(undefined), onSome: (error: CsvError) => Effect.fail(error) }),
      onSuccess: (batches) => {
        rows = [...batches].flatMap((batch) => batch.rows)
        at = 0
        return next
      }
    })
  })
  return { header: source.header, next }
})

const writer = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const file = yield* fs.open(path, { flag: "w", mode: 0o600 }).pipe(Effect.mapError(fileFailed("write", path)))
  return (text: Buffer) => Effect.mapError(file.writeAll(text), fileFailed("write", path))
})

/**
 * Writes the rows of `labeledPath` to `rowsPath` and, apart, the failed ones with their reasons to `failuresPath`. The byte offset of every
 * thousandth row.
 */
export const build = Effect.fn("RowIndex.build")(function* (
  sources: Sources,
  rowsPath: string,
  failuresPath: string
): Effect.fn.Return<ReadonlyArray<number>, CsvError | DatasetError, FileSystem.FileSystem | Scope.Scope> {
  const { columns, labels } = sources.task
  const byText = new Map<string, { readonly value: LabelValue; readonly name: string }>(
    labels.map(({ name, value }) => [String(value), { value, name }])
  )
  const labeled = yield* CsvReader.open(sources.labeledPath, { delimiter: sources.delimiter, encoding: "utf-8" })
  const failures = sources.failedPath === undefined ? undefined : yield* cursorOf(sources.failedPath, sources.delimiter)
  const at = {
    text: labeled.header.indexOf(sources.textColumn),
    label: labeled.header.indexOf(columns.label),
    labeled: labeled.header.indexOf(columns.labeled)
  }
  const failureAt = (name: string): number => failures?.header.lastIndexOf(name) ?? -1
  const [reasonAt, detailAt, rawAt] = [failureAt("failure_reason"), failureAt("failure_detail"), failureAt("raw_answer")]
  const writeRows = yield* writer(rowsPath)
  const writeFailures = yield* writer(failuresPath)
  const offsets: Array<number> = []
  let bytes = 0
  let number = 0

  const rowOf = Effect.fnUntraced(function* (cells: Cells) {
    number++
    const base = { row: number, text: cut(cells[at.text] ?? "") }
    switch (cells[at.labeled]) {
      case "True": {
        const label = byText.get(cells[at.label] ?? "")
        const row: Row = label === undefined ? { ...base, outcome: "labeled" } : { ...base, outcome: "labeled", label }
        return row
      }
      case "Pending": {
        const row: Row = { ...base, outcome: "pending" }
        return row
      }
      default: {
        const failure = failures === undefined ? undefined : yield* failures.next
        const reason = failure?.[reasonAt]
        const raw = failure?.[rawAt] ?? ""
        const row: Row = {
          ...base,
          outcome: "failed",
          ...(isReason(reason) ? { reason } : {}),
          detail: failure?.[detailAt] ?? "",
          ...(raw === "" ? {} : { raw })
        }
        return row
      }
    }
  })

  yield* Stream.runForEach(labeled.batches, ({ rows }) =>
    Effect.gen(function* () {
      for (let start = 0; start < rows.length; ) {
        // A block of lines ends where an offset is due.
        const size = Math.min(rows.length - start, stride - (number % stride))
        if (number % stride === 0) offsets.push(bytes)
        let lines = ""
        let failed = ""
        for (const cells of rows.slice(start, start + size)) {
          const row = yield* rowOf(cells)
          const line = `${JSON.stringify(row)}\n`
          lines += line
          if (row.outcome === "failed") failed += line
        }
        const block = Buffer.from(lines)
        bytes += block.length
        yield* writeRows(block)
        if (failed !== "") yield* writeFailures(Buffer.from(failed))
        start += size
      }
    })
  )
  return offsets
}, Effect.scoped)
