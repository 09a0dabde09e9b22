import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as EventLog from "../EventLog.js"
import type { Database } from "./database.js"
import { insertAll } from "./insert.js"
import { jobNotFound, lockJob } from "./jobs.js"
import * as Rows from "./rows.js"

export const make = (db: Database): EventLog.Service => {
  const { sql } = db
  const decodeEvents = Rows.decode(db.location, "events", Rows.event)

  return {
    append: Effect.fn("EventLog.append")(function* (jobId: string, events: ReadonlyArray<EventLog.NewEvent>) {
      if (events.length === 0) return
      const at = yield* Clock.currentTimeMillis
      yield* db.transaction(
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

    list: Effect.fn("EventLog.list")(function* (
      jobId: string,
      { after, limit }: { readonly after: number; readonly limit: number }
    ) {
      const rows = yield* db.read(sql<Rows.Row>`SELECT * FROM batchlabel_events WHERE job_id = ${jobId} AND seq > ${after}
        ORDER BY seq LIMIT ${limit}`)
      return yield* decodeEvents(rows)
    })
  }
}
