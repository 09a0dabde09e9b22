/**
 * Ending a job early, with what was paid kept.
 *
 * @since 0.1.0
 */
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as Effect from "effect/Effect"
import * as Reconcile from "./Reconcile.js"

/**
 * What `cancel` fails with.
 *
 * @since 0.1.0
 * @category errors
 */
export type CancelError = Reconcile.ReconcileError

/**
 * What `cancel` needs.
 *
 * @since 0.1.0
 * @category services
 */
export type CancelRequirements = Reconcile.Requirements

/**
 * No new batch is created from now on, the running ones are asked to stop. Finished answers of theirs are kept; a later reconcile collects
 * them, for the API takes up to ten minutes.
 *
 * @since 0.1.0
 * @category combinators
 */
export const cancel = Effect.fn("Cancel.cancel")(function* (
  jobId: string
): Effect.fn.Return<Reconcile.Report, CancelError, CancelRequirements> {
  const store = yield* JobStore
  if (yield* store.updateJob(jobId, ["preparing", "open", "stopped"], { state: "cancelling", detail: undefined })) {
    yield* store.appendEvents(jobId, [{ kind: "job_cancelling", data: {} }])
  }
  return yield* Reconcile.reconcile(jobId, { now: true })
})
