/**
 * The store in a SQLite file: what runs without any server. The native module (`better-sqlite3`) serves where it can be loaded, Node's own
 * SQLite (Node ≥ 22.13) where it cannot. Either is loaded when a store is opened.
 *
 * @since 0.1.0
 */
import { open } from "node:fs/promises"
import { dirname } from "node:path"
import * as Reactivity from "@effect/experimental/Reactivity"
import { SqlClient } from "@effect/sql/SqlClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Machinery from "./internal/database.js"
import { makeFolder } from "./internal/folder.js"
import * as NodeSqlite from "./internal/nodeSqlite.js"
import { toStoreError } from "./internal/sqlFault.js"
import { JobStoreError, SqliteMissing } from "./JobStoreError.js"
import * as SqlStore from "./SqlStore.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options extends Omit<SqlStore.Options, "location"> {
  /** Which SQLite: the native module, or Node's own. Without it, the native one if it can be loaded here. */
  readonly driver?: Driver | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export type Driver = "native" | "node"

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

type Open = (path: string) => Effect.Effect<SqlClient, JobStoreError, Scope.Scope | Reactivity.Reactivity>

const messageOf = (error: unknown): string => (error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error))

/** The native module: a program that is loaded, and only with its first database the compiled part. What it lacks is told. */
const loadNative: Effect.Effect<Open, string> = Effect.gen(function* () {
  const { make } = yield* Effect.tryPromise({
    try: () => import("@effect/sql-sqlite-node/SqliteClient"),
    catch: messageOf
  })
  const opened = (path: string) => make({ filename: path, disableWAL: true })
  yield* opened(memory).pipe(
    Effect.scoped,
    Effect.provide(Reactivity.layer),
    Effect.catchAllDefect((defect) => Effect.fail(messageOf(defect)))
  )
  return (path: string) => Effect.catchAllDefect(opened(path), (defect) => Effect.fail(toStoreError(path, defect)))
})

const loadNode = (path: string, detail: string): Effect.Effect<Open, JobStoreError> =>
  Effect.suspend(() => {
    const found = NodeSqlite.load()
    return found === undefined
      ? Effect.fail(new JobStoreError({ reason: new SqliteMissing({ location: path, node: process.version, detail }) }))
      : Effect.succeed<Open>((file) => Effect.mapError(NodeSqlite.make(found, file), (error) => toStoreError(file, error)))
  })

const load = (path: string, driver: Driver | undefined): Effect.Effect<Open, JobStoreError> => {
  if (driver === "node") return loadNode(path, "the native module was not wanted")
  return Effect.catchAll(loadNative, (detail) =>
    driver === "native"
      ? Effect.fail(new JobStoreError({ reason: new SqliteMissing({ location: path, node: process.version, detail }) }))
      : loadNode(path, detail)
  )
}

const connect = (path: string, { driver, patience: wanted = Machinery.defaultPatience }: Options) =>
  Effect.gen(function* () {
    if (path !== memory) yield* createFile(path)
    const retry = Machinery.retryLocked(path, Duration.decode(wanted))
    const opened = yield* load(path, driver)
    const client = yield* opened(path)
    yield* retry(
      Effect.scoped(
        Effect.flatMap(client.reserve, (connection) =>
          Effect.forEach(pragmas, (pragma) => Machinery.execute(connection, pragma), { discard: true })
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
  Layer.scoped(SqlClient, connect(path, options)).pipe(Layer.provide(Reactivity.layer))

/**
 * The store in the file at `path`, made with its folders if need be. Several processes may use the file at once; it must lie on a local
 * disk.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (path: string, options: Options = {}): Layer.Layer<SqlStore.Services, JobStoreError> =>
  SqlStore.layer({ ...options, location: path }).pipe(Layer.provide(layerClient(path, options)))

/**
 * A store in memory that ends with its scope, for tests.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerMemory: Layer.Layer<SqlStore.Services, JobStoreError> = layer(memory)
