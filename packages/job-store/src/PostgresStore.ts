/**
 * The store in PostgreSQL, for jobs that run on more than one machine. The clocks of the machines have to agree to within a fraction of the
 * leases' duration.
 *
 * @since 0.1.0
 */
import * as Reactivity from "@effect/experimental/Reactivity"
import { SqlClient } from "@effect/sql/SqlClient"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { toStoreError } from "./internal/sqlFault.js"
import type { JobStoreError } from "./JobStoreError.js"
import * as SqlStore from "./SqlStore.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options extends Omit<SqlStore.Options, "location"> {
  /** Default: 10. */
  readonly maxConnections?: number | undefined
}

/** Where the store is, without who may open it. */
const locationOf = (url: Redacted.Redacted): string => {
  try {
    const { host, pathname } = new URL(Redacted.value(url))
    return `postgresql://${host}${pathname}`
  } catch {
    return "PostgreSQL"
  }
}

/**
 * The SQL client of a store's database, set up as `layer` uses it.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerClient = (url: Redacted.Redacted, options: Options = {}): Layer.Layer<SqlClient, JobStoreError> =>
  Layer.scoped(
    SqlClient,
    PgClient.make({
      url,
      applicationName: "batchlabel",
      connectTimeout: "10 seconds",
      maxConnections: options.maxConnections ?? 10
    }).pipe(
      Effect.catchAllDefect(Effect.fail),
      Effect.mapError((error) => toStoreError(locationOf(url), error))
    )
  ).pipe(Layer.provide(Reactivity.layer))

/**
 * The store in the database at `url`, in tables whose names begin with `batchlabel_`.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (url: Redacted.Redacted, options: Options = {}): Layer.Layer<SqlStore.Services, JobStoreError> =>
  SqlStore.layer({ ...options, location: locationOf(url) }).pipe(Layer.provide(layerClient(url, options)))
