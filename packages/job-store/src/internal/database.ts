/** Connections, transactions and their retries: what all parts of the store stand on. */
import { type SqlClient, TransactionConnection } from "@effect/sql/SqlClient"
import type { Connection } from "@effect/sql/SqlConnection"
import { SqlError } from "@effect/sql/SqlError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { JobStoreError } from "../JobStoreError.js"
import { faultOf, isDriverDefect, toStoreError } from "./sqlFault.js"

export type Query<A> = Effect.Effect<A, SqlError | JobStoreError>
export type Stored<A> = Effect.Effect<A, JobStoreError>

/** What PostgreSQL has to serialise by itself; SQLite has one writer at a time anyway. */
export type Lock = "migrate" | "plan" | "events" | "leases"

export const defaultPatience = Duration.seconds(30)

export interface Database {
  readonly sql: SqlClient
  readonly location: string
  readonly isPostgres: boolean
  /** One statement, or several that need not see the same state. */
  readonly read: <A>(query: Query<A>) => Stored<A>
  /** Several statements that see one state. */
  readonly snapshot: <A>(query: Query<A>) => Stored<A>
  /** All or nothing, and on disk when it returns. */
  readonly write: <A>(query: Query<A>) => Stored<A>
  /** Held until the end of the transaction. */
  readonly lock: (lock: Lock) => Query<void>
  /** Statements without parameters. */
  readonly script: (statements: ReadonlyArray<string>) => Query<void>
}

// "bl" in ASCII, so that the locks of other programs in the same database are others.
const lockClass = 0x626c
const locks: Readonly<Record<Lock, number>> = { migrate: 1, plan: 2, events: 3, leases: 4 }

const sqlite = { read: "BEGIN", write: "BEGIN IMMEDIATE" }
const postgres = {
  read: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
  write: "BEGIN; SET LOCAL lock_timeout = '30s'"
}

const failDriverDefects = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E | SqlError> =>
  Effect.catchAllDefect(effect, (defect) =>
    isDriverDefect(defect) ? Effect.fail(new SqlError({ cause: defect, message: "the driver threw" })) : Effect.die(defect)
  )

/**
 * The connection without prepared statements that are kept: SQLite's driver keeps a statement that could not be prepared as well, and fails
 * with it long after its cause is gone. Preparing may throw.
 */
const forgetful = (connection: Connection): Connection => ({
  ...connection,
  execute: (text, params, transform) =>
    failDriverDefects(Effect.suspend(() => connection.executeUnprepared(text, params, transform)))
})

/** Runs a text on a connection. */
export const execute = (connection: Connection, text: string): Effect.Effect<ReadonlyArray<unknown>, SqlError> =>
  forgetful(connection).execute(text, [], undefined)

// Locks are held by other processes in real time, whatever the clock of the program says; and what is random here must not draw from
// the program's own generator.
const pause = (tries: number): Effect.Effect<void> =>
  Effect.async((resume) => {
    const timer = setTimeout(() => resume(Effect.void), Math.min(100, 2 ** tries) * (0.5 + Math.random()))
    return Effect.sync(() => clearTimeout(timer))
  })

/** Tries again while others hold the lock, for as long as `patience`. */
export const retryLocked =
  (location: string, patience: Duration.Duration) =>
  <A>(attempt: Query<A>): Stored<A> =>
    Effect.suspend(() => {
      const end = Date.now() + Duration.toMillis(patience)
      const loop = (tries: number): Stored<A> =>
        Effect.catchAll(failDriverDefects(attempt), (error) => {
          if (error instanceof JobStoreError) return Effect.fail(error)
          if (faultOf(error) === "locked" && Date.now() < end) return Effect.zipRight(pause(tries), loop(tries + 1))
          return Effect.fail(toStoreError(location, error))
        })
      return loop(0)
    })

export const make = (
  client: SqlClient,
  options: { readonly location: string; readonly patience: Duration.Duration }
): Database => {
  const { location, patience } = options
  const sql = client.withoutTransforms()
  const isPostgres = sql.onDialectOrElse({ pg: () => true, orElse: () => false })
  const begin = isPostgres ? postgres : sqlite
  const retry = retryLocked(location, patience)

  // Every statement runs on a connection of its own holding: one that the client only lends for the moment could slip into the
  // transaction of another fiber.
  const on = <A>(connection: Connection, query: Query<A>): Query<A> =>
    Effect.provideService(query, TransactionConnection, [isPostgres ? connection : forgetful(connection), 0] as const)

  // Not the client's own `withTransaction`: that one begins transactions deferred (so that a write after a read fails under SQLite when
  // another process wrote in between) and dies where COMMIT fails.
  const transaction = <A>(opening: string, query: Query<A>): Query<A> =>
    Effect.gen(function* () {
      const connection = yield* sql.reserve
      yield* execute(connection, opening)
      const exit = yield* Effect.exit(failDriverDefects(on(connection, query)))
      const ended = yield* Effect.exit(Exit.isSuccess(exit) ? execute(connection, "COMMIT") : Effect.void)
      if (Exit.isSuccess(exit) && Exit.isSuccess(ended)) return exit.value
      // After some errors SQLite has rolled back already and says so.
      yield* Effect.ignore(execute(connection, "ROLLBACK"))
      return yield* Exit.zipRight(ended, exit)
    }).pipe(
      Effect.scoped,
      // Transactions are short. Interrupted in the middle, PostgreSQL could cancel the wrong statement of the connection.
      Effect.uninterruptible
    )

  return {
    sql,
    location,
    isPostgres,
    read: (query) => retry(Effect.scoped(Effect.flatMap(sql.reserve, (connection) => on(connection, query)))),
    snapshot: (query) => retry(transaction(begin.read, query)),
    write: (query) => retry(transaction(begin.write, query)),
    lock: (lock) =>
      isPostgres ? Effect.asVoid(sql`SELECT pg_advisory_xact_lock(${lockClass}::integer, ${locks[lock]}::integer)`) : Effect.void,
    script: (statements) =>
      Effect.forEach(statements, (text) => failDriverDefects(Effect.suspend(() => sql.unsafe(text).unprepared)), {
        discard: true
      })
  }
}
