/** One look at a running batch. */
import * as Problem from "@batchlabel/core/Problem"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Scheduler from "../Scheduler.js"
import { liveStates, observed } from "./batchState.js"
import { type Held, type Pass, Stop, stopsJob } from "./pass.js"

// After so many looks in a row that found no batch, the user is told.
const tellAfter = 3
const day = Duration.toMillis("1 day")

/** Looks at the batch and stores what it saw; the attempt as it is then. */
export const poll = Effect.fn("Reconcile.poll")(function* (pass: Pass, { attempt, shard }: Held) {
  const { api, job, settings, store } = pass
  const { batchId } = attempt
  if (batchId === undefined) return attempt
  const now = yield* Clock.currentTimeMillis
  const began = attempt.intentAt ?? attempt.createdAt
  const deadline = (attempt.expiresAt ?? began + day) + Duration.toMillis(settings.expiryGrace)
  const looked = yield* Effect.either(api.retrieve(batchId))
  if (Either.isLeft(looked)) {
    const error = looked.left
    if (stopsJob(error)) return yield* new Stop({ problem: error.problem })
    const misses = attempt.misses + 1
    if (error.reason._tag === "NotFound") {
      if (now >= deadline) {
        // Past its window the API has forgotten the batch: whatever it held cannot be had any more.
        yield* store.giveBack(attempt.id, [...liveStates], { state: "lost", misses })
        yield* store.appendEvents(job.id, [
          { kind: "batch_lost", data: { shard: shard.number, attempt: attempt.number, batch: batchId } }
        ])
        return undefined
      }
      if (misses >= tellAfter) pass.notices.push(Problem.make("BL5012", { batch: batchId }))
    } else {
      pass.notices.push(error.problem)
    }
    return yield* store.advance(attempt.id, [...liveStates], {
      misses,
      notBefore: now + Scheduler.pollDelay(settings, now - began, misses)
    })
  }
  const batch = looked.right
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
