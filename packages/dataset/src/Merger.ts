/**
 * The merger: the input CSV once more, with an outcome on every row, in the input's order. Labelled, failed and pending rows add up
 * to the input's rows, always: they are counted here, from the rows, never taken from the API's counts.
 *
 * @since 0.1.0
 */
import * as ByteString from "@batchlabel/core/ByteString"
import type * as Outcome from "@batchlabel/core/Outcome"
import type * as Prompt from "@batchlabel/core/Prompt"
import * as Task from "@batchlabel/core/Task"
import type * as CsvError from "@batchlabel/csv-io/CsvError"
import type * as CsvReader from "@batchlabel/csv-io/CsvReader"
import * as CsvWriter from "@batchlabel/csv-io/CsvWriter"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type DatasetError, fileFailed } from "./DatasetError.js"
import { finder } from "./internal/generations.js"
import * as OutputColumns from "./internal/outputColumns.js"
import { type OutputRows, outputRows } from "./internal/outputRows.js"
import type { Entry, OutcomeTable, Source } from "./OutcomeTable.js"
import * as RowDigests from "./RowDigests.js"

/**
 * What one job knows: of several (a job, and the one that asked its failures again, perhaps with another task) the last label wins, then
 * the last failure.
 *
 * @since 0.1.0
 * @category models
 */
export interface Generation {
  /** Layers that ask alike should share one: a row is then rendered once for all of them. */
  readonly prompt: Prompt.Prompt
  readonly outcomes: OutcomeTable
  /** The file of `RowDigests` that was written when this very input was split. */
  readonly rowDigests?: string | undefined
}

/**
 * Is given every row of the input as it is merged, in the input's order: its text, its outcome, and where that comes from. Between two
 * batches of rows it may write what it was given.
 *
 * @since 0.1.0
 * @category models
 */
export interface RowSink {
  readonly add: (text: string, outcome: Outcome.Outcome | "pending", source: Source | undefined) => void
  readonly flush: Effect.Effect<void, DatasetError>
}

/**
 * What is merged: the outcomes, and how the output is written.
 *
 * @since 0.1.0
 * @category models
 */
export interface MergeOptions {
  readonly task: Task.Task
  /** Index of the text column. */
  readonly textColumn: number
  /** Oldest first. */
  readonly generations: ReadonlyArray<Generation>
  /** Where every input row goes. */
  readonly labeledPath: string
  /** Where the failed rows go, with their reasons; no such file is left when no row failed. */
  readonly failedPath: string
  /** Where `delimiter` is the input's and no cell is changed, rows are copied as they stand in it. */
  readonly write: CsvWriter.WriteOptions
  /** Adds `attempt, model, task, batch` to each row. */
  readonly provenance?: boolean | undefined
  /** The job is not finished: rows without an outcome, and failures that will be asked again, are pending instead of failed. */
  readonly unfinished?: boolean | undefined
  /** Whether a 0-based row was asked at all; absent: every row was. One that was not has not failed: without a label it is pending. */
  readonly isAsked?: ((row: number) => boolean) | undefined
  readonly onProgress?: ((bytesRead: number, rows: number) => void) | undefined
  /** Hears of every row as well. */
  readonly sink?: RowSink | undefined
}

/**
 * `rows` = `labeled` + the sum of `failed` + `pending`.
 *
 * @since 0.1.0
 * @category models
 */
export interface MergeReport {
  readonly rows: number
  readonly labeled: number
  readonly pending: number
  readonly failed: Readonly<Partial<Record<Outcome.FailureReason, number>>>
  readonly failedRows: number
  /** A count for every label of the task, in the task's order. */
  readonly distribution: ReadonlyArray<{ readonly value: Outcome.LabelValue; readonly name: string; readonly count: number }>
  /** Input columns that have the name of a column of ours and are kept under another one. */
  readonly renamedColumns: ReadonlyArray<{ readonly column: string; readonly kept: string }>
  /** Columns of an earlier output, in the input, that the output's own columns replaced. */
  readonly replacedColumns: ReadonlyArray<string>
}

/**
 * Input columns that have the name of a column which a merge adds, and what they will be called: what {@link MergeReport} says afterwards,
 * before there is anything to merge.
 *
 * @since 0.1.0
 * @category constructors
 */
export const renamedColumns = (
  task: Task.Task,
  header: ReadonlyArray<string>,
  provenance = false
): MergeReport["renamedColumns"] => OutputColumns.make(task, header, provenance).renamed

/**
 * Finds the outcome of a row by its cells.
 *
 * @since 0.1.0
 * @category models
 */
export type Lookup = (cells: ReadonlyArray<string>) => Entry | undefined

/**
 * Looks a row up by the digest of its request in generations, oldest first.
 *
 * @since 0.1.0
 * @category constructors
 */
export const lookup = (generations: ReadonlyArray<Generation>): Lookup => {
  const find = finder(generations)
  return (cells) =>
    find(
      () => cells,
      () => undefined
    )
}

const emptyText: Outcome.Failed = {
  _tag: "Failed",
  reason: "empty_text",
  detail: "the text cell is blank, so nothing was asked",
  retryable: false
}

const missing: Outcome.Failed = {
  _tag: "Failed",
  reason: "missing",
  detail: "no batch of this job has an answer for this row",
  retryable: true
}

