/** Node's own SQLite behind the SQL client: what serves where the native module cannot be loaded. */
import type * as Reactivity from "@effect/experimental/Reactivity"
import * as Client from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as SyncClient from "./syncClient.js"

interface NodeStatement {
  readonly all: (...params: ReadonlyArray<unknown>) => ReadonlyArray<object>
  readonly setReadBigInts: (enabled: boolean) => void
}

interface NodeDatabase {
  readonly prepare: (text: string) => NodeStatement
  readonly close: () => void
}

interface NodeSqlite {
  readonly DatabaseSync: new (path: string) => NodeDatabase
}

const isNodeSqlite = (found: object | undefined): found is NodeSqlite => found !== undefined && "DatabaseSync" in found

const isOwnWarning = (warning: unknown): boolean => String(warning).startsWith("SQLite is an experimental feature")

/** Node warns once that this module may change. Which one serves is our choice, so a user of ours need not be told. */
const withoutItsWarning = <A>(load: () => A): A => {
  const emitWarning = process.emitWarning
  process.emitWarning = (warning: string | Error, ...rest: ReadonlyArray<unknown>) => {
    if (!isOwnWarning(warning)) Reflect.apply(emitWarning, process, [warning, ...rest])
  }
  try {
    return load()
  } finally {
    process.emitWarning = emitWarning
  }
}

/** Node's module; `undefined` before Node 22.13. */
export const load = (): NodeSqlite | undefined => {
  const found = withoutItsWarning(() => process.getBuiltinModule("node:sqlite"))
  return isNodeSqlite(found) ? found : undefined
}

// By the primary result code. Source: https://sqlite.org/rescode.html
const names: Readonly<Record<number, string>> = {
  5: "SQLITE_BUSY",
  6: "SQLITE_LOCKED",
  8: "SQLITE_READONLY",
  10: "SQLITE_IOERR",
  11: "SQLITE_CORRUPT",
  13: "SQLITE_FULL",
  14: "SQLITE_CANTOPEN",
  15: "SQLITE_PROTOCOL",
  19: "SQLITE_CONSTRAINT",
  26: "SQLITE_NOTADB"
}
const foreignKey = 787

/** The error with the code that the native driver gives it. */
const withCode = (error: unknown): unknown => {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return error
  const code = error.errcode === foreignKey ? "SQLITE_CONSTRAINT_FOREIGNKEY" : (names[error.errcode & 0xff] ?? "SQLITE_ERROR")
  return Object.assign(new Error(error.message, { cause: error }), { code })
}

const attempt = <A>(message: string, run: () => A): Effect.Effect<A, SqlError> => SyncClient.attempt(message, run, withCode)

const rowsOf =
  (db: NodeDatabase): SyncClient.Rows =>
  (text, params) =>
    Effect.withFiberRuntime((fiber) =>
      Effect.flatMap(
        attempt("Failed to prepare statement", () => db.prepare(text)),
        (statement) =>
          attempt("Failed to execute statement", () => {
            if (Context.get(fiber.currentContext, Client.SafeIntegers)) statement.setReadBigInts(true)
            // Its rows have no prototype; those of the native driver are plain objects.
            return statement.all(...params).map((row) => ({ ...row }))
          })
      )
    )

/** The client of a file, or of `:memory:`. */
export const make = (
  { DatabaseSync }: NodeSqlite,
  path: string
): Effect.Effect<Client.SqlClient, SqlError, Scope.Scope | Reactivity.Reactivity> =>
  Effect.gen(function* () {
    const db = yield* Effect.acquireRelease(
      attempt("Failed to open the database", () => new DatabaseSync(path)),
      (open) => Effect.sync(() => open.close())
    )
    return yield* SyncClient.make(SyncClient.connectionOf(rowsOf(db)))
  })
