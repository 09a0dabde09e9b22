/**
 * Follows jobs until nothing moves by itself any more.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import * as Take from "effect/Take"
import * as JobLoop from "./internal/jobLoop.js"
import * as Reconcile from "./Reconcile.js"

/**
 * Keeps a job going until it is finished or stopped, and returns the last report. `onReport` sees every pass. A pass that fails ends it.
 * Interrupting it detaches: the batches run on, and the next reconcile takes the job up again.
 *
 * @since 0.1.0
 * @category combinators
 */
export const watch = Effect.fn("Watch.watch")(function* <E = never, R = never>(
  jobId: string,
  onReport?: (report: Reconcile.Report) => Effect.Effect<void, E, R>
): Effect.fn.Return<Reconcile.Report, E | Reconcile.ReconcileError, R | Reconcile.Requirements> {
  let last: Reconcile.Report | undefined
  const loop = JobLoop.make<E | Reconcile.ReconcileError, R | Reconcile.Requirements>({
    jobId,
    // The user's word, once, for a job that has stopped.
    pass: () => Reconcile.reconcile(jobId, last === undefined ? { resume: true } : {}),
    onStatus: () => Effect.void,
    onResult: (result) => {
      switch (result._tag) {
        case "Reported":
          last = result.report
          return onReport === undefined ? Effect.void : onReport(result.report)
        case "Failed":
          return Effect.fail(result.error)
        case "Died":
          return Effect.die(result.defect)
      }
    }
  })
  yield* loop.wake(false)
  yield* loop.run
  return last ?? (yield* Effect.dieMessage("a watch ended without a report"))
})

/**
 * Watches several jobs at the same time; how each of them ended, in their order. A job whose pass fails ends by itself, and the others go on.
 *
 * @since 0.1.0
 * @category combinators
 */
export const watchAll = <E, R>(
  jobIds: ReadonlyArray<string>,
  onReport: (report: Reconcile.Report) => Effect.Effect<void, E, R>
): Effect.Effect<
  ReadonlyArray<Either.Either<Reconcile.Report, E | Reconcile.ReconcileError>>,
  never,
  R | Reconcile.Requirements
> => Effect.forEach(jobIds, (jobId) => Effect.either(watch(jobId, onReport)), { concurrency: "unbounded" })

/**
 * The same as a stream: an element is what a pass has found. Ending the stream early detaches: the batches run on, and the next reconcile
 * takes the job up again.
 *
 * @since 0.1.0
 * @category constructors
 */
export const reports = (jobId: string): Stream.Stream<Reconcile.Report, Reconcile.ReconcileError, Reconcile.Requirements> =>
  Stream.unwrapScoped(
    Effect.gen(function* () {
      const queue = yield* Queue.bounded<Take.Take<Reconcile.Report, Reconcile.ReconcileError>>(1)
      const loop = watch(jobId, (report) => Effect.asVoid(Queue.offer(queue, Take.of(report))))
      const end = Effect.matchCause(loop, { onFailure: (cause) => Take.failCause(cause), onSuccess: () => Take.end })
      yield* Effect.forkScoped(Effect.flatMap(end, (last) => Queue.offer(queue, last)))
      return Stream.flattenTake(Stream.fromQueue(queue))
    })
  )
