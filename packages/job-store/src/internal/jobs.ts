import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as States from "../AttemptState.js"
import type { Job, JobState, NewJob, NewShard, Shard, ShardWait, SplitSummary } from "../Job.js"
import { JobNotFound, JobStoreError } from "../JobStoreError.js"
import type * as Jobs from "../Jobs.js"
import { chunks } from "./chunks.js"
import * as Columns from "./columns.js"
import type { Database, Query } from "./database.js"
import { insertAll } from "./insert.js"
import { keepSpent } from "./limits.js"
import * as Rows from "./rows.js"

export const jobNotFound = (id: string) => new JobStoreError({ reason: new JobNotFound({ id }) })

/** So many jobs are asked for in one statement. */
export const mostAtOnce = 500

/** All changes of a job lock its row first, so that they happen one after the other. Whether there is such a job. */
export const lockJob = ({ isPostgres, sql }: Database, id: string): Query<boolean> =>
  Effect.map(
    sql`SELECT 1 FROM batchlabel_jobs WHERE id = ${id} ${sql.literal(isPostgres ? "FOR UPDATE" : "")}`,
    (rows) => rows.length > 0
  )

/** Settings that belong to the job, and leases of it that nobody holds any more. */
const forget = ({ isPostgres, sql }: Database, jobId: string, now: number): Query<void> =>
  Effect.gen(function* () {
    yield* sql`DELETE FROM batchlabel_settings WHERE job_id = ${jobId}`
    const named = isPostgres ? sql`strpos(name, ${jobId}) > 0` : sql`instr(name, ${jobId}) > 0`
    yield* sql`DELETE FROM batchlabel_leases WHERE ${named} AND expires_at <= ${now}`
  })

