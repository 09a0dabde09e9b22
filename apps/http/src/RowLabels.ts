/**
 * Labels that people gave to rows, with who and when. They stand beside the model's.
 *
 * @since 0.1.0
 */
import { LabelValue } from "@batchlabel/core/Outcome"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { integer, type Row, text } from "./internal/database.js"
import { ServerDatabase } from "./ServerDatabase.js"

/**
 * `row` counts data rows from 1, `at` is in unix milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export interface RowLabel {
  readonly row: number
  readonly value: LabelValue
  readonly tokenId: string
  readonly by: string
  readonly at: number
}

const readValue = Schema.decodeSync(Schema.parseJson(LabelValue))

const labelOf = (row: Row): RowLabel => ({
  row: integer(row, "row_number"),
  value: readValue(text(row, "value")),
  tokenId: text(row, "token_id"),
  by: text(row, "by_name"),
  at: integer(row, "at")
})

/**
 * Sets a row's label; the one before is replaced.
 *
 * @since 0.1.0
 * @category operations
 */
export const put = Effect.fn("RowLabels.put")(function* (
  jobId: string,
  { at, by, row, tokenId, value }: RowLabel
): Effect.fn.Return<void, JobStoreError, ServerDatabase> {
  const { run, sql } = yield* ServerDatabase
  yield* run(
    sql`INSERT INTO batchlabel_http_labels ${sql.insert({
      job_id: jobId,
      row_number: row,
      value: JSON.stringify(value),
      token_id: tokenId,
      by_name: by,
      at
    })} ON CONFLICT (job_id, row_number)
      DO UPDATE SET value = excluded.value, token_id = excluded.token_id, by_name = excluded.by_name, at = excluded.at`
  )
})

/**
 * Takes a row's label back.
 *
 * @since 0.1.0
 * @category operations
 */
export const remove = Effect.fn("RowLabels.remove")(function* (
  jobId: string,
  row: number
): Effect.fn.Return<void, JobStoreError, ServerDatabase> {
  const { run, sql } = yield* ServerDatabase
  yield* run(sql`DELETE FROM batchlabel_http_labels WHERE job_id = ${jobId} AND row_number = ${row}`)
})

/**
 * @since 0.1.0
 * @category operations
 */
export const removeAll = Effect.fn("RowLabels.removeAll")(function* (
  jobId: string
): Effect.fn.Return<void, JobStoreError, ServerDatabase> {
  const { run, sql } = yield* ServerDatabase
  yield* run(sql`DELETE FROM batchlabel_http_labels WHERE job_id = ${jobId}`)
})

/**
 * The labels of some rows, by row. With several jobs (one that asks another's failures again) the later one's counts.
 *
 * @since 0.1.0
 * @category operations
 */
export const ofRows = Effect.fn("RowLabels.ofRows")(function* (
  jobId: string,
  rows: ReadonlyArray<number>
): Effect.fn.Return<ReadonlyMap<number, RowLabel>, JobStoreError, ServerDatabase> {
  if (rows.length === 0) return new Map()
  const { run, sql } = yield* ServerDatabase
  const found = yield* run(
    sql<Row>`SELECT * FROM batchlabel_http_labels WHERE job_id = ${jobId} AND ${sql.in("row_number", [...rows])}`
  )
  return new Map(found.map((row) => [integer(row, "row_number"), labelOf(row)]))
})

/**
 * All labels of a job, by row.
 *
 * @since 0.1.0
 * @category operations
 */
export const all = Effect.fn("RowLabels.all")(function* (
  jobId: string
): Effect.fn.Return<ReadonlyMap<number, RowLabel>, JobStoreError, ServerDatabase> {
  const { run, sql } = yield* ServerDatabase
  const found = yield* run(sql<Row>`SELECT * FROM batchlabel_http_labels WHERE job_id = ${jobId}`)
  return new Map(found.map((row) => [integer(row, "row_number"), labelOf(row)]))
})

/**
 * How many rows of a job were given each label.
 *
 * @since 0.1.0
 * @category operations
 */
export const counts = Effect.fn("RowLabels.counts")(function* (
  jobId: string
): Effect.fn.Return<ReadonlyMap<LabelValue, number>, JobStoreError, ServerDatabase> {
  const { run, sql } = yield* ServerDatabase
  const found = yield* run(
    sql<Row>`SELECT value, COUNT(*) AS n FROM batchlabel_http_labels WHERE job_id = ${jobId} GROUP BY value`
  )
  return new Map(found.map((row) => [readValue(text(row, "value")), integer(row, "n")]))
})
