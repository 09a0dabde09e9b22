/**
 * Jobs and their shards.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Job, JobState, NewJob, NewShard, Shard, ShardWait, SplitSummary } from "./Job.js"
import type { JobStoreError } from "./JobStoreError.js"

/**
 * What jobs to look for; absent fields do not restrict.
 *
 * @since 0.1.0
 * @category models
 */
export interface JobFilter {
  readonly states?: ReadonlyArray<JobState> | undefined
  readonly inputPath?: string | undefined
  readonly inputFingerprint?: string | undefined
  readonly taskFingerprint?: string | undefined
  readonly outputPath?: string | undefined
  readonly owner?: string | undefined
  /** Jobs older than this id. */
  readonly before?: string | undefined
  readonly limit?: number | undefined
}

/**
 * A job that has ended, or that cannot go on without its user. `updatedAt` says since when.
 *
 * @since 0.1.0
 * @category models
 */
export interface Ending {
  readonly id: string
  readonly state: Extract<JobState, "done" | "cancelled" | "stopped">
  readonly updatedAt: number
}

/**
 * What of a job may change.
 *
 * @since 0.1.0
 * @category models
 */
export type JobPatch = Partial<Pick<Job, "state" | "detail" | "outputPath" | "maxCost" | "settings" | "token">>

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  readonly create: (job: NewJob) => Effect.Effect<Job, JobStoreError>
  /** Fails with `JobNotFound`. */
  readonly get: (id: string) => Effect.Effect<Job, JobStoreError>
  /** Newest first. */
  readonly list: (filter: JobFilter) => Effect.Effect<ReadonlyArray<Job>, JobStoreError>
  /** The jobs of an owner that have ended, or stopped, after a moment (of several in it: after the one of this id), oldest first. */
  readonly ended: (
    owner: string,
    after: { readonly at: number; readonly id: string },
    limit: number
  ) => Effect.Effect<ReadonlyArray<Ending>, JobStoreError>
  /** Which of these inputs no job was made of. */
  readonly unusedInputs: (paths: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<string>, JobStoreError>
  /** The newest job that has sent this batch. */
  readonly findByBatch: (batchId: string) => Effect.Effect<Job | undefined, JobStoreError>
  /**
   * Changes a job if it is in one of the states `from`; whether it did. No job becomes `done` with a shard that is not settled, none becomes
   * `cancelled` with a live attempt: then nothing happens either.
   */
  readonly update: (id: string, from: ReadonlyArray<JobState>, patch: JobPatch) => Effect.Effect<boolean, JobStoreError>
  /** `preparing` → `open` with all shards at once; nothing happens (false) if the job is past that. */
  readonly finishPreparing: (
    jobId: string,
    split: SplitSummary,
    shards: ReadonlyArray<NewShard>
  ) => Effect.Effect<boolean, JobStoreError>
  /** Removes a job with all that hangs on it (not the files, not the answers). What it has spent still counts against its owner's month. */
  readonly remove: (jobId: string) => Effect.Effect<void, JobStoreError>

  /** By number. */
  readonly shards: (jobId: string) => Effect.Effect<ReadonlyArray<Shard>, JobStoreError>
  /** Of several jobs in one question, for lists: each job's own in their order. */
  readonly shardsOf: (jobIds: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Shard>, JobStoreError>
  /**
   * A waiting shard becomes `settled` and its parts wait in its place; false if it does not wait. `known` requests of it are in none of
   * them, for their answers are known: in the job's summary they become `known` ones.
   */
  readonly replaceShard: (
    jobId: string,
    shard: number,
    parts: ReadonlyArray<NewShard>,
    known?: number
  ) => Effect.Effect<boolean, JobStoreError>
  /** Says what a waiting shard waits for; `since` is kept while the reason stays the same. Planning it clears the wait. */
  readonly setWait: (
    jobId: string,
    shard: number,
    wait: Omit<ShardWait, "since"> | undefined
  ) => Effect.Effect<void, JobStoreError>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class Jobs extends Context.Tag("@batchlabel/job-store/Jobs")<Jobs, Service>() {}
