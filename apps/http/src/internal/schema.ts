/** The tables of the server, version by version. Times are unix milliseconds. */
import * as Effect from "effect/Effect"
import type { Database, Query, Stored } from "./database.js"
import { toOwners } from "./toOwners.js"

interface Migration {
  readonly version: number
  readonly statements: (dialect: { readonly isPostgres: boolean }) => ReadonlyArray<string>
  /** What no statement alone can do, after them. */
  readonly afterwards?: (db: Database) => Query<void>
}

const first: Migration = {
  version: 1,
  statements: ({ isPostgres }) => {
    const integer = isPostgres ? "BIGINT" : "INTEGER"
    // Ids are compared byte by byte, as SQLite does anyway.
    const text = isPostgres ? 'TEXT COLLATE "C"' : "TEXT"
    const strict = isPostgres ? "" : " STRICT"
    return [
      `CREATE TABLE batchlabel_http_tokens (
        id ${text} NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        scope TEXT NOT NULL,
        hash TEXT NOT NULL,
        created_at ${integer} NOT NULL,
        expires_at ${integer},
        revoked_at ${integer},
        used_at ${integer}
      )${strict}`,
      `CREATE TABLE batchlabel_http_sessions (
        hash ${text} NOT NULL PRIMARY KEY,
        token_id ${text} NOT NULL,
        expires_at ${integer} NOT NULL
      )${strict}`,
      `CREATE TABLE batchlabel_http_uploads (
        id ${text} NOT NULL PRIMARY KEY,
        owner ${text} NOT NULL,
        name TEXT NOT NULL,
        path TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        view TEXT NOT NULL,
        created_at ${integer} NOT NULL,
        expires_at ${integer} NOT NULL
      )${strict}`,
      `CREATE INDEX batchlabel_http_uploads_expiry ON batchlabel_http_uploads (expires_at)`,
      // A job is known by the path of its input, which belongs to it alone, before it has an id.
      `CREATE TABLE batchlabel_http_inputs (
        path ${text} NOT NULL PRIMARY KEY,
        owner ${text} NOT NULL,
        title TEXT NOT NULL,
        name TEXT NOT NULL,
        held ${integer} NOT NULL,
        idempotency_key ${text},
        digest TEXT NOT NULL,
        created_at ${integer} NOT NULL,
        UNIQUE (owner, idempotency_key)
      )${strict}`,
      `CREATE TABLE batchlabel_http_labels (
        job_id ${text} NOT NULL,
        row_number ${integer} NOT NULL,
        value TEXT NOT NULL,
        token_id ${text} NOT NULL,
        by_name TEXT NOT NULL,
        at ${integer} NOT NULL,
        PRIMARY KEY (job_id, row_number)
      )${strict}`,
      `CREATE TABLE batchlabel_http_tasks (
        owner ${text} NOT NULL,
        name ${text} NOT NULL,
        task TEXT NOT NULL,
        updated_at ${integer} NOT NULL,
        PRIMARY KEY (owner, name)
      )${strict}`,
      `CREATE TABLE batchlabel_http_webhooks (
        id ${text} NOT NULL PRIMARY KEY,
        owner ${text} NOT NULL,
        url TEXT NOT NULL,
        secret TEXT NOT NULL,
        created_at ${integer} NOT NULL
      )${strict}`,
      `CREATE INDEX batchlabel_http_webhooks_owner ON batchlabel_http_webhooks (owner, id)`,
      `CREATE TABLE batchlabel_http_deliveries (
        id ${text} NOT NULL PRIMARY KEY,
        webhook_id ${text} NOT NULL,
        job_id ${text} NOT NULL,
        event TEXT NOT NULL,
        body TEXT NOT NULL,
        state TEXT NOT NULL,
        attempts ${integer} NOT NULL,
        next_at ${integer} NOT NULL,
        updated_at ${integer} NOT NULL,
        status ${integer},
        UNIQUE (webhook_id, job_id, event)
      )${strict}`,
      `CREATE INDEX batchlabel_http_deliveries_due ON batchlabel_http_deliveries (state, next_at)`,
      `CREATE TABLE batchlabel_http_received (
        id ${text} NOT NULL PRIMARY KEY,
        at ${integer} NOT NULL
      )${strict}`
    ]
  }
}

/** What was a token's becomes its owner's. */
const second: Migration = {
  version: 2,
  statements: ({ isPostgres }) => [
    `ALTER TABLE batchlabel_http_tokens ADD COLUMN owner ${isPostgres ? 'TEXT COLLATE "C"' : "TEXT"} NOT NULL DEFAULT ''`
  ],
  afterwards: toOwners
}

/** By version, without gaps. Published ones never change: a change of the tables is another entry. */
const migrations: ReadonlyArray<Migration> = [first, second]

// "blh" in ASCII: a lock of its own, beside those of the job store.
const lock = 0x626c68

/** Brings the server's tables to the newest version, each step once, whoever comes first. */
export const migrate = (db: Database): Stored<void> =>
  db.write(
    Effect.gen(function* () {
      const { isPostgres, sql } = db
      if (isPostgres) yield* sql`SELECT pg_advisory_xact_lock(${lock})`.unprepared
      yield* sql.unsafe("CREATE TABLE IF NOT EXISTS batchlabel_http (version INTEGER NOT NULL PRIMARY KEY)").unprepared
      const rows = yield* sql<{ readonly version: number }>`SELECT MAX(version) AS version FROM batchlabel_http`.unprepared
      const found = Number(rows[0]?.version ?? 0)
      for (const { afterwards, statements, version } of migrations.filter((migration) => migration.version > found)) {
        for (const statement of statements({ isPostgres })) yield* sql.unsafe(statement).unprepared
        if (afterwards !== undefined) yield* afterwards(db)
        yield* sql.unsafe(`INSERT INTO batchlabel_http (version) VALUES (${version})`).unprepared
      }
    })
  )
