/**
 * A job as its users see it: computed from the store alone, so that looking costs nothing and two observers see the same.
 *
 * @since 0.1.0
 */

import * as AttemptState from "@batchlabel/job-store/AttemptState"
import type { Attempt, CollectSummary, Job, Shard, ShardWait } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type { JobStoreError } from "./Operation.js"

/**
 * The state of a job in the words of the Batch API, as the guide's scripts read them: that of its batch where there is one, the least
 * advanced one where there are many. `waiting`: nothing was created yet. `completed`: every row has its final outcome.
 * `stopped`: cannot go on without the user.
 *
 * @since 0.1.0
 * @category models
 */
export type Status =
  | "preparing"
  | "waiting"
  | "validating"
  | "in_progress"
  | "finalizing"
  | "completed"
  | "failed"
  | "expired"
  | "cancelling"
  | "cancelled"
  | "stopped"

/**
 * One batch (an attempt with its shard). `counts` are the API's own, for showing.
 *
 * @since 0.1.0
 * @category models
 */
export interface BatchView {
  readonly shard: number
  readonly round: number
  readonly attempt: number
  readonly batchId: string | undefined
  readonly state: AttemptState.AttemptState
  readonly requests: number
  readonly tokens: number
  readonly counts: Attempt["counts"]
  readonly errors: Attempt["errors"]
  readonly createdAt: number
  readonly intentAt: number | undefined
  readonly expiresAt: number | undefined
  readonly endedAt: number | undefined
  readonly cost: bigint | undefined
  readonly failedPolls: number
  readonly collected: CollectSummary | undefined
}

/**
 * `requests` = `labeled` + `failed` + `open`, where `open` ones have no final outcome yet; `answered` of the open ones are done at the
 * API by its own count. Money in pico-dollars.
 *
 * @since 0.1.0
 * @category models
 */
export interface JobView {
  readonly job: Job
  readonly status: Status
  readonly requests: number
  readonly labeled: number
  readonly failed: Readonly<Record<string, number>>
  readonly failedTotal: number
  readonly open: number
  readonly answered: number
  readonly shards: { readonly waiting: number; readonly running: number; readonly settled: number }
  readonly batches: ReadonlyArray<BatchView>
  readonly waits: ReadonlyArray<ShardWait & { readonly shard: number; readonly requests: number; readonly tokens: number }>
  readonly tokensInFlight: number
  readonly spent: bigint
  readonly reserved: bigint
  readonly usage: CollectSummary["usage"]
  /** No batch of this job is going to change any more. */
  readonly finished: boolean
}

