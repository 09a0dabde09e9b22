/** The tables, version by version. Times are unix milliseconds, money is text: whole pico-dollars may exceed what a number column holds. */
import type { Migration, Migrations } from "../Database.js"
import { factsToSettings } from "./factsToSettings.js"

const first: Migration = {
  version: 1,
  statements: ({ isPostgres }) => {
    const integer = isPostgres ? "BIGINT" : "INTEGER"
    const serial = isPostgres ? "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY" : "INTEGER PRIMARY KEY AUTOINCREMENT"
    // Ids and digests are compared byte by byte, as SQLite does anyway.
    const text = isPostgres ? 'TEXT COLLATE "C"' : "TEXT"
    const strict = isPostgres ? "" : " STRICT"
    const clustered = isPostgres ? "" : " STRICT, WITHOUT ROWID"
    return [
      `CREATE TABLE batchlabel_jobs (
        id ${text} NOT NULL PRIMARY KEY,
        created_at ${integer} NOT NULL,
        updated_at ${integer} NOT NULL,
        state TEXT NOT NULL,
        detail TEXT,
        input_path TEXT NOT NULL,
        input_fingerprint TEXT NOT NULL,
        input_bytes ${integer} NOT NULL,
        output_path TEXT,
        directory TEXT NOT NULL,
        task TEXT NOT NULL,
        task_name TEXT NOT NULL,
        task_fingerprint TEXT NOT NULL,
        model TEXT NOT NULL,
        endpoint TEXT NOT NULL,
        settings TEXT NOT NULL,
        split TEXT,
        max_cost TEXT,
        owner TEXT
      )${strict}`,
      `CREATE INDEX batchlabel_jobs_input ON batchlabel_jobs (input_path, id)`,
      `CREATE INDEX batchlabel_jobs_state ON batchlabel_jobs (state, id)`,
      `CREATE INDEX batchlabel_jobs_owner ON batchlabel_jobs (owner, id)`,
      `CREATE TABLE batchlabel_shards (
        job_id ${text} NOT NULL REFERENCES batchlabel_jobs (id),
        number ${integer} NOT NULL CHECK (number > 0),
        round ${integer} NOT NULL CHECK (round > 0),
        parent ${integer},
        path TEXT NOT NULL,
        requests ${integer} NOT NULL CHECK (requests >= 0),
        bytes ${integer} NOT NULL CHECK (bytes >= 0),
        tokens ${integer} NOT NULL CHECK (tokens >= 0),
        sha256 TEXT NOT NULL,
        first_row ${integer} NOT NULL,
        last_row ${integer} NOT NULL,
        state TEXT NOT NULL,
        wait_reason TEXT,
        wait_since ${integer},
        wait_until ${integer},
        PRIMARY KEY (job_id, number)
      )${clustered}`,
      `CREATE TABLE batchlabel_attempts (
        id ${serial},
        job_id ${text} NOT NULL,
        shard ${integer} NOT NULL,
        number ${integer} NOT NULL CHECK (number > 0),
        state TEXT NOT NULL,
        model TEXT NOT NULL,
        tokens ${integer} NOT NULL CHECK (tokens >= 0),
        reserved TEXT NOT NULL,
        cost TEXT,
        input_file_id TEXT,
        batch_id TEXT,
        output_file_id TEXT,
        error_file_id TEXT,
        not_before ${integer} NOT NULL,
        intent_at ${integer},
        created_at ${integer} NOT NULL,
        updated_at ${integer} NOT NULL,
        ended_at ${integer},
        expires_at ${integer},
        counts TEXT,
        usage TEXT,
        errors TEXT NOT NULL,
        collected TEXT,
        misses ${integer} NOT NULL,
        UNIQUE (job_id, shard, number),
        FOREIGN KEY (job_id, shard) REFERENCES batchlabel_shards (job_id, number)
      )${strict}`,
      // The promise that no shard is sent twice at a time, kept by the database itself.
      `CREATE UNIQUE INDEX batchlabel_attempts_live ON batchlabel_attempts (job_id, shard) WHERE state NOT IN ('collected', 'rejected', 'lost', 'void')`,
      `CREATE INDEX batchlabel_attempts_holding ON batchlabel_attempts (model) WHERE state IN
        ('planned', 'uploading', 'uploaded', 'creating', 'validating', 'in_progress', 'finalizing', 'cancelling', 'completed', 'expired', 'cancelled')`,
      `CREATE INDEX batchlabel_attempts_intent ON batchlabel_attempts (intent_at)`,
      `CREATE INDEX batchlabel_attempts_batch ON batchlabel_attempts (batch_id)`,
      `CREATE TABLE batchlabel_events (
        seq ${serial},
        job_id ${text} NOT NULL REFERENCES batchlabel_jobs (id),
        at ${integer} NOT NULL,
        kind TEXT NOT NULL,
        data TEXT NOT NULL
      )${strict}`,
      `CREATE INDEX batchlabel_events_job ON batchlabel_events (job_id, seq)`,
      // Digests come in random order, so each new answer dirties a page of its own: the long names that answers share stand elsewhere, and
      // more of them fit on a page.
      `CREATE TABLE batchlabel_answer_scopes (
        id ${serial},
        name ${text} NOT NULL UNIQUE
      )${strict}`,
      `CREATE TABLE batchlabel_answer_batches (
        id ${serial},
        scope_id ${integer} NOT NULL REFERENCES batchlabel_answer_scopes (id),
        batch_id ${text} NOT NULL,
        UNIQUE (scope_id, batch_id)
      )${strict}`,
      `CREATE TABLE batchlabel_answers (
        scope_id ${integer} NOT NULL,
        digest ${text} NOT NULL,
        value TEXT NOT NULL,
        at ${integer} NOT NULL,
        source ${integer},
        PRIMARY KEY (scope_id, digest)
      )${clustered}`,
      `CREATE TABLE batchlabel_leases (
        name ${text} NOT NULL PRIMARY KEY,
        holder TEXT NOT NULL,
        host TEXT NOT NULL,
        pid ${integer} NOT NULL,
        started TEXT NOT NULL,
        expires_at ${integer} NOT NULL
      )${clustered}`,
      `CREATE TABLE batchlabel_facts (
        name ${text} NOT NULL PRIMARY KEY,
        value TEXT NOT NULL
      )${clustered}`
    ]
  }
}

