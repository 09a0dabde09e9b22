/**
 * Room in the queue of a model, made by looking at what holds it: batches of other jobs that have ended and that nobody has looked at since,
 * and places that a process kept for batches which it did not live to create.
 */
import type { Attempt } from "@batchlabel/job-store/Job"
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Scheduler from "../Scheduler.js"
import { endedStates, liveStates, observed } from "./batchState.js"
import type { Pass } from "./pass.js"

/** So many batches of others are looked at in one pass. */
const mostLooks = 200

const isLive = ({ state }: Attempt): boolean => liveStates.some((live) => live === state)

/** Nothing of it is at the API: its place is free for whoever comes first, also for its own job again. */
const isOnlyKept = ({ state }: Attempt): boolean => state === "planned" || state === "uploading" || state === "uploaded"

/**
 * Looks at a batch of another job; whether it holds the queue no longer. Its results are left to its own job, which knows its files and
 * prices. A look that fails counts for nothing: this key may be another one.
 */
const hasEnded = Effect.fnUntraced(function* ({ api, settings, store }: Pass, attempt: Attempt) {
  if (attempt.batchId === undefined) return false
  const looked = yield* Effect.either(api.retrieve(attempt.batchId))
  if (Either.isLeft(looked)) return false
  const now = yield* Clock.currentTimeMillis
  const began = attempt.intentAt ?? attempt.createdAt
  const seen = yield* store.advance(attempt.id, [...liveStates], {
    ...observed(looked.right, now),
    notBefore: now + Scheduler.pollDelay(settings, now - began, 0)
  })
  return seen !== undefined && endedStates.some((state) => state === seen.state)
})

/** What another job holds and does not need, under its lease: while somebody works on it, it is left alone. */
const release = Effect.fnUntraced(function* (pass: Pass, jobId: string, settle: (jobId: string) => Effect.Effect<void, never>) {
  const { settings, store } = pass
  const now = yield* Clock.currentTimeMillis
  yield* settle(jobId)
  const held = (yield* store.attempts(jobId)).filter((attempt) => attempt.model === pass.job.model)
  const due = held.filter((attempt) => isLive(attempt) && Scheduler.isDue(settings, attempt.notBefore, now))
  const ended = yield* Effect.forEach(due.slice(0, mostLooks), (attempt) => hasEnded(pass, attempt), {
    concurrency: settings.parallelPolls
  })
  const given = yield* Effect.forEach(held.filter(isOnlyKept), ({ id }) =>
    store.giveBack(id, ["planned", "uploading", "uploaded"], { state: "void" })
  )
  return ended.includes(true) || given.includes(true)
})

/**
 * Looks at what other jobs of the store hold of the model's queue; whether there is more room now. `settle` finds out, under the lease of
 * a job, what became of creates whose process died.
 */
export const makeRoom = Effect.fn("Reconcile.makeRoom")(function* (
  pass: Pass,
  settle: (jobId: string) => Effect.Effect<void, never>
) {
  const { job, store } = pass
  const holders = (yield* store.holders(job.model)).filter((jobId) => jobId !== job.id)
  const freed = yield* Effect.forEach(Arr.take(holders, mostLooks), (jobId) =>
    Effect.map(store.withLease(`job:${jobId}`, release(pass, jobId, settle)), (done) => done?.value === true)
  )
  return freed.includes(true)
})
