/**
 * Ending the memory of a job: its rows in the store and its folder, and what it has left at the API.
 *
 * @since 0.1.0
 */
import type { Attempt } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import type { OpenAiBatch } from "@batchlabel/openai-batch/OpenAiBatch"
import type { OpenAiBatchError } from "@batchlabel/openai-batch/OpenAiBatchError"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Clean from "./Clean.js"
import { deleteFolder, deleteJob } from "./internal/deleteJob.js"
import { isSpooled } from "./internal/spool.js"
import { JobInUse, type LabelingError, labelingError } from "./LabelingError.js"

/** Whether the API may have heard of an attempt. */
const wasSent = ({ batchId, intentAt }: Attempt): boolean => batchId !== undefined || intentAt !== undefined

/**
 * Removes a job of which nothing was ever sent, so that it stands in nobody's way; whether it did. One that another process is at work on
 * stays.
 *
 * @since 0.1.0
 * @category combinators
 */
export const discard = Effect.fn("Forget.discard")(function* (
  jobId: string
): Effect.fn.Return<boolean, JobStoreError, JobStore | FileSystem.FileSystem> {
  const store = yield* JobStore
  const remove = Effect.gen(function* () {
    const job = yield* store.job(jobId)
    const over = job.state === "done" || job.state === "cancelled"
    if (over || job.settings.recovering === true || (yield* store.attempts(jobId)).some(wasSent)) return false
    yield* deleteJob(job)
    return true
  })
  return (yield* store.withLease(`job:${jobId}`, remove))?.value ?? false
})

/**
 * Deletes a job that is over, or that `isDraft` says was never started, with its folder and the files that it has left at the API. An input
 * that was spooled for it goes with the last job that was made of it. Fails with `JobInUse` while the job is under way, or another one asks
 * its failures again. `removing` is given the
 * removal from the store, to make it part of a transaction of one's own.
 *
 * @since 0.1.0
 * @category combinators
 */
export const forget = Effect.fn("Forget.forget")(function* <E = never, R = never>(
  jobId: string,
  options: {
    readonly isDraft?: boolean | undefined
    readonly removing?: (remove: Effect.Effect<void, JobStoreError>, isLast: boolean) => Effect.Effect<void, E, R>
  } = {}
): Effect.fn.Return<
  { readonly isLast: boolean },
  E | LabelingError | JobStoreError | OpenAiBatchError,
  R | JobStore | OpenAiBatch | FileSystem.FileSystem
> {
  const store = yield* JobStore
  const fs = yield* FileSystem.FileSystem
  const job = yield* store.job(jobId)
  const { path } = job.input
  const family = yield* store.jobs({ inputPath: path })
  const follower = family.find((other) => other.settings.retryOf === jobId)
  const isOver = job.state === "done" || job.state === "cancelled"
  if (options.isDraft !== true && !isOver) return yield* labelingError(new JobInUse({ job: jobId, status: job.state }))
  if (follower !== undefined) return yield* labelingError(new JobInUse({ job: follower.id, status: follower.state }))
  if (options.isDraft !== true) yield* Clean.remove(yield* Clean.candidates([jobId]))
  const isLast = family.length <= 1
  const remove = store.deleteJob(jobId)
  yield* options.removing === undefined ? remove : options.removing(remove, isLast)
  yield* deleteFolder(job)
  if (isLast && isSpooled(job)) yield* Effect.ignore(fs.remove(path, { force: true }))
  return { isLast }
})
