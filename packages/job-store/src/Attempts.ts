/**
 * Attempts to have a shard answered. Every step of one is a compare-and-set on its state, so that of two processes that want to take the
 * same step one wins and the other is told. Which steps there are says `AttemptState`.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { AttemptState, released } from "./AttemptState.js"
import type { Attempt, AttemptPatch, CollectSummary, JobSettings, NewShard } from "./Job.js"
import type { JobStoreError } from "./JobStoreError.js"
import type { Spender } from "./Limit.js"

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
 * How an attempt is given up.
 *
 * @since 0.1.0
 * @category models
 */
export type Release = AttemptPatch & { readonly state: (typeof released)[number] }

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** By shard and number. */
  readonly list: (jobId: string) => Effect.Effect<ReadonlyArray<Attempt>, JobStoreError>
  /** Of several jobs in one question, for lists: each job's own in their order. */
  readonly listOf: (jobIds: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Attempt>, JobStoreError>
  /**
   * Checks tokens in flight, creation rate, the job's budget (which its kin share: retries of it, a sample and what goes on from it) and its
   * owner's limits of the month, and plans an attempt for a waiting shard of an open job, in one transaction. Money is held in the states
   * `reserving`, tokens in `queued`; spent are the costs of the collected ones.
   */
  readonly plan: (reservation: Reservation) => Effect.Effect<Planned, JobStoreError>
  /**
   * Moves an attempt on if it is in one of the states `from`: the attempt as it is now, or `undefined` if another process was first. A step
   * that `canAdvance` does not allow is a defect: to end an attempt there are `settle` and `release`.
   */
  readonly advance: (
    attemptId: number,
    from: ReadonlyArray<AttemptState>,
    patch: AttemptPatch
  ) => Effect.Effect<Attempt | undefined, JobStoreError>
  /** Ends an attempt without an answer, and its shard waits again. Its reservation and its tokens are given back. */
  readonly release: (
    attemptId: number,
    from: ReadonlyArray<AttemptState>,
    patch: Release
  ) => Effect.Effect<boolean, JobStoreError>
  /**
   * Attempt (`ended`) → `collected`, shard → `settled`, the follow-up shard (if any) → waiting; false if it was collected already.
   */
  readonly settle: (settlement: Settlement) => Effect.Effect<boolean, JobStoreError>
  /** The live attempts of all unfinished jobs of a task, in the order in which they were planned. */
  readonly asking: (taskFingerprint: string) => Effect.Effect<ReadonlyArray<Asking>, JobStoreError>
  /** Whether another job of the same task has collected answers since this one was made. */
  readonly hasAnswersSince: (jobId: string) => Effect.Effect<boolean, JobStoreError>
  /** The jobs of which attempts hold tokens of a model's queue, oldest first. */
  readonly jobsInQueue: (model: string) => Effect.Effect<ReadonlyArray<string>, JobStoreError>
  /** Prompt tokens of a model that attempts of all jobs hold in the queue. */
  readonly tokensInFlight: (model: string) => Effect.Effect<number, JobStoreError>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class Attempts extends Context.Tag("@batchlabel/job-store/Attempts")<Attempts, Service>() {}
