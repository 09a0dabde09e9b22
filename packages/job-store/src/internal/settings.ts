import * as Effect from "effect/Effect"
import type * as Settings from "../Settings.js"
import type { Database } from "./database.js"

export const make = (db: Database): Settings.Encoded => {
  const { sql } = db
  return {
    read: Effect.fn("Settings.read")(function* (kind: string, key: string) {
      const rows = yield* db.read(sql<{ readonly value: string }>`SELECT value FROM batchlabel_settings
        WHERE kind = ${kind} AND name = ${key}`)
      return rows[0]?.value
    }),

    write: Effect.fn("Settings.write")(function* (kind: string, key: string, value: string, job: string | undefined) {
      yield* db.transaction(sql`INSERT INTO batchlabel_settings ${sql.insert({ kind, name: key, value, job_id: job ?? null })}
        ON CONFLICT (kind, name) DO UPDATE SET value = excluded.value, job_id = excluded.job_id`)
    }),

    remove: Effect.fn("Settings.remove")(function* (kind: string, key: string) {
      yield* db.transaction(sql`DELETE FROM batchlabel_settings WHERE kind = ${kind} AND name = ${key}`)
    })
  }
}
