/**
 * The server's own tables, in the database that holds the jobs.
 *
 * @since 0.1.0
 */
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import type { SqlClient } from "@effect/sql/SqlClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Database from "./internal/database.js"
import { migrate } from "./internal/schema.js"

/**
 * @since 0.1.0
 * @category tags
 */
export class ServerDatabase extends Context.Tag("@batchlabel/http/ServerDatabase")<ServerDatabase, Database.Database>() {}

/**
 * Brings the tables (`batchlabel_http…`) to this version.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<ServerDatabase, JobStoreError, SqlClient> = Layer.effect(
  ServerDatabase,
  Effect.tap(Database.make, migrate)
)
