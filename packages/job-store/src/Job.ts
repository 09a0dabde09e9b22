/**
 * What a job store remembers: jobs, their shards, the attempts to have a shard answered, and what happened. All times are unix
 * milliseconds, all money is in whole pico-dollars.
 *
 * @since 0.1.0
 */
import { Usage } from "@batchlabel/core/Outcome"
import * as Schema from "effect/Schema"
import type { AttemptState } from "./AttemptState.js"

const optional = <A, I, R>(schema: Schema.Schema<A, I, R>) => Schema.optionalWith(schema, { exact: true })

/**
 * - `preparing` the input is being split; a crash here is repaired by splitting again
 * - `open` shards are waiting, running or to be collected
 * - `cancelling` no new batch is created, the running ones are being cancelled
 * - `done` every row has its final outcome · `cancelled` ended early by the user, with what was paid kept
 * - `stopped` can't go on without the user (`detail` says why: key, credit, budget, changed input); continues when run again
 *
 * @since 0.1.0
 * @category models
 */
export const JobState = Schema.Literal("preparing", "open", "cancelling", "done", "cancelled", "stopped")

/**
 * @since 0.1.0
 * @category models
 */
export type JobState = typeof JobState.Type

/**
 * A price that the user of a job has stated: dollars per million tokens in a batch, and what a request above so many tokens costs more.
 *
 * @since 0.1.0
 * @category models
 */
export const StatedPrice = Schema.Struct({
  input: Schema.Number,
  output: Schema.Number,
  cached: optional(Schema.Number),
  cacheWrite: optional(Schema.Number),
  longContext: optional(Schema.Struct({ above: Schema.Number, input: Schema.Number, output: Schema.Number }))
})

/**
 * @since 0.1.0
 * @category models
 */
export type StatedPrice = typeof StatedPrice.Type

/**
 * Settings that decide what a job sends; fixed at its start.
 *
 * @since 0.1.0
 * @category models
 */
export const JobSettings = Schema.Struct({
  textColumn: Schema.String,
  encoding: Schema.String,
  delimiter: Schema.String,
  onBadRow: Schema.Literal("fail", "skip"),
  /** How often a request may be asked in all, the first time included. */
  attempts: Schema.Number,
  shardRequests: Schema.Number,
  shardBytes: Schema.Number,
  shardTokens: Schema.Number,
  /** The limit of enqueued prompt tokens for the model in the organisation; absent: not limited. */
  enqueuedTokenLimit: optional(Schema.Number),
  useCache: Schema.Boolean,
  /** Known answers are shared by all owners of the server. */
  sharedAnswers: optional(Schema.Boolean),
  /** `output_expires_after` of the batches, in seconds. */
  outputExpiresAfter: optional(Schema.Number),
  /** Only these 0-based data rows are asked (a sample); absent: all. */
  sample: optional(Schema.Struct({ rows: Schema.Number, seed: Schema.Number })),
  /** The job whose failures this one asks again. */
  retryOf: optional(Schema.String),
  /** The sample job from which this one goes on. */
  continueOf: optional(Schema.String),
  /** Of those, only these 0-based data rows; absent: all. */
  retryRows: optional(Schema.Array(Schema.Number)),
  /** Of those, not these 0-based data rows. */
  retryExcept: optional(Schema.Array(Schema.Number)),
  /** What the job's tokens cost in a batch, dollars per million, where its user has said so: whoever takes the job up counts by it. */
  price: optional(StatedPrice),
  /** Ids of code of the embedder's own that makes its requests, reads its answers, or takes its batches. */
  requestBuilder: optional(Schema.String),
  answerReader: optional(Schema.String),
  provider: optional(Schema.String),
  /** Nobody has agreed to its cost yet: nothing may be sent. */
  unconfirmed: optional(Schema.Boolean),
  /** It is being rebuilt from the API's list, and not all that was sent is known yet: nothing may be sent. */
  recovering: optional(Schema.Boolean)
})

/**
 * @since 0.1.0
 * @category models
 */
export type JobSettings = typeof JobSettings.Type

/**
 * What the splitter made of the input. `rows` = `requests` + `duplicates` + `known` + `emptyText` + `badRecords` + `tooLarge` +
 * `unsampled`.
 *
 * @since 0.1.0
 * @category models
 */
export const SplitSummary = Schema.Struct({
  rows: Schema.Number,
  requests: Schema.Number,
  duplicates: Schema.Number,
  known: Schema.Number,
  emptyText: Schema.Number,
  badRecords: Schema.Number,
  tooLarge: Schema.Number,
  unsampled: Schema.Number,
  inputTokens: Schema.Number
})

/**
 * @since 0.1.0
 * @category models
 */
export type SplitSummary = typeof SplitSummary.Type

/**
 * @since 0.1.0
 * @category models
 */
