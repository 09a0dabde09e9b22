/**
 * The store of durable jobs. Every change is a transaction; every step of an attempt is a compare-and-set on its state, so that of two
 * processes that want to take the same step one wins and the other is told.
 *
 * @since 0.1.0
 */
import type { Problem } from "@batchlabel/core/Problem"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type {
  Answer,
  Attempt,
  AttemptPatch,
  AttemptState,
  CollectSummary,
  Event,
  Job,
  JobSettings,
  JobState,
  NewJob,
  NewShard,
  Shard,
  ShardWait,
  SplitSummary
} from "./Job.js"
import type { JobStoreError } from "./JobStoreError.js"
import type { Limit, LimitTarget, MonthSpending, Spender } from "./Limit.js"

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
 * What must hold for an attempt to be planned: enqueued prompt tokens of the model over all jobs of the store, and creations in the last
 * hour (the API allows 2,000).
 *
 * @since 0.1.0
 * @category models
 */
export interface Reservation {
  readonly jobId: string
  readonly shard: number
  readonly model: string
  readonly tokens: number
  readonly reserved: bigint
  /** Whether `reserved` is known to bound the cost; absent: yes. Without a price no limit of an owner could be kept. */
  readonly priced?: boolean | undefined
  readonly tokenLimit: number | undefined
  readonly creationsPerHour: number
  /** The file of an earlier attempt that can be used again. */
  readonly inputFileId: string | undefined
  readonly notBefore: number
}

/**
 * Why an attempt cannot start yet.
 *
 * @since 0.1.0
 * @category models
 */
export type Refusal =
  | { readonly _tag: "TokensInFlight"; readonly inFlight: number; readonly limit: number }
  | { readonly _tag: "CreationRate"; readonly freeAt: number }
  | { readonly _tag: "Budget"; readonly cap: bigint; readonly spent: bigint; readonly reserved: bigint; readonly needed: bigint }
  | {
      readonly _tag: "Limit"
      readonly spender: Spender
      readonly limit: bigint
      readonly spent: bigint
      readonly reserved: bigint
      readonly needed: bigint
      /** The first moment of the next month. */
      readonly resetsAt: number
    }
  | { readonly _tag: "Unpriced"; readonly model: string }
  | { readonly _tag: "NotWaiting" }

/**
 * @since 0.1.0
 * @category models
 */
export type Planned = { readonly _tag: "Planned"; readonly attempt: Attempt } | Refusal

/**
 * An attempt that lives: its requests are asked, and have no answer yet. `path` is the file of its requests, in its job's `directory`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Asking {
  readonly attempt: number
  readonly jobId: string
  readonly createdAt: number
  readonly directory: string
  readonly path: string
  readonly owner: string | undefined
  readonly settings: JobSettings
}

/**
 * The end of an attempt whose result files were read.
 *
 * @since 0.1.0
 * @category models
 */
export interface Settlement {
  readonly attempt: Attempt
  readonly collected: CollectSummary
  readonly cost: bigint | undefined
  /** Asks again what this attempt left open. */
  readonly followUp: NewShard | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  readonly createJob: (job: NewJob) => Effect.Effect<Job, JobStoreError>
  /** Fails with `JobNotFound`. */
  readonly job: (id: string) => Effect.Effect<Job, JobStoreError>
  /** Newest first. */
  readonly jobs: (filter: JobFilter) => Effect.Effect<ReadonlyArray<Job>, JobStoreError>
  readonly jobOfBatch: (batchId: string) => Effect.Effect<Job | undefined, JobStoreError>
  /**
   * Changes a job if it is in one of the states `from`; whether it did. No job becomes `done` with a shard that is not settled, none becomes
   * `cancelled` with a live attempt: then nothing happens either.
   */
  readonly updateJob: (
    id: string,
    from: ReadonlyArray<JobState>,
    patch: Partial<Pick<Job, "state" | "detail" | "outputPath" | "maxCost" | "settings" | "token">>
  ) => Effect.Effect<boolean, JobStoreError>
  /** `preparing` → `open` with all shards at once; nothing happens (false) if the job is past that. */
  readonly finishPreparing: (
    jobId: string,
    split: SplitSummary,
    shards: ReadonlyArray<NewShard>
  ) => Effect.Effect<boolean, JobStoreError>
  /** Removes a job with all that hangs on it (not the files, not the answers). What it has spent still counts against its owner's month. */
  readonly deleteJob: (jobId: string) => Effect.Effect<void, JobStoreError>

