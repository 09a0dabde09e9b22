import * as ByteString from "@batchlabel/core/ByteString"
import type * as Outcome from "@batchlabel/core/Outcome"
import type { CsvError } from "@batchlabel/csv-io/CsvError"
import type { CsvSource, RowBatch } from "@batchlabel/csv-io/CsvReader"
import * as CsvWriter from "@batchlabel/csv-io/CsvWriter"
import * as Effect from "effect/Effect"
import type { Source } from "../OutcomeTable.js"
import { LineBuffer } from "./lineBuffer.js"
import type { OutputColumns } from "./outputColumns.js"

type Cells = ReadonlyArray<string>

/** The rows of an output file, gathered for a write. */
export interface OutputRows<O extends Outcome.Outcome = Outcome.Outcome> {
  readonly add: (batch: RowBatch, index: number, outcome: O, source: Source | undefined) => void
  readonly addPending: (batch: RowBatch, index: number) => void
  readonly flush: (file: CsvWriter.CsvFile) => Effect.Effect<void, CsvError>
}

/** Keeps what was made of an outcome and its source as long as the outcome lives: a job has few different ones. */
const remembered = <O extends Outcome.Outcome>(make: (outcome: O, source: Source | undefined) => string) => {
  const known = new WeakMap<O, Map<Source | undefined, string>>()
  return (outcome: O, source: Source | undefined): string => {
    let bySource = known.get(outcome)
    if (bySource === undefined) {
      bySource = new Map()
      known.set(outcome, bySource)
    }
    let made = bySource.get(source)
    if (made === undefined) {
      made = make(outcome, source)
      bySource.set(source, made)
    }
    return made
  }
}

/**
 * Rows with the new cells of `cellsOf`. Where the output is written as the input is, a row is the input's own bytes and the new cells
 * behind them; else, and where a record cannot be copied, its cells are written anew.
 */
export const outputRows = <O extends Outcome.Outcome>(
  columns: OutputColumns,
  cellsOf: (outcome: O, source: Source | undefined) => Cells,
  { delimiter }: Pick<CsvSource, "delimiter">,
  write: CsvWriter.WriteOptions
): OutputRows<O> => {
  const copies = columns.replaced.length === 0 && write.delimiter === delimiter && write.safeCells !== true
  const bytesOf = (cells: Cells): string =>
    ByteString.fromText(CsvWriter.stringify([cells], { delimiter, newline: write.newline }))
  const tail = (cells: Cells): string => ByteString.fromText(delimiter) + bytesOf(cells)
  const tailOf = remembered<O>((outcome, source) => tail(cellsOf(outcome, source)))
  const pendingTail = tail(columns.pending)

  // One is filled while the other is being written.
  let [copied, spare] = [new LineBuffer(), new LineBuffer()]
  let rows: Array<Cells> = []
  const row = (batch: RowBatch, index: number, cells: Cells): Cells => [...columns.keep(batch.row(index)), ...cells]
  const add = copies
    ? (batch: RowBatch, index: number, cells: () => Cells, tail: () => string): void => {
        const record = batch.recordBytes(index)
        copied.addString(record ?? bytesOf(row(batch, index, cells())))
        if (record !== undefined) copied.addString(tail())
      }
    : (batch: RowBatch, index: number, cells: () => Cells): void => {
        rows.push(row(batch, index, cells()))
      }
  return {
    add: (batch, index, outcome, source) =>
      add(
        batch,
        index,
        () => cellsOf(outcome, source),
        () => tailOf(outcome, source)
      ),
    addPending: (batch, index) =>
      add(
        batch,
        index,
        () => columns.pending,
        () => pendingTail
      ),
    flush: (file) =>
      Effect.suspend(() => {
        const [{ bytes }, cells] = [copied, rows]
        ;[copied, spare] = [spare, copied]
        rows = []
        return Effect.andThen(Effect.andThen(file.copy(bytes), file.write(cells)), () => copied.clear())
      })
  }
}
