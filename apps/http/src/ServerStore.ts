/**
 * The store a server runs on, with the database that its own tables use too: PostgreSQL where an address is given, else the file in the
 * folder of jobs. What is heavy is loaded when it is needed.
 *
 * @since 0.1.0
 */
import { join } from "node:path"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import type { Services } from "@batchlabel/job-store/SqlStore"
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
}): Layer.Layer<Services, JobStoreError> =>
  Layer.unwrapEffect(
    Effect.promise(async () => {
      if (options.databaseUrl !== undefined) {
        const PostgresStore = await import("@batchlabel/job-store/PostgresStore")
        return PostgresStore.layer(options.databaseUrl)
      }
      const SqliteStore = await import("@batchlabel/job-store/SqliteStore")
      return SqliteStore.layer(join(options.home, "state.db"))
    })
  )