/** A failure that the unfinished job will ask again. What the spending cap held back waits for the user, who is told so. */
const mayChange = (outcome: Outcome.Outcome): boolean =>
  outcome._tag === "Failed" && outcome.retryable && outcome.reason !== "budget"

const badRecord = (record: CsvReader.BadRecord): Outcome.Failed => ({
  _tag: "Failed",
  reason: "bad_record",
  detail: `line ${record.line}, column ${record.column}: ${record.problem}`,
  retryable: false,
  raw: record.raw
})

/**
 * Streams the input once and writes `labeledPath` and, where rows failed, `failedPath`. Both appear whole or not at all.
 *
 * @since 0.1.0
 * @category combinators
 */
export const merge: (
  source: CsvReader.CsvSource,
  options: MergeOptions
) => Effect.Effect<MergeReport, CsvError.CsvError | DatasetError, FileSystem.FileSystem> = Effect.fn("Merger.merge")(function* (
  source: CsvReader.CsvSource,
  options: MergeOptions
) {
  const { generations, sink, task, textColumn } = options
  const fs = yield* FileSystem.FileSystem
  const columns = OutputColumns.make(task, source.header, options.provenance === true)
  const find = finder(generations)
  const kept = yield* Effect.forEach(generations, ({ rowDigests }) => RowDigests.open(rowDigests))
  const labelCounts = new Map<Outcome.LabelValue, number>(task.labels.map(({ value }) => [value, 0]))
  const failed: Partial<Record<Outcome.FailureReason, number>> = {}
  const count = { rows: 0, labeled: 0, pending: 0, failedRows: 0 }

  const textOf = (batch: CsvReader.RowBatch, index: number): string => ByteString.toText(batch.cellBytes(index, textColumn))

  const outcomeOf = (
    batch: CsvReader.RowBatch,
    index: number,
    bad: CsvReader.BadRecord | undefined,
    digests: ReadonlyArray<RowDigests.RowDigests>
  ): Outcome.Outcome | Entry | "pending" => {
    const isOutside = options.isAsked?.(batch.firstRow + index) === false
    if (bad !== undefined) return isOutside ? "pending" : badRecord(bad)
    if (ByteString.isBlank(batch.cellBytes(index, textColumn))) return isOutside ? "pending" : emptyText
    const entry = find(
      () => batch.row(index),
      (layer) => digests[layer]?.get(index)
    )
    if (options.unfinished === true && (entry === undefined || mayChange(entry.outcome))) return "pending"
    return entry ?? (isOutside ? "pending" : missing)
  }

  const mergeBatch = (
    batch: CsvReader.RowBatch,
    digests: ReadonlyArray<RowDigests.RowDigests>,
    labeledRows: OutputRows,
    failedRows: OutputRows<Outcome.Failed>
  ): void => {
    const bad = new Map(batch.bad.map((record) => [record.row, record]))
    for (let i = 0; i < batch.size; i++) {
      const found = outcomeOf(batch, i, bad.get(batch.firstRow + i), digests)
      count.rows++
      if (found === "pending") {
        count.pending++
        sink?.add(textOf(batch, i), found, undefined)
        labeledRows.addPending(batch, i)
        continue
      }
      const [outcome, origin] = "outcome" in found ? [found.outcome, found.source] : [found, undefined]
      labeledRows.add(batch, i, outcome, origin)
      sink?.add(textOf(batch, i), outcome, origin)
      if (outcome._tag === "Labeled") {
        count.labeled++
        labelCounts.set(outcome.value, (labelCounts.get(outcome.value) ?? 0) + 1)
      } else {
        count.failedRows++
        failed[outcome.reason] = (failed[outcome.reason] ?? 0) + 1
        failedRows.add(batch, i, outcome, origin)
      }
    }
  }

  yield* CsvWriter.withFile(options.labeledPath, options.write, (labeledFile) =>
    CsvWriter.withFile(options.failedPath, options.write, (failedFile) =>
      Effect.gen(function* () {
        const labeledRows = outputRows(columns, columns.labeled, source, options.write)
        const failedRows = outputRows(columns, columns.failure, source, options.write)
        yield* labeledFile.write([columns.labeledHeader])
        yield* failedFile.write([columns.failureHeader])
        yield* Stream.runForEach(source.batches, (batch) =>
          Effect.gen(function* () {
            const digests = yield* Effect.forEach(kept, ({ next }) => next(batch.size))
            mergeBatch(batch, digests, labeledRows, failedRows)
            options.onProgress?.(batch.bytesRead, count.rows)
            yield* labeledRows.flush(labeledFile)
            yield* failedRows.flush(failedFile)
            if (sink !== undefined) yield* sink.flush
          })
        )
      })
    )
  )
  if (count.failedRows === 0) {
    yield* fs.remove(options.failedPath).pipe(Effect.mapError(fileFailed("remove", options.failedPath)))
  }
  return {
    ...count,
    failed,
    distribution: task.labels.map(({ value }) => ({
      value,
      name: Task.labelName(task, value),
      count: labelCounts.get(value) ?? 0
    })),
    replacedColumns: columns.replaced,
    renamedColumns: columns.renamed
  }
}, Effect.scoped)
