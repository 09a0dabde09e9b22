/** Results that cannot be read, or not believed, yet: the batch is looked at again, and its files are fetched again, later and later. */

import type { DatasetError } from "@batchlabel/dataset/DatasetError"
import * as AttemptState from "@batchlabel/job-store/AttemptState"
import type { Attempt } from "@batchlabel/job-store/Job"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import type { OpenAiBatchError } from "@batchlabel/openai-batch/OpenAiBatchError"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as JobProblem from "../JobProblem.js"
import * as Scheduler from "../Scheduler.js"
import { isRunning, observed } from "./batchState.js"
import { keptUntil } from "./belief.js"
import { shown } from "./listed.js"
import { blocksJob, JobBlocked, type ReconcileContext, type ShardAttempt } from "./reconcileContext.js"
import { discard, type ResultFile, toSignature } from "./resultFiles.js"
import { manyFailedPolls, retrieveBatch } from "./retrieveBatch.js"
import * as Settings from "./settings.js"

/** `later`: it is tried again. `over`: there is nothing more to wait for. An attempt: what a new look has shown of it. */
export type Decision = "later" | "over" | Attempt

/** Times the lag of files in which a batch that says it has answers may still name them. */
const paidLags = 6

const fromOf = (attempt: Attempt): number => attempt.intentAt ?? attempt.createdAt

/** What a failed download says, in a few words. */
export const toDetail = ({ reason }: OpenAiBatchError): string =>
  "status" in reason && reason.status !== undefined ? `HTTP ${reason.status}` : reason.detail

/** When this machine first saw a batch without files. The API's time would not do: it is in seconds, and another clock's. */
const firstSeenFileless = Effect.fnUntraced(function* ({ job, store }: ReconcileContext, batchId: string, now: number) {
  const known = yield* store.settings.get(Settings.fileless, batchId)
  if (known === undefined) yield* store.settings.set(Settings.fileless, batchId, now, { job: job.id })
  return known ?? now
})

/** Stores what a look has seen of a batch that was over; one that is running again is no longer over. */
const store = Effect.fnUntraced(function* (
  context: ReconcileContext,
  attempt: Attempt,
  batch: Parameters<typeof observed>[0],
  now: number
) {
  return yield* context.store.advance(attempt.id, AttemptState.ended, {
    ...observed(batch, now),
    ...(isRunning(batch.status) ? { endedAt: undefined } : {}),
    failedPolls: attempt.failedPolls,
    notBefore: now + Scheduler.pollDelay(context.settings, 0, 0)
  })
})

const namesOthers = (attempt: Attempt, seen: Attempt): boolean =>
  attempt.outputFileId !== seen.outputFileId || attempt.errorFileId !== seen.errorFileId || attempt.state !== seen.state

/** What a sight of the batch changes: the attempt as it is then, `later` where another process was first; `undefined`: nothing. */
const news = Effect.fnUntraced(function* (
  context: ReconcileContext,
  attempt: Attempt,
  batch: Parameters<typeof observed>[0],
  now: number
) {
  const stored = yield* store(context, attempt, batch, now)
  if (stored === undefined) return "later" as const
  if (!namesOthers(attempt, stored)) return undefined
  yield* discard(context.job, attempt)
  return stored
})

/** A look at a batch that was over. */
const pollEnded = Effect.fnUntraced(function* (context: ReconcileContext, attempt: Attempt, batchId: string, now: number) {
  const seen = yield* retrieveBatch(context, batchId, { from: fromOf(attempt), isPastWindow: false, failedPolls: 0 })
  if (seen.batch === undefined) {
    if (blocksJob(seen.error)) return yield* new JobBlocked({ problem: seen.error.problem })
    return { isSeen: false, news: undefined }
  }
  return { isSeen: true, news: yield* news(context, attempt, seen.batch, now) }
})

/**
 * A batch that names no file though it has answers to give. Only looks after the time allowed for it, at the batch and at the list, show that
 * there are none.
 */
