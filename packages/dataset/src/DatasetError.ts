/**
 * What can go wrong while a dataset is split, collected or merged.
 *
 * @since 0.1.0
 */
import * as Problem from "@batchlabel/core/Problem"
import * as Schema from "effect/Schema"

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
 * @since 0.1.0
 * @category errors
 */
export class DatasetError extends Schema.TaggedError<DatasetError>()("DatasetError", { reason: FileFailed }) {
  get problem(): Problem.Problem {
    return Problem.make("BL5001", this.reason)
  }
  override get message(): string {
    return this.problem.text("en")
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
