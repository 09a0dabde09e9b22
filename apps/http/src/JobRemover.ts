/**
 * Deletes jobs with everything that was made for them, here and at OpenAI.
 *
 * @since 0.1.0
 */

import type { ApiProblem } from "@batchlabel/http-api/ApiProblem"
import type { Job } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as Clean from "@batchlabel/labeling/Clean"
import * as Message from "@batchlabel/messages/Message"
import type { OpenAiBatch } from "@batchlabel/openai-batch/OpenAiBatch"
import type { OpenAiBatchError } from "@batchlabel/openai-batch/OpenAiBatchError"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Problems from "./internal/problems.js"
import * as JobRecords from "./JobRecords.js"
import * as RowLabels from "./RowLabels.js"
import { ServerDatabase } from "./ServerDatabase.js"
import * as Webhooks from "./Webhooks.js"

/**
 * Deletes a job that is over, or that was never started. Its input goes with the last job that was made of it; a job whose failures another
 * one asks again stays until that one is gone.
 *
 * @since 0.1.0
 * @category operations
 */
export const remove = Effect.fn("JobRemover.remove")(function* (
  job: Job
): Effect.fn.Return<
  void,
  ApiProblem | JobStoreError | OpenAiBatchError,
  JobStore | OpenAiBatch | FileSystem.FileSystem | ServerDatabase
> {
  const store = yield* JobStore
  const fs = yield* FileSystem.FileSystem
  const { path } = job.input
  const record = (yield* JobRecords.findByPaths([path])).get(path)
  const family = yield* store.jobs({ inputPath: path })
  const isDraft = job.state === "open" && record?.held === true
  const follower = family.find((other) => other.settings.retryOf === job.id)
  if (!isDraft && job.state !== "done" && job.state !== "cancelled") {
    return yield* Problems.make(409, Message.make("BL7019", { job: job.id, status: job.state }))
  }
  if (follower !== undefined) {
    return yield* Problems.make(409, Message.make("BL7019", { job: follower.id, status: follower.state }))
  }
  if (!isDraft) yield* Clean.remove(yield* Clean.candidates([job.id]))
  // The input of a job of the command line is the user's own file.
  const isLast = record !== undefined && family.length <= 1
  const { transaction } = yield* ServerDatabase
  yield* transaction(
    Effect.gen(function* () {
      yield* RowLabels.removeAll(job.id)
      yield* store.deleteJob(job.id)
      yield* Webhooks.forgetJob(job.id)
      if (isLast) yield* JobRecords.remove(path)
    })
  )
  yield* Effect.ignore(fs.remove(job.directory, { recursive: true, force: true }))
  if (isLast) yield* Effect.ignore(fs.remove(path))
})
