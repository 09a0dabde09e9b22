import * as Effect from "effect/Effect"
import { chunks } from "./chunks.js"
import type { Columns } from "./columns.js"
import type { Database, Query } from "./database.js"

// SQLite takes 32,766 parameters in a statement, PostgreSQL 65,535.
const rowsOf = (columns: number): number => Math.min(1_000, Math.floor(30_000 / columns))

/** Inserts rows that all have the same columns, many in a statement. */
export const insertAll = ({ sql }: Database, table: string, rows: ReadonlyArray<Columns>): Query<void> =>
  Effect.forEach(
    chunks(rows, rowsOf(Object.keys(rows[0] ?? {}).length)),
    (part) => sql`INSERT INTO ${sql(table)} ${sql.insert([...part])}`,
    { discard: true }
  )
