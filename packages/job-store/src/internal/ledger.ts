/** What an attempt has to fit under: tokens in the queue, creations an hour, the job's money, the owner's month. */
import * as Effect from "effect/Effect"
import * as States from "../AttemptState.js"
import type { Refusal, Reservation } from "../Attempts.js"
import type { Database, Query } from "./database.js"
import { limitRefusal } from "./limits.js"
import * as Rows from "./rows.js"

const hour = 3_600_000

const notWaiting = ({ sql }: Database, { jobId, shard }: Reservation): Query<boolean> =>
  Effect.map(
    sql`SELECT 1 FROM batchlabel_shards s JOIN batchlabel_jobs j ON j.id = s.job_id
      WHERE s.job_id = ${jobId} AND s.number = ${shard} AND s.state = 'waiting' AND j.state = 'open'`,
    (rows) => rows.length === 0
  )

const tokensRefusal = ({ sql }: Database, reservation: Reservation): Query<Refusal | undefined> =>
  Effect.gen(function* () {
    const { model, tokenLimit, tokens } = reservation
    if (tokenLimit === undefined) return undefined
    const [row] = yield* sql<Rows.Row>`SELECT COALESCE(SUM(tokens), 0) AS tokens FROM batchlabel_attempts
      WHERE model = ${model} AND state IN ${sql.in(States.queued)}`
    const inFlight = Rows.total(row, "tokens")
    return inFlight + tokens > tokenLimit ? { _tag: "TokensInFlight" as const, inFlight, limit: tokenLimit } : undefined
  })

/** Creations of the last hour, and those that are about to be. */
const rateRefusal = ({ sql }: Database, { creationsPerHour }: Reservation, now: number): Query<Refusal | undefined> =>
  Effect.gen(function* () {
    const coming = sql`intent_at IS NULL AND state IN ('planned', 'uploading', 'uploaded')`
    // A time to come was written by a clock that was wrong.
    const recent = sql`intent_at > ${now - hour} AND intent_at <= ${now + hour}`
    const [row] = yield* sql<Rows.Row>`SELECT (SELECT COUNT(*) FROM batchlabel_attempts WHERE ${recent}) AS recent,
      (SELECT COUNT(*) FROM batchlabel_attempts WHERE ${coming}) AS coming`
    const past = Rows.total(row, "recent")
    const excess = past + Rows.total(row, "coming") - creationsPerHour
    if (excess < 0) return undefined
    // So many must grow older than an hour before there is room; what is only coming is as young as can be.
    const [freeing] = yield* sql<Rows.Row>`SELECT intent_at AS at FROM batchlabel_attempts WHERE ${recent}
      ORDER BY intent_at LIMIT 1 OFFSET ${Math.min(excess, past)}`
    return { _tag: "CreationRate" as const, freeAt: (freeing === undefined ? now : Rows.total(freeing, "at")) + hour }
  })

interface Kin {
  readonly id: string
  readonly settings: string
}

const olderOf = ({ settings }: Kin): ReadonlyArray<string> => {
  const { continueOf, retryOf }: { readonly continueOf?: string; readonly retryOf?: string } = JSON.parse(settings)
  return [retryOf, continueOf].filter((id) => id !== undefined)
}

/** The job, and all that ask for the same rows under one cap: those whose failures it asks again or from which it goes on, and so on. */
const kinOf = ({ sql }: Database, jobId: string): Query<ReadonlyArray<string>> =>
  Effect.map(
    sql<Kin>`SELECT id, settings FROM batchlabel_jobs
      WHERE input_path = (SELECT input_path FROM batchlabel_jobs WHERE id = ${jobId})`,
    (jobs) => {
      const links = jobs.flatMap((job) => olderOf(job).map((older) => [job.id, older] as const))
      const kin = new Set([jobId])
      for (let before = 0; before < kin.size; ) {
        before = kin.size
        for (const [a, b] of links) {
          if (kin.has(a)) kin.add(b)
          else if (kin.has(b)) kin.add(a)
        }
      }
      return [...kin]
    }
  )

const budgetRefusal = (db: Database, { jobId, reserved: needed }: Reservation): Query<Refusal | undefined> =>
  Effect.gen(function* () {
    const { sql } = db
    const [job] = yield* sql<{ readonly max_cost: string | null }>`SELECT max_cost FROM batchlabel_jobs WHERE id = ${jobId}`
    if (job === undefined || job.max_cost === null) return undefined
    const cap = BigInt(job.max_cost)
    const kin = yield* kinOf(db, jobId)
    // Sums of money are made here: the databases' own sums of text are not exact.
    const sum = (amounts: ReadonlyArray<{ readonly amount: string }>) =>
      amounts.reduce((all, { amount }) => all + BigInt(amount), 0n)
    // Where no price was known for the answers, what was set aside for them stands in.
    const spent = sum(
      yield* sql<{ readonly amount: string }>`SELECT COALESCE(cost, reserved) AS amount FROM batchlabel_attempts
        WHERE job_id IN ${sql.in(kin)} AND state = 'collected'`
    )
    // What the API has forgotten may have been run, and will never be settled.
    const reserved = sum(
      yield* sql<{ readonly amount: string }>`SELECT reserved AS amount FROM batchlabel_attempts
        WHERE job_id IN ${sql.in(kin)} AND state IN ${sql.in(States.reserving)}`
    )
    return spent + reserved + needed > cap ? { _tag: "Budget" as const, cap, spent, reserved, needed } : undefined
  })

/** Why no attempt may be planned now; to be asked within the transaction that plans it. */
export const refusal = (db: Database, reservation: Reservation, now: number): Query<Refusal | undefined> =>
  Effect.gen(function* () {
    if (yield* notWaiting(db, reservation)) return { _tag: "NotWaiting" as const }
    return (
      (yield* tokensRefusal(db, reservation)) ??
      (yield* rateRefusal(db, reservation, now)) ??
      (yield* budgetRefusal(db, reservation)) ??
      (yield* limitRefusal(db, reservation, now))
    )
  })