export interface Job {
  /** `job_` and 26 characters that sort by time. */
  readonly id: string
  readonly createdAt: number
  readonly updatedAt: number
  readonly state: JobState
  /** Why a `stopped` job stopped: a code of the catalogue with its parameters, and its text in English. */
  readonly detail: { readonly code: string; readonly params: unknown; readonly text: string } | undefined
  readonly input: { readonly path: string; readonly fingerprint: string; readonly bytes: number }
  readonly outputPath: string | undefined
  /** Absolute: shard files in `shards/`, result files in `results/`, `local.jsonl` in `shards/`. */
  readonly directory: string
  /** The whole task, as JSON, and what identifies it. */
  readonly task: string
  readonly taskName: string
  readonly taskFingerprint: string
  readonly model: string
  readonly endpoint: string
  readonly settings: JobSettings
  readonly split: SplitSummary | undefined
  /** The spending cap in pico-dollars, for the job and its kin together (retries, a sample and what goes on from it); `undefined`: none. */
  readonly maxCost: bigint | undefined
  /** The person or team of the server that owns the job; `undefined` for jobs of the command line. */
  readonly owner: string | undefined
  /** The owner's token that started it last, under whose limit it spends. */
  readonly token: string | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export type NewJob = Omit<Job, "createdAt" | "updatedAt" | "state" | "detail" | "split">

/**
 * A set of requests in a file. `round` is 1 for the shards of the splitter, 2 for the follow-up that asks again what a shard of round 1
 * left open, and so on. `number` is unique in the job, 1-based. `settled`: its requests have final outcomes or live on in a follow-up.
 *
 * @since 0.1.0
 * @category models
 */
export interface Shard {
  readonly jobId: string
  readonly number: number
  readonly round: number
  readonly parent: number | undefined
  /** Relative to the job's directory. */
  readonly path: string
  readonly requests: number
  readonly bytes: number
  /** Input tokens, as far as they were counted. */
  readonly tokens: number
  readonly sha256: string
  readonly firstRow: number
  readonly lastRow: number
  readonly state: "waiting" | "running" | "settled"
  /** How many of its requests were not sent when their turn came, for their answers were known by then. */
  readonly known: number
  /** What a waiting shard waits for, and since and until when (unix ms). */
  readonly wait: ShardWait | undefined
}

/**
 * `tokens` the queue of the model is full · `rate` too many batches were created in the last hour · `budget` the spending cap ·
 * `backoff` the API took nothing the last time, so the shard rests · `limit` what may be spent this month is used up ·
 * `asked` another job has asked the same and has no answer yet: `by` says which job, and which attempt of it.
 *
 * @since 0.1.0
 * @category models
 */
export interface ShardWait {
  readonly reason: "tokens" | "rate" | "budget" | "backoff" | "limit" | "asked"
  readonly since: number
  readonly until: number | undefined
  readonly by?: { readonly job: string; readonly attempt: number } | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export type NewShard = Omit<Shard, "jobId" | "state" | "wait" | "known">

/**
 * A batch-level error as the API gave it, `line` 1-based.
 *
 * @since 0.1.0
 * @category models
 */
export const BatchErrorEntry = Schema.Struct({
  code: Schema.String,
  message: Schema.String,
  line: optional(Schema.Number)
})

/**
 * What collecting an attempt found, counted from its files.
 *
 * @since 0.1.0
 * @category models
 */
export const CollectSummary = Schema.Struct({
  labeled: Schema.Number,
  failed: Schema.Record({ key: Schema.String, value: Schema.Number }),
  /** Requests that went on into the follow-up shard. */
  again: Schema.Number,
  /** Requests of which no result file speaks, and what became of them: `missing` unless told. */
  missing: Schema.Number,
  absent: optional(Schema.Literal("missing", "expired", "cancelled", "results_unreadable")),
  /** Bytes of the result files that were read: a copy of another size is damaged. */
  files: optional(Schema.Struct({ output: optional(Schema.Number), error: optional(Schema.Number) })),
  unknownIds: Schema.Number,
  duplicateIds: Schema.Number,
  malformedLines: Schema.Number,
  /** Requests that were answered and so are paid for, whatever their answer. */
  billed: Schema.Number,
  usage: Usage
})

/**
 * @since 0.1.0
 * @category models
 */
export type CollectSummary = typeof CollectSummary.Type

/**
 * @since 0.1.0
 * @category models
 */
export interface Attempt {
  readonly id: number
  readonly jobId: string
  readonly shard: number
  /** 1-based in the shard. With job and shard it is what the batch's metadata carries and what recovery matches. */
  readonly number: number
  readonly state: AttemptState
  readonly model: string
  /** Prompt tokens this attempt holds in the queue while it is neither over nor rejected. */
  readonly tokens: number
  /** Worst-case cost, pico-dollars, held until `cost` is known. */
  readonly reserved: bigint
  readonly cost: bigint | undefined
  readonly inputFileId: string | undefined
  readonly batchId: string | undefined
  readonly outputFileId: string | undefined
  readonly errorFileId: string | undefined
  /** Nothing is done for this attempt before this time. */
  readonly notBefore: number
  /** When the intent to create was stored. */
  readonly intentAt: number | undefined
  readonly createdAt: number
  readonly updatedAt: number
  /** When the batch ended, by the API's own clock where it says so. */
  readonly endedAt: number | undefined
  readonly expiresAt: number | undefined
  /** `request_counts` as the API said last: for showing, never for counting. */
  readonly counts: { readonly total: number; readonly completed: number; readonly failed: number } | undefined
  readonly errors: ReadonlyArray<typeof BatchErrorEntry.Type>
  /** The tokens of the whole batch as the API sums them up, where it does. */
  readonly usage: Usage | undefined
  readonly collected: CollectSummary | undefined
  /** Polls in a row that failed or found nothing, for back-off and patience. */
  readonly failedPolls: number
}

/**
 * What may change in an attempt.
 *
 * @since 0.1.0
 * @category models
 */
export type AttemptPatch = Partial<Omit<Attempt, "id" | "jobId" | "shard" | "number" | "createdAt" | "updatedAt">>

/**
 * An entry of the append-only history. `seq` grows over all jobs.
 *
 * @since 0.1.0
 * @category models
 */
export interface Event {
  readonly seq: number
  readonly jobId: string
  readonly at: number
  readonly kind: string
  readonly data: unknown
}

/**
 * An answer that is paid for already. `scope` names all that shapes an answer but the row (model, task, parameters) and whose answer it is.
 *
 * @since 0.1.0
 * @category models
 */
export interface Answer {
  readonly digest: string
  readonly value: number | string
  readonly at: number
  readonly batchId: string | undefined
}
