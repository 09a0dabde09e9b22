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
import * as WasmSqlite from "./internal/wasmSqlite.js"
import { JobStoreError, SqliteMissing } from "./JobStoreError.js"
import * as SqlStore from "./SqlStore.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options extends Omit<SqlStore.Options, "location"> {
  /**
   * Which SQLite: the native module, Node's own (Node ≥ 22.13), or WebAssembly (`sql.js`), which keeps a store in memory only. Without it, the
   * first of them that can be loaded here.
   */
  readonly driver?: Driver | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export type Driver = "native" | "node" | "wasm"

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

const loadNode: Effect.Effect<Open, string> = Effect.suspend(() => {
  const found = NodeSqlite.load()
  return found === undefined
    ? Effect.fail("this Node brings no SQLite")
    : Effect.succeed<Open>((file) => Effect.mapError(NodeSqlite.make(found, file), (error) => toStoreError(file, error)))
})

/** For a store in memory alone: its file would be read and written as a whole. */
const loadWasm = (path: string): Effect.Effect<Open, string> =>
  path === memory
    ? Effect.map(
        WasmSqlite.load,
        (found): Open =>
          () =>
            Effect.mapError(WasmSqlite.make(found), (error) => toStoreError(path, error))
      )
    : Effect.fail("WebAssembly keeps no file")

const missing = (path: string) => (detail: string) =>
  new JobStoreError({ reason: new SqliteMissing({ location: path, node: process.version, detail }) })

const load = (path: string, driver: Driver | undefined): Effect.Effect<Open, JobStoreError> => {
  switch (driver) {
    case "native":
      return Effect.mapError(loadNative, missing(path))
    case "node":
      return Effect.mapError(loadNode, missing(path))
    case "wasm":
      return Effect.mapError(loadWasm(path), missing(path))
    default:
      // What the first lacks is what can be installed.
      return Effect.catchAll(loadNative, (detail) =>
        loadNode.pipe(
          Effect.orElse(() => loadWasm(path)),
          Effect.mapError(() => missing(path)(detail))
        )
      )
  }
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
 * A store in memory that ends with its scope, for tests and trials. It needs no native module: on a Node without one (before 22.13) `sql.js`
 * has to be installed.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerMemory: Layer.Layer<SqlStore.Services, JobStoreError> = layer(memory)
