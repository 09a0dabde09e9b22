/**
 * Room in the queue of a model, made by looking at what holds it: batches of other jobs that have ended and that nobody has looked at since,
 * and places that a process kept for batches which it did not live to create.
 */
import * as AttemptState from "@batchlabel/job-store/AttemptState"
import type { Attempt } from "@batchlabel/job-store/Job"
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Scheduler from "../Scheduler.js"
import { observed } from "./batchState.js"
import type { ReconcileContext } from "./reconcileContext.js"

/** So many batches of others are looked at in one pass. */
const mostPolls = 200

/** Nothing of it is at the API: its place is free for whoever comes first, also for its own job again. */
const isOnlyKept = ({ state }: Attempt): boolean => AttemptState.isUnsent(state)

/**
 * Looks at a batch of another job; whether it holds the queue no longer. Its results are left to its own job, which knows its files and
 * prices. A look that fails counts for nothing: this key may be another one.
 */
const hasEnded = Effect.fnUntraced(function* ({ api, settings, store }: ReconcileContext, attempt: Attempt) {
  if (attempt.batchId === undefined) return false
  const retrieved = yield* Effect.either(api.retrieve(attempt.batchId))
  if (Either.isLeft(retrieved)) return false
  const now = yield* Clock.currentTimeMillis
  const began = attempt.intentAt ?? attempt.createdAt
  const seen = yield* store.advance(attempt.id, AttemptState.running, {
    ...observed(retrieved.right, now),
    notBefore: now + Scheduler.pollDelay(settings, now - began, 0)
  })
  return seen !== undefined && AttemptState.hasEnded(seen.state)
})

/** What another job holds and does not need, under its lease: while somebody works on it, it is left alone. */
const releaseQueue = Effect.fnUntraced(function* (
  context: ReconcileContext,
  jobId: string,
  settle: (jobId: string) => Effect.Effect<void, never>
) {
  const { settings, store } = context
  const now = yield* Clock.currentTimeMillis
  yield* settle(jobId)
  const theirs = (yield* store.attempts(jobId)).filter((attempt) => attempt.model === context.job.model)
  const due = theirs.filter(
    (attempt) => AttemptState.isRunning(attempt.state) && Scheduler.isDue(settings, attempt.notBefore, now)
  )
  const ended = yield* Effect.forEach(due.slice(0, mostPolls), (attempt) => hasEnded(context, attempt), {
    concurrency: settings.parallelPolls
  })
  const given = yield* Effect.forEach(theirs.filter(isOnlyKept), ({ id }) =>
    store.release(id, AttemptState.unsent, { state: "abandoned" })
  )
  return ended.includes(true) || given.includes(true)
})

/**
 * Looks at what other jobs of the store hold of the model's queue; whether there is more room now. `settle` finds out, under the lease of
 * a job, what became of creates whose process died.
 */
export const makeRoom = Effect.fn("Reconcile.makeRoom")(function* (
  context: ReconcileContext,
  settle: (jobId: string) => Effect.Effect<void, never>
) {
  const { job, store } = context
  const holders = (yield* store.holders(job.model)).filter((jobId) => jobId !== job.id)
  const freed = yield* Effect.forEach(Arr.take(holders, mostPolls), (jobId) =>
    Effect.map(store.withLease(`job:${jobId}`, releaseQueue(context, jobId, settle)), (done) => done?.value === true)
  )
  return freed.includes(true)
})
