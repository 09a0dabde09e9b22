/**
 * What can go wrong while a dataset is split, collected or merged.
 *
 * @since 0.1.0
 */
import type * as Problem from "@batchlabel/core/Problem"
import * as Schema from "effect/Schema"
import * as DatasetProblem from "./DatasetProblem.js"

/**
 * A file of the job could not be read or written.
 *
 * @since 0.1.0
 * @category errors
 */
export class FileFailed extends Schema.TaggedClass<FileFailed>()("FileFailed", {
  path: Schema.String,
  operation: Schema.String,
  detail: Schema.String
}) {}

/**
 * The rows make more shards than a job may have here.
 *
 * @since 0.1.0
 * @category errors
 */
export class TooManyShards extends Schema.TaggedClass<TooManyShards>()("TooManyShards", { limit: Schema.Number }) {}

/**
 * The requests of all rows together take more room than a job may take here.
 *
 * @since 0.1.0
 * @category errors
 */
export class TooManyBytes extends Schema.TaggedClass<TooManyBytes>()("TooManyBytes", { limit: Schema.Number }) {}

const Reason = Schema.Union(FileFailed, TooManyShards, TooManyBytes)

const problemOf = (reason: typeof Reason.Type): Problem.Problem => {
  switch (reason._tag) {
    case "FileFailed":
      return DatasetProblem.make("BL5001", reason)
    case "TooManyShards":
      return DatasetProblem.make("BL7186", reason)
    case "TooManyBytes":
      return DatasetProblem.make("BL7187", reason)
  }
}

/**
 * A shard, a result file or a merge that failed. `reason` is tagged and says why.
 *
 * @since 0.1.0
 * @category errors
 */
export class DatasetError extends Schema.TaggedError<DatasetError>()("DatasetError", {
  reason: Reason
}) {
  get problem(): Problem.Problem {
    return problemOf(this.reason)
  }
  override get message(): string {
    return this.problem.message
  }
}

/**
 * Turns a failure of the file system into a `DatasetError` that names the file and the operation.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fileFailed =
  (operation: string, path: string) =>
  (cause: { readonly message: string }): DatasetError =>
    new DatasetError({ reason: new FileFailed({ operation, path, detail: cause.message }) })
