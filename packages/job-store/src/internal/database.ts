/** Connections, transactions and their retries: what all parts of the store stand on. */
import { type SqlClient, TransactionConnection } from "@effect/sql/SqlClient"
import type { Connection } from "@effect/sql/SqlConnection"
import { SqlError } from "@effect/sql/SqlError"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { isParseError, type ParseError } from "effect/ParseResult"
import * as Scope from "effect/Scope"
import type { Service as Database, Lock, Query, Stored } from "../Database.js"
import { JobStoreError, StoreCorrupt } from "../JobStoreError.js"
import { faultOf, isDriverDefect, toStoreError } from "./sqlFault.js"

export type { Query, Service as Database, Stored } from "../Database.js"

export const defaultPatience = Duration.seconds(30)

// "bl" in ASCII, so that the locks of other programs in the same database are others.
const lockClass = 0x626c
const locks: Readonly<Record<Lock, number>> = { migrate: 1, plan: 2, events: 3, leases: 4 }

const sqlite = { read: "BEGIN", write: "BEGIN IMMEDIATE" }
const postgres = {
  read: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
  write: "BEGIN; SET LOCAL lock_timeout = '30s'"
}

const failDriverDefects = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | SqlError, R> =>
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

type Fault = SqlError | ParseError

const isFault = (error: unknown): error is Fault => error instanceof SqlError || isParseError(error)

const isLocked = (error: unknown): boolean => error instanceof SqlError && faultOf(error) === "locked"

const storeErrorOf = (location: string, fault: Fault): JobStoreError =>
  isParseError(fault)
    ? new JobStoreError({ reason: new StoreCorrupt({ location, detail: fault.message }) })
    : toStoreError(location, fault)

const isForeign = <E>(error: E): error is Exclude<E, Fault> => !isFault(error)

/** What drivers and row models fail with, as errors of the store; other errors pass. */
const asStored =
  (location: string) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, Exclude<E, Fault> | JobStoreError, R> =>
    Effect.catchAll(effect, (error): Effect.Effect<never, Exclude<E, Fault> | JobStoreError> => {
      if (isForeign(error)) return Effect.fail(error)
      return isFault(error) ? Effect.fail(storeErrorOf(location, error)) : Effect.die(error)
    })

