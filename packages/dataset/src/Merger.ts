/**
 * The merger: the input CSV once more, with an outcome on every row, in the input's order. Labelled, failed and pending rows add up
 * to the input's rows, always: they are counted here, from the rows, never taken from the API's counts.
 *
 * @since 0.1.0
 */
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
import * as OutputColumns from "./internal/outputColumns.js"
import type { Entry, OutcomeTable } from "./OutcomeTable.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface MergeOptions {
  readonly task: Task.Task
  /** Index of the text column. */
  readonly textColumn: number
  /** What is known of a row by its cells, see `lookup`. */
  readonly lookup: Lookup
  /** Where every input row goes. */
  readonly labeledPath: string
  /** Where the failed rows go, with their reasons; no such file is left when no row failed. */
  readonly failedPath: string
  readonly write: CsvWriter.WriteOptions
  /** Adds `attempt, model, task, batch` to each row. */
  readonly provenance?: boolean | undefined
  /** The job is not finished: rows without an outcome, and failures that will be asked again, are pending instead of failed. */
  readonly unfinished?: boolean | undefined
  readonly onProgress?: ((bytesRead: number, rows: number) => void) | undefined
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
  /** Input columns that the output's own columns replaced. */
  readonly replacedColumns: ReadonlyArray<string>
}

/**
 * Finds the outcome of a row by its cells.
 *
 * @since 0.1.0
 * @category models
 */
export type Lookup = (cells: ReadonlyArray<string>) => Entry | undefined

/**
 * Looks a row up by the digest of its request. With several layers (a job, and the one that asked its failures again, perhaps with
 * another task) the last label wins, then the last failure.
 *
 * @since 0.1.0
 * @category constructors
 */
export const lookup = (layers: ReadonlyArray<{ readonly prompt: Prompt.Prompt; readonly outcomes: OutcomeTable }>): Lookup => {
  const newestFirst = layers.toReversed()
  return (cells) => {
    let failure: Entry | undefined
    for (const { outcomes, prompt } of newestFirst) {
      const entry = outcomes.get(prompt.render(cells).digest)
      if (entry?.outcome._tag === "Labeled") return entry
      failure ??= entry
    }
    return failure
  }
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
export const merge = Effect.fn("Merger.merge")(function* (
  source: CsvReader.CsvSource,
  options: MergeOptions
): Effect.fn.Return<MergeReport, CsvError.CsvError | DatasetError, FileSystem.FileSystem> {
  const { task, textColumn } = options
  const fs = yield* FileSystem.FileSystem
  const columns = OutputColumns.make(task, source.header, options.provenance === true)
  const labelCounts = new Map<Outcome.LabelValue, number>(task.labels.map(({ value }) => [value, 0]))
  const failed: Partial<Record<Outcome.FailureReason, number>> = {}
  const count = { rows: 0, labeled: 0, pending: 0, failedRows: 0 }

  const outcomeOf = (cells: ReadonlyArray<string>, bad: CsvReader.BadRecord | undefined): Outcome.Outcome | Entry | "pending" => {
    if (bad !== undefined) return badRecord(bad)
    if ((cells[textColumn] ?? "").trim() === "") return emptyText
    const entry = options.lookup(cells)
    if (options.unfinished === true && (entry === undefined || mayChange(entry.outcome))) return "pending"
    return entry ?? missing
  }

  const mergeBatch = (batch: CsvReader.RowBatch) => {
    const bad = new Map(batch.bad.map((record) => [record.row, record]))
    const labeledRows: Array<ReadonlyArray<string>> = []
    const failedRows: Array<ReadonlyArray<string>> = []
    for (let i = 0; i < batch.rows.length; i++) {
      const cells = batch.rows[i] ?? []
      const found = outcomeOf(cells, bad.get(batch.firstRow + i))
      count.rows++
      if (found === "pending") {
        count.pending++
        labeledRows.push(columns.pending(cells))
        continue
      }
      const [outcome, origin] = "outcome" in found ? [found.outcome, found.source] : [found, undefined]
      if (outcome._tag === "Labeled") {
        count.labeled++
        labelCounts.set(outcome.value, (labelCounts.get(outcome.value) ?? 0) + 1)
        labeledRows.push(columns.labeled(cells, outcome, origin))
      } else {
        count.failedRows++
        failed[outcome.reason] = (failed[outcome.reason] ?? 0) + 1
        labeledRows.push(columns.failed(cells, origin))
        failedRows.push(columns.failure(cells, outcome, origin))
      }
    }
    return { failedRows, labeledRows }
  }

  yield* CsvWriter.withFile(options.labeledPath, options.write, (labeledFile) =>
    CsvWriter.withFile(options.failedPath, options.write, (failedFile) =>
      Effect.gen(function* () {
        yield* labeledFile.write([columns.labeledHeader])
        yield* failedFile.write([columns.failureHeader])
        yield* Stream.runForEach(source.batches, (batch) => {
          const { failedRows, labeledRows } = mergeBatch(batch)
          options.onProgress?.(batch.bytesRead, count.rows)
          return Effect.andThen(
            labeledFile.write(labeledRows),
            failedRows.length === 0 ? Effect.void : failedFile.write(failedRows)
          )
        })
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
    replacedColumns: columns.replaced
  }
})
