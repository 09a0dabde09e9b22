/**
 * Jobs as the wire shows them: what was asked for, what has become of it, what it cost.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { ColumnName, Delimiter, Dollars, JobId, Line, optional, Timestamp, UploadId } from "./Scalars.js"
import { Expect } from "./Spending.js"
import { TaskInput } from "./TasksApi.js"

const Count = Schema.Number.pipe(Schema.int(), Schema.greaterThanOrEqualTo(1))

/**
 * Which rows are asked, and how. One of `task` and `preset` names the task (`preset` also finds saved tasks by name); with neither it is
 * the default preset. `model` and `fewShot` change the task, `textColumn` is `text` unless given. With `onBadRow: "fail"`, as unless given,
 * a file with a broken record is refused; by a preview as far as it reads.
 *
 * @since 0.1.0
 * @category models
 */
export const Question = Schema.Struct({
  upload: optional(UploadId),
  task: optional(TaskInput),
  preset: optional(Line(200)),
  model: optional(Line(200)),
  fewShot: optional(Schema.Boolean),
  textColumn: optional(ColumnName),
  encoding: optional(Schema.Literal("auto", "utf-8", "utf-16le", "utf-16be", "cp949")),
  delimiter: optional(Delimiter),
  onBadRow: optional(Schema.Literal("fail", "skip"))
}).annotations({ identifier: "Question" })

/**
 * @since 0.1.0
 * @category models
 */
export type Question = typeof Question.Type

/**
 * What a job is made of. It waits to be started unless `start` is true. `expect` is the `digest` of the estimate that was shown.
 *
 * @since 0.1.0
 * @category models
 */
export const JobInput = Schema.Struct({
  ...Question.fields,
  title: optional(Line(200)),
  attempts: optional(Count.pipe(Schema.lessThanOrEqualTo(10))),
  shardRows: optional(Count),
  shardBytes: optional(Count),
  shardTokens: optional(Count),
  tier: optional(Schema.Literal(1, 2, 3, 4, 5)),
  enqueuedTokenLimit: optional(Count),
  useCache: optional(Schema.Boolean),
  sample: optional(Schema.Struct({ rows: Count, seed: Schema.Number.pipe(Schema.int()) })),
  maxCost: optional(Dollars),
  expect: optional(Expect),
  start: optional(Schema.Boolean)
}).annotations({ identifier: "JobInput" })

/**
 * @since 0.1.0
 * @category models
 */
export type JobInput = typeof JobInput.Type

/**
 * `preparing` the input is being split · `open` under way · `cancelling`, `cancelled` · `done` every row has its outcome · `stopped` cannot
 * go on without you.
 *
 * @since 0.1.0
 * @category models
 */
export const JobState = Schema.Literal("preparing", "open", "cancelling", "done", "cancelled", "stopped").annotations({
  identifier: "JobState"
})

/**
 * @since 0.1.0
 * @category models
 */
export type JobState = typeof JobState.Type

/**
 * The state in the words of the Batch API; `draft`: waits to be started.
 *
 * @since 0.1.0
 * @category models
 */
export const Status = Schema.Literal(
  "draft",
  "preparing",
  "waiting",
  "validating",
  "in_progress",
  "finalizing",
  "completed",
  "failed",
  "expired",
  "cancelling",
  "cancelled",
  "stopped"
).annotations({ identifier: "Status" })

/**
 * @since 0.1.0
 * @category models
 */
export type Status = typeof Status.Type

/**
 * A job in a list. `requests` = `labeled` + `failed` + `open`, where equal rows share a request; `answered` of the open ones are done by
 * the API's own count.
 *
 * @since 0.1.0
 * @category models
 */
export const JobSummary = Schema.Struct({
  id: JobId,
  title: Schema.String,
  state: JobState,
  status: Status,
  task: Schema.String,
  model: Schema.String,
  createdAt: Timestamp,
  updatedAt: Timestamp,
  owner: optional(Schema.String),
  rows: optional(Schema.Number),
  requests: Schema.Number,
  labeled: Schema.Number,
  failed: Schema.Number,
  open: Schema.Number,
  answered: Schema.Number,
  spent: Dollars,
  maxCost: optional(Dollars)
}).annotations({ identifier: "JobSummary" })

/**
 * @since 0.1.0
 * @category models
 */
export type JobSummary = typeof JobSummary.Type

/**
 * @since 0.1.0
 * @category models
 */
export const Usage = Schema.Struct({
  input: Schema.Number,
  output: Schema.Number,
  cached: Schema.Number,
  cacheWrite: Schema.Number,
  reasoning: Schema.Number
}).annotations({ identifier: "Usage" })

