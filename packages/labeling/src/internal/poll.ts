/** One look at a running batch. */

import * as AttemptState from "@batchlabel/job-store/AttemptState"
import type { Attempt } from "@batchlabel/job-store/Job"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as JobProblem from "../JobProblem.js"
import * as Scheduler from "../Scheduler.js"
import { observed } from "./batchState.js"
import { listed } from "./listed.js"
import { blocksJob, JobBlocked, type ReconcileContext, type ShardAttempt } from "./reconcileContext.js"
import { hasEndedBadly, manyFailedPolls, retrieveBatch } from "./retrieveBatch.js"
import { serverNow } from "./serverTime.js"
import { overdue } from "./settings.js"
import { ownCancelAt, rememberOwnCancel } from "./stopElsewhere.js"

const day = Duration.toMillis("1 day")

/** Whether the window of the batch, and so often the grace after it, is over by the API's own clock. */
const pastWindow = Effect.fnUntraced(function* (
  context: ReconcileContext,
  { createdAt, expiresAt, intentAt }: Attempt,
  graces: number
) {
  const grace = graces * Duration.toMillis(context.settings.expiryGrace)
  return expiresAt === undefined
    ? (yield* Clock.currentTimeMillis) >= (intentAt ?? createdAt) + day + grace
    : (yield* serverNow(context)) >= expiresAt + grace
})

/** Whether it was asked to be cancelled because of that, and has had its time since. */
const isOverdue = Effect.fnUntraced(function* (context: ReconcileContext, attempt: Attempt) {
  if (context.job.state === "cancelling") return yield* pastWindow(context, attempt, 2)
  const askedAt = yield* ownCancelAt(context, attempt.batchId ?? "")
  const since = (yield* Clock.currentTimeMillis) - (askedAt ?? Number.POSITIVE_INFINITY)
  return since >= Duration.toMillis(context.settings.expiryGrace) && (yield* pastWindow(context, attempt, 1))
})

/**
 * A batch that claims to run, or has a status that nobody knows, long after its window and after it was cancelled. The user is asked; told
 * to go on, it is taken for expired: what it has done is read, and the rest asked again.
 */
const endOverdue = Effect.fn("Reconcile.endOverdue")(function* (
  { job, store }: ReconcileContext,
  { batchId = "", expiresAt, id, intentAt, createdAt }: Attempt,
  status: string
) {
  const now = yield* Clock.currentTimeMillis
  if (job.state !== "cancelling" && (yield* store.settings.get(overdue, batchId)) === undefined) {
    yield* store.settings.set(overdue, batchId, now, { job: job.id })
    const end = new Date(expiresAt ?? (intentAt ?? createdAt) + day).toISOString()
    return yield* new JobBlocked({ problem: JobProblem.make("BL5057", { batch: batchId, status, end }) })
  }
  if (job.state === "stopped") return undefined
  return yield* store.advance(id, AttemptState.running, {
    state: job.state === "cancelling" ? "cancelled" : "expired",
    endedAt: now,
    errors: [{ code: "status_unknown", message: `the batch never ended; its last status was '${status}'` }]
  })
})

/** Many times the lag of any replica. */
const longForReplicas = 10

/**
 * Fails where it is the key that does not see the batch: look after look says that there is none, and the list works and shows no batch of
 * the job. One look is enough for whoever asks now about a batch that is no longer new, for this only stops.
 */
const stopForForeignKey = Effect.fn("Reconcile.stopForForeignKey")(function* (
  context: ReconcileContext,
  attempt: Attempt,
  failedPolls: number
) {
  const { job, settings } = context
  const age = (yield* Clock.currentTimeMillis) - (attempt.intentAt ?? attempt.createdAt)
  const lag = Duration.toMillis(settings.listLag)
  if (context.isAsked ? age < longForReplicas * lag && failedPolls < manyFailedPolls : failedPolls < manyFailedPolls || age < lag)
    return
  const own = yield* Effect.either(listed(context, job.createdAt))
  if (Either.isLeft(own) || own.right.length > 0) return
  return yield* new JobBlocked({ problem: JobProblem.make("BL5059", { job: job.id, batch: attempt.batchId ?? "" }) })
})

/** Looks at the batch and stores what it saw; the attempt as it is then. */
export const poll = Effect.fn("Reconcile.poll")(function* (context: ReconcileContext, { attempt, shard }: ShardAttempt) {
  const { api, job, settings, store } = context
  const { batchId } = attempt
  if (batchId === undefined) return attempt
  const now = yield* Clock.currentTimeMillis
  const began = attempt.intentAt ?? attempt.createdAt
  const isPastWindow = yield* pastWindow(context, attempt, 1)
  const seenNow = yield* retrieveBatch(context, batchId, { from: began, isPastWindow, failedPolls: attempt.failedPolls })
  const { batch } = seenNow
  if (batch === undefined) {
    const { error, isGone } = seenNow
    if (context.isVisit)
      return yield* store.advance(attempt.id, AttemptState.running, {
        notBefore: now + Scheduler.pollDelay(settings, now - began, attempt.failedPolls)
      })
    if (blocksJob(error)) return yield* new JobBlocked({ problem: error.problem })
    const failedPolls = attempt.failedPolls + 1
    if (isGone && failedPolls >= manyFailedPolls) {
      yield* store.release(attempt.id, AttemptState.running, { state: "lost", failedPolls })
      yield* store.appendEvents(job.id, [
        { kind: "batch_lost", data: { shard: shard.number, attempt: attempt.number, batch: batchId } }
      ])
      return undefined
    }
    if (error.reason._tag !== "NotFound") context.notices.push(error.problem)
    else {
      context.sight.unknown++
      yield* stopForForeignKey(context, attempt, failedPolls)
      if (failedPolls >= manyFailedPolls) context.notices.push(JobProblem.make("BL5012", { batch: batchId }))
    }
    return yield* store.advance(attempt.id, AttemptState.running, {
      failedPolls,
      notBefore: now + Scheduler.pollDelay(settings, now - began, failedPolls)
    })
  }
  context.sight.seen++
  const seen = yield* store.advance(attempt.id, AttemptState.running, {
    ...observed(batch, now),
    notBefore: now + Scheduler.pollDelay(settings, now - began, 0)
  })
  if (seen !== undefined && seen.state !== attempt.state) {
    yield* store.appendEvents(job.id, [
      { kind: "batch_status", data: { shard: shard.number, attempt: attempt.number, batch: batchId, status: seen.state } }
    ])
  }
  const running = seen !== undefined && AttemptState.isRunning(seen.state)
  if (!running) return seen
  if (yield* isOverdue(context, seen)) {
    const ended = yield* endOverdue(context, seen, batch.status)
    if (ended !== undefined) return ended
  }
  if (seen.state !== "cancelling" && ((yield* pastWindow(context, seen, 1)) || job.state === "cancelling")) {
    // Stuck past its window, or the user's wish: cancelling keeps what is finished.
    if (job.state !== "cancelling") yield* rememberOwnCancel(context, batchId, now)
    const cancelled = yield* Effect.either(api.cancel(batchId))
    if (Either.isRight(cancelled)) {
      // How it ended, a look will tell.
      const reply = hasEndedBadly(cancelled.right) ? { ...cancelled.right, status: "cancelling" } : cancelled.right
      return yield* store.advance(attempt.id, AttemptState.running, observed(reply, now))
    }
    if (blocksJob(cancelled.left)) return yield* new JobBlocked({ problem: cancelled.left.problem })
  }
  return seen
})
