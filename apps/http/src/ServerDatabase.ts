/**
 * The server's own tables, in the database that holds the jobs.
 *
 * @since 0.1.0
 */
import * as Database from "@batchlabel/job-store/Database"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import type { Jobs } from "@batchlabel/job-store/Jobs"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { migrations } from "./internal/schema.js"

/**
 * The store's database, once it holds the tables of the server. What asks it and what asks the store go into one transaction.
 *
 * @since 0.1.0
 * @category tags
 */
export class ServerDatabase extends Context.Tag("@batchlabel/http/ServerDatabase")<ServerDatabase, Database.Service>() {}

/**
 * Brings the tables (`batchlabel_http…`) to this version. The store's own come first: what becomes of the server's may look at jobs.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<ServerDatabase, JobStoreError, Database.Database | Jobs> = Layer.effect(
  ServerDatabase,
  Effect.zipRight(Database.migrate(migrations), Database.Database)
)
