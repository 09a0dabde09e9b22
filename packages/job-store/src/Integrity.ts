/**
 * Whether what is stored is sound.
 *
 * @since 0.1.0
 */
import type { Problem } from "@batchlabel/core/Problem"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { JobStoreError } from "./JobStoreError.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** Faults of the store's integrity, each with how to repair it, in the user's language; empty: none. */
  readonly check: Effect.Effect<ReadonlyArray<Problem>, JobStoreError>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class Integrity extends Context.Tag("@batchlabel/job-store/Integrity")<Integrity, Service>() {}
