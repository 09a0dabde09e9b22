/**
 * The database below the store: transactions that compose, their retries, and the runner of migrations. Whoever keeps tables of their own
 * beside the store's uses it too, so that one transaction can hold both.
 *
 * @since 0.1.0
 */
import { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ParseError } from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as Machinery from "./internal/database.js"
import * as Runner from "./internal/migrate.js"
import type { JobStoreError } from "./JobStoreError.js"

/**
 * What runs in a database: it may fail as its driver does, or because a row has not the shape of its model.
 *
 * @since 0.1.0
 * @category models
 */
export type Query<A> = Effect.Effect<A, SqlError | ParseError | JobStoreError>

/**
 * @since 0.1.0
 * @category models
 */
export type Stored<A> = Effect.Effect<A, JobStoreError>

/**
 * What PostgreSQL has to serialise by itself; SQLite has one writer at a time anyway.
 *
 * @since 0.1.0
 * @category models
 */
export type Lock = "migrate" | "plan" | "events" | "leases"

/**
 * Runs statements; faults of the driver and of row models become errors of the store (`StoreCorrupt` for the latter).
 *
 * @since 0.1.0
 * @category models
 */
export type Run = <A, E, R>(
  query: Effect.Effect<A, E, R>
) => Effect.Effect<A, Exclude<E, SqlError | ParseError> | JobStoreError, R>

/**
 * A database. In a transaction everything that asks this database, every service of the store among it, runs in that transaction.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  readonly sql: SqlClient
  /** What error texts call it: a path, or an address without secrets. */
  readonly location: string
  readonly isPostgres: boolean
  /** One statement, or several that need not see the same state. */
  readonly read: Run
  /** Several statements that see one state, and change nothing. */
  readonly snapshot: Run
  /**
   * All or nothing, and on disk when it returns. Tried again from its beginning while others hold a lock, so that it should do nothing
   * but ask the database. Within another transaction it is a part of that one, and all or nothing within it.
   */
  readonly transaction: Run
  readonly isInTransaction: Effect.Effect<boolean>
  /** Held until the end of the transaction. */
  readonly lock: (lock: Lock) => Query<void>
  /** Statements without parameters. */
  readonly script: (statements: ReadonlyArray<string>) => Query<void>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class Database extends Context.Tag("@batchlabel/job-store/Database")<Database, Service>() {}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** For how long a lock that another process holds is waited for, in real time. Default: 30 seconds. */
  readonly patience?: Duration.DurationInput | undefined
  /** What error texts call the database. Default: "SQL". */
  readonly location?: string | undefined
}

/**
 * The database of an SQL client, SQLite or PostgreSQL.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<Database, never, SqlClient> =>
  Layer.effect(
    Database,
    Effect.map(SqlClient, (client) =>
      Machinery.make(client, {
        location: options.location ?? "SQL",
        patience: Duration.decode(options.patience ?? Machinery.defaultPatience)
      })
    )
  )

/**
 * Runs an effect in one transaction: all that it asks of the database is stored together, or nothing of it. It cannot be interrupted.
 *
 * @since 0.1.0
 * @category combinators
 */
export const transaction = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, Exclude<E, SqlError | ParseError> | JobStoreError, R | Database> =>
  Effect.flatMap(Database, (db) => db.transaction(effect))

/**
 * A step from one version of some tables to the next. Published ones never change: a change of the tables is another step.
 *
 * @since 0.1.0
 * @category migrations
 */
export interface Migration {
  readonly version: number
  readonly statements: (dialect: { readonly isPostgres: boolean }) => ReadonlyArray<string>
  /** What no statement alone can do, after them. */
  readonly afterwards?: (db: Service) => Query<void>
}

/**
 * The steps of a set of tables, by version without gaps, and the table that remembers which of them are done.
 *
 * @since 0.1.0
 * @category migrations
 */
export interface Migrations {
  readonly table: string
  readonly steps: ReadonlyArray<Migration>
}

/**
 * Brings tables to their newest version, each step once, whoever comes first: the others wait for the lock and find it done. Fails with
 * `StoreNewer`, having touched nothing, where a newer version has been here.
 *
 * @since 0.1.0
 * @category migrations
 */
export const migrate: (migrations: Migrations) => Effect.Effect<void, JobStoreError, Database> = Effect.fn("Database.migrate")(
  function* (migrations: Migrations) {
    yield* Runner.migrate(yield* Database, migrations)
  }
)

/**
 * A whole number in a row. PostgreSQL's driver gives 64-bit integers as text.
 *
 * @since 0.1.0
 * @category row models
 */
export const Integer: Schema.Schema<number, number | string> = Schema.transform(
  Schema.Union(Schema.Number, Schema.String.pipe(Schema.pattern(/^-?\d+$/))),
  Schema.Int,
  { strict: true, decode: Number, encode: (number) => number }
)

/**
 * A field of a row model whose column has another name.
 *
 * @since 0.1.0
 * @category row models
 */
export const column = <A, I, R, const Name extends string>(name: Name, schema: Schema.Schema<A, I, R>) =>
  Schema.propertySignature(schema).pipe(Schema.fromKey(name))

/**
 * A column that may be `NULL`, which the model leaves out as `undefined`.
 *
 * @since 0.1.0
 * @category row models
 */
export const orNull = <A, I, R>(schema: Schema.Schema<A, I, R>): Schema.Schema<A | undefined, I | null, R> =>
  Schema.transform(Schema.NullOr(schema), Schema.UndefinedOr(Schema.typeSchema(schema)), {
    strict: true,
    decode: (value) => value ?? undefined,
    encode: (value) => value ?? null
  })
