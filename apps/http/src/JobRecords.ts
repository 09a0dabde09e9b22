/**
 * What the server knows of a job beyond the job store: whose input it is, what it is called, whether it waits to be started. It is kept
 * under the path of the job's input, which is generated and belongs to one job (and to those that ask its failures again), so that it
 * stands before the job does.
 *
 * @since 0.1.0
 */
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as Effect from "effect/Effect"
import { integer, type Row, text } from "./internal/database.js"
import { ServerDatabase } from "./ServerDatabase.js"

/**
 * `name` is what the client called its file. `digest` identifies the request that made the record, for `Idempotency-Key`.
 *
 * @since 0.1.0
 * @category models
 */
export interface JobRecord {
  readonly path: string
  readonly owner: string
  readonly title: string
  readonly name: string
  /** It waits to be started. */
  readonly held: boolean
  readonly digest: string
  readonly createdAt: number
}

const recordOf = (row: Row): JobRecord => ({
  path: text(row, "path"),
  owner: text(row, "owner"),
  title: text(row, "title"),
  name: text(row, "name"),
  held: integer(row, "held") === 1,
  digest: text(row, "digest"),
  createdAt: integer(row, "created_at")
})

/**
 * Keeps a record. If there is one under the same key of the same owner already, nothing is stored and that one is given back.
 *
 * @since 0.1.0
 * @category operations
 */
export const put = Effect.fn("JobRecords.put")(function* (
  record: JobRecord,
  key: string | undefined
): Effect.fn.Return<JobRecord, JobStoreError, ServerDatabase> {
  const { sql, write } = yield* ServerDatabase
  return yield* write(
    Effect.gen(function* () {
      yield* sql`INSERT INTO batchlabel_http_inputs ${sql.insert({
        path: record.path,
        owner: record.owner,
        title: record.title,
        name: record.name,
        held: record.held ? 1 : 0,
        idempotency_key: key ?? null,
        digest: record.digest,
        created_at: record.createdAt
      })} ON CONFLICT DO NOTHING`
      if (key === undefined) return record
      const rows =
        yield* sql<Row>`SELECT * FROM batchlabel_http_inputs WHERE owner = ${record.owner} AND idempotency_key = ${key}`
      return rows[0] === undefined ? record : recordOf(rows[0])
    })
  )
})

/**
 * The record under a key, if there is one.
 *
 * @since 0.1.0
 * @category operations
 */
export const findByKey = Effect.fn("JobRecords.findByKey")(function* (
  owner: string,
  key: string
): Effect.fn.Return<JobRecord | undefined, JobStoreError, ServerDatabase> {
  const { run, sql } = yield* ServerDatabase
  const rows = yield* run(sql<Row>`SELECT * FROM batchlabel_http_inputs WHERE owner = ${owner} AND idempotency_key = ${key}`)
  return rows[0] === undefined ? undefined : recordOf(rows[0])
})

/**
 * The records of these inputs, by path. Jobs of the command line have none.
 *
 * @since 0.1.0
 * @category operations
 */
export const findByPaths = Effect.fn("JobRecords.findByPaths")(function* (
  paths: ReadonlyArray<string>
): Effect.fn.Return<ReadonlyMap<string, JobRecord>, JobStoreError, ServerDatabase> {
  if (paths.length === 0) return new Map()
  const { run, sql } = yield* ServerDatabase
  const rows = yield* run(sql<Row>`SELECT * FROM batchlabel_http_inputs WHERE ${sql.in("path", [...new Set(paths)])}`)
  return new Map(rows.map((row) => [text(row, "path"), recordOf(row)]))
})

/**
 * The inputs whose jobs wait to be started.
 *
 * @since 0.1.0
 * @category operations
 */
export const heldPaths: Effect.Effect<ReadonlySet<string>, JobStoreError, ServerDatabase> = Effect.gen(function* () {
  const { run, sql } = yield* ServerDatabase
  const rows = yield* run(sql<Row>`SELECT path FROM batchlabel_http_inputs WHERE held = 1`)
  return new Set(rows.map((row) => text(row, "path")))
})

/**
 * Lets a job start.
 *
 * @since 0.1.0
 * @category operations
 */
export const release = Effect.fn("JobRecords.release")(function* (
  path: string
): Effect.fn.Return<void, JobStoreError, ServerDatabase> {
  const { run, sql } = yield* ServerDatabase
  yield* run(sql`UPDATE batchlabel_http_inputs SET held = 0 WHERE path = ${path}`)
})

/**
 * @since 0.1.0
 * @category operations
 */
export const remove = Effect.fn("JobRecords.remove")(function* (
  path: string
): Effect.fn.Return<void, JobStoreError, ServerDatabase> {
  const { run, sql } = yield* ServerDatabase
  yield* run(sql`DELETE FROM batchlabel_http_inputs WHERE path = ${path}`)
})

/**
 * Forgets the keys of records older than a time; the records stay.
 *
 * @since 0.1.0
 * @category operations
 */
export const forgetKeys = Effect.fn("JobRecords.forgetKeys")(function* (
  before: number
): Effect.fn.Return<void, JobStoreError, ServerDatabase> {
  const { run, sql } = yield* ServerDatabase
  yield* run(
    sql`UPDATE batchlabel_http_inputs SET idempotency_key = NULL WHERE created_at < ${before} AND idempotency_key IS NOT NULL`
  )
})

/**
 * Records older than a time, oldest first: those whose job was never made are left over from a server that died in between.
 *
 * @since 0.1.0
 * @category operations
 */
export const olderThan = Effect.fn("JobRecords.olderThan")(function* (
  before: number,
  limit: number
): Effect.fn.Return<ReadonlyArray<JobRecord>, JobStoreError, ServerDatabase> {
  const { run, sql } = yield* ServerDatabase
  const rows = yield* run(
    sql<Row>`SELECT i.* FROM batchlabel_http_inputs i WHERE i.created_at < ${before}
      AND NOT EXISTS (SELECT 1 FROM batchlabel_jobs j WHERE j.input_path = i.path) ORDER BY i.created_at LIMIT ${limit}`
  )
  return rows.map(recordOf)
})