  /** By number. */
  readonly shards: (jobId: string) => Effect.Effect<ReadonlyArray<Shard>, JobStoreError>
  /** By shard and number. */
  readonly attempts: (jobId: string) => Effect.Effect<ReadonlyArray<Attempt>, JobStoreError>
  /** Of several jobs in one question, for lists: each job's own in their order. */
  readonly shardsOf: (jobIds: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Shard>, JobStoreError>
  readonly attemptsOf: (jobIds: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Attempt>, JobStoreError>

  /**
   * Checks tokens in flight, creation rate, the job's budget (which its kin share: retries of it, a sample and what goes on from it) and its
   * owner's limits of the month, and plans an attempt for a waiting shard of an open job, in one transaction. What holds money: live
   * attempts, but for `failed` ones, and `lost` ones, for they may have been run; what holds tokens: of these, those whose batch has not
   * ended; what is spent: the costs of the collected ones.
   */
  readonly plan: (reservation: Reservation) => Effect.Effect<Planned, JobStoreError>
  /**
   * Moves an attempt on if it is in one of the states `from`: the attempt as it is now, or `undefined` if another process was first. To end
   * an attempt there are `settle` and `release`; to try that here is a defect.
   */
  readonly advance: (
    attemptId: number,
    from: ReadonlyArray<AttemptState>,
    patch: AttemptPatch
  ) => Effect.Effect<Attempt | undefined, JobStoreError>
  /** As `advance` to `rejected` or `void`, and the shard waits again. Its reservation and its tokens are given back. */
  readonly release: (
    attemptId: number,
    from: ReadonlyArray<AttemptState>,
    patch: AttemptPatch & { readonly state: "rejected" | "void" | "lost" }
  ) => Effect.Effect<boolean, JobStoreError>
  /**
   * Attempt (`completed`, `expired`, `cancelled` or `failed`) → `collected`, shard → `settled`, the follow-up shard (if any) → waiting; false
   * if it was collected already.
   */
  readonly settle: (settlement: Settlement) => Effect.Effect<boolean, JobStoreError>
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
  /** The live attempts of all unfinished jobs of a task, in the order in which they were planned. */
  readonly asking: (taskFingerprint: string) => Effect.Effect<ReadonlyArray<Asking>, JobStoreError>
  /** Whether another job of the same task has collected answers since this one was made. */
  readonly hasAnswersSince: (jobId: string) => Effect.Effect<boolean, JobStoreError>
  /** Says what a waiting shard waits for; `since` is kept while the reason stays the same. Planning it clears the wait. */
  readonly setWait: (
    jobId: string,
    shard: number,
    wait: Omit<ShardWait, "since"> | undefined
  ) => Effect.Effect<void, JobStoreError>
  /** The jobs of which attempts hold tokens of a model's queue, oldest first. */
  readonly holders: (model: string) => Effect.Effect<ReadonlyArray<string>, JobStoreError>
  /** Prompt tokens of a model that attempts of all jobs hold in the queue. */
  readonly tokensInFlight: (model: string) => Effect.Effect<number, JobStoreError>

  /** Fails with `JobNotFound` if the job is gone. */
  readonly appendEvents: (
    jobId: string,
    events: ReadonlyArray<{ readonly kind: string; readonly data: unknown }>
  ) => Effect.Effect<void, JobStoreError>
  readonly events: (
    jobId: string,
    page: { readonly after: number; readonly limit: number }
  ) => Effect.Effect<ReadonlyArray<Event>, JobStoreError>

  readonly findAnswers: (
    scope: string,
    digests: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlyMap<string, Answer>, JobStoreError>
  /** An answer takes the place of an earlier one to the same digest. */
  readonly saveAnswers: (scope: string, answers: ReadonlyArray<Answer>) => Effect.Effect<void, JobStoreError>
  /** How many are kept, in all scopes. */
  readonly countAnswers: Effect.Effect<number, JobStoreError>
  /** How many were removed; all scopes where none is named. */
  readonly clearAnswers: (scope: string | undefined) => Effect.Effect<number, JobStoreError>

  /**
   * Runs `use` while holding the lease `name`, renewed in the background and released at the end. `undefined` if another living process
   * holds it. A holder on this machine whose process is gone loses its lease at once, others when it runs out. If the lease is lost in
   * between, `use` is interrupted and the call fails with `LeaseLost`.
   */
  readonly withLease: <A, E, R>(
    name: string,
    use: Effect.Effect<A, E, R>
  ) => Effect.Effect<{ readonly value: A } | undefined, E | JobStoreError, R>

  /** Reads a fact kept by name (learned limits and the like), and keeps one. */
  readonly fact: (name: string) => Effect.Effect<string | undefined, JobStoreError>
  readonly setFact: (name: string, value: string) => Effect.Effect<void, JobStoreError>

  /** The limits that were set. */
  readonly limits: Effect.Effect<ReadonlyArray<Limit>, JobStoreError>
  /** Sets a limit, in pico-dollars a month, or says that there is none (`undefined`); `unlessSet`: what was said before stands. */
  readonly setLimit: (
    target: LimitTarget,
    amount: bigint | undefined,
    options?: { readonly unlessSet?: boolean }
  ) => Effect.Effect<void, JobStoreError>
  /** As if the limit had never been set. */
  readonly clearLimit: (target: LimitTarget) => Effect.Effect<void, JobStoreError>
  /** What was spent and is reserved in the month of now. */
  readonly spending: (spender: Spender) => Effect.Effect<MonthSpending, JobStoreError>

  /** Faults of the store's integrity, each with how to repair it, in the user's language; empty: none. */
  readonly check: Effect.Effect<ReadonlyArray<Problem>, JobStoreError>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class JobStore extends Context.Tag("@batchlabel/job-store/JobStore")<JobStore, Service>() {}
