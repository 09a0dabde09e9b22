/**
 * The append-only history of jobs.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Event } from "./Job.js"
import type { JobStoreError } from "./JobStoreError.js"

/**
 * `data` is stored as JSON.
 *
 * @since 0.1.0
 * @category models
 */
export interface NewEvent {
  readonly kind: string
  readonly data: unknown
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** Fails with `JobNotFound` if the job is gone. */
  readonly append: (jobId: string, events: ReadonlyArray<NewEvent>) => Effect.Effect<void, JobStoreError>
  /** A job's events with a `seq` above `after`, oldest first. */
  readonly list: (
    jobId: string,
    page: { readonly after: number; readonly limit: number }
  ) => Effect.Effect<ReadonlyArray<Event>, JobStoreError>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class EventLog extends Context.Tag("@batchlabel/job-store/EventLog")<EventLog, Service>() {}
