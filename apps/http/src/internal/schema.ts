/** The tables of the server, version by version. Times are unix milliseconds. */
import type { Migration, Migrations } from "@batchlabel/job-store/Database"
import { toOwners } from "./toOwners.js"

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

/** Up to which end of a job (unix ms) a webhook was told of all of them. */
const third: Migration = {
  version: 3,
  statements: ({ isPostgres }) => [
    `ALTER TABLE batchlabel_http_webhooks ADD COLUMN told_until ${isPostgres ? "BIGINT" : "INTEGER"} NOT NULL DEFAULT 0`
  ]
}

/** By version, without gaps. Published ones never change: a change of the tables is another entry. */
export const migrations: Migrations = { table: "batchlabel_http", steps: [first, second, third] }
