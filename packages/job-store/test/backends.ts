/** The databases that the suites run against, each test in a store of its own. */
import { randomUUID } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as NodeSqlite from "../src/internal/nodeSqlite.js"
import type { JobStoreError } from "../src/JobStoreError.js"
import * as PostgresStore from "../src/PostgresStore.js"
import * as SqliteStore from "../src/SqliteStore.js"
import * as SqlStore from "../src/SqlStore.js"
import type * as Postgres from "./postgres.js"

/** An empty place for a store. Each layer built is another connection to the same place. */
export interface Place {
  readonly kind: "sqlite" | "node" | "postgres"
  /** A path or a URL. */
  readonly address: string
  /** The client alone, for what comes before the store. */
  readonly client: Layer.Layer<SqlClient, JobStoreError>
  /** With the client below the store, for tests that look at the tables or spoil them. */
  readonly layer: (options?: Omit<SqlStore.Options, "location">) => Layer.Layer<SqlStore.Services | SqlClient, JobStoreError>
}

export interface Backend {
  readonly name: string
  /** Whether each layer of a place is a connection to the same store. */
  readonly shared: boolean
  readonly place: Effect.Effect<Place, JobStoreError, Scope.Scope>
}

export const folder: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "batchlabel-store-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

export const sqliteFile: Backend = {
  name: "SQLite in a file",
  shared: true,
  place: Effect.map(folder, (path) => {
    const address = join(path, "state.db")
    return {
      kind: "sqlite",
      address,
      client: SqliteStore.layerClient(address),
      layer: (options) => Layer.provideMerge(SqlStore.layer({ ...options, location: address }), SqliteStore.layerClient(address))
    }
  })
}

/** Whether this Node brings SQLite along: 22.13 and newer. */
export const hasNodeSqlite = NodeSqlite.load() !== undefined

/** Over Node's own SQLite, as where the native module cannot be loaded. */
export const nodeSqliteFile: Backend = {
  name: "Node's own SQLite in a file",
  shared: true,
  place: Effect.map(folder, (path) => {
    const address = join(path, "state.db")
    return {
      kind: "node",
      address,
      client: SqliteStore.layerClient(address, { driver: "node" }),
      layer: (options) =>
        Layer.provideMerge(
          SqlStore.layer({ ...options, location: address }),
          SqliteStore.layerClient(address, { driver: "node" })
        )
    }
  })
}

export const sqliteMemory: Backend = {
  name: "SQLite in memory",
  shared: false,
  place: Effect.succeed({
    kind: "sqlite",
    address: ":memory:",
    client: SqliteStore.layerClient(":memory:"),
    layer: (options) => Layer.provideMerge(SqlStore.layer(options), SqliteStore.layerClient(":memory:"))
  })
}

/** Over WebAssembly: no native module, and any Node. */
export const wasmMemory: Backend = {
  name: "SQLite as WebAssembly in memory",
  shared: false,
  place: Effect.succeed({
    kind: "sqlite",
    address: ":memory:",
    client: SqliteStore.layerClient(":memory:", { driver: "wasm" }),
    layer: (options) => Layer.provideMerge(SqlStore.layer(options), SqliteStore.layerClient(":memory:", { driver: "wasm" }))
  })
}

const script = (url: string, text: string): Effect.Effect<void, JobStoreError> =>
  SqlClient.pipe(
    Effect.flatMap((sql) => Effect.orDie(sql.unsafe(text).unprepared)),
    Effect.provide(PostgresStore.layerClient(Redacted.make(url))),
    Effect.asVoid
  )

/** A schema in a server's database, dropped at the end. */
export const postgres = (server: Postgres.Server): Backend => ({
  name: "PostgreSQL",
  shared: true,
  place: Effect.gen(function* () {
    const schema = `bl_${randomUUID().replaceAll("-", "")}`
    yield* Effect.acquireRelease(script(server.url, `CREATE SCHEMA ${schema}`), () =>
      Effect.orDie(script(server.url, `DROP SCHEMA ${schema} CASCADE`))
    )
    const url = new URL(server.url)
    url.searchParams.set("options", `-c search_path=${schema}`)
    const address = url.toString()
    return {
      kind: "postgres",
      address,
      client: PostgresStore.layerClient(Redacted.make(address)),
      layer: (options) => Layer.provideMerge(SqlStore.layer(options), PostgresStore.layerClient(Redacted.make(address)))
    }
  })
})
