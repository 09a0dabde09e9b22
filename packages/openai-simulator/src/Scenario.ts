/**
 * Faults as data: a scenario is a list of rules, each of which says on what, when and how the simulator misbehaves. The same scenario
 * and seed give the same faults to the same calls.
 *
 * @since 0.1.0
 */
import type * as Either from "effect/Either"
import type { ParseError } from "effect/ParseResult"
import * as Schema from "effect/Schema"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })
const Count = Schema.NonNegativeInt
const Millis = Schema.NonNegative
const Ordinal = Schema.Int.pipe(Schema.positive())

/**
 * The operations of the API that faults and holds can name.
 *
 * @since 0.1.0
 * @category models
 */
export const Operation = Schema.Literal(
  "files.upload",
  "files.list",
  "files.retrieve",
  "files.content",
  "files.delete",
  "batches.create",
  "batches.list",
  "batches.retrieve",
  "batches.cancel",
  "chat.completions",
  "responses",
  "embeddings",
  "models.list",
  "models.retrieve"
)

/**
 * @since 0.1.0
 * @category models
 */
export type Operation = typeof Operation.Type

/**
 * Before the server acts on a request (nothing was created, cancelled, deleted), or after it has acted and before it replies.
 *
 * @since 0.1.0
 * @category models
 */
export const Phase = Schema.Literal("before", "after")

/**
 * @since 0.1.0
 * @category models
 */
export type Phase = typeof Phase.Type

const phase = Schema.optionalWith(Phase, { default: () => "before" as const })

/**
 * Which of the matching calls a rule strikes; every condition given must hold. Calls are counted from 1, for each rule on its own; only
 * calls that pass `metadata` and `filename` are counted. No condition at all: every call.
 *
 * - `nth` this call, or these · `every` each n-th · `after` only calls after the first n · `probability` a seeded draw for each call
 * - `metadata` pairs that the batch must carry (batch operations and `on: batch`) · `filename` a part of the file's name (file operations)
 *
 * @since 0.1.0
 * @category models
 */
