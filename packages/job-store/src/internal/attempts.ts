import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { AttemptState } from "../AttemptState.js"
import * as States from "../AttemptState.js"
import type * as Attempts from "../Attempts.js"
import type { Attempt, AttemptPatch } from "../Job.js"
import { chunks } from "./chunks.js"
import * as Columns from "./columns.js"
import type { Database, Query } from "./database.js"
import { insertAll } from "./insert.js"
import { lockJob, mostAtOnce } from "./jobs.js"
import { refusal } from "./ledger.js"
import * as Rows from "./rows.js"

export const make = (db: Database): Attempts.Service => {
  const { sql } = db
  const decode = Rows.decode(db.location, "attempts", Rows.attempt)

  const decodeAsking = Rows.decode(db.location, "attempts", Rows.asking)

  /** The compare-and-set that every step of an attempt is. */
  const step = (id: number, from: ReadonlyArray<AttemptState>, columns: Columns.Columns): Query<Attempt | undefined> =>
    sql<Rows.Row>`UPDATE batchlabel_attempts SET ${sql.update(columns)}
      WHERE id = ${id} AND state IN ${sql.in(from)} RETURNING *`.pipe(
      Effect.flatMap(decode),
      Effect.map(([attempt]) => attempt)
    )

  /** The job of an attempt, locked for a change. */
  const lockJobOf = (attemptId: number): Query<void> =>
    Effect.gen(function* () {
      const rows = yield* sql<{ readonly job_id: string }>`SELECT job_id FROM batchlabel_attempts WHERE id = ${attemptId}`
      for (const { job_id } of rows) yield* lockJob(db, job_id)
    })

  const setShard = (of: Attempt, state: "waiting" | "running" | "settled"): Query<unknown> =>
    sql`UPDATE batchlabel_shards SET state = ${state}, wait_reason = NULL, wait_since = NULL, wait_until = NULL, wait_by = NULL
      WHERE job_id = ${of.jobId} AND number = ${of.shard}`

  return {
    list: Effect.fn("Attempts.list")(function* (jobId: string) {
      const rows = yield* db.read(sql<Rows.Row>`SELECT * FROM batchlabel_attempts WHERE job_id = ${jobId} ORDER BY shard, number`)
      return yield* decode(rows)
    }),

    listOf: Effect.fn("Attempts.listOf")(function* (jobIds: ReadonlyArray<string>) {
      const rows = yield* Effect.forEach(chunks(jobIds, mostAtOnce), (ids) =>
        db.read(sql<Rows.Row>`SELECT * FROM batchlabel_attempts WHERE job_id IN ${sql.in(ids)} ORDER BY job_id, shard, number`)
      )
      return yield* decode(rows.flat())
    }),

    jobsInQueue: Effect.fn("Attempts.jobsInQueue")(function* (model: string) {
      const rows = yield* db.read(sql<{ readonly job_id: string }>`SELECT DISTINCT job_id FROM batchlabel_attempts
        WHERE model = ${model} AND state IN ${sql.in(States.queued)} ORDER BY job_id`)
      return rows.map(({ job_id }) => job_id)
    }),

    asking: Effect.fn("Attempts.asking")(function* (taskFingerprint: string) {
      const rows = yield* db.read(sql<Rows.Row>`SELECT a.id, a.job_id, a.created_at, j.directory, j.owner, j.settings, s.path
        FROM batchlabel_jobs j
        JOIN batchlabel_attempts a ON a.job_id = j.id AND a.state NOT IN ${sql.in(States.over)}
        JOIN batchlabel_shards s ON s.job_id = a.job_id AND s.number = a.shard
        WHERE j.task_fingerprint = ${taskFingerprint} AND j.state IN ('open', 'cancelling', 'stopped') ORDER BY a.id`)
      return yield* decodeAsking(rows)
    }),

    hasAnswersSince: Effect.fn("Attempts.hasAnswersSince")(function* (jobId: string) {
      const rows = yield* db.read(sql`SELECT 1 FROM batchlabel_jobs mine
        JOIN batchlabel_jobs j ON j.task_fingerprint = mine.task_fingerprint AND j.id <> mine.id
        JOIN batchlabel_attempts a ON a.job_id = j.id AND a.state = 'collected' AND a.updated_at >= mine.created_at
        WHERE mine.id = ${jobId} LIMIT 1`)
      return rows.length > 0
    }),

    tokensInFlight: Effect.fn("Attempts.tokensInFlight")(function* (model: string) {
      const rows = yield* db.read(sql<Rows.Row>`SELECT COALESCE(SUM(tokens), 0) AS tokens FROM batchlabel_attempts
        WHERE model = ${model} AND state IN ${sql.in(States.queued)}`)
      return Rows.total(rows[0], "tokens")
    }),

    plan: Effect.fn("Attempts.plan")(function* (reservation: Attempts.Reservation) {
      const now = yield* Clock.currentTimeMillis
      const { jobId, shard } = reservation
      return yield* db.transaction(
        Effect.gen(function* () {
          yield* db.lock("plan")
          yield* lockJob(db, jobId)
          const no = yield* refusal(db, reservation, now)
          if (no !== undefined) return no
          const [last] = yield* sql<Rows.Row>`SELECT COALESCE(MAX(number), 0) AS number FROM batchlabel_attempts
            WHERE job_id = ${jobId} AND shard = ${shard}`
          const [payer] = yield* sql<{ readonly token: string | null }>`SELECT token FROM batchlabel_jobs WHERE id = ${jobId}`
          const columns = {
            job_id: jobId,
            shard,
            number: Rows.total(last, "number") + 1,
            token: payer?.token ?? null,
            created_at: now,
            updated_at: now,
            ...Columns.attemptPatch({
              state: "planned",
              model: reservation.model,
              tokens: reservation.tokens,
              reserved: reservation.reserved,
              inputFileId: reservation.inputFileId,
              notBefore: reservation.notBefore,
              errors: [],
              failedPolls: 0
            })
          }
          const rows = yield* sql<Rows.Row>`INSERT INTO batchlabel_attempts ${sql.insert(columns)} RETURNING *`
          const [attempt] = yield* decode(rows)
          if (attempt === undefined) return yield* Effect.dieMessage("an insert returned no row")
          yield* setShard(attempt, "running")
          const planned: Attempts.Planned = { _tag: "Planned", attempt }
          return planned
        })
      )
    }),

    advance: Effect.fn("Attempts.advance")(function* (id: number, from: ReadonlyArray<AttemptState>, patch: AttemptPatch) {
      const { state } = patch
      if (state !== undefined && !from.every((before) => States.canAdvance(before, state))) {
        return yield* Effect.dieMessage("Attempts.advance neither ends an attempt nor revives one: use settle, release or plan")
      }
      if (from.length === 0) return undefined
      const now = yield* Clock.currentTimeMillis
      return yield* db.transaction(step(id, from, { ...Columns.attemptPatch(patch), updated_at: now }))
    }),

    release: Effect.fn("Attempts.release")(function* (id: number, from: ReadonlyArray<AttemptState>, patch: Attempts.Release) {
      const live = from.filter((state) => States.canRelease(state, patch.state))
      if (live.length === 0) return false
      const now = yield* Clock.currentTimeMillis
      return yield* db.transaction(
        Effect.gen(function* () {
          yield* lockJobOf(id)
          const attempt = yield* step(id, live, { ...Columns.attemptPatch(patch), updated_at: now })
          if (attempt === undefined) return false
          yield* setShard(attempt, "waiting")
          return true
        })
      )
    }),

    settle: Effect.fn("Attempts.settle")(function* ({ attempt: { id }, collected, cost, followUp }: Attempts.Settlement) {
      const now = yield* Clock.currentTimeMillis
      return yield* db.transaction(
        Effect.gen(function* () {
          yield* lockJobOf(id)
          const attempt = yield* step(id, States.ended, {
            ...Columns.attemptPatch({ state: "collected", collected, cost }),
            updated_at: now
          })
          if (attempt === undefined) return false
          yield* setShard(attempt, "settled")
          if (followUp !== undefined) yield* insertAll(db, "batchlabel_shards", [Columns.shard(attempt.jobId, followUp)])
          return true
        })
      )
    })
  }
}
