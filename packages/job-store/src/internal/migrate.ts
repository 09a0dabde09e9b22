import * as Effect from "effect/Effect"
import { JobStoreError, StoreNewer } from "../JobStoreError.js"
import type { Database, Query, Stored } from "./database.js"
import type { Migration } from "./schema.js"

/** The version of what is stored; 0: nothing yet. */
const storedVersion = ({ isPostgres, sql }: Database): Query<number> =>
  Effect.gen(function* () {
    const found = yield* isPostgres
      ? sql`SELECT 1 FROM pg_catalog.pg_class WHERE oid = to_regclass('batchlabel_store')`
      : sql`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'batchlabel_store'`
    if (found.length === 0) return 0
    const rows = yield* sql<{ readonly version: number }>`SELECT MAX(version) AS version FROM batchlabel_store`
    return Number(rows[0]?.version ?? 0)
  })

/**
 * Brings the store to the newest version, each step once, whoever comes first: the others wait for the lock and find it done. A store that
 * is newer than the newest known version is refused untouched.
 */
export const migrate = Effect.fn("JobStore.migrate")(function* (db: Database, migrations: ReadonlyArray<Migration>) {
  const supported = migrations.reduce((newest, { version }) => Math.max(newest, version), 0)
  const refuseNewer = (found: number): Stored<void> =>
    found > supported
      ? Effect.fail(new JobStoreError({ reason: new StoreNewer({ location: db.location, found, supported }) }))
      : Effect.void
  // Usually nothing is to be done: that needs no lock.
  const before = yield* db.read(storedVersion(db))
  yield* refuseNewer(before)
  if (before === supported) return
  yield* db.write(
    Effect.gen(function* () {
      yield* db.lock("migrate")
      const found = yield* storedVersion(db)
      yield* refuseNewer(found)
      if (found === 0) {
        yield* db.script([
          `CREATE TABLE batchlabel_store (version INTEGER NOT NULL PRIMARY KEY)${db.isPostgres ? "" : " STRICT"}`
        ])
      }
      for (const { statements, version } of migrations.filter((migration) => migration.version > found)) {
        yield* db.script([...statements(db), `INSERT INTO batchlabel_store (version) VALUES (${version})`])
      }
    })
  )
})