export const When = Schema.Struct({
  nth: optional(Schema.Union(Ordinal, Schema.NonEmptyArray(Ordinal))),
  every: optional(Ordinal),
  after: optional(Count),
  probability: optional(Schema.Number.pipe(Schema.between(0, 1))),
  metadata: optional(Schema.Record({ key: Schema.String, value: Schema.String })),
  filename: optional(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export type When = typeof When.Type

/**
 * Faults of a call.
 *
 * - `status` an HTTP error instead of the reply. `message`, `code`, `type` default to what OpenAI says with that status; `retryAfter` is
 *   in seconds, `"date"` sends an HTTP date one second ahead; `form: html` is a proxy's page instead of JSON.
 * - `no_credit` 429 with `insufficient_quota`
 * - `reset` the connection is cut · `garbled` the server acts, but the JSON of its reply is cut in the middle · `slow` the call takes `ms` longer (real time)
 * - `reply` another reply in the place of the server's: `status`, a `body` as it stands (empty unless given) and its `contentType`;
 *   `form: html` is a proxy's page under that status
 * - `other` the reply speaks of another batch or file of the project, where there is one
 * - `noise` a download has as many bytes as the file, and none of them its own
 * - `claim` the reply claims of its batches that they have ended with this `status` and nothing done: no files, counts of zero
 * - `truncate` a download ends early, after `bytes` or a `fraction` of them. `announced`: the Content-Length is the whole file's, so the
 *   cut shows as a broken transfer; otherwise it is the cut's, and only the file's `bytes` tell.
 * - `list_lag` the batch just created is left out of the next `lists` listings, or of all listings for `ms` of the clock
 * - `file_not_found` the file just uploaded is not found by the next `uses` batches, or by anything for `ms` of the clock; `as: batch`
 *   fails the batch, `as: create` refuses to create it
 *
 * @since 0.1.0
 * @category models
 */
export const CallFault = Schema.Union(
  Schema.Struct({
    fault: Schema.Literal("status"),
    status: Schema.Int.pipe(Schema.between(400, 599)),
    code: optional(Schema.NullOr(Schema.String)),
    type: optional(Schema.String),
    message: optional(Schema.String),
    retryAfter: optional(Schema.Union(Schema.NonNegative, Schema.Literal("date"))),
    form: Schema.optionalWith(Schema.Literal("json", "html"), { default: () => "json" as const }),
    phase
  }),
  Schema.Struct({ fault: Schema.Literal("no_credit") }),
  Schema.Struct({ fault: Schema.Literal("reset"), phase }),
  Schema.Struct({ fault: Schema.Literal("garbled") }),
  Schema.Struct({ fault: Schema.Literal("slow"), ms: Millis, phase }),
  Schema.Struct({
    fault: Schema.Literal("reply"),
    status: Schema.optionalWith(Schema.Int.pipe(Schema.between(200, 599)), { default: () => 200 }),
    body: Schema.optionalWith(Schema.String, { default: () => "" }),
    contentType: Schema.optionalWith(Schema.String, { default: () => "application/json" }),
    form: Schema.optionalWith(Schema.Literal("body", "html"), { default: () => "body" as const }),
    phase
  }),
  Schema.Struct({ fault: Schema.Literal("other") }),
  Schema.Struct({ fault: Schema.Literal("noise") }),
  Schema.Struct({ fault: Schema.Literal("claim"), status: Schema.Literal("completed", "failed", "expired", "cancelled") }),
  Schema.Struct({
    fault: Schema.Literal("truncate"),
    bytes: optional(Count),
    fraction: Schema.optionalWith(Schema.Number.pipe(Schema.between(0, 1)), { default: () => 0.5 }),
    announced: Schema.optionalWith(Schema.Boolean, { default: () => true })
  }),
  Schema.Struct({ fault: Schema.Literal("list_lag"), lists: optional(Count), ms: optional(Millis) }),
  Schema.Struct({
    fault: Schema.Literal("file_not_found"),
    uses: optional(Count),
    ms: optional(Millis),
    as: Schema.optionalWith(Schema.Literal("batch", "create"), { default: () => "batch" as const })
  })
)

/**
 * @since 0.1.0
 * @category models
 */
export type CallFault = typeof CallFault.Type

/**
 * What can be wrong with single lines of the result files.
 *
 * - `status_zero` the request was lost: `status_code` 0, an empty body; not paid, though `request_counts` says completed
 * - `missing` answered and paid, but in neither file · `duplicate` written twice · `unknown` a line with a custom_id that was never sent
 *   is added · `malformed` cut in the middle · `no_custom_id` the custom_id is null
 * - `u2028` the answer ends with U+2028 and U+2029, which some readers take for line ends
 * - `bad_request`, `rate_limited`, `server_error` answered 400, 429, 500 and not paid
 *
 * @since 0.1.0
 * @category models
 */
export const LineFault = Schema.Literal(
  "status_zero",
  "missing",
  "duplicate",
  "unknown",
  "malformed",
  "no_custom_id",
  "u2028",
  "bad_request",
  "rate_limited",
  "server_error"
)

/**
 * @since 0.1.0
 * @category models
 */
export type LineFault = typeof LineFault.Type

const unfinished = Schema.optionalWith(Schema.Literal("listed", "absent"), { default: () => "listed" as const })

/**
 * Faults that befall a batch (`on: batch`), decided as it is created.
 *
 * - `validation` it fails with this code (any code; the known ones have OpenAI's texts) · `token_limit_exceeded` it fails though nothing
 *   runs, with `limit` in the text · `no_credit` it fails for want of credit
 * - `stuck` it stays in that status until its window closes or it is cancelled
 * - `expire` it expires with `done` requests done · `cancel` its work halts with `done` requests done until it is cancelled; `unasked`: it
 *   is cancelled there by itself. `unfinished: absent` leaves the other requests out of the error file.
 * - `late_output` completed, but the file ids are null for so many retrievals, or `ms` of the clock
 * - `vanish` after so many retrievals the API no longer knows the batch
 * - `blank_ids` absent file ids are `""` · `empty_error_file` without failed lines there is an error file of 0 bytes
 * - `counts` the wrong `request_counts` · `lines` faults of `count` lines, or of a `share` of them
 *
 * @since 0.1.0
 * @category models
 */
export const BatchFault = Schema.Union(
  Schema.Struct({
    fault: Schema.Literal("validation"),
    code: Schema.String,
    message: optional(Schema.String),
    param: optional(Schema.NullOr(Schema.String)),
    line: optional(Schema.NullOr(Schema.Number))
  }),
  Schema.Struct({
    fault: Schema.Literal("token_limit_exceeded"),
    limit: Schema.optionalWith(Count, { default: () => 2_000_000 })
  }),
  Schema.Struct({
    fault: Schema.Literal("no_credit"),
    code: Schema.optionalWith(Schema.Literal("insufficient_quota", "billing_hard_limit_reached", "billing_not_active"), {
      default: () => "insufficient_quota" as const
    })
  }),
  Schema.Struct({ fault: Schema.Literal("stuck"), in: Schema.Literal("validating", "in_progress", "finalizing") }),
  Schema.Struct({ fault: Schema.Literal("expire"), done: Count, unfinished }),
  Schema.Struct({
    fault: Schema.Literal("cancel"),
    done: Count,
    unasked: Schema.optionalWith(Schema.Boolean, { default: () => false }),
    unfinished
  }),
  Schema.Struct({ fault: Schema.Literal("late_output"), retrievals: optional(Count), ms: optional(Millis) }),
  Schema.Struct({ fault: Schema.Literal("vanish"), retrievals: Count }),
  Schema.Struct({ fault: Schema.Literal("blank_ids") }),
  Schema.Struct({ fault: Schema.Literal("empty_error_file") }),
  Schema.Struct({
    fault: Schema.Literal("counts"),
    counts: Schema.Union(
      Schema.Literal("zero", "null", "all_completed"),
      Schema.Struct({ total: Count, completed: Count, failed: Count })
    )
  }),
  Schema.Struct({
    fault: Schema.Literal("lines"),
    kind: LineFault,
    count: optional(Count),
    share: optional(Schema.Number.pipe(Schema.between(0, 1)))
  })
)

/**
 * @since 0.1.0
 * @category models
 */
export type BatchFault = typeof BatchFault.Type

const only: Readonly<Record<string, ReadonlyArray<Operation>>> = {
  other: ["batches.retrieve", "files.retrieve", "files.content"],
  noise: ["files.content"],
  claim: ["batches.create", "batches.retrieve", "batches.list", "batches.cancel"],
  truncate: ["files.content"],
  list_lag: ["batches.create"],
  file_not_found: ["files.upload"]
}

/**
 * A rule that strikes calls: `on` an operation, several, or `*` for all.
 *
 * @since 0.1.0
 * @category models
 */
export const CallRule = Schema.Struct({
  on: Schema.Union(Schema.Literal("*"), Operation, Schema.NonEmptyArray(Operation)),
  when: Schema.optionalWith(When, { default: () => ({}) }),
  times: optional(Ordinal),
  do: CallFault
}).pipe(
  Schema.filter((rule) => {
    const possible = only[rule.do.fault]
    const struck = typeof rule.on === "string" ? [rule.on] : rule.on
    const fits = possible === undefined || struck.every((one) => possible.some((operation) => operation === one))
    return fits ? undefined : `the fault ${rule.do.fault} strikes ${possible?.join(", ")} only`
  })
)

/**
 * @since 0.1.0
 * @category models
 */
export type CallRule = typeof CallRule.Type

/**
 * A rule that strikes batches.
 *
 * @since 0.1.0
 * @category models
 */
export const BatchRule = Schema.Struct({
  on: Schema.Literal("batch"),
  when: Schema.optionalWith(When, { default: () => ({}) }),
  times: optional(Ordinal),
  do: BatchFault
})

/**
 * @since 0.1.0
 * @category models
 */
export type BatchRule = typeof BatchRule.Type

/**
 * The limits of the account and the API. `enqueuedTokens`: prompt tokens of all unfinished batches of a model in an organisation; `*`
 * stands for every other model; absent, there is no such limit.
 *
 * @since 0.1.0
 * @category models
 */
export const Limits = Schema.Struct({
  enqueuedTokens: Schema.optionalWith(Schema.Record({ key: Schema.String, value: Count }), { default: () => ({}) }),
  inputBytes: Schema.optionalWith(Count, { default: () => 209_715_200 }),
  fileBytes: Schema.optionalWith(Count, { default: () => 536_870_912 }),
  requests: Schema.optionalWith(Count, { default: () => 50_000 }),
  batchesPerHour: Schema.optionalWith(Count, { default: () => 2_000 })
})

/**
 * @since 0.1.0
 * @category models
 */
export type Limits = typeof Limits.Type

/**
 * A scenario, decoded. Without a `seed` of its own it uses the simulator's.
 *
 * @since 0.1.0
 * @category models
 */
export const Scenario = Schema.Struct({
  seed: optional(Schema.Number),
  limits: Schema.optionalWith(Limits, { default: () => Limits.make({}) }),
  faults: Schema.optionalWith(Schema.Array(Schema.Union(BatchRule, CallRule)), { default: () => [] })
})

/**
 * @since 0.1.0
 * @category models
 */
export type Scenario = typeof Scenario.Type

/**
 * A scenario as it is written in JSON or YAML.
 *
 * @since 0.1.0
 * @category models
 */
export type ScenarioInput = typeof Scenario.Encoded

/**
 * Reads a scenario from a JSON value. Unknown keys are errors: a misspelt fault would otherwise never strike.
 *
 * @since 0.1.0
 * @category constructors
 */
export const decode: (input: unknown) => Either.Either<Scenario, ParseError> = Schema.decodeUnknownEither(Scenario, {
  onExcessProperty: "error",
  errors: "all"
})