/** Limits of what owners and tokens may spend in a month, and what deleted jobs have spent of it. */
const second: Migration = {
  version: 2,
  statements: ({ isPostgres }) => {
    const integer = isPostgres ? "BIGINT" : "INTEGER"
    const text = isPostgres ? 'TEXT COLLATE "C"' : "TEXT"
    const clustered = isPostgres ? "" : " STRICT, WITHOUT ROWID"
    return [
      `ALTER TABLE batchlabel_jobs ADD COLUMN token TEXT`,
      `ALTER TABLE batchlabel_attempts ADD COLUMN token TEXT`,
      `CREATE INDEX batchlabel_attempts_created ON batchlabel_attempts (created_at)`,
      `CREATE TABLE batchlabel_limits (
        kind ${text} NOT NULL,
        name ${text} NOT NULL,
        amount TEXT,
        PRIMARY KEY (kind, name)
      )${clustered}`,
      `CREATE TABLE batchlabel_spent (
        owner ${text} NOT NULL,
        token ${text} NOT NULL,
        month ${integer} NOT NULL,
        amount TEXT NOT NULL,
        PRIMARY KEY (owner, token, month)
      )${clustered}`
    ]
  }
}

/** What a waiting shard waits for beside time, and how many of a settled one's requests were known when it came to be sent. */
const third: Migration = {
  version: 3,
  statements: ({ isPostgres }) => [
    `ALTER TABLE batchlabel_shards ADD COLUMN wait_by TEXT`,
    `ALTER TABLE batchlabel_shards ADD COLUMN known ${isPostgres ? "BIGINT" : "INTEGER"} NOT NULL DEFAULT 0`
  ]
}

/** Settings in place of facts; an attempt that was given up before anything was created is `abandoned`, and no longer `void`. */
const fourth: Migration = {
  version: 4,
  statements: ({ isPostgres }) => {
    const text = isPostgres ? 'TEXT COLLATE "C"' : "TEXT"
    return [
      `CREATE TABLE batchlabel_settings (
        kind ${text} NOT NULL,
        name ${text} NOT NULL,
        value TEXT NOT NULL,
        job_id ${text},
        PRIMARY KEY (kind, name)
      )${isPostgres ? "" : " STRICT, WITHOUT ROWID"}`,
      `CREATE INDEX batchlabel_settings_job ON batchlabel_settings (job_id)`,
      `DROP INDEX batchlabel_attempts_live`,
      `UPDATE batchlabel_attempts SET state = 'abandoned' WHERE state = 'void'`,
      `CREATE UNIQUE INDEX batchlabel_attempts_live ON batchlabel_attempts (job_id, shard)
        WHERE state NOT IN ('collected', 'rejected', 'lost', 'abandoned')`
    ]
  },
  afterwards: factsToSettings
}

/** By version, without gaps. Published ones never change: a change of the tables is another entry. */
export const migrations: Migrations = { table: "batchlabel_store", steps: [first, second, third, fourth] }
