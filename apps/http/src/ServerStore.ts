/**
 * The store a server runs on, with the SQL client that its own tables use too: PostgreSQL where an address is given, else the file in the
 * folder of jobs. What is heavy is loaded when it is needed.
 *
 * @since 0.1.0
 */
import { join } from "node:path"
import type { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import type { SqlClient } from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: {
  readonly home: string
  readonly databaseUrl: Redacted.Redacted | undefined
}): Layer.Layer<JobStore | SqlClient, JobStoreError> =>
  Layer.unwrapEffect(
    Effect.promise(async () => {
      const SqlStore = await import("@batchlabel/job-store/SqlStore")
      if (options.databaseUrl !== undefined) {
        const PostgresStore = await import("@batchlabel/job-store/PostgresStore")
        return Layer.provideMerge(SqlStore.layer({ location: "PostgreSQL" }), PostgresStore.layerClient(options.databaseUrl))
      }
      const SqliteStore = await import("@batchlabel/job-store/SqliteStore")
      const path = join(options.home, "state.db")
      return Layer.provideMerge(SqlStore.layer({ location: path }), SqliteStore.layerClient(path))
    })
  )
