/** What there is to know about a file that a client has sent. */

import * as CsvReader from "@batchlabel/csv-io/CsvReader"
import type { ApiProblem } from "@batchlabel/http-api/ApiProblem"
import type { Upload } from "@batchlabel/http-api/UploadsApi"
import * as Message from "@batchlabel/messages/Message"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Problems from "./problems.js"

export interface ToInspect {
  readonly path: string
  /** What the client calls it. */
  readonly name: string
  readonly hints: Pick<CsvReader.ReadOptions, "encoding" | "delimiter">
  readonly limits: { readonly rows: number; readonly recordBytes: number; readonly columns: number; readonly headerBytes: number }
}

export type Inspected = Pick<Upload, "rows" | "badRows" | "sample" | "encoding" | "delimiter" | "header">

const sampleRows = 20
const sampleCell = 200
/** Characters of all rows of the sample together. */
const sampleSize = 200_000

const checkHeader = (header: ReadonlyArray<string>, { limits, name }: ToInspect): Effect.Effect<void, ApiProblem> => {
  const bytes = header.reduce((sum, column) => sum + Buffer.byteLength(column), 0)
  return header.length > limits.columns || bytes > limits.headerBytes
    ? Effect.fail(
        Problems.make(
          422,
          Message.make("BL7089", { name, columns: header.length, bytes, limit: limits.columns, most: limits.headerBytes })
        )
      )
    : Effect.void
}

/** Reads the whole file once: a file that cannot be read is refused now, not when its job has been started. */
export const inspect = Effect.fnUntraced(function* (
  asked: ToInspect
): Effect.fn.Return<Inspected, ApiProblem, FileSystem.FileSystem> {
  const { hints, limits, name, path } = asked
  const source = yield* CsvReader.open(path, { ...hints, onBadRow: "skip", maxRecordBytes: limits.recordBytes }).pipe(
    Effect.mapError(Problems.ofError)
  )
  yield* checkHeader(source.header, asked)
  const sample: Array<ReadonlyArray<string>> = []
  let sampled = 0
  let rows = 0
  let badRows = 0
  yield* Stream.runForEach(source.batches.pipe(Stream.mapError(Problems.ofError)), (batch): Effect.Effect<void, ApiProblem> => {
    for (const cells of batch.rows.slice(0, sampleRows - sample.length)) {
      const shown = cells.map((cell) => (cell.length > sampleCell ? `${cell.slice(0, sampleCell)}…` : cell))
      sampled += shown.reduce((sum, cell) => sum + cell.length + 3, 0)
      if (sampled > sampleSize && sample.length > 0) break
      sample.push(shown)
    }
    rows += batch.rows.length
    badRows += batch.bad.length
    return rows > limits.rows
      ? Effect.fail(Problems.make(422, Message.make("BL7014", { name, limit: limits.rows })))
      : Effect.void
  })
  return { rows, badRows, sample, encoding: source.encoding, delimiter: source.delimiter, header: source.header }
})