export const awaitFiles = Effect.fn("Reconcile.awaitFiles")(function* (
  context: ReconcileContext,
  { attempt }: ShardAttempt
): Effect.fn.Return<Decision, JobBlocked | JobStoreError | DatasetError, FileSystem.FileSystem> {
  const { batchId } = attempt
  if (batchId === undefined) return "over"
  const now = yield* Clock.currentTimeMillis
  const { isSeen, news: seenNow } = yield* pollEnded(context, attempt, batchId, now)
  if (seenNow !== undefined) return seenNow
  const lag = Duration.toMillis(context.settings.outputLag) * ((attempt.counts?.completed ?? 0) > 0 ? paidLags : 1)
  const mayCome = now < (yield* firstSeenFileless(context, batchId, now)) + lag
  if (mayCome || !isSeen) {
    yield* later(context, attempt, now + Scheduler.pollDelay(context.settings, 0, 0))
    return "later"
  }
  const inList = yield* Effect.either(shown(context, fromOf(attempt), batchId))
  const found = Either.isRight(inList) ? inList.right : undefined
  return (found === undefined ? undefined : yield* news(context, attempt, found, now)) ?? "over"
})

const later = ({ store }: ReconcileContext, attempt: Attempt, notBefore: number) =>
  store.advance(attempt.id, AttemptState.ended, { notBefore })

/** Files in which something is missing, or does not belong: believed once another download, the time of the lag apart, was the same. */
export const doubt = Effect.fn("Reconcile.doubt")(function* (
  context: ReconcileContext,
  { attempt }: ShardAttempt,
  files: ReadonlyArray<ResultFile>
): Effect.fn.Return<Decision, JobStoreError | DatasetError, FileSystem.FileSystem> {
  const now = yield* Clock.currentTimeMillis
  const { job, store } = context
  const key = `${job.id}:${attempt.batchId ?? attempt.id}`
  const signature = yield* toSignature(files)
  const known = yield* store.settings.get(Settings.doubt, key)
  const isSame = known?.signature === signature
  const until = (isSame ? known.since : now) + Duration.toMillis(context.settings.outputLag)
  if (isSame && now >= until) return "over"
  if (!isSame) yield* store.settings.set(Settings.doubt, key, { since: now, signature }, { job: job.id })
  yield* discard(job, attempt)
  yield* later(context, attempt, isSame ? until : Math.min(until, now + Scheduler.pollDelay(context.settings, 0, 0)))
  return "later"
})

/**
 * A file that could not be fetched, or that cannot be the batch's own. Before its time is over it is not gone, whatever a reply says: the
 * work is paid for and stays pending. `over` once the file can no longer be had, or the user has cancelled the job.
 */
export const putOff = Effect.fn("Reconcile.putOff")(function* (
  context: ReconcileContext,
  { attempt, shard }: ShardAttempt,
  unread: { readonly fileId: string; readonly detail: string }
): Effect.fn.Return<Decision, JobBlocked | JobStoreError | DatasetError, FileSystem.FileSystem> {
  const { job, settings } = context
  const { batchId } = attempt
  const now = yield* Clock.currentTimeMillis
  const seenNow = batchId === undefined ? undefined : (yield* pollEnded(context, attempt, batchId, now)).news
  if (seenNow !== undefined) return seenNow
  const failedPolls = attempt.failedPolls + 1
  const until = keptUntil(job, attempt)
  if (failedPolls > manyFailedPolls && (now >= until || job.state === "cancelling")) return "over"
  yield* context.store.advance(attempt.id, AttemptState.ended, {
    failedPolls,
    notBefore: now + Scheduler.fetchDelay(settings, failedPolls)
  })
  if (failedPolls === 1) {
    const data = { shard: shard.number, attempt: attempt.number, batch: batchId, file: unread.fileId, detail: unread.detail }
    yield* context.store.appendEvents(job.id, [{ kind: "results_unread", data }])
  }
  const day = new Date(until).toISOString().slice(0, 10)
  context.notices.push(
    JobProblem.make("BL5045", { batch: batchId ?? "", file: unread.fileId, detail: unread.detail, until: day })
  )
  return "later"
})
