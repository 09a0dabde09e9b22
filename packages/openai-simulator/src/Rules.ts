/**
 * The rule file: what the simulator answers, and why. It holds keyword rules, a gold column and a seeded share of bad answers, so that
 * a simulated answer can always be explained and is never mistaken for a model's.
 *
 * A request is answered by the first of these that speaks of it: its custom_id, a keyword rule, the gold labels, the default. Then the
 * seeded share of bad answers replaces some of the answers; what a custom_id or a fixed body says stays.
 *
 * @since 0.1.0
 */
import type * as Either from "effect/Either"
import type { ParseError } from "effect/ParseResult"
import * as Schema from "effect/Schema"

/**
 * The ways in which an answer can be bad.
 *
 * - `prose` a sentence that holds no label alone · `ten` the text `10` · `empty` an empty text
 * - `refusal` the model declines (`message.refusal`) · `length` the answer is cut (`finish_reason: "length"`)
 * - `bad_request`, `rate_limited`, `server_error` the line is answered 400, 429 or 500
 * - `lost` the line is lost inside the API: `status_code` 0 and an empty body
 *
 * The first five are paid for, the others are not. Source: reference of the Batch API's failure shapes in the package's README.
 *
 * @since 0.1.0
 * @category models
 */
export const BadKind = Schema.Literal(
  "prose",
  "ten",
  "empty",
  "refusal",
  "length",
  "bad_request",
  "rate_limited",
  "server_error",
  "lost"
)

/**
 * @since 0.1.0
 * @category models
 */
export type BadKind = typeof BadKind.Type

/**
 * Where a rule looks: the last user message (the default), the system message, every message, or the part of the last user message
 * that follows `after` (its last occurrence) and ends before `before`.
 *
 * @since 0.1.0
 * @category models
 */
export const Part = Schema.Union(
  Schema.Literal("user", "system", "all"),
  Schema.Struct({
    after: Schema.String,
    before: Schema.optionalWith(Schema.String, { exact: true })
  })
)

/**
 * @since 0.1.0
 * @category models
 */
export type Part = typeof Part.Type

/**
 * A label: a number or a text. In a `json_schema` reply it takes the type that the schema asks for.
 *
 * @since 0.1.0
 * @category models
 */
export const Label = Schema.Union(Schema.Number, Schema.String)

/**
 * @since 0.1.0
 * @category models
 */
export type Label = typeof Label.Type

const FixedBody = Schema.Record({ key: Schema.String, value: Schema.Unknown })

const FixedStatus = Schema.Int.pipe(Schema.between(200, 599))

/**
 * What a request is answered with: a label, alone or as `answer`; `bad` for a row that is meant to fail; or a `body` of your own, sent as
 * it is, with a `status` (default 200). A body with status 200 is paid for, with the tokens of its own `usage` if it has one.
 *
 * @since 0.1.0
 * @category models
 */
export const Outcome = Schema.Union(
  Label,
  Schema.Struct({ answer: Label }),
  Schema.Struct({ bad: BadKind }),
  Schema.Struct({ body: FixedBody, status: Schema.optionalWith(FixedStatus, { exact: true }) })
)

/**
 * @since 0.1.0
 * @category models
 */
export type Outcome = typeof Outcome.Type

/**
 * One keyword rule. It speaks of a request when any of `contains` occurs in the part, or `regex` matches it; a rule with neither speaks
 * of all. Its outcome is `answer`, `bad` for a row that is meant to fail, or a fixed `body` with its `status` (see `Outcome`).
 *
 * @since 0.1.0
 * @category models
 */
export const Rule = Schema.Struct({
  contains: Schema.optionalWith(Schema.Union(Schema.String, Schema.Array(Schema.String)), { exact: true }),
  regex: Schema.optionalWith(Schema.String, { exact: true }),
  flags: Schema.optionalWith(Schema.String, { exact: true }),
  in: Schema.optionalWith(Part, { exact: true }),
  answer: Schema.optionalWith(Label, { exact: true }),
  bad: Schema.optionalWith(BadKind, { exact: true }),
  body: Schema.optionalWith(FixedBody, { exact: true }),
  status: Schema.optionalWith(FixedStatus, { exact: true })
}).pipe(
  Schema.filter(({ answer, bad, body, status }) => {
    if ([answer, bad, body].filter((one) => one !== undefined).length !== 1) {
      return "a rule has either an answer, a bad kind or a body"
    }
    return status !== undefined && body === undefined ? "a status goes with a body" : undefined
  })
)

/**
 * @since 0.1.0
 * @category models
 */
export type Rule = typeof Rule.Type

/**
 * Gold labels by article text: written in the rule file (`labels`), or out of a UTF-8 CSV (`.tsv`: tab) or JSONL file with a text and
 * a label column. The answer to a request is the label of the longest gold text that occurs in its part (default: the last user
 * message), compared exactly but for `\r\n` and outer white space.
 *
 * @since 0.1.0
 * @category models
 */
export const Gold = Schema.Union(
  Schema.Struct({
    labels: Schema.Record({ key: Schema.String, value: Label }),
    in: Schema.optionalWith(Part, { exact: true })
  }),
  Schema.Struct({
    file: Schema.String,
    textColumn: Schema.optionalWith(Schema.String, { default: () => "text" }),
    labelColumn: Schema.optionalWith(Schema.String, { default: () => "gold" }),
    in: Schema.optionalWith(Part, { exact: true })
  })
)

/**
 * @since 0.1.0
 * @category models
 */
export type Gold = typeof Gold.Type

/**
 * The seeded share of bad answers: `rate` of the requests, each with one of `kinds` (default: all). A request is drawn for by its body
 * and the batch's `metadata.attempt`, so that a later attempt is drawn for anew; with `sticky` it fails alike every time.
 *
 * @since 0.1.0
 * @category models
 */
export const Bad = Schema.Struct({
  rate: Schema.Number.pipe(Schema.between(0, 1)),
  kinds: Schema.optionalWith(Schema.NonEmptyArray(BadKind), { exact: true }),
  sticky: Schema.optionalWith(Schema.Boolean, { default: () => false })
})

/**
 * @since 0.1.0
 * @category models
 */
export type Bad = typeof Bad.Type

/**
 * The rule file. `customIds` answers lines of batches by their custom_id, before all else.
 *
 * @since 0.1.0
 * @category models
 */
export const Rules = Schema.Struct({
  customIds: Schema.optionalWith(Schema.Record({ key: Schema.String, value: Outcome }), { default: () => ({}) }),
  rules: Schema.optionalWith(Schema.Array(Rule), { default: () => [] }),
  gold: Schema.optionalWith(Gold, { exact: true }),
  bad: Schema.optionalWith(Bad, { exact: true }),
  default: Schema.optionalWith(Label, { default: () => 1 })
})

/**
 * Rules, decoded.
 *
 * @since 0.1.0
 * @category models
 */
export type Rules = typeof Rules.Type

/**
 * Rules as they are written in JSON.
 *
 * @since 0.1.0
 * @category models
 */
export type RulesInput = typeof Rules.Encoded

/**
 * Reads rules from a JSON value. Unknown keys are errors: a misspelt rule would otherwise be silently ignored.
 *
 * @since 0.1.0
 * @category constructors
 */
export const decode: (input: unknown) => Either.Either<Rules, ParseError> = Schema.decodeUnknownEither(Rules, {
  onExcessProperty: "error",
  errors: "all"
})
