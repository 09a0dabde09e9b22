/** Node's own SQLite behind the SQL client: what serves where the native module cannot be loaded. */
import type * as Reactivity from "@effect/experimental/Reactivity"
import * as Client from "@effect/sql/SqlClient"
import type { Connection } from "@effect/sql/SqlConnection"
import { SqlError } from "@effect/sql/SqlError"
import * as Statement from "@effect/sql/Statement"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"

interface NodeStatement {
  readonly all: (...params: ReadonlyArray<unknown>) => ReadonlyArray<object>
  readonly run: (...params: ReadonlyArray<unknown>) => object
  readonly columns: () => ReadonlyArray<unknown>
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

const attempt = <A>(message: string, run: () => A): Effect.Effect<A, SqlError> =>
  Effect.try({ try: run, catch: (error) => new SqlError({ cause: withCode(error), message }) })

const connectionOf = (db: NodeDatabase): Connection => {
  const prepare = (text: string) => attempt("Failed to prepare statement", () => db.prepare(text))
  const prepared = <A>(text: string, use: (statement: NodeStatement) => A): Effect.Effect<A, SqlError> =>
    Effect.withFiberRuntime((fiber) => {
      const big = Context.get(fiber.currentContext, Client.SafeIntegers)
      return Effect.flatMap(prepare(text), (statement) =>
        attempt("Failed to execute statement", () => {
          if (big) statement.setReadBigInts(true)
          return use(statement)
        })
      )
    })
  // Its rows have no prototype; those of the native driver are plain objects.
  const rows = (text: string, params: ReadonlyArray<unknown>) =>
    prepared(text, (statement) => statement.all(...params).map((row) => ({ ...row })))
  const execute: Connection["execute"] = (text, params, transform) =>
    transform === undefined ? rows(text, params) : Effect.map(rows(text, params), transform)
  return {
    execute,
    executeUnprepared: execute,
    executeRaw: (text, params) =>
      prepared(text, (statement) => (statement.columns().length > 0 ? statement.all(...params) : statement.run(...params))),
    executeValues: (text, params) => Effect.map(rows(text, params), (found) => found.map((row) => Object.values(row))),
    executeStream: () => Effect.dieMessage("executeStream not implemented")
  }
}

/** The client of a file, or of `:memory:`. One connection, as of the native driver: a transaction keeps others out until it ends. */
export const make = (
  { DatabaseSync }: NodeSqlite,
  path: string
): Effect.Effect<Client.SqlClient, SqlError, Scope.Scope | Reactivity.Reactivity> =>
  Effect.gen(function* () {
    const db = yield* Effect.acquireRelease(
      attempt("Failed to open the database", () => new DatabaseSync(path)),
      (open) => Effect.sync(() => open.close())
    )
    const connection = connectionOf(db)
    const semaphore = yield* Effect.makeSemaphore(1)
    return yield* Client.make({
      acquirer: semaphore.withPermits(1)(Effect.succeed(connection)),
      compiler: Statement.makeCompilerSqlite(),
      transactionAcquirer: Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          yield* restore(semaphore.take(1))
          yield* Scope.addFinalizer(yield* Effect.scope, semaphore.release(1))
          return connection
        })
      ),
      spanAttributes: [["db.system.name", "sqlite"]]
    })
  })
