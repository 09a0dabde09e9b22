/**
 * Answers that are paid for already, so that an equal request is not asked again.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Answer } from "./Job.js"
import type { JobStoreError } from "./JobStoreError.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  readonly find: (scope: string, digests: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, Answer>, JobStoreError>
  /** An answer takes the place of an earlier one to the same digest. */
  readonly save: (scope: string, answers: ReadonlyArray<Answer>) => Effect.Effect<void, JobStoreError>
  /** How many are kept, in all scopes. */
  readonly count: Effect.Effect<number, JobStoreError>
  /** How many were removed; all scopes where none is named. */
  readonly clear: (scope: string | undefined) => Effect.Effect<number, JobStoreError>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class AnswerCache extends Context.Tag("@batchlabel/job-store/AnswerCache")<AnswerCache, Service>() {}
