import * as Effect from "effect/Effect"
import type * as JobStore from "../JobStore.js"
import type { Database } from "./database.js"

export const make = (db: Database): Pick<JobStore.Service, "fact" | "setFact"> => {
  const { sql } = db
  return {
    fact: Effect.fn("JobStore.fact")(function* (name: string) {
      const rows = yield* db.read(sql<{ readonly value: string }>`SELECT value FROM batchlabel_facts WHERE name = ${name}`)
      return rows[0]?.value
    }),

    setFact: Effect.fn("JobStore.setFact")(function* (name: string, value: string) {
      yield* db.transaction(sql`INSERT INTO batchlabel_facts ${sql.insert({ name, value })}
        ON CONFLICT (name) DO UPDATE SET value = excluded.value`)
    })
  }
}
