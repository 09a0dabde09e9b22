/**
 * What the server knows of a job beyond the job store: whose input it is, what it is called, whether it waits to be started. It is kept
 * under the path of the job's input, which is generated and belongs to one job (and to those that ask its failures again), and it is
 * stored in the transaction that stores the job.
 *
 * @since 0.1.0
 */
import * as Database from "@batchlabel/job-store/Database"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as SqlSchema from "@effect/sql/SqlSchema"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { ServerDatabase } from "./ServerDatabase.js"

const Flag = Schema.transform(Database.Integer, Schema.Boolean, {
  strict: true,
  decode: (flag) => flag === 1,
  encode: (flag) => (flag ? 1 : 0)
})

const JobRecordModel = Schema.Struct({
  path: Schema.String,
  owner: Schema.String,
  title: Schema.String,
  name: Schema.String,
  held: Flag,
  digest: Schema.String,
  createdAt: Database.column("created_at", Database.Integer)
})

const encode = Schema.encodeSync(JobRecordModel)

/**
 * `name` is what the client called its file. `held`: it waits to be started. `digest` identifies the request that made the record, for
 * `Idempotency-Key`.
 *
 * @since 0.1.0
 * @category models
 */
export type JobRecord = typeof JobRecordModel.Type

/**
 * Keeps a record, unless there is one of the same input; of two under one key of one owner the second fails with `StoreConflict`.
 *
 * @since 0.1.0
 * @category operations
 */
export const put = Effect.fn("JobRecords.put")(function* (
  record: JobRecord,
  key: string | undefined,
  mostKeys: number
): Effect.fn.Return<void, JobStoreError, ServerDatabase> {
  const { sql, transaction } = yield* ServerDatabase
  const { owner } = record
  // An owner's oldest keys are forgotten where it has too many.
  const forget = sql`UPDATE batchlabel_http_inputs SET idempotency_key = NULL
    WHERE owner = ${owner} AND idempotency_key IS NOT NULL AND path NOT IN (
      SELECT path FROM batchlabel_http_inputs WHERE owner = ${owner} AND idempotency_key IS NOT NULL
      ORDER BY created_at DESC LIMIT ${mostKeys - 1})`
  if (key !== undefined) yield* transaction(forget)
  yield* transaction(
    sql`INSERT INTO batchlabel_http_inputs ${sql.insert({ ...encode(record), idempotency_key: key ?? null })}
      ON CONFLICT (path) DO NOTHING`
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
  const { read, sql } = yield* ServerDatabase
  const find = SqlSchema.findOne({
    Request: Schema.String,
    Result: JobRecordModel,
    execute: (wanted) => sql`SELECT * FROM batchlabel_http_inputs WHERE owner = ${owner} AND idempotency_key = ${wanted}`
  })
  return Option.getOrUndefined(yield* read(find(key)))
})

// SQLite takes 32,766 parameters in a statement.
const mostAtOnce = 10_000

/**
 * The records of these inputs, by path. Jobs of the command line have none.
 *
 * @since 0.1.0
 * @category operations
 */
export const findByPaths = Effect.fn("JobRecords.findByPaths")(function* (
  paths: ReadonlyArray<string>
): Effect.fn.Return<ReadonlyMap<string, JobRecord>, JobStoreError, ServerDatabase> {
  const { read, sql } = yield* ServerDatabase
  const find = SqlSchema.findAll({
    Request: Schema.Array(Schema.String),
    Result: JobRecordModel,
    execute: (wanted) => sql`SELECT * FROM batchlabel_http_inputs WHERE ${sql.in("path", [...wanted])}`
  })
  const records = new Map<string, JobRecord>()
  const unique = [...new Set(paths)]
  for (let start = 0; start < unique.length; start += mostAtOnce) {
    for (const record of yield* read(find(unique.slice(start, start + mostAtOnce)))) records.set(record.path, record)
  }
  return records
})

/**
 * Whether an owner has so many jobs that wait to be started.
 *
 * @since 0.1.0
 * @category operations
 */
export const hasHeld = Effect.fn("JobRecords.hasHeld")(function* (
  owner: string,
  many: number
): Effect.fn.Return<boolean, JobStoreError, ServerDatabase> {
  const { read, sql } = yield* ServerDatabase
  const rows = yield* read(
    sql<{ readonly path: string }>`SELECT path FROM batchlabel_http_inputs WHERE owner = ${owner} AND held = 1 LIMIT ${many}`
  )
  return rows.length >= many
})

/**
 * The inputs whose jobs wait to be started.
 *
 * @since 0.1.0
 * @category operations
 */
export const heldPaths: Effect.Effect<ReadonlySet<string>, JobStoreError, ServerDatabase> = Effect.gen(function* () {
  const { read, sql } = yield* ServerDatabase
  const rows = yield* read(sql<{ readonly path: string }>`SELECT path FROM batchlabel_http_inputs WHERE held = 1`)
  return new Set(rows.map(({ path }) => path))
})

/**
 * Which of these inputs have a job that waits to be started.
 *
 * @since 0.1.0
 * @category operations
 */
export const heldAmong = (paths: ReadonlyArray<string>): Effect.Effect<ReadonlySet<string>, JobStoreError, ServerDatabase> =>
  Effect.map(findByPaths(paths), (records) => new Set([...records.values()].flatMap(({ held, path }) => (held ? [path] : []))))

/**
 * Lets a job start.
 *
 * @since 0.1.0
 * @category operations
 */
export const release = Effect.fn("JobRecords.release")(function* (
  path: string
): Effect.fn.Return<void, JobStoreError, ServerDatabase> {
  const { sql, transaction } = yield* ServerDatabase
  yield* transaction(sql`UPDATE batchlabel_http_inputs SET held = 0 WHERE path = ${path}`)
})

/**
 * @since 0.1.0
 * @category operations
 */
export const remove = Effect.fn("JobRecords.remove")(function* (
  path: string
): Effect.fn.Return<void, JobStoreError, ServerDatabase> {
  const { sql, transaction } = yield* ServerDatabase
  yield* transaction(sql`DELETE FROM batchlabel_http_inputs WHERE path = ${path}`)
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
  const { sql, transaction } = yield* ServerDatabase
  yield* transaction(
    sql`UPDATE batchlabel_http_inputs SET idempotency_key = NULL WHERE created_at < ${before} AND idempotency_key IS NOT NULL`
  )
})

/**
 * A page of the inputs of records older than a time, by path: those after `after`.
 *
 * @since 0.1.0
 * @category operations
 */
export const pathsOlderThan = Effect.fn("JobRecords.pathsOlderThan")(function* (
  before: number,
  page: { readonly after: string; readonly limit: number }
): Effect.fn.Return<ReadonlyArray<string>, JobStoreError, ServerDatabase> {
  const { read, sql } = yield* ServerDatabase
  const rows = yield* read(
    sql<{ readonly path: string }>`SELECT path FROM batchlabel_http_inputs
      WHERE created_at < ${before} AND path > ${page.after} ORDER BY path LIMIT ${page.limit}`
  )
  return rows.map(({ path }) => path)
})
