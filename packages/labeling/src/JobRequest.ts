/**
 * What somebody wants labelled, and the settings of a job with every default filled in.
 *
 * @since 0.1.0
 */
import type * as Task from "@batchlabel/core/Task"
import * as Durations from "@batchlabel/cost/Duration"
import type * as CsvReader from "@batchlabel/csv-io/CsvReader"
import type { JobSettings, StatedPrice } from "@batchlabel/job-store/Job"
import * as Effect from "effect/Effect"
import { type AnswerReader, Extensions, type RequestBuilder } from "./Extensions.js"
import { toIds } from "./internal/jobCode.js"
import { LabelingConfig } from "./LabelingConfig.js"

/**
 * What somebody wants labelled.
 *
 * @since 0.1.0
 * @category models
 */
export interface JobRequest {
  readonly inputPath: string
  /** Where the labelled file will go, if that is known already. It does not say which job is meant: one job serves any number of outputs. */
  readonly outputPath?: string | undefined
  /** The folder of jobs (`.batchlabel`). */
  readonly home: string
  readonly task: Task.Task
  readonly textColumn?: string | undefined
  readonly encoding?: CsvReader.Encoding | "auto" | undefined
  readonly delimiter?: string | undefined
  readonly onBadRow?: "fail" | "skip" | undefined
  readonly attempts?: number | undefined
  readonly shardRequests?: number | undefined
  readonly shardBytes?: number | undefined
  readonly shardTokens?: number | undefined
  /** Enqueued prompt tokens that the organisation may hold for the model; absent: that of the tier. */
  readonly enqueuedTokenLimit?: number | undefined
  readonly tier?: Durations.UsageTier | undefined
  readonly useCache?: boolean | undefined
  /** Known answers are shared by all owners; default: each owner has its own. */
  readonly sharedAnswers?: boolean | undefined
  readonly outputExpiresAfter?: number | undefined
  readonly sample?: { readonly rows: number; readonly seed: number } | undefined
  readonly retryOf?: string | undefined
  /** The sample job from which this one goes on; a cap holds for both together. */
  readonly continueOf?: string | undefined
  /** Of the failures of `retryOf`, only these 0-based data rows. */
  readonly retryRows?: ReadonlyArray<number> | undefined
  /** Of them, not these: rows that a person has labelled, for one. */
  readonly retryExcept?: ReadonlyArray<number> | undefined
  /** Pico-dollars. */
  readonly maxCost?: bigint | undefined
  /** What the model's tokens cost, where the prices here do not say more of it than the built-in ones. */
  readonly statedPrice?: StatedPrice | undefined
  /** Code of one's own that makes the requests, or reads the answers: see `Extensions`. */
  readonly requests?: RequestBuilder | undefined
  readonly answers?: AnswerReader | undefined
  /** Whether somebody is to agree to the cost first: until `confirm`, nothing of a job that is made here is sent. Default: no. */
  readonly unconfirmed?: boolean | undefined
  readonly owner?: string | undefined
  /** The owner's token under whose limit the job spends. */
  readonly token?: string | undefined
  /** Start apart from whatever job there is. */
  readonly separate?: boolean | undefined
  /** Runs once where another process is making the same job, and is waited for. */
  readonly onBusy?: Effect.Effect<void> | undefined
  readonly onProgress?: ((bytesRead: number, size: number, rows: number) => void) | undefined
}

/**
 * The limits of a batch: at most 50,000 requests and 200 MB, of which a margin is kept. Source: OpenAI's batch guide, limits.
 *
 * @since 0.1.0
 * @category constants
 */
export const batchLimits = { requests: 50_000, bytes: 190_000_000 }

// Several shards share the queue, so that a slow one does not leave it empty. See benchmarks/makespan.mjs.
const shardsInQueue = 8

/**
 * The settings of a request with every default filled in.
 *
 * @since 0.1.0
 * @category constructors
 */
export const toSettings = Effect.fnUntraced(function* (
  request: Omit<JobRequest, "inputPath" | "home">,
  source: CsvReader.CsvSource
): Effect.fn.Return<JobSettings> {
  const { queueShare } = yield* LabelingConfig
  const ids = toIds(yield* Extensions, request)
  const limit = request.enqueuedTokenLimit ?? Durations.enqueuedTokenLimit(request.task.model, request.tier ?? 1)
  return {
    textColumn: request.textColumn ?? "text",
    encoding: source.encoding,
    delimiter: source.delimiter,
    onBadRow: request.onBadRow ?? "fail",
    attempts: request.attempts ?? 3,
    shardRequests: Math.min(request.shardRequests ?? batchLimits.requests, batchLimits.requests),
    shardBytes: Math.min(request.shardBytes ?? batchLimits.bytes, batchLimits.bytes),
    shardTokens:
      request.shardTokens ?? (limit === undefined ? Number.MAX_SAFE_INTEGER : Math.floor((limit * queueShare) / shardsInQueue)),
    ...(limit === undefined ? {} : { enqueuedTokenLimit: limit }),
    useCache: request.useCache ?? true,
    ...(request.sharedAnswers === true ? { sharedAnswers: true } : {}),
    ...(request.outputExpiresAfter === undefined ? {} : { outputExpiresAfter: request.outputExpiresAfter }),
    ...(request.sample === undefined ? {} : { sample: request.sample }),
    ...(request.retryOf === undefined ? {} : { retryOf: request.retryOf }),
    ...(request.continueOf === undefined ? {} : { continueOf: request.continueOf }),
    ...(request.retryRows === undefined ? {} : { retryRows: request.retryRows }),
    ...(request.retryExcept === undefined || request.retryExcept.length === 0 ? {} : { retryExcept: request.retryExcept }),
    ...(request.statedPrice === undefined ? {} : { price: request.statedPrice }),
    ...ids,
    ...(request.unconfirmed === true ? { unconfirmed: true } : {})
  }
})
