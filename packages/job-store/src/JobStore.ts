/**
 * The services of the store in one, as callers had it before it was split. It goes once all of them have moved.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as AnswerCache from "./AnswerCache.js"
import type * as Attempts from "./Attempts.js"
import type * as EventLog from "./EventLog.js"
import type * as Integrity from "./Integrity.js"
import type * as Jobs from "./Jobs.js"
import type * as Leases from "./Leases.js"
import type * as Settings from "./Settings.js"
import type * as SpendingLimits from "./SpendingLimits.js"

export type { Asking, Planned, Refusal, Reservation, Settlement } from "./Attempts.js"
export type { JobFilter } from "./Jobs.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  readonly createJob: Jobs.Service["create"]
  readonly job: Jobs.Service["get"]
  readonly jobs: Jobs.Service["list"]
  readonly jobOfBatch: Jobs.Service["findByBatch"]
  readonly updateJob: Jobs.Service["update"]
  readonly finishPreparing: Jobs.Service["finishPreparing"]
  readonly deleteJob: Jobs.Service["remove"]
  readonly shards: Jobs.Service["shards"]
  readonly shardsOf: Jobs.Service["shardsOf"]
  readonly replaceShard: Jobs.Service["replaceShard"]
  readonly setWait: Jobs.Service["setWait"]
  readonly attempts: Attempts.Service["list"]
  readonly attemptsOf: Attempts.Service["listOf"]
  readonly plan: Attempts.Service["plan"]
  readonly advance: Attempts.Service["advance"]
  readonly release: Attempts.Service["release"]
  readonly settle: Attempts.Service["settle"]
  readonly asking: Attempts.Service["asking"]
  readonly hasAnswersSince: Attempts.Service["hasAnswersSince"]
  readonly holders: Attempts.Service["jobsInQueue"]
  readonly tokensInFlight: Attempts.Service["tokensInFlight"]
  readonly appendEvents: EventLog.Service["append"]
  readonly events: EventLog.Service["list"]
  readonly findAnswers: AnswerCache.Service["find"]
  readonly saveAnswers: AnswerCache.Service["save"]
  readonly countAnswers: AnswerCache.Service["count"]
  readonly clearAnswers: AnswerCache.Service["clear"]
  readonly withLease: Leases.Service["withLease"]
  readonly limits: SpendingLimits.Service["list"]
  readonly setLimit: SpendingLimits.Service["set"]
  readonly clearLimit: SpendingLimits.Service["clear"]
  readonly spending: SpendingLimits.Service["spending"]
  readonly check: Integrity.Service["check"]
  readonly settings: Settings.Service
}

/**
 * @since 0.1.0
 * @category tags
 */
export class JobStore extends Context.Tag("@batchlabel/job-store/JobStore")<JobStore, Service>() {}
