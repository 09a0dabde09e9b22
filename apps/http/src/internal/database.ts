/** The server's own tables in the database of the job store: statements, transactions and how they fail. */
import { type JobStoreError, StoreBusy, JobStoreError as StoreError, StoreUnavailable } from "@batchlabel/job-store/JobStoreError"
import type { SqlClient as Client } from "@effect/sql/SqlClient"
import { SqlClient, TransactionConnection } from "@effect/sql/SqlClient"
import type { Connection } from "@effect/sql/SqlConnection"
import type { SqlError } from "@effect/sql/SqlError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schedule from "effect/Schedule"

export type Query<A> = Effect.Effect<A, SqlError>
export type Stored<A> = Effect.Effect<A, JobStoreError>
export type Row = Readonly<Record<string, unknown>>

export interface Database {
  readonly sql: Client
  readonly isPostgres: boolean
  /** One statement. */
  readonly run: <A>(query: Query<A>) => Stored<A>
  /** All or nothing. */
  readonly write: <A>(query: Query<A>) => Stored<A>
}

const codeOf = (error: unknown): string => {
  if (!Predicate.isRecord(error)) return ""
  if (typeof error["code"] === "string") return error["code"]
  return codeOf(error["cause"])
}

const isLocked = (error: SqlError): boolean => /^SQLITE_(BUSY|LOCKED|PROTOCOL)|^40001$|^40P01$/.test(codeOf(error))

const location = "SQL"

const toStoreError = (error: SqlError): JobStoreError => {
  const detail = `${error.message} ${codeOf(error)}`.trim()
  return new StoreError({
    reason: isLocked(error) ? new StoreBusy({ location, detail }) : new StoreUnavailable({ location, detail })
  })
}

// Another process may hold the lock of the file for the length of one of its transactions, which are short.
const patience = Schedule.exponential("2 millis").pipe(
  Schedule.either(Schedule.spaced("100 millis")),
  Schedule.jittered,
  Schedule.upTo(Duration.seconds(20))
)

const execute = (connection: Connection, text: string): Query<unknown> =>
  Effect.suspend(() => connection.executeUnprepared(text, [], undefined))

export const make: Effect.Effect<Database, never, SqlClient> = Effect.map(SqlClient, (client) => {
  const sql = client.withoutTransforms()
  const isPostgres = sql.onDialectOrElse({ pg: () => true, orElse: () => false })

  // A statement holds its connection: the one of SQLite could otherwise slip into a transaction that another fiber has begun on it.
  const held = <A>(use: (connection: Connection) => Query<A>): Query<A> => Effect.scoped(Effect.flatMap(sql.reserve, use))
  const on = <A>(connection: Connection, query: Query<A>): Query<A> =>
    Effect.provideService(query, TransactionConnection, [connection, 0] as const)

  const transaction = <A>(query: Query<A>): Query<A> =>
    held((connection) =>
      execute(connection, isPostgres ? "BEGIN" : "BEGIN IMMEDIATE").pipe(
        Effect.zipRight(on(connection, query)),
        Effect.zipLeft(execute(connection, "COMMIT")),
        Effect.tapErrorCause(() => Effect.ignore(execute(connection, "ROLLBACK")))
      )
    ).pipe(Effect.uninterruptible)

  const patient = <A>(query: Query<A>): Stored<A> =>
    query.pipe(Effect.retry({ while: isLocked, schedule: patience }), Effect.mapError(toStoreError))

  return {
    sql,
    isPostgres,
    run: (query) => patient(held((connection) => on(connection, query))),
    write: (query) => patient(transaction(query))
  }
})

/** Reads a column that holds text. A column of another kind is a fault of the schema, and so a defect. */
export const text = (row: Row, column: string): string => {
  const value = row[column]
  if (typeof value === "string") return value
  throw new TypeError(`${column} is no text`)
}

/** Reads a column that holds a whole number, which PostgreSQL gives as text. */
export const integer = (row: Row, column: string): number => {
  const value = Number(row[column])
  if (row[column] !== null && Number.isSafeInteger(value)) return value
  throw new TypeError(`${column} is no whole number`)
}

export const optional = <A>(row: Row, column: string, read: (row: Row, column: string) => A): A | undefined =>
  row[column] === null || row[column] === undefined ? undefined : read(row, column)
