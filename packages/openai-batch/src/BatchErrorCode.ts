/**
 * What the errors of a failed batch mean. The names of the codes differ between OpenAI, Azure and servers like them, so they are matched
 * by sets of synonyms, and by the message where the code says little.
 *
 * @since 0.1.0
 */
import type * as Problem from "@batchlabel/core/Problem"
import type { BatchError } from "./Batch.js"
import { kindOf as kindOfError } from "./internal/batchErrorKinds.js"
import * as OpenAiProblem from "./OpenAiProblem.js"

/**
 * What a code means.
 *
 * @since 0.1.0
 * @category models
 */
export type Kind =
  | "queue_full"
  | "file_not_ready"
  | "no_credit"
  | "invalid_json"
  | "missing_parameter"
  | "url_mismatch"
  | "duplicate_custom_id"
  | "mismatched_model"
  | "model_not_found"
  | "empty_file"
  | "too_many_requests"
  | "file_too_large"
  | "no_permission"
  | "invalid_request"
  | "server_error"
  | "unknown"

/**
 * What can be done about a failed batch.
 *
 * - `queue_full` create again from the same file once other batches have ended
 * - `file_not_ready` create again from the same file in a moment
 * - `no_credit` stop everything until the user has paid
 * - `server_error` try again with a new upload, a few times
 * - `too_large` divide the file and try again
 * - `model_unavailable` the user has to choose another model
 * - `invalid_input` the same file fails again; the user has to change something
 * - `unknown` nobody knows: try again a few times at most
 *
 * @since 0.1.0
 * @category models
 */
export type Class =
  | "queue_full"
  | "file_not_ready"
  | "no_credit"
  | "server_error"
  | "too_large"
  | "model_unavailable"
  | "invalid_input"
  | "unknown"

type Described = Pick<BatchError, "code" | "message"> & Partial<Pick<BatchError, "param" | "line">>

/**
 * The kind of one error of a failed batch.
 *
 * @since 0.1.0
 * @category classification
 */
export const kindOf = (error: Described): Kind => kindOfError(error.code, error.message, error.param)

const classOf: Readonly<Record<Kind, Class>> = {
  queue_full: "queue_full",
  file_not_ready: "file_not_ready",
  no_credit: "no_credit",
  invalid_json: "invalid_input",
  missing_parameter: "invalid_input",
  url_mismatch: "invalid_input",
  duplicate_custom_id: "invalid_input",
  mismatched_model: "invalid_input",
  model_not_found: "model_unavailable",
  empty_file: "invalid_input",
  too_many_requests: "too_large",
  file_too_large: "too_large",
  no_permission: "invalid_input",
  invalid_request: "invalid_input",
  server_error: "server_error",
  unknown: "unknown"
}

// What no repetition mends comes before what waiting mends.
const order: ReadonlyArray<Class> = [
  "no_credit",
  "invalid_input",
  "model_unavailable",
  "too_large",
  "queue_full",
  "file_not_ready",
  "server_error"
]

/**
 * What to do about a batch with these errors. Also for the errors of a create that was refused at once: give it the code and detail of
 * the reason.
 *
 * @since 0.1.0
 * @category classification
 */
export const classify = (errors: ReadonlyArray<Described>): Class => {
  const found = new Set(errors.map((error) => classOf[kindOf(error)]))
  return order.find((name) => found.has(name)) ?? "unknown"
}

/**
 * The number in "Enqueued token limit reached for … Limit: 2,000,000 enqueued tokens", which no call of the API tells.
 *
 * @since 0.1.0
 * @category classification
 */
export const enqueuedLimit = (message: string): number | undefined => {
  const match = /\blimit:?\s*(?:of\s*)?(\d[\d,_ ]*(?:\.\d+)?)\s*([kmb])?\b/i.exec(message)
  if (match === null) return undefined
  const number = Number((match[1] ?? "").replaceAll(/[,_ ]/g, ""))
  const unit = { k: 1e3, m: 1e6, b: 1e9 }[(match[2] ?? "").toLowerCase()] ?? 1
  return number > 0 ? Math.round(number * unit) : undefined
}

const codes = {
  file_not_ready: "BL4111",
  no_credit: "BL4112",
  invalid_json: "BL4102",
  missing_parameter: "BL4103",
  url_mismatch: "BL4104",
  duplicate_custom_id: "BL4105",
  mismatched_model: "BL4106",
  model_not_found: "BL4107",
  empty_file: "BL4108",
  too_many_requests: "BL4109",
  file_too_large: "BL4110",
  no_permission: "BL4113",
  invalid_request: "BL4114",
  server_error: "BL4115",
  unknown: "BL4199"
} as const

/**
 * What an error means for the user: the API's own words, and what to do.
 *
 * @since 0.1.0
 * @category problems
 */
export const problem = (error: Described): Problem.Problem => {
  const { code, line, message } = error
  const kind = kindOf(error)
  if (kind === "queue_full") return OpenAiProblem.make("BL4101", { code, message, line, limit: enqueuedLimit(message) })
  return OpenAiProblem.make(codes[kind], { code, message, line })
}

/**
 * The problems of a failed batch; one that says so where the API gave no error at all.
 *
 * @since 0.1.0
 * @category problems
 */
export const problems = (errors: ReadonlyArray<Described>): ReadonlyArray<Problem.Problem> =>
  errors.length === 0 ? [OpenAiProblem.make("BL4198", {})] : errors.map(problem)
