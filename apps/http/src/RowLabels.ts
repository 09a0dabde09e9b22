/**
 * Labels that people gave to rows, with who and when. They stand beside the model's.
 *
 * @since 0.1.0
 */
import { LabelValue } from "@batchlabel/core/Outcome"
import * as Database from "@batchlabel/job-store/Database"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as SqlSchema from "@effect/sql/SqlSchema"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { ServerDatabase } from "./ServerDatabase.js"

const RowLabelModel = Schema.Struct({
  row: Database.column("row_number", Database.Integer),
  value: Schema.parseJson(LabelValue),
  tokenId: Database.column("token_id", Schema.String),
  by: Database.column("by_name", Schema.String),
  at: Database.Integer
})

const encode = Schema.encodeSync(RowLabelModel)

/**
 * `row` counts data rows from 1, `at` is in unix milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export type RowLabel = typeof RowLabelModel.Type

/**
 * Sets a row's label; the one before is replaced.
 *
 * @since 0.1.0
 * @category operations
 */
export const put = Effect.fn("RowLabels.put")(function* (
  jobId: string,
  label: RowLabel
): Effect.fn.Return<void, JobStoreError, ServerDatabase> {
  const { sql, transaction } = yield* ServerDatabase
  yield* transaction(
    sql`INSERT INTO batchlabel_http_labels ${sql.insert({ job_id: jobId, ...encode(label) })} ON CONFLICT (job_id, row_number)
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
  const { sql, transaction } = yield* ServerDatabase
  yield* transaction(sql`DELETE FROM batchlabel_http_labels WHERE job_id = ${jobId} AND row_number = ${row}`)
})

/**
 * @since 0.1.0
 * @category operations
 */
export const removeAll = Effect.fn("RowLabels.removeAll")(function* (
  jobId: string
): Effect.fn.Return<void, JobStoreError, ServerDatabase> {
  const { sql, transaction } = yield* ServerDatabase
  yield* transaction(sql`DELETE FROM batchlabel_http_labels WHERE job_id = ${jobId}`)
})

const byRow = (labels: ReadonlyArray<RowLabel>): ReadonlyMap<number, RowLabel> =>
  new Map(labels.map((label) => [label.row, label]))

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
  const { read, sql } = yield* ServerDatabase
  const find = SqlSchema.findAll({
    Request: Schema.Array(Schema.Number),
    Result: RowLabelModel,
    execute: (numbers) =>
      sql`SELECT * FROM batchlabel_http_labels WHERE job_id = ${jobId} AND ${sql.in("row_number", [...numbers])}`
  })
  return byRow(yield* read(find(rows)))
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
  const { read, sql } = yield* ServerDatabase
  const find = SqlSchema.findAll({
    Request: Schema.String,
    Result: RowLabelModel,
    execute: (id) => sql`SELECT * FROM batchlabel_http_labels WHERE job_id = ${id}`
  })
  return byRow(yield* read(find(jobId)))
})
