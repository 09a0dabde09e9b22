/**
 * Deletes jobs with everything that the server keeps of them.
 *
 * @since 0.1.0
 */

import type { ApiProblem } from "@batchlabel/http-api/ApiProblem"
import type { Job } from "@batchlabel/job-store/Job"
import type { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as Forget from "@batchlabel/labeling/Forget"
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
  const fs = yield* FileSystem.FileSystem
  const { path } = job.input
  const record = (yield* JobRecords.findByPaths([path])).get(path)
  const { transaction } = yield* ServerDatabase
  // The input of a job of the command line is the user's own file.
  const isOwn = record !== undefined
  const { isLast } = yield* Forget.forget(job.id, {
    isDraft: job.state === "open" && record?.held === true,
    removing: (remove, isLast) =>
      transaction(
        Effect.gen(function* () {
          yield* RowLabels.removeAll(job.id)
          yield* remove
          yield* Webhooks.forgetJob(job.id)
          if (isOwn && isLast) yield* JobRecords.remove(path)
        })
      )
  }).pipe(
    Effect.catchIf(
      (error) => error._tag === "LabelingError",
      ({ reason }) => {
        if (reason._tag !== "JobInUse") return Effect.die(reason)
        return Effect.fail(Problems.make(409, Message.make("BL7019", { job: reason.job, status: reason.status })))
      }
    )
  )
  if (isOwn && isLast) yield* Effect.ignore(fs.remove(path))
})
