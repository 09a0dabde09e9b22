/**
 * The store in a SQLite file: what runs without any server. Import it lazily; it loads a native module.
 *
 * @since 0.1.0
 */
import { open } from "node:fs/promises"
import { dirname } from "node:path"
import * as Reactivity from "@effect/experimental/Reactivity"
import { SqlClient } from "@effect/sql/SqlClient"
import * as SqliteClient from "@effect/sql-sqlite-node/SqliteClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Database from "./internal/database.js"
import { makeFolder } from "./internal/folder.js"
import { toStoreError } from "./internal/sqlFault.js"
import type { JobStore } from "./JobStore.js"
import type { JobStoreError } from "./JobStoreError.js"
import * as SqlStore from "./SqlStore.js"

/**
 * @since 0.1.0
 * @category models
 */
export type Options = Omit<SqlStore.Options, "location">

const memory = ":memory:"

// Readers do not hold up the writer; what was acknowledged is on the disk, whatever happens to the power. The driver waits for locks with
// the whole process standing still, so it waits little and the store waits on, without blocking.
const pragmas = [
  "PRAGMA busy_timeout = 100",
  "PRAGMA journal_mode = WAL",
  "PRAGMA synchronous = FULL",
  "PRAGMA foreign_keys = ON",
  "PRAGMA cache_size = -16384",
  "PRAGMA wal_autocheckpoint = 4000"
]

/** What is in the store is the user's own: folders that are made and the file are readable to no one else. */
const createFile = (path: string): Effect.Effect<void, JobStoreError> =>
  Effect.tryPromise({
    try: async () => {
      await makeFolder(dirname(path), 0o700)
      const file = await open(path, "a", 0o600)
      await file.close()
    },
    catch: (error) => toStoreError(path, error)
  })

const connect = (path: string, patience: Duration.Duration) =>
  Effect.gen(function* () {
    if (path !== memory) yield* createFile(path)
    const retry = Database.retryLocked(path, patience)
    const client = yield* SqliteClient.make({ filename: path, disableWAL: true }).pipe(
      Effect.catchAllDefect((defect) => Effect.fail(toStoreError(path, defect)))
    )
    yield* retry(
      Effect.scoped(
        Effect.flatMap(client.reserve, (connection) =>
          Effect.forEach(pragmas, (pragma) => Database.execute(connection, pragma), { discard: true })
        )
      )
    )
    return client
  })

/**
 * The SQL client of a store's file, set up as `layer` uses it.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerClient = (path: string, options: Options = {}): Layer.Layer<SqlClient, JobStoreError> =>
  Layer.scoped(SqlClient, connect(path, Duration.decode(options.patience ?? Database.defaultPatience))).pipe(
    Layer.provide(Reactivity.layer)
  )

/**
 * The store in the file at `path`, made with its folders if need be. Several processes may use the file at once; it must lie on a local
 * disk.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (path: string, options: Options = {}): Layer.Layer<JobStore, JobStoreError> =>
  SqlStore.layer({ ...options, location: path }).pipe(Layer.provide(layerClient(path, options)))

/**
 * A store in memory that ends with its scope, for tests.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerMemory: Layer.Layer<JobStore, JobStoreError> = layer(memory)
