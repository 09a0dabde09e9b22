/** Intents whose outcome is not known: the API is asked which batches there are before anything is created again. */
import type { Attempt } from "@batchlabel/job-store/Job"
import type { Batch } from "@batchlabel/openai-batch/Batch"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Scheduler from "../Scheduler.js"
import { isEnd } from "./batchState.js"
import { listedTwice } from "./listed.js"
import { blocksJob, JobBlocked, type ReconcileContext, type ShardAttempt, toMetadata } from "./reconcileContext.js"
import { adopt, fileNotFound, requeue } from "./start.js"

const belongsTo = (context: ReconcileContext, current: ShardAttempt) => {
  const wanted = toMetadata(context.job, current)
  return (batch: Batch): boolean => batch.metadata["shard"] === wanted["shard"] && batch.metadata["attempt"] === wanted["attempt"]
}

/** Those that ran, or may, come first, then the oldest: of several batches of one intent the one with the work that is paid. */
const byWorth = (a: Batch, b: Batch): number => {
  const never = (batch: Batch): number => (batch.status === "failed" ? 1 : 0)
  return never(a) - never(b) || a.createdAt - b.createdAt
}

const isOver = ({ status }: Batch): boolean => isEnd(status)

/** Batches that are some attempt's already: after a recovery the numbers of attempts may repeat. */
const taken = (attempts: ReadonlyArray<Attempt>): ReadonlySet<string> =>
  new Set(attempts.flatMap(({ batchId }) => (batchId === undefined ? [] : [batchId])))

/**
 * Whether this key does not even see the file that the batch was to be made of: then its list proves nothing, for it may be the key of
 * another project. The user's word that the job may go on, given after that, is believed.
 */
const isOutOfSight = Effect.fnUntraced(function* (
  { api, resumedAt }: ReconcileContext,
  { errors, inputFileId, intentAt = 0 }: Attempt
) {
  if (inputFileId === undefined || resumedAt > intentAt || errors.some(({ code }) => code === fileNotFound)) return false
  const file = yield* Effect.either(api.file(inputFileId))
  return Either.isLeft(file) && file.left.reason._tag === "NotFound"
})

/** Settles every unknown intent that the list can settle; the others wait until the list cannot lag any more. Whether there were any. */
export const resolveIntents = Effect.fn("Reconcile.resolveIntents")(function* (
  context: ReconcileContext,
  unfinished: ReadonlyArray<ShardAttempt>,
  attempts: ReadonlyArray<Attempt>
) {
  const { api, settings, store } = context
  const intents = unfinished.filter(({ attempt }) => attempt.state === "creating")
  if (intents.length === 0) return false
  const now = yield* Clock.currentTimeMillis
  /**
   * When the list shows the batch, if there is one. Until the call has ended (`notBefore` is still the intent's own time, and the process
   * that made it is dead, for this one holds the job) the request may be under way: then the list's time begins now.
   */
  const shownBy = ({ intentAt = now, notBefore }: Attempt): number =>
    notBefore > intentAt ? notBefore : now + Duration.toMillis(settings.listLag)
  const earliest = Math.min(...intents.map(({ attempt }) => attempt.intentAt ?? now))
  const answer = yield* Effect.either(listedTwice(context, earliest))
  if (Either.isLeft(answer)) {
    if (blocksJob(answer.left)) return yield* new JobBlocked({ problem: answer.left.problem })
    context.notices.push(answer.left.problem)
    for (const { attempt } of intents) {
      yield* store.advance(attempt.id, ["creating"], {
        failedPolls: attempt.failedPolls + 1,
        notBefore: Math.max(now + Scheduler.pollDelay(settings, 0, attempt.failedPolls + 1), shownBy(attempt))
      })
    }
    return true
  }
  const known = taken(attempts)
  const fresh = answer.right.filter(({ id }) => !known.has(id))
  for (const one of intents) {
    const found = fresh.filter(belongsTo(context, one)).toSorted(byWorth)
    const [first, ...doubles] = found
    if (first !== undefined) {
      yield* adopt(context, one, first, "batch_found")
      for (const double of doubles.filter((batch) => !isOver(batch))) yield* Effect.ignore(api.cancel(double.id))
      continue
    }
    const time = shownBy(one.attempt)
    if (now >= time && (yield* isOutOfSight(context, one.attempt))) {
      const failedPolls = one.attempt.failedPolls + 1
      yield* store.advance(one.attempt.id, ["creating"], {
        failedPolls,
        notBefore: now + Scheduler.restDelay(settings, failedPolls, 0.5)
      })
      continue
    }
    if (now >= time) {
      // The list has had its time and shows nothing: the request never arrived, or was refused indeed.
      if (one.attempt.errors.some(({ code }) => code === fileNotFound)) {
        yield* requeue(context, one, attempts, { keepFile: false, errors: one.attempt.errors })
      } else yield* store.advance(one.attempt.id, ["creating"], { state: "uploaded", intentAt: undefined, notBefore: now })
    } else {
      yield* store.advance(one.attempt.id, ["creating"], { notBefore: time })
    }
  }
  return true
})
