/**
 * What can go wrong with the store of jobs.
 *
 * @since 0.1.0
 */
import type * as Problem from "@batchlabel/core/Problem"
import * as Schema from "effect/Schema"
import * as StoreProblem from "./StoreProblem.js"

/**
 * There is no such job (any more).
 *
 * @since 0.1.0
 * @category reasons
 */
export class JobNotFound extends Schema.TaggedClass<JobNotFound>()("JobNotFound", { id: Schema.String }) {}

/**
 * The store was written by a newer version, whose rules this one does not know. Nothing was read or changed.
 *
 * @since 0.1.0
 * @category reasons
 */
export class StoreNewer extends Schema.TaggedClass<StoreNewer>()("StoreNewer", {
  location: Schema.String,
  found: Schema.Number,
  supported: Schema.Number
}) {}

/**
 * Others held the store locked for longer than is waited for.
 *
 * @since 0.1.0
 * @category reasons
 */
export class StoreBusy extends Schema.TaggedClass<StoreBusy>()("StoreBusy", {
  location: Schema.String,
  detail: Schema.String
}) {}

/**
 * What is stored is not what this package stores: a damaged file, or a value of the wrong shape.
 *
 * @since 0.1.0
 * @category reasons
 */
export class StoreCorrupt extends Schema.TaggedClass<StoreCorrupt>()("StoreCorrupt", {
  location: Schema.String,
  detail: Schema.String
}) {}

/**
 * The disk of the store is full. The change was not stored, what was stored before stands.
 *
 * @since 0.1.0
 * @category reasons
 */
export class StoreFull extends Schema.TaggedClass<StoreFull>()("StoreFull", {
  location: Schema.String,
  detail: Schema.String
}) {}

/**
 * The change contradicts what another process has stored meanwhile (a number that is taken, for one). It was not stored.
 *
 * @since 0.1.0
 * @category reasons
 */
export class StoreConflict extends Schema.TaggedClass<StoreConflict>()("StoreConflict", {
  location: Schema.String,
  detail: Schema.String
}) {}

/**
 * The store cannot be reached or opened: path, permissions, server, account.
 *
 * @since 0.1.0
 * @category reasons
 */
export class StoreUnavailable extends Schema.TaggedClass<StoreUnavailable>()("StoreUnavailable", {
  location: Schema.String,
  detail: Schema.String
}) {}

/**
 * Neither the native SQLite module can be loaded nor has this Node one of its own.
 *
 * @since 0.1.0
 * @category reasons
 */
export class SqliteMissing extends Schema.TaggedClass<SqliteMissing>()("SqliteMissing", {
  location: Schema.String,
  node: Schema.String,
  detail: Schema.String
}) {}

/**
 * The lease ran out before it could be renewed, or another process holds it now.
 *
 * @since 0.1.0
 * @category reasons
 */
export class LeaseLost extends Schema.TaggedClass<LeaseLost>()("LeaseLost", { name: Schema.String }) {}

/**
 * @since 0.1.0
 * @category reasons
 */
export const Reason = Schema.Union(
  JobNotFound,
  StoreNewer,
  StoreBusy,
  StoreCorrupt,
  StoreFull,
  StoreConflict,
  StoreUnavailable,
  SqliteMissing,
  LeaseLost
)

const problemOf = (reason: typeof Reason.Type): Problem.Problem => {
  switch (reason._tag) {
    case "JobNotFound":
      return StoreProblem.make("BL5015", { id: reason.id })
    case "StoreNewer":
      return StoreProblem.make("BL5101", { location: reason.location, found: reason.found, supported: reason.supported })
    case "StoreBusy":
      return StoreProblem.make("BL5102", { location: reason.location, detail: reason.detail })
    case "StoreCorrupt":
      return StoreProblem.make("BL5103", { location: reason.location, detail: reason.detail })
    case "StoreUnavailable":
      return StoreProblem.make("BL5104", { location: reason.location, detail: reason.detail })
    case "SqliteMissing":
      return StoreProblem.make("BL5140", { location: reason.location, node: reason.node, detail: reason.detail })
    case "LeaseLost":
      return StoreProblem.make("BL5105", { name: reason.name })
    case "StoreFull":
      return StoreProblem.make("BL5106", { location: reason.location, detail: reason.detail })
    case "StoreConflict":
      return StoreProblem.make("BL5107", { location: reason.location, detail: reason.detail })
  }
}

/**
 * @since 0.1.0
 * @category errors
 */
export class JobStoreError extends Schema.TaggedError<JobStoreError>()("JobStoreError", { reason: Reason }) {
  /** Its code and data, and one plain sentence. */
  get problem(): Problem.Problem {
    return problemOf(this.reason)
  }

  override get message(): string {
    return this.problem.message
  }
}
