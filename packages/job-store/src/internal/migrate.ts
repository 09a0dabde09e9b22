import * as Effect from "effect/Effect"
import type { Migrations } from "../Database.js"
import { JobStoreError, StoreNewer } from "../JobStoreError.js"
import type { Database, Query, Stored } from "./database.js"

/** The version of what is stored; 0: nothing yet. */
const storedVersion = ({ isPostgres, sql }: Database, table: string): Query<number> =>
  Effect.gen(function* () {
    const found = yield* isPostgres
      ? sql`SELECT 1 FROM pg_catalog.pg_class WHERE oid = to_regclass(${table})`
      : sql`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ${table}`
    if (found.length === 0) return 0
    const rows = yield* sql<{ readonly version: number | null }>`SELECT MAX(version) AS version FROM ${sql(table)}`
    return Number(rows[0]?.version ?? 0)
  })

export const migrate = (db: Database, { steps, table }: Migrations): Stored<void> =>
  Effect.gen(function* () {
    const supported = steps.reduce((newest, { version }) => Math.max(newest, version), 0)
    const refuseNewer = (found: number): Stored<void> =>
      found > supported
        ? Effect.fail(new JobStoreError({ reason: new StoreNewer({ location: db.location, found, supported }) }))
        : Effect.void
    // Usually nothing is to be done: that needs no lock.
    const before = yield* db.read(storedVersion(db, table))
    yield* refuseNewer(before)
    if (before === supported) return
    yield* db.transaction(
      Effect.gen(function* () {
        yield* db.lock("migrate")
        const found = yield* storedVersion(db, table)
        yield* refuseNewer(found)
        if (found === 0) {
          yield* db.script([
            `CREATE TABLE IF NOT EXISTS ${table} (version INTEGER NOT NULL PRIMARY KEY)${db.isPostgres ? "" : " STRICT"}`
          ])
        }
        for (const { afterwards, statements, version } of steps.filter((step) => step.version > found)) {
          yield* db.script(statements(db))
          if (afterwards !== undefined) yield* afterwards(db)
          yield* db.script([`INSERT INTO ${table} (version) VALUES (${version})`])
        }
      })
    )
  })