/** Tries again while `isTransient`, for as long as `patience`. */
const retryWhile =
  (patience: Duration.Duration, isTransient: (error: unknown) => boolean) =>
  <A, E, R>(attempt: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.suspend(() => {
      const end = Date.now() + Duration.toMillis(patience)
      const loop = (tries: number): Effect.Effect<A, E, R> =>
        Effect.catchAll(attempt, (error) =>
          isTransient(error) && Date.now() < end ? Effect.zipRight(pause(tries), loop(tries + 1)) : Effect.fail(error)
        )
      return loop(0)
    })

/** Tries again while others hold the lock, for as long as `patience`. */
export const retryLocked =
  (location: string, patience: Duration.Duration) =>
  <A>(attempt: Query<A>): Stored<A> =>
    attempt.pipe(failDriverDefects, retryWhile(patience, isLocked), asStored(location))

/** The transaction that a fiber is in. */
interface Transaction {
  readonly database: object
  readonly connection: Connection
  readonly mode: "read" | "write"
  readonly depth: number
  /** Parts that run at once take turns: their savepoints must nest. */
  readonly turn: Effect.Semaphore
  /** Shared by all its parts. `isOpen`: what outlives it is no longer in it. `wasLocked`: the whole of it is worth another try. */
  readonly status: { isOpen: boolean; wasLocked: boolean }
}

class CurrentTransaction extends Context.Tag("@batchlabel/job-store/CurrentTransaction")<CurrentTransaction, Transaction>() {}

export const make = (
  client: SqlClient,
  options: { readonly location: string; readonly patience: Duration.Duration }
): Database => {
  const { location, patience } = options
  const sql = client.withoutTransforms()
  const isPostgres = sql.onDialectOrElse({ pg: () => true, orElse: () => false })
  const begin = isPostgres ? postgres : sqlite
  const database = {}

  // Every statement runs on a connection of its own holding: one that the client only lends for the moment could slip into the
  // transaction of another fiber.
  const on = <A, E, R>(connection: Connection, query: Effect.Effect<A, E, R>): Effect.Effect<A, E | SqlError, R> =>
    failDriverDefects(
      Effect.mapInputContext(query, (context: Context.Context<R>) =>
        Context.add(context, TransactionConnection, [isPostgres ? connection : forgetful(connection), 0] as const)
      )
    )

  const current = Effect.map(Effect.context<never>(), (context) =>
    Option.getOrUndefined(
      Option.filter(
        Context.getOption(context, CurrentTransaction),
        (transaction) => transaction.database === database && transaction.status.isOpen
      )
    )
  )

  const within = <A, E, R>(transaction: Transaction, query: Effect.Effect<A, E, R>) =>
    Effect.mapInputContext(on(transaction.connection, query), (context: Context.Context<R>) =>
      Context.add(context, CurrentTransaction, transaction)
    )

  const withConnection = <A, E, R>(use: (connection: Connection) => Effect.Effect<A, E, R>): Effect.Effect<A, E | SqlError, R> =>
    Effect.acquireUseRelease(
      Scope.make(),
      (scope) => Effect.flatMap(Scope.extend(sql.reserve, scope), use),
      (scope, exit) => Scope.close(scope, exit)
    )

  // Not the client's own `withTransaction`: that one begins transactions deferred (so that a write after a read fails under SQLite when
  // another process wrote in between) and dies where COMMIT fails.
  const outermost = <A, E, R>(mode: Transaction["mode"], query: Effect.Effect<A, E, R>) =>
    Effect.suspend(() => {
      const status = { isOpen: true, wasLocked: false }
      const run = Effect.fnUntraced(function* (connection: Connection) {
        status.isOpen = true
        status.wasLocked = false
        yield* execute(connection, begin[mode])
        const turn = yield* Effect.makeSemaphore(1)
        const exit = yield* Effect.exit(within({ database, connection, mode, depth: 0, turn, status }, query))
        status.isOpen = false
        const ended = yield* Effect.exit(Exit.isSuccess(exit) ? execute(connection, "COMMIT") : Effect.void)
        if (Exit.isSuccess(exit) && Exit.isSuccess(ended)) return exit.value
        // After some errors SQLite has rolled back already and says so.
        yield* Effect.ignore(execute(connection, "ROLLBACK"))
        return yield* Exit.zipRight(ended, exit)
      })
      // Transactions are short. Interrupted in the middle, PostgreSQL could cancel the wrong statement of the connection.
      return Effect.uninterruptible(withConnection(run)).pipe(
        retryWhile(patience, (error) => status.wasLocked || isLocked(error)),
        asStored(location)
      )
    })

  const noteLock =
    ({ status }: Transaction) =>
    (error: unknown) =>
      Effect.sync(() => {
        if (isLocked(error)) status.wasLocked = true
      })

  /** A part of a transaction: all or nothing as well, so that one that fails can be done without. */
  const part = <A, E, R>(outer: Transaction, query: Effect.Effect<A, E, R>) =>
    outer.turn.withPermits(1)(
      Effect.gen(function* () {
        const { connection } = outer
        const name = `part_${outer.depth + 1}`
        yield* execute(connection, `SAVEPOINT ${name}`)
        const inner = { ...outer, depth: outer.depth + 1, turn: yield* Effect.makeSemaphore(1) }
        const exit = yield* Effect.exit(within(inner, query))
        if (Exit.isFailure(exit)) yield* Effect.ignore(execute(connection, `ROLLBACK TO SAVEPOINT ${name}`))
        yield* Effect.ignore(execute(connection, `RELEASE SAVEPOINT ${name}`))
        return yield* exit
      }).pipe(Effect.tapError(noteLock(outer)), asStored(location))
    )

  const joined = <A, E, R>(transaction: Transaction, query: Effect.Effect<A, E, R>) =>
    within(transaction, query).pipe(Effect.tapError(noteLock(transaction)), asStored(location))

  const alone = <A, E, R>(query: Effect.Effect<A, E, R>) =>
    withConnection((connection) => on(connection, query)).pipe(retryWhile(patience, isLocked), asStored(location))

  const readOnly = Effect.dieMessage("a transaction that writes cannot be part of a snapshot")

  return {
    sql,
    location,
    isPostgres,
    read: (query) => Effect.flatMap(current, (now) => (now === undefined ? alone(query) : joined(now, query))),
    snapshot: (query) => Effect.flatMap(current, (now) => (now === undefined ? outermost("read", query) : joined(now, query))),
    transaction: (query) =>
      Effect.flatMap(current, (now) => {
        if (now === undefined) return outermost("write", query)
        return now.mode === "read" ? readOnly : part(now, query)
      }),
    isInTransaction: Effect.map(current, (now) => now !== undefined),
    lock: (lock) =>
      isPostgres ? Effect.asVoid(sql`SELECT pg_advisory_xact_lock(${lockClass}::integer, ${locks[lock]}::integer)`) : Effect.void,
    script: (statements) =>
      Effect.forEach(statements, (text) => failDriverDefects(Effect.suspend(() => sql.unsafe(text).unprepared)), {
        discard: true
      })
  }
}