export const make = (db: Database): Jobs.Service => {
  const { sql } = db
  const decodeJobs = Rows.decode(db.location, "jobs", Rows.job)
  const decodeEndings = Rows.decode(db.location, "jobs", Rows.ending)
  const decodeShards = Rows.decode(db.location, "shards", Rows.shard)

  const insertShards = (jobId: string, shards: ReadonlyArray<NewShard>): Query<void> =>
    insertAll(
      db,
      "batchlabel_shards",
      shards.map((shard) => Columns.shard(jobId, shard))
    )

  /** Requests of a job that were not sent after all, for their answers are known by now. */
  const moveToKnown = (jobId: string, known: number): Query<void> =>
    Effect.gen(function* () {
      const [row] = yield* sql<{ readonly split: string | null }>`SELECT split FROM batchlabel_jobs WHERE id = ${jobId}`
      if (row === undefined || row.split === null) return
      const split: SplitSummary = JSON.parse(row.split)
      const moved = { ...split, requests: split.requests - known, known: split.known + known }
      yield* sql`UPDATE batchlabel_jobs SET split = ${JSON.stringify(moved)} WHERE id = ${jobId}`
    })

  const where = (filter: Jobs.JobFilter) => {
    const conditions = [
      ...(filter.states === undefined ? [] : [sql`state IN ${sql.in(filter.states)}`]),
      ...(filter.inputPath === undefined ? [] : [sql`input_path = ${filter.inputPath}`]),
      ...(filter.inputFingerprint === undefined ? [] : [sql`input_fingerprint = ${filter.inputFingerprint}`]),
      ...(filter.taskFingerprint === undefined ? [] : [sql`task_fingerprint = ${filter.taskFingerprint}`]),
      ...(filter.outputPath === undefined ? [] : [sql`output_path = ${filter.outputPath}`]),
      ...(filter.owner === undefined ? [] : [sql`owner = ${filter.owner}`]),
      ...(filter.before === undefined ? [] : [sql`id < ${filter.before}`])
    ]
    return conditions.length === 0 ? sql.literal("") : sql`WHERE ${sql.and(conditions)}`
  }

  // What is over must be over: the database itself looks, in the same transaction, whether something is open.
  const guard = (id: string, to: JobState | undefined) => {
    const live = sql`EXISTS (SELECT 1 FROM batchlabel_attempts a WHERE a.job_id = ${id} AND a.state NOT IN ${sql.in(States.over)})`
    const unsettled = sql`EXISTS (SELECT 1 FROM batchlabel_shards s WHERE s.job_id = ${id} AND s.state <> 'settled')`
    switch (to) {
      case "done":
        return sql`AND NOT ${live} AND NOT ${unsettled}`
      case "cancelled":
        return sql`AND NOT ${live}`
      default:
        return sql.literal("")
    }
  }

  return {
    create: Effect.fn("Jobs.create")(function* (job: NewJob) {
      const now = yield* Clock.currentTimeMillis
      yield* db.transaction(sql`INSERT INTO batchlabel_jobs ${sql.insert(Columns.job(job, now))}`)
      const created: Job = { ...job, createdAt: now, updatedAt: now, state: "preparing", detail: undefined, split: undefined }
      return created
    }),

    get: Effect.fn("Jobs.get")(function* (id: string) {
      const rows = yield* db.read(sql<Rows.Row>`SELECT * FROM batchlabel_jobs WHERE id = ${id}`)
      const [job] = yield* decodeJobs(rows)
      return job === undefined ? yield* jobNotFound(id) : job
    }),

    list: Effect.fn("Jobs.list")(function* (filter: Jobs.JobFilter) {
      if (filter.states?.length === 0) return []
      const limit = filter.limit === undefined ? sql.literal("") : sql`LIMIT ${filter.limit}`
      const rows = yield* db.read(sql<Rows.Row>`SELECT * FROM batchlabel_jobs ${where(filter)} ORDER BY id DESC ${limit}`)
      return yield* decodeJobs(rows)
    }),

    ended: Effect.fn("Jobs.ended")(function* (owner: string, after: { readonly at: number; readonly id: string }, limit: number) {
      const rows = yield* db.read(sql<Rows.Row>`SELECT id, state, updated_at FROM batchlabel_jobs
        WHERE owner = ${owner} AND state IN ('done', 'cancelled', 'stopped')
          AND (updated_at > ${after.at} OR (updated_at = ${after.at} AND id > ${after.id}))
        ORDER BY updated_at, id LIMIT ${limit}`)
      return yield* decodeEndings(rows)
    }),

    unusedInputs: Effect.fn("Jobs.unusedInputs")(function* (paths: ReadonlyArray<string>) {
      const used = yield* Effect.forEach(chunks(paths, mostAtOnce), (part) =>
        db.read(sql<{ readonly input_path: string }>`SELECT DISTINCT input_path FROM batchlabel_jobs
          WHERE input_path IN ${sql.in(part)}`)
      )
      const known = new Set(used.flat().map(({ input_path }) => input_path))
      return paths.filter((path) => !known.has(path))
    }),

    findByBatch: Effect.fn("Jobs.findByBatch")(function* (batchId: string) {
      const rows = yield* db.read(sql<Rows.Row>`SELECT * FROM batchlabel_jobs WHERE id IN
        (SELECT job_id FROM batchlabel_attempts WHERE batch_id = ${batchId}) ORDER BY id DESC LIMIT 1`)
      return (yield* decodeJobs(rows))[0]
    }),

    update: Effect.fn("Jobs.update")(function* (id: string, from: ReadonlyArray<JobState>, patch: Jobs.JobPatch) {
      if (from.length === 0) return false
      const now = yield* Clock.currentTimeMillis
      const columns = { ...Columns.jobPatch(patch), updated_at: now }
      return yield* db.transaction(
        Effect.gen(function* () {
          yield* lockJob(db, id)
          const rows = yield* sql`UPDATE batchlabel_jobs SET ${sql.update(columns)}
            WHERE id = ${id} AND state IN ${sql.in(from)} ${guard(id, patch.state)} RETURNING id`
          return rows.length > 0
        })
      )
    }),

    finishPreparing: Effect.fn("Jobs.finishPreparing")(function* (
      jobId: string,
      split: SplitSummary,
      shards: ReadonlyArray<NewShard>
    ) {
      const now = yield* Clock.currentTimeMillis
      return yield* db.transaction(
        Effect.gen(function* () {
          yield* lockJob(db, jobId)
          const columns = { state: "open", split: JSON.stringify(split), updated_at: now }
          const rows = yield* sql`UPDATE batchlabel_jobs SET ${sql.update(columns)}
            WHERE id = ${jobId} AND state = 'preparing' RETURNING id`
          if (rows.length === 0) return false
          yield* insertShards(jobId, shards)
          return true
        })
      )
    }),

    remove: Effect.fn("Jobs.remove")(function* (jobId: string) {
      const now = yield* Clock.currentTimeMillis
      yield* db.transaction(
        Effect.gen(function* () {
          // What was spent goes from one table to another: no plan may see it in neither.
          yield* db.lock("plan")
          yield* lockJob(db, jobId)
          yield* keepSpent(db, jobId)
          yield* forget(db, jobId, now)
          yield* sql`DELETE FROM batchlabel_events WHERE job_id = ${jobId}`
          yield* sql`DELETE FROM batchlabel_attempts WHERE job_id = ${jobId}`
          yield* sql`DELETE FROM batchlabel_shards WHERE job_id = ${jobId}`
          yield* sql`DELETE FROM batchlabel_jobs WHERE id = ${jobId}`
        })
      )
    }),

    shards: Effect.fn("Jobs.shards")(function* (jobId: string) {
      const rows = yield* db.read(sql<Rows.Row>`SELECT * FROM batchlabel_shards WHERE job_id = ${jobId} ORDER BY number`)
      const shards: ReadonlyArray<Shard> = yield* decodeShards(rows)
      return shards
    }),

    shardsOf: Effect.fn("Jobs.shardsOf")(function* (jobIds: ReadonlyArray<string>) {
      const rows = yield* Effect.forEach(chunks(jobIds, mostAtOnce), (ids) =>
        db.read(sql<Rows.Row>`SELECT * FROM batchlabel_shards WHERE job_id IN ${sql.in(ids)} ORDER BY job_id, number`)
      )
      return yield* decodeShards(rows.flat())
    }),

    replaceShard: Effect.fn("Jobs.replaceShard")(function* (
      jobId: string,
      shard: number,
      parts: ReadonlyArray<NewShard>,
      known = 0
    ) {
      return yield* db.transaction(
        Effect.gen(function* () {
          yield* lockJob(db, jobId)
          const rows = yield* sql`UPDATE batchlabel_shards
            SET state = 'settled', known = ${known}, wait_reason = NULL, wait_since = NULL, wait_until = NULL, wait_by = NULL
            WHERE job_id = ${jobId} AND number = ${shard} AND state = 'waiting' RETURNING number`
          if (rows.length === 0) return false
          yield* insertShards(
            jobId,
            parts.map((part) => ({ ...part, parent: shard }))
          )
          if (known > 0) yield* moveToKnown(jobId, known)
          return true
        })
      )
    }),

    setWait: Effect.fn("Jobs.setWait")(function* (jobId: string, shard: number, wait: Omit<ShardWait, "since"> | undefined) {
      const now = yield* Clock.currentTimeMillis
      const set =
        wait === undefined
          ? sql`wait_since = NULL, wait_reason = NULL, wait_until = NULL, wait_by = NULL`
          : sql`wait_since = CASE WHEN wait_reason = ${wait.reason} THEN wait_since ELSE ${now} END,
              wait_reason = ${wait.reason}, wait_until = ${Columns.time(wait.until)},
              wait_by = ${wait.by === undefined ? null : JSON.stringify(wait.by)}`
      yield* db.transaction(
        sql`UPDATE batchlabel_shards SET ${set} WHERE job_id = ${jobId} AND number = ${shard} AND state = 'waiting'`
      )
    })
  }
}
