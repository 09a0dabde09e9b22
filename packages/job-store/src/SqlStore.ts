/**
 * The store over any SQL client of SQLite or PostgreSQL. (Not part of `JobStore`, so that what only uses a store does not load SQL.)
 *
 * @since 0.1.0
 */
import { SqlClient } from "@effect/sql/SqlClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Answers from "./internal/answers.js"
import * as Attempts from "./internal/attempts.js"
import * as Check from "./internal/check.js"
import * as Database from "./internal/database.js"
import * as Events from "./internal/events.js"
import * as Jobs from "./internal/jobs.js"
import * as Leases from "./internal/leases.js"
import * as Limits from "./internal/limits.js"
import { migrate } from "./internal/migrate.js"
import { self } from "./internal/process.js"
import { migrations } from "./internal/schema.js"
import { JobStore } from "./JobStore.js"
import type { JobStoreError } from "./JobStoreError.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** How long a lease holds without being renewed; it is renewed three times in it. Default: 30 seconds. */
  readonly leaseTtl?: Duration.DurationInput | undefined
  /** For how long a lock that another process holds is waited for, in real time. Default: 30 seconds. */
  readonly patience?: Duration.DurationInput | undefined
  /** What error texts call the store: a path, or an address without secrets. */
  readonly location?: string | undefined
}

/**
 * Opens the store in a database and brings its tables (`batchlabel_…`) to this version; fails with `StoreNewer` on a store that a newer
 * version wrote. Each call of the service is a transaction of its own, also within a `withTransaction` of the caller.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<JobStore, JobStoreError, SqlClient> =>
  Layer.effect(
    JobStore,
    Effect.gen(function* () {
      const client = yield* SqlClient
      const db = Database.make(client, {
        location: options.location ?? "SQL",
        patience: Duration.decode(options.patience ?? Database.defaultPatience)
      })
      yield* migrate(db, migrations)
      return {
        ...Jobs.make(db),
        ...Attempts.make(db),
        ...Events.make(db),
        ...Answers.make(db),
        ...Limits.make(db),
        ...Leases.make(db, { ttl: Duration.decode(options.leaseTtl ?? "30 seconds"), self: self() }),
        check: Check.make(db)
      }
    })
  )
