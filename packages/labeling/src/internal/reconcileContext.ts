import type { Outcome } from "@batchlabel/core/Outcome"
import type * as Problem from "@batchlabel/core/Problem"
import type { Task } from "@batchlabel/core/Task"
import type { Price } from "@batchlabel/cost/PriceBook"
import type { Attempt, Job, Shard } from "@batchlabel/job-store/Job"
import type * as JobStore from "@batchlabel/job-store/JobStore"
import type * as OpenAiBatch from "@batchlabel/openai-batch/OpenAiBatch"
import type { OpenAiBatchError } from "@batchlabel/openai-batch/OpenAiBatchError"
import * as Data from "effect/Data"
import type { Settings } from "../LabelingConfig.js"

/** What the steps of one pass over a job share. */
export interface ReconcileContext {
  readonly store: JobStore.Service
  readonly api: OpenAiBatch.Service
  readonly settings: Settings
  readonly job: Job
  readonly task: Task
  readonly price: Price | undefined
  readonly readAnswer: (body: unknown) => Outcome
  /** When the user last said that the job may go on (unix ms): what came to nothing before counts no longer. */
  readonly resumedAt: number
  /** A person asks now. */
  readonly isAsked: boolean
  /** Another job looks, perhaps with another key: a look that sees nothing proves nothing. */
  readonly isVisit: boolean
  /** How many batches the looks of this pass saw, and how many the API did not know. */
  readonly sight: { seen: number; unknown: number }
  /** Things the user should know that do not stop the job. */
  readonly notices: Array<Problem.Problem>
}

/** The job cannot go on without the user: a key, credit, or an input that the API refuses. */
export class JobBlocked extends Data.TaggedError("JobBlocked")<{ readonly problem: Problem.Problem }> {}

/** Failures that concern the account, not a batch: going on would only repeat them. */
export const blocksJob = (error: OpenAiBatchError): boolean =>
  error.reason._tag === "Unauthorized" || error.reason._tag === "PermissionDenied" || error.reason._tag === "QuotaExceeded"

export interface ShardAttempt {
  readonly attempt: Attempt
  readonly shard: Shard
}

/** What a batch carries so that it can be found again without the store. All values are strings, as the API wants. */
export const toMetadata = (job: Job, { attempt, shard }: ShardAttempt): Record<string, string> => ({
  tool: "batchlabel",
  job: job.id,
  shard: String(shard.number),
  attempt: String(attempt.number),
  round: String(shard.round),
  input: job.input.fingerprint,
  task: job.taskFingerprint,
  rows: String(shard.requests),
  ...(job.settings.sample === undefined ? {} : { sample: `${job.settings.sample.rows} ${job.settings.sample.seed}` }),
  ...(job.settings.retryOf === undefined ? {} : { retry_of: job.settings.retryOf }),
  ...(job.maxCost === undefined ? {} : { max_cost: String(job.maxCost) })
})

/**
 * Stops that only the user's word ends: going on would spend what somebody wants to keep, or repeat what came to nothing. Others end by
 * themselves once a look shows that they are mended.
 */
const wordNeeded: ReadonlySet<string> = new Set(["BL5055", "BL5056", "BL5057", "BL5058", "BL5060", "BL5061"])

export const needsWord = ({ detail, state }: Pick<Job, "state" | "detail">): boolean =>
  state === "stopped" && wordNeeded.has(detail?.code ?? "")

/** What the store keeps of it. */
export const blockedDetail = ({ problem }: Pick<JobBlocked, "problem">) => ({
  code: problem.code,
  params: problem.params,
  text: problem.message
})
