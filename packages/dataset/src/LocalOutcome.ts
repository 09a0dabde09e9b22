/**
 * Outcomes that are known without asking the API: answers out of the cache and rows that no batch can take. They stand in the job's
 * `local.jsonl`, beside the result files of the batches.
 *
 * @since 0.1.0
 */
import * as Outcome from "@batchlabel/core/Outcome"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"

/**
 * One line of `local.jsonl`. `at` is in unix milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export const LocalOutcome = Schema.Struct({
  customId: Schema.String,
  outcome: Outcome.Outcome,
  at: Schema.Number,
  batchId: Schema.UndefinedOr(Schema.String).pipe(Schema.optional)
})

/**
 * @since 0.1.0
 * @category models
 */
export type LocalOutcome = typeof LocalOutcome.Type

const decodeLine = Schema.decodeUnknownEither(Schema.parseJson(LocalOutcome))

/**
 * The line, with its line feed.
 *
 * @since 0.1.0
 * @category encoding
 */
export const encode = ({ at, batchId, customId, outcome }: LocalOutcome): string =>
  `${JSON.stringify({ customId, outcome, at, batchId })}\n`

/**
 * Reads a line that `encode` wrote; `undefined` for any other.
 *
 * @since 0.1.0
 * @category decoding
 */
export const decode = (line: string): LocalOutcome | undefined => Either.getOrUndefined(decodeLine(line))

/**
 * The outcome of a row whose request alone exceeds a limit of a batch.
 *
 * @since 0.1.0
 * @category constructors
 */
export const tooLarge = (
  bytes: number,
  tokens: number,
  limits: { readonly bytes: number; readonly tokens: number }
): Outcome.Outcome => ({
  _tag: "Failed",
  reason: "row_too_large",
  detail:
    bytes > limits.bytes
      ? `the request takes ${bytes} bytes, and a batch may hold ${limits.bytes}`
      : `the request takes ${tokens} tokens, and a batch may hold ${limits.tokens}`,
  retryable: false
})

/**
 * The outcome of a row from which the task's template makes no request.
 *
 * @since 0.1.0
 * @category constructors
 */
export const unrenderable = (detail: string): Outcome.Outcome => ({
  _tag: "Failed",
  reason: "bad_record",
  detail: `the template cannot be filled from this row: ${detail}`,
  retryable: false
})
