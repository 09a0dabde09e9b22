/** One look at a running batch. */
import * as Problem from "@batchlabel/core/Problem"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Scheduler from "../Scheduler.js"
import { liveStates, observed } from "./batchState.js"
import { hasEndedBadly, look, manyLooks } from "./look.js"
import { type Held, type Pass, Stop, stopsJob } from "./pass.js"

const day = Duration.toMillis("1 day")

/** Looks at the batch and stores what it saw; the attempt as it is then. */
export const poll = Effect.fn("Reconcile.poll")(function* (pass: Pass, { attempt, shard }: Held) {
  const { api, job, settings, store } = pass
  const { batchId } = attempt
  if (batchId === undefined) return attempt
  const now = yield* Clock.currentTimeMillis
  const began = attempt.intentAt ?? attempt.createdAt
  const deadline = (attempt.expiresAt ?? began + day) + Duration.toMillis(settings.expiryGrace)
  const seenNow = yield* look(pass, batchId, { from: began, isPastWindow: now >= deadline, misses: attempt.misses })
  const { batch } = seenNow
  if (batch === undefined) {
    const { error, isGone } = seenNow
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
      // How it ended, a look will tell.
      const reply = hasEndedBadly(cancelled.right) ? { ...cancelled.right, status: "cancelling" } : cancelled.right
      return yield* store.advance(attempt.id, [...liveStates], observed(reply, now))
    }
    if (stopsJob(cancelled.left)) return yield* new Stop({ problem: cancelled.left.problem })
  }
  return seen
})
