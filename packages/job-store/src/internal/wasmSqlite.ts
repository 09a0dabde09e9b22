/** SQLite as WebAssembly (`sql.js`) behind the SQL client: a store in memory where no native module can be loaded. */
import type * as Reactivity from "@effect/experimental/Reactivity"
import type { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as SyncClient from "./syncClient.js"

interface WasmStatement {
  readonly bind: (params: ReadonlyArray<unknown>) => boolean
  readonly step: () => boolean
  readonly getAsObject: () => object
  readonly free: () => boolean
}

interface WasmDatabase {
  readonly prepare: (text: string) => WasmStatement
  readonly close: () => void
}

export interface WasmSqlite {
  readonly Database: new () => WasmDatabase
}

const isWasmSqlite = (found: unknown): found is WasmSqlite => typeof found === "object" && found !== null && "Database" in found

/** Fails with what it lacks. */
export const load: Effect.Effect<WasmSqlite, string> = Effect.tryPromise({
  try: async () => {
    // Not named literally: it is an optional peer, which a bundle need not hold.
    const name = "sql.js"
    const module: { readonly default?: unknown } = await import(name)
    const found: unknown = typeof module.default === "function" ? await module.default() : undefined
    if (!isWasmSqlite(found)) throw new Error("sql.js is of an unknown shape")
    return found
  },
  catch: (error) => (error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error))
})

/** It says what went wrong in words alone. Source: https://sqlite.org/src/file/src/main.c, sqlite3ErrStr and the constraints' texts */
const codes: ReadonlyArray<readonly [pattern: RegExp, code: string]> = [
  [/FOREIGN KEY constraint failed/, "SQLITE_CONSTRAINT_FOREIGNKEY"],
  [/constraint failed|cannot store .* value in/, "SQLITE_CONSTRAINT"],
  [/database or disk is full|out of memory/, "SQLITE_FULL"],
  [/malformed|not a database/, "SQLITE_CORRUPT"]
]

const withCode = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error
  const code = codes.find(([pattern]) => pattern.test(error.message))?.[1] ?? "SQLITE_ERROR"
  return Object.assign(new Error(error.message, { cause: error }), { code })
}

const read = (statement: WasmStatement, params: ReadonlyArray<unknown>): ReadonlyArray<object> => {
  const rows: Array<object> = []
  statement.bind(params)
  while (statement.step()) rows.push(statement.getAsObject())
  return rows
}

/** A database in memory, which ends with its scope. */
export const make = ({ Database }: WasmSqlite): Effect.Effect<SqlClient, SqlError, Scope.Scope | Reactivity.Reactivity> =>
  Effect.gen(function* () {
    const db = yield* Effect.acquireRelease(
      SyncClient.attempt("Failed to open the database", () => new Database(), withCode),
      (open) => Effect.sync(() => open.close())
    )
    const rows: SyncClient.Rows = (text, params) =>
      SyncClient.attempt(
        "Failed to execute statement",
        () => {
          const statement = db.prepare(text)
          try {
            return read(statement, params)
          } finally {
            statement.free()
          }
        },
        withCode
      )
    return yield* SyncClient.make(SyncClient.connectionOf(rows))
  })
