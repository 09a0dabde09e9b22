/**
 * Reconcile in a loop until nothing moves any more by itself.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Reconcile from "./Reconcile.js"

/**
 * Goes on with a job until it is finished or stopped, and gives the last report. `onReport` sees every pass. Interrupting it detaches: the
 * batches run on, and the next reconcile takes the job up again.
 *
 * @since 0.1.0
 * @category combinators
 */
export const watch = Effect.fn("Watch.watch")(function* <E, R>(
  jobId: string,
  onReport: (report: Reconcile.Report) => Effect.Effect<void, E, R>
): Effect.fn.Return<Reconcile.Report, E | Reconcile.ReconcileError, R | Reconcile.Requirements> {
  let report = yield* Reconcile.reconcile(jobId, { resume: true })
  for (;;) {
    yield* onReport(report)
    if (report.nextAt === undefined) return report
    const now = yield* Clock.currentTimeMillis
    yield* Effect.sleep(Math.max(0, report.nextAt - now))
    report = yield* Reconcile.reconcile(jobId)
  }
})