/**
 * A batch of a job (an attempt with its shard). `counts` are the API's own.
 *
 * @since 0.1.0
 * @category models
 */
export const JobBatch = Schema.Struct({
  shard: Schema.Number,
  round: Schema.Number,
  attempt: Schema.Number,
  batchId: optional(Schema.String),
  state: Schema.String,
  requests: Schema.Number,
  tokens: Schema.Number,
  counts: optional(Schema.Struct({ total: Schema.Number, completed: Schema.Number, failed: Schema.Number })),
  errors: Schema.Array(Schema.Struct({ code: Schema.String, message: Schema.String, line: optional(Schema.Number) })),
  createdAt: Timestamp,
  endedAt: optional(Timestamp),
  expiresAt: optional(Timestamp),
  cost: optional(Dollars),
  labeled: optional(Schema.Number),
  failed: optional(Schema.Record({ key: Schema.String, value: Schema.Number }))
}).annotations({ identifier: "JobBatch" })

/**
 * @since 0.1.0
 * @category models
 */
export type JobBatch = typeof JobBatch.Type

/**
 * What a waiting shard waits for, and since and until when.
 *
 * @since 0.1.0
 * @category models
 */
export const JobWait = Schema.Struct({
  shard: Schema.Number,
  reason: Schema.Literal("tokens", "rate", "budget", "backoff", "limit", "asked"),
  since: Timestamp,
  until: optional(Timestamp),
  requests: Schema.Number,
  tokens: Schema.Number
}).annotations({ identifier: "JobWait" })

/**
 * @since 0.1.0
 * @category models
 */
export type JobWait = typeof JobWait.Type

/**
 * A fault with its code, in both languages.
 *
 * @since 0.1.0
 * @category models
 */
export const Fault = Schema.Struct({
  code: Schema.String,
  texts: Schema.Struct({ ko: Schema.String, en: Schema.String })
}).annotations({ identifier: "Fault" })

/**
 * @since 0.1.0
 * @category models
 */
export type Fault = typeof Fault.Type

/**
 * How the rows of the input were divided. `rows` = `requests` + `duplicates` + `known` + `emptyText` + `badRecords` + `tooLarge` +
 * `unsampled`.
 *
 * @since 0.1.0
 * @category models
 */
export const JobSplit = Schema.Struct({
  rows: Schema.Number,
  requests: Schema.Number,
  duplicates: Schema.Number,
  known: Schema.Number,
  emptyText: Schema.Number,
  badRecords: Schema.Number,
  tooLarge: Schema.Number,
  unsampled: Schema.Number,
  inputTokens: Schema.Number
}).annotations({ identifier: "JobSplit" })

/**
 * @since 0.1.0
 * @category models
 */
export type JobSplit = typeof JobSplit.Type

/**
 * All there is to say about a job. `fault` says why it is stopped, or what kept its last pass from going on. `retryOf` is the job whose
 * failures this one asks again, `retriedBy` the one that asks its failures again. `downloadable`: the result files are complete; before, they hold what there is so far.
 *
 * @since 0.1.0
 * @category models
 */
export const JobDetail = Schema.Struct({
  ...JobSummary.fields,
  input: Schema.Struct({ name: Schema.String, bytes: Schema.Number, textColumn: Schema.String, encoding: Schema.String }),
  endpoint: Schema.String,
  fault: optional(Fault),
  split: optional(JobSplit),
  failures: Schema.Record({ key: Schema.String, value: Schema.Number }),
  shards: Schema.Struct({ waiting: Schema.Number, running: Schema.Number, settled: Schema.Number }),
  batches: Schema.Array(JobBatch),
  waits: Schema.Array(JobWait),
  tokensInFlight: Schema.Number,
  reserved: Dollars,
  usage: Usage,
  retryOf: optional(JobId),
  retriedBy: optional(JobId),
  downloadable: Schema.Boolean,
  nextLookAt: optional(Timestamp)
}).annotations({ identifier: "JobDetail" })

/**
 * @since 0.1.0
 * @category models
 */
export type JobDetail = typeof JobDetail.Type

/**
 * An entry of a job's history. `seq` grows; it is also the id of the server-sent event.
 *
 * @since 0.1.0
 * @category models
 */
export const JobEvent = Schema.Struct({
  seq: Schema.Number,
  at: Timestamp,
  kind: Schema.String,
  data: Schema.Unknown
}).annotations({ identifier: "JobEvent" })

/**
 * @since 0.1.0
 * @category models
 */
export type JobEvent = typeof JobEvent.Type
