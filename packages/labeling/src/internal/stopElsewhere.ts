/** A batch that somebody else has cancelled: whoever cancels wants spending to end, so nothing more is sent before the user says so. */
import type * as Problem from "@batchlabel/core/Problem"
import type { Attempt, Shard } from "@batchlabel/job-store/Job"
import * as Effect from "effect/Effect"
import * as JobProblem from "../JobProblem.js"
import { blockedDetail, type ReconcileContext, type ShardAttempt } from "./reconcileContext.js"
import { ownCancel } from "./settings.js"

/** When this program first cancelled the batch by itself (unix ms), if it did. */
export const ownCancelAt = Effect.fnUntraced(function* ({ store }: ReconcileContext, batchId: string) {
  return yield* store.settings.get(ownCancel, batchId)
})

/** Remembers, before it is done, that this program cancels the batch by itself: it ran past its window. */
export const rememberOwnCancel = Effect.fnUntraced(function* (context: ReconcileContext, batchId: string, now: number) {
  if ((yield* ownCancelAt(context, batchId)) === undefined)
    yield* context.store.settings.set(ownCancel, batchId, now, { job: context.job.id })
})

const toReason = ({ errors }: Attempt): string | undefined => {
  const words = errors.flatMap(({ message }) => (message === "" ? [] : [message])).join("; ")
  return words === "" ? undefined : words
}

const toProblem = (attempt: Attempt, kept: number, open: number): Problem.Problem =>
  JobProblem.make("BL5055", { batch: attempt.batchId ?? "", reason: toReason(attempt), kept, open })

const isCancelledElsewhere = Effect.fnUntraced(function* (context: ReconcileContext, { batchId, state }: Attempt) {
  if (state !== "cancelled" || batchId === undefined || context.job.state === "cancelling") return false
  return (yield* ownCancelAt(context, batchId)) === undefined
})

/**
 * Stops the job before the results of such a batch are read, so that no crash in between lets its rest be sent; whether it did. The
 * results are kept as those of any other.
 */
export const stopForCancelled = Effect.fn("Reconcile.stopForCancelled")(function* (
  context: ReconcileContext,
  { attempt, shard }: ShardAttempt
) {
  if (!(yield* isCancelledElsewhere(context, attempt))) return false
  const kept = attempt.counts?.completed ?? 0
  const detail = blockedDetail({ problem: toProblem(attempt, kept, Math.max(0, shard.requests - kept)) })
  if (yield* context.store.updateJob(context.job.id, ["open"], { state: "stopped", detail })) {
    yield* context.store.appendEvents(context.job.id, [
      { kind: "job_stopped", data: { code: detail.code, batch: attempt.batchId } }
    ])
  }
  return true
})

/** The same once the results were read: what is kept is counted from the files. Where nothing is left to be sent, the job is not stopped. */
export const tellCancelled = Effect.fn("Reconcile.tellCancelled")(function* (
  { job, store }: ReconcileContext,
  attempts: ReadonlyArray<Attempt>,
  shards: ReadonlyArray<Shard>,
  ended: ReadonlySet<number>
) {
  const open = shards.reduce((sum, { requests, state }) => (state === "waiting" ? sum + requests : sum), 0)
  if (open === 0) {
    yield* store.updateJob(job.id, ["stopped"], { state: "open", detail: undefined })
    return false
  }
  const cancelled = attempts.filter(({ id }) => ended.has(id))
  const [last] = cancelled.slice(-1)
  if (last === undefined) return true
  const kept = cancelled.reduce((sum, { collected }) => sum + (collected?.labeled ?? 0), 0)
  yield* store.updateJob(job.id, ["stopped"], { detail: blockedDetail({ problem: toProblem(last, kept, open) }) })
  return true
})
