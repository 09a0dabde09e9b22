/** The SQL client over a SQLite that answers at once: one connection, which a transaction keeps from others until it ends. */
import type * as Reactivity from "@effect/experimental/Reactivity"
import * as Client from "@effect/sql/SqlClient"
import type { Connection } from "@effect/sql/SqlConnection"
import { SqlError } from "@effect/sql/SqlError"
import * as Statement from "@effect/sql/Statement"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"

/** `toDriverError` gives an error the code that the native driver would. */
export const attempt = <A>(
  message: string,
  run: () => A,
  toDriverError: (error: unknown) => unknown
): Effect.Effect<A, SqlError> =>
  Effect.try({ try: run, catch: (error) => new SqlError({ cause: toDriverError(error), message }) })

export type Rows = (text: string, params: ReadonlyArray<unknown>) => Effect.Effect<ReadonlyArray<object>, SqlError>

/** A connection that only ever gives rows as objects. */
export const connectionOf = (rows: Rows): Connection => {
  const execute: Connection["execute"] = (text, params, transform) =>
    transform === undefined ? rows(text, params) : Effect.map(rows(text, params), transform)
  return {
    execute,
    executeUnprepared: execute,
    executeRaw: rows,
    executeValues: (text, params) => Effect.map(rows(text, params), (found) => found.map((row) => Object.values(row))),
    executeStream: () => Effect.dieMessage("executeStream not implemented")
  }
}

export const make = (connection: Connection): Effect.Effect<Client.SqlClient, never, Reactivity.Reactivity> =>
  Effect.gen(function* () {
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
