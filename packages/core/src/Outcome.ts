/**
 * What became of a row: a label, or a reason why there is none. Every input row ends with exactly one outcome.
 *
 * @example
 * ```ts
 * import type * as Outcome from "@batchlabel/core/Outcome"
 *
 * const show = (outcome: Outcome.Outcome): string =>
 *   outcome._tag === "Labeled" ? String(outcome.value) : `${outcome.reason}: ${outcome.detail}`
 *
 * console.log(show({ _tag: "Failed", reason: "refused", detail: "the model declined", retryable: true }))
 * ```
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The closed list of reasons for which a row has no label.
 *
 * - `invalid_answer` the model said something outside the label set
 * - `refused` the model declined
 * - `truncated` the answer was cut (`finish_reason: length`, or an incomplete response)
 * - `api_error` the request was answered with an HTTP error
 * - `infrastructure` the request was lost inside the API (`status_code` 0)
 * - `expired`, `cancelled` the batch ended before the request was run
 * - `missing` neither result file speaks of the request
 * - `results_unreadable` the batch is over and paid for, but its results could not be read for as long as they are kept; only a person has
 *   such a row asked again
 * - `row_too_large` the request alone exceeds a limit of the API
 * - `empty_text` the text cell is blank, so nothing was asked
 * - `bad_record` the CSV record could not be read
 * - `budget` the spending cap stopped the job first
 *
 * @since 0.1.0
 * @category models
 */
export const FailureReason = Schema.Literal(
  "invalid_answer",
  "refused",
  "truncated",
  "api_error",
  "infrastructure",
  "expired",
  "cancelled",
  "missing",
  "results_unreadable",
  "row_too_large",
  "empty_text",
  "bad_record",
  "budget"
)

/**
 * @since 0.1.0
 * @category models
 */
export type FailureReason = typeof FailureReason.Type

/**
 * A label's value as the task declares it: a number (`0`) or a string (`card_arrival`).
 *
 * @since 0.1.0
 * @category models
 */
export const LabelValue = Schema.Union(Schema.Number, Schema.String)

/**
 * @since 0.1.0
 * @category models
 */
export type LabelValue = typeof LabelValue.Type

/**
 * Tokens of one request as the API billed them. `cached` and `cacheWrite` are part of `input`, `reasoning` is part of `output`.
 * Source: the `usage` objects of Chat Completions and Responses.
 *
 * @since 0.1.0
 * @category models
 */
export const Usage = Schema.Struct({
  input: Schema.Number,
  output: Schema.Number,
  cached: Schema.Number,
  cacheWrite: Schema.Number,
  reasoning: Schema.Number
})

/**
 * @since 0.1.0
 * @category models
 */
export type Usage = typeof Usage.Type

/**
 * The row has a label out of the task's set. `raw` is the model's text.
 *
 * @since 0.1.0
 * @category models
 */
export const Labeled = Schema.TaggedStruct("Labeled", {
  value: LabelValue,
  raw: Schema.String,
  confidence: Schema.optionalWith(Schema.Number, { exact: true }),
  usage: Schema.optionalWith(Usage, { exact: true })
})

/**
 * @since 0.1.0
 * @category models
 */
export type Labeled = typeof Labeled.Type

/**
 * The row has no label. `detail` says what happened in a line, `raw` is the model's text if there was one, `retryable` whether asking
 * again can help.
 *
 * @since 0.1.0
 * @category models
 */
export const Failed = Schema.TaggedStruct("Failed", {
  reason: FailureReason,
  detail: Schema.String,
  retryable: Schema.Boolean,
  raw: Schema.optionalWith(Schema.String, { exact: true }),
  usage: Schema.optionalWith(Usage, { exact: true })
})

/**
 * @since 0.1.0
 * @category models
 */
export type Failed = typeof Failed.Type

/**
 * What became of a row: exactly one of a label and a failure.
 *
 * @since 0.1.0
 * @category models
 */
export const Outcome = Schema.Union(Labeled, Failed)

/**
 * @since 0.1.0
 * @category models
 */
export type Outcome = typeof Outcome.Type
