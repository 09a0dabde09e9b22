/** Monthly limits of owners and tokens: kept, and held against what was spent. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as States from "../AttemptState.js"
import type { Refusal, Reservation } from "../Attempts.js"
import type { Limit, LimitTarget, MonthSpending, Spender } from "../Limit.js"
import { limitOf, monthOf } from "../Limit.js"
import type * as SpendingLimits from "../SpendingLimits.js"
import type { Database, Query } from "./database.js"
import * as Rows from "./rows.js"

type Kind = "server" | "each_owner" | "owner" | "token"

const keyOf = (target: LimitTarget): { readonly kind: Kind; readonly name: string } => {
  switch (target._tag) {
    case "Server":
      return { kind: "server", name: "" }
    case "EachOwner":
      return { kind: "each_owner", name: "" }
    case "Owner":
      return { kind: "owner", name: target.owner }
    case "Token":
      return { kind: "token", name: target.token }
  }
}

const readAll = (db: Database): Query<ReadonlyArray<Limit>> =>
  Effect.flatMap(
    db.sql<Rows.Row>`SELECT kind, name, amount FROM batchlabel_limits ORDER BY kind, name`,
    Rows.decode(db.location, "limits", Rows.limit)
  )

/** Sums of money are made here: the databases' own sums of text are not exact. */
const sum = (rows: ReadonlyArray<{ readonly amount: bigint }>): bigint => rows.reduce((all, { amount }) => all + amount, 0n)

const decodeAmounts = (db: Database) => Rows.decode(db.location, "attempts", Rows.amount)

const whose = ({ sql }: Database, spender: Spender) => {
  switch (spender._tag) {
    case "Server":
      return { attempts: sql`j.owner IS NOT NULL`, deleted: sql`TRUE` }
    case "Owner":
      return { attempts: sql`j.owner = ${spender.owner}`, deleted: sql`owner = ${spender.owner}` }
    case "Token":
      return { attempts: sql`j.owner IS NOT NULL AND a.token = ${spender.token}`, deleted: sql`token = ${spender.token}` }
  }
}

/** To be asked within the transaction that plans, where it is to hold. */
const spending = (db: Database, spender: Spender, at: number): Query<MonthSpending> =>
  Effect.gen(function* () {
    const { sql } = db
    const month = monthOf(at)
    const { attempts, deleted } = whose(db, spender)
    const amounts = yield* sql<Rows.Row>`SELECT a.state,
        CASE WHEN a.state = 'collected' THEN COALESCE(a.cost, a.reserved) ELSE a.reserved END AS amount
      FROM batchlabel_attempts a JOIN batchlabel_jobs j ON j.id = a.job_id
      WHERE a.created_at >= ${month.start} AND a.created_at < ${month.end} AND a.state IN ${sql.in(States.spending)} AND ${attempts}`.pipe(
      Effect.flatMap(decodeAmounts(db))
    )
    const gone = yield* sql<Rows.Row>`SELECT 'collected' AS state, amount FROM batchlabel_spent
      WHERE month = ${month.start} AND ${deleted}`.pipe(Effect.flatMap(decodeAmounts(db)))
    const all = [...amounts, ...gone]
    return { month, spent: sum(all.filter(({ settled }) => settled)), reserved: sum(all.filter(({ settled }) => !settled)) }
  })

/** The first limit that an attempt does not fit under; of a job without an owner there is none. */
export const limitRefusal = (db: Database, reservation: Reservation, now: number): Query<Refusal | undefined> =>
  Effect.gen(function* () {
    const { jobId, model, priced, reserved: needed } = reservation
    const [job] =
      yield* db.sql<Rows.Row>`SELECT owner, token FROM batchlabel_jobs WHERE id = ${jobId} AND owner IS NOT NULL`.pipe(
        Effect.flatMap(Rows.decode(db.location, "jobs", Rows.payer))
      )
    if (job === undefined) return undefined
    const { owner, token } = job
    const limits = yield* readAll(db)
    const spenders: ReadonlyArray<Spender> = [
      ...(token === undefined ? [] : [{ _tag: "Token" as const, token }]),
      { _tag: "Owner", owner },
      { _tag: "Server" }
    ]
    for (const spender of spenders) {
      const limit = limitOf(limits, spender)
      if (limit === undefined) continue
      if (priced === false) return { _tag: "Unpriced" as const, model }
      const { month, reserved, spent } = yield* spending(db, spender, now)
      if (spent + reserved + needed > limit) {
        return { _tag: "Limit" as const, spender, limit, spent, reserved, needed, resetsAt: month.end }
      }
    }
    return undefined
  })

/** What a job has spent outlives it: a limit is not freed by deleting what was paid for. */
export const keepSpent = (db: Database, jobId: string): Query<void> =>
  Effect.gen(function* () {
    const { sql } = db
    const rows = yield* sql<Rows.Row>`SELECT j.owner, a.token, a.created_at,
        CASE WHEN a.state = 'collected' THEN COALESCE(a.cost, a.reserved) ELSE a.reserved END AS amount
      FROM batchlabel_attempts a JOIN batchlabel_jobs j ON j.id = a.job_id
      WHERE a.job_id = ${jobId} AND j.owner IS NOT NULL AND a.state IN ${sql.in(States.spending)}`.pipe(
      Effect.flatMap(Rows.decode(db.location, "attempts", Rows.spent))
    )
    for (const one of rows) {
      const key = { owner: one.owner, token: one.token ?? "", month: monthOf(one.at).start }
      const before = yield* sql<Rows.Row>`SELECT 'collected' AS state, amount FROM batchlabel_spent
        WHERE owner = ${key.owner} AND token = ${key.token} AND month = ${key.month}`.pipe(Effect.flatMap(decodeAmounts(db)))
      const amount = String(one.amount + sum(before))
      yield* sql`INSERT INTO batchlabel_spent ${sql.insert({ ...key, amount })}
        ON CONFLICT (owner, token, month) DO UPDATE SET amount = excluded.amount`
    }
  })

export const make = (db: Database): SpendingLimits.Service => ({
  list: db.read(readAll(db)).pipe(Effect.withSpan("SpendingLimits.list")),

  set: Effect.fn("SpendingLimits.set")(function* (
    target: LimitTarget,
    amount: bigint | undefined,
    options: { readonly unlessSet?: boolean } = {}
  ) {
    const { sql } = db
    const columns = { ...keyOf(target), amount: amount === undefined ? null : String(amount) }
    const otherwise = options.unlessSet === true ? sql`DO NOTHING` : sql`DO UPDATE SET amount = excluded.amount`
    yield* db.transaction(sql`INSERT INTO batchlabel_limits ${sql.insert(columns)} ON CONFLICT (kind, name) ${otherwise}`)
  }),

  clear: Effect.fn("SpendingLimits.clear")(function* (target: LimitTarget) {
    const { kind, name } = keyOf(target)
    yield* db.transaction(db.sql`DELETE FROM batchlabel_limits WHERE kind = ${kind} AND name = ${name}`)
  }),

  spending: Effect.fn("SpendingLimits.spending")(function* (spender: Spender) {
    const now = yield* Clock.currentTimeMillis
    return yield* db.snapshot(spending(db, spender, now))
  })
})
