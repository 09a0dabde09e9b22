/** One look at a running batch. */
import * as Problem from "@batchlabel/core/Problem"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Scheduler from "../Scheduler.js"
import { liveStates, observed } from "./batchState.js"
import { listed } from "./listed.js"
import { type Held, type Pass, Stop, stopsJob } from "./pass.js"

// After so many looks in a row that found no batch, the user is told, and past its window it may be given up.
const manyLooks = 3
const day = Duration.toMillis("1 day")

/**
 * The batch, or why it was not seen. Past its window the API may have forgotten it, and then what it held cannot be had any more. But to
 * ask again what is only out of sight would pay twice: so one 404 proves nothing, and the list must not show it either.
 */
const look = Effect.fnUntraced(function* (pass: Pass, batchId: string, began: number, isPastWindow: boolean) {
  const looked = yield* Effect.either(pass.api.retrieve(batchId))
  if (Either.isRight(looked)) return { batch: looked.right }
  const error = looked.left
  if (!isPastWindow || error.reason._tag !== "NotFound") return { error, isGone: false }
  const batches = yield* Effect.either(listed(pass, began))
  if (Either.isLeft(batches)) return { error: batches.left, isGone: false }
  const batch = batches.right.find(({ id }) => id === batchId)
  return batch === undefined ? { error, isGone: true } : { batch }
})

/** Looks at the batch and stores what it saw; the attempt as it is then. */
export const poll = Effect.fn("Reconcile.poll")(function* (pass: Pass, { attempt, shard }: Held) {
  const { api, job, settings, store } = pass
  const { batchId } = attempt
  if (batchId === undefined) return attempt
  const now = yield* Clock.currentTimeMillis
  const began = attempt.intentAt ?? attempt.createdAt
  const deadline = (attempt.expiresAt ?? began + day) + Duration.toMillis(settings.expiryGrace)
  const { batch, error, isGone } = yield* look(pass, batchId, began, now >= deadline)
  if (batch === undefined) {
    if (stopsJob(error)) return yield* new Stop({ problem: error.problem })
    const misses = attempt.misses + 1
    if (isGone && misses >= manyLooks) {
      yield* store.giveBack(attempt.id, [...liveStates], { state: "lost", misses })
      yield* store.appendEvents(job.id, [
        { kind: "batch_lost", data: { shard: shard.number, attempt: attempt.number, batch: batchId } }
      ])
      return undefined
    }
    if (error.reason._tag !== "NotFound") pass.notices.push(error.problem)
    else if (misses >= manyLooks) pass.notices.push(Problem.make("BL5012", { batch: batchId }))
    return yield* store.advance(attempt.id, [...liveStates], {
      misses,
      notBefore: now + Scheduler.pollDelay(settings, now - began, misses)
    })
  }
  const seen = yield* store.advance(attempt.id, [...liveStates], {
    ...observed(batch, now),
    notBefore: now + Scheduler.pollDelay(settings, now - began, 0)
  })
  if (seen !== undefined && seen.state !== attempt.state) {
    yield* store.appendEvents(job.id, [
      { kind: "batch_status", data: { shard: shard.number, attempt: attempt.number, batch: batchId, status: seen.state } }
    ])
  }
  const running = seen !== undefined && liveStates.some((state) => state === seen.state)
  if (running && seen.state !== "cancelling" && (now >= deadline || job.state === "cancelling")) {
    // Stuck past its window, or the user's wish: cancelling keeps what is finished.
    const cancelled = yield* Effect.either(api.cancel(batchId))
    if (Either.isRight(cancelled)) {
      return yield* store.advance(attempt.id, [...liveStates], observed(cancelled.right, now))
    }
    if (stopsJob(cancelled.left)) return yield* new Stop({ problem: cancelled.left.problem })
  }
  return seen
})
