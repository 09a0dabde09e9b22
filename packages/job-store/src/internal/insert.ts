import * as Effect from "effect/Effect"
import type { Columns } from "./columns.js"
import type { Database, Query } from "./database.js"

// SQLite takes 32,766 parameters in a statement, PostgreSQL 65,535.
const parameters = 30_000
const rowsAtMost = 1_000

export const chunks = <A>(items: ReadonlyArray<A>, columns: number): ReadonlyArray<ReadonlyArray<A>> => {
  const size = Math.min(rowsAtMost, Math.floor(parameters / columns))
  const parts: Array<ReadonlyArray<A>> = []
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size))
  return parts
}

/** Inserts rows that all have the same columns, many in a statement. */
export const insertAll = ({ sql }: Database, table: string, rows: ReadonlyArray<Columns>, onConflict = ""): Query<void> =>
  Effect.forEach(
    chunks(rows, Object.keys(rows[0] ?? {}).length),
    (part) => sql`INSERT INTO ${sql(table)} ${sql.insert([...part])} ${sql.literal(onConflict)}`,
    { discard: true }
  )
