/**
 * Why an input file must not be uploaded.
 *
 * @since 0.1.0
 */
import type * as Problem from "@batchlabel/core/Problem"
import * as Schema from "effect/Schema"
import * as OpenAiProblem from "./OpenAiProblem.js"

/**
 * One fault: `line` is 1-based and absent where it is the file that is wrong; `code` is the one the API would give.
 *
 * @since 0.1.0
 * @category models
 */
export const Fault = Schema.Struct({
  line: Schema.UndefinedOr(Schema.Number),
  code: Schema.String,
  detail: Schema.String
})

/**
 * The API would refuse the file. `faults` holds the first ones of `total`.
 *
 * @since 0.1.0
 * @category reasons
 */
export class InvalidFile extends Schema.TaggedClass<InvalidFile>()("InvalidFile", {
  path: Schema.String,
  faults: Schema.Array(Fault),
  total: Schema.Number
}) {}

/**
 * The file is not there or cannot be read.
 *
 * @since 0.1.0
 * @category reasons
 */
export class UnreadableFile extends Schema.TaggedClass<UnreadableFile>()("UnreadableFile", {
  path: Schema.String,
  detail: Schema.String
}) {}

/**
 * Why an input file would be refused.
 *
 * @since 0.1.0
 * @category reasons
 */
export const Reason = Schema.Union(InvalidFile, UnreadableFile)

const faultLine = ({ code, detail, line }: typeof Fault.Type): string =>
  `${line === undefined ? "" : `${line}: `}${detail} [${code}]`

/**
 * An input file that the API would refuse, or that cannot be read. `reason` lists the faults with their lines.
 *
 * @since 0.1.0
 * @category errors
 */
export class RequestFileError extends Schema.TaggedError<RequestFileError>()("RequestFileError", { reason: Reason }) {
  /** Its code and data, and one plain sentence. */
  get problem(): Problem.Problem {
    const { reason } = this
    if (reason._tag === "UnreadableFile") return OpenAiProblem.make("BL4015", { path: reason.path, detail: reason.detail })
    return OpenAiProblem.make("BL4016", {
      path: reason.path,
      faults: reason.faults.map(faultLine),
      more: reason.total - reason.faults.length
    })
  }

  override get message(): string {
    return this.problem.message
  }
}