/**
 * Whether nothing happens to a batch any more.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isOver = ({ state }: Pick<BatchView, "state">): boolean => AttemptState.isOver(state)

// Least advanced first: what a job with many batches is said to be.
const order: ReadonlyArray<AttemptState.AttemptState> = [
  "cancelling",
  "creating",
  "validating",
  "in_progress",
  "finalizing",
  "completed",
  "expired",
  "cancelled",
  "failed"
]

const toStatus = (job: Job, attempts: ReadonlyArray<Attempt>, shards: ReadonlyArray<Shard>): Status => {
  switch (job.state) {
    case "preparing":
    case "cancelling":
    case "cancelled":
    case "stopped":
      return job.state
    case "done": {
      const collected = attempts.filter((attempt) => attempt.state === "collected")
      const failed = (attempt: Attempt): boolean => attempt.errors.length > 0 && attempt.collected?.labeled === 0
      const allFailed = collected.length > 0 && collected.every(failed)
      return allFailed ? "failed" : "completed"
    }
    case "open": {
      const live = attempts.filter((attempt) => !isOver(attempt))
      const begun = attempts.some((attempt) => attempt.state === "collected")
      for (const state of order) {
        if (!live.some((attempt) => attempt.state === state)) continue
        // A batch that asks again what an earlier one has left open is no beginning.
        if (state === "creating" || state === "validating") return begun ? "in_progress" : "validating"
        // What has ended at the API but is not collected yet still has work before it.
        if (AttemptState.hasEnded(state)) return "finalizing"
        return state === "cancelling" || state === "finalizing" ? state : "in_progress"
      }
      return shards.some((shard) => shard.state === "settled") ? "in_progress" : "waiting"
    }
  }
}

const noUsage = { input: 0, output: 0, cached: 0, cacheWrite: 0, reasoning: 0 }

/**
 * Sums up what the store holds of a job.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (job: Job, shards: ReadonlyArray<Shard>, attempts: ReadonlyArray<Attempt>): JobView => {
  const byNumber = new Map(shards.map((shard) => [shard.number, shard]))
  const failed: Record<string, number> = {}
  const usage = { ...noUsage }
  let labeled = 0
  let answered = 0
  let spent = 0n
  let reserved = 0n
  let tokensInFlight = 0
  for (const attempt of attempts) {
    if (attempt.cost !== undefined) spent += attempt.cost
    if (attempt.collected !== undefined) {
      const { collected } = attempt
      labeled += collected.labeled
      for (const [reason, count] of Object.entries(collected.failed)) failed[reason] = (failed[reason] ?? 0) + count
      usage.input += collected.usage.input
      usage.output += collected.usage.output
      usage.cached += collected.usage.cached
      usage.cacheWrite += collected.usage.cacheWrite
      usage.reasoning += collected.usage.reasoning
    } else if (!isOver(attempt)) {
      // A batch that failed has run nothing, and its money is free for others.
      if (attempt.state !== "failed") reserved += attempt.reserved
      if (attempt.endedAt === undefined) tokensInFlight += attempt.tokens
      answered += (attempt.counts?.completed ?? 0) + (attempt.counts?.failed ?? 0)
    }
  }
  const failedTotal = Object.values(failed).reduce((sum, count) => sum + count, 0)
  const requests = job.split?.requests ?? 0
  const count = (state: Shard["state"]): number => shards.filter((shard) => shard.state === state).length
  return {
    job,
    status: toStatus(job, attempts, shards),
    requests,
    labeled,
    failed,
    failedTotal,
    open: Math.max(0, requests - labeled - failedTotal),
    answered,
    shards: { waiting: count("waiting"), running: count("running"), settled: count("settled") },
    batches: attempts.map((attempt) => {
      const shard = byNumber.get(attempt.shard)
      return {
        shard: attempt.shard,
        round: shard?.round ?? 1,
        attempt: attempt.number,
        batchId: attempt.batchId,
        state: attempt.state,
        requests: shard?.requests ?? 0,
        tokens: attempt.tokens,
        counts: attempt.counts,
        errors: attempt.errors,
        createdAt: attempt.createdAt,
        intentAt: attempt.intentAt,
        expiresAt: attempt.expiresAt,
        endedAt: attempt.endedAt,
        cost: attempt.cost,
        failedPolls: attempt.failedPolls,
        collected: attempt.collected
      }
    }),
    waits: shards.flatMap((shard) =>
      shard.state === "waiting" && shard.wait !== undefined
        ? [{ ...shard.wait, shard: shard.number, requests: shard.requests, tokens: shard.tokens }]
        : []
    ),
    tokensInFlight,
    spent,
    reserved,
    usage,
    finished: job.state === "done" || job.state === "cancelled"
  }
}

/**
 * What `ofJobs` fails with.
 *
 * @since 0.1.0
 * @category errors
 */
export type OfJobsError = JobStoreError

/**
 * What `ofJobs` needs.
 *
 * @since 0.1.0
 * @category services
 */
export type OfJobsRequirements = JobStore

/**
 * The views of jobs that were just read, for lists: the store is asked twice, however many they are.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofJobs = Effect.fn("JobView.ofJobs")(function* (
  jobs: ReadonlyArray<Job>
): Effect.fn.Return<ReadonlyArray<JobView>, OfJobsError, OfJobsRequirements> {
  const store = yield* JobStore
  const ids = jobs.map(({ id }) => id)
  const shards = yield* store.shardsOf(ids)
  const attempts = yield* store.attemptsOf(ids)
  const shardsById = Arr.groupBy(shards, ({ jobId }) => jobId)
  const attemptsById = Arr.groupBy(attempts, ({ jobId }) => jobId)
  return jobs.map((job) => make(job, shardsById[job.id] ?? [], attemptsById[job.id] ?? []))
})

/**
 * The view of a job as the store has it now.
 *
 * @since 0.1.0
 * @category constructors
 */
export const load: (jobId: string) => Effect.Effect<JobView, JobStoreError, JobStore> = Effect.fn("JobView.load")(function* (
  jobId: string
) {
  const store = yield* JobStore
  const job = yield* store.job(jobId)
  const shards = yield* store.shards(jobId)
  const attempts = yield* store.attempts(jobId)
  return make(job, shards, attempts)
})
