/** Events and answers: what only ever grows. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Answer } from "../Job.js"
import type * as JobStore from "../JobStore.js"
import * as Columns from "./columns.js"
import type { Database } from "./database.js"
import { chunks, insertAll } from "./insert.js"
import { jobNotFound, lockJob } from "./jobs.js"
import * as Rows from "./rows.js"

export type HistoryPart = Pick<JobStore.Service, "appendEvents" | "events" | "findAnswers" | "saveAnswers" | "clearAnswers">

const byDigest = (a: Answer, b: Answer): number => (a.digest < b.digest ? -1 : a.digest > b.digest ? 1 : 0)

export const make = (db: Database): HistoryPart => {
  const { sql } = db
  const decodeEvents = Rows.decode(db.location, "events", Rows.event)
  const decodeAnswers = Rows.decode(db.location, "answers", Rows.answer)

  return {
    appendEvents: Effect.fn("JobStore.appendEvents")(function* (
      jobId: string,
      events: ReadonlyArray<{ readonly kind: string; readonly data: unknown }>
    ) {
      if (events.length === 0) return
      const at = yield* Clock.currentTimeMillis
      yield* db.write(
        Effect.gen(function* () {
          // Numbers are given out at the insert but seen at the commit: without the lock a reader could page past a late one.
          yield* db.lock("events")
          if (!(yield* lockJob(db, jobId))) return yield* jobNotFound(jobId)
          yield* insertAll(
            db,
            "batchlabel_events",
            events.map(({ data, kind }) => ({ job_id: jobId, at, kind, data: JSON.stringify(data ?? null) }))
          )
        })
      )
    }),

    events: Effect.fn("JobStore.events")(function* (
      jobId: string,
      { after, limit }: { readonly after: number; readonly limit: number }
    ) {
      const rows = yield* db.read(sql<Rows.Row>`SELECT * FROM batchlabel_events WHERE job_id = ${jobId} AND seq > ${after}
        ORDER BY seq LIMIT ${limit}`)
      return yield* decodeEvents(rows)
    }),

    findAnswers: Effect.fn("JobStore.findAnswers")(function* (scope: string, digests: ReadonlyArray<string>) {
      const found = new Map<string, Answer>()
      const rows = yield* db.read(
        Effect.forEach(
          chunks(digests, 1),
          (part) =>
            sql<Rows.Row>`SELECT digest, value, at, batch_id FROM batchlabel_answers WHERE scope = ${scope} AND digest IN ${sql.in(part)}`
        )
      )
      for (const answer of yield* decodeAnswers(rows.flat())) found.set(answer.digest, answer)
      return found
    }),

    saveAnswers: Effect.fn("JobStore.saveAnswers")(function* (scope: string, answers: ReadonlyArray<Answer>) {
      // The last of several for one digest counts; in the order of the key, rows of one page come together, and processes that save the
      // same answers at the same time do not wait for one another crosswise.
      const newest = [...new Map(answers.map((answer) => [answer.digest, answer])).values()].sort(byDigest)
      if (newest.length === 0) return
      yield* db.write(
        insertAll(
          db,
          "batchlabel_answers",
          newest.map((answer) => Columns.answer(scope, answer)),
          "ON CONFLICT (scope, digest) DO UPDATE SET value = excluded.value, at = excluded.at, batch_id = excluded.batch_id"
        )
      )
    }),

    clearAnswers: Effect.fn("JobStore.clearAnswers")(function* (scope: string | undefined) {
      const where = scope === undefined ? sql.literal("") : sql`WHERE scope = ${scope}`
      return yield* db.write(
        Effect.gen(function* () {
          const [row] = yield* sql<Rows.Row>`SELECT COUNT(*) AS answers FROM batchlabel_answers ${where}`
          yield* sql`DELETE FROM batchlabel_answers ${where}`
          return Rows.total(row, "answers")
        })
      )
    })
  }
}
