/**
 * The monthly limits of owners and tokens, and what was spent of them.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { JobStoreError } from "./JobStoreError.js"
import type { Limit, LimitTarget, MonthSpending, Spender } from "./Limit.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** The limits that were set. */
  readonly list: Effect.Effect<ReadonlyArray<Limit>, JobStoreError>
  /** Sets a limit, in pico-dollars a month, or says that there is none (`undefined`); `unlessSet`: what was said before stands. */
  readonly set: (
    target: LimitTarget,
    amount: bigint | undefined,
    options?: { readonly unlessSet?: boolean }
  ) => Effect.Effect<void, JobStoreError>
  /** As if the limit had never been set. */
  readonly clear: (target: LimitTarget) => Effect.Effect<void, JobStoreError>
  /** What was spent and is reserved in the month of now. */
  readonly spending: (spender: Spender) => Effect.Effect<MonthSpending, JobStoreError>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class SpendingLimits extends Context.Tag("@batchlabel/job-store/SpendingLimits")<SpendingLimits, Service>() {}
