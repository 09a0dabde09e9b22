/**
 * Removing from the API what finished jobs have left there: input, output and error files. They vanish by themselves after 30 days; this
 * is for those who want their data gone sooner.
 *
 * @since 0.1.0
 */

import type { JobState } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import { OpenAiBatch } from "@batchlabel/openai-batch/OpenAiBatch"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { JobStoreError, OpenAiBatchError } from "./Operation.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface RemoteFile {
  readonly fileId: string
  readonly jobId: string
  readonly kind: "input" | "output" | "error" | "orphan"
}

const over: ReadonlyArray<JobState> = ["done", "cancelled"]

/**
 * What `candidates` fails with.
 *
 * @since 0.1.0
 * @category errors
 */
export type CandidatesError = JobStoreError | OpenAiBatchError

/**
 * What `candidates` needs.
 *
 * @since 0.1.0
 * @category services
 */
export type CandidatesRequirements = JobStore | OpenAiBatch

/**
 * The remote files of finished jobs: those that attempts name, and uploads named after such a job that no attempt names (of a process that
 * died between upload and the note of it). Files of unfinished jobs and of other tools are never among them.
 *
 * @since 0.1.0
 * @category constructors
 */
export const candidates = Effect.fn("Clean.candidates")(function* (
  jobIds: ReadonlyArray<string> | "all"
): Effect.fn.Return<ReadonlyArray<RemoteFile>, CandidatesError, CandidatesRequirements> {
  const store = yield* JobStore
  const api = yield* OpenAiBatch
  const jobs = jobIds === "all" ? yield* store.jobs({ states: over }) : yield* Effect.forEach(jobIds, (id) => store.job(id))
  const finished = new Set(jobs.filter(({ state }) => over.includes(state)).map(({ id }) => id))
  const named = new Map<string, RemoteFile>()
  for (const jobId of finished) {
    for (const { errorFileId, inputFileId, outputFileId } of yield* store.attempts(jobId)) {
      if (inputFileId !== undefined) named.set(inputFileId, { fileId: inputFileId, jobId, kind: "input" })
      if (outputFileId !== undefined) named.set(outputFileId, { fileId: outputFileId, jobId, kind: "output" })
      if (errorFileId !== undefined) named.set(errorFileId, { fileId: errorFileId, jobId, kind: "error" })
    }
  }
  const present = yield* api.files().pipe(Stream.runCollect)
  return [...present].flatMap(({ filename, id }): ReadonlyArray<RemoteFile> => {
    const known = named.get(id)
    if (known !== undefined) return [known]
    const jobId = /^(job_[0-9A-Za-z]+)-shard-\d+\.jsonl$/.exec(filename)?.[1]
    return jobId !== undefined && finished.has(jobId) ? [{ fileId: id, jobId, kind: "orphan" }] : []
  })
})

/**
 * What `remove` fails with.
 *
 * @since 0.1.0
 * @category errors
 */
export type RemoveError = JobStoreError | OpenAiBatchError

/**
 * What `remove` needs.
 *
 * @since 0.1.0
 * @category services
 */
export type RemoveRequirements = JobStore | OpenAiBatch

/**
 * Deletes the files; one that is gone already is no error. How many were deleted.
 *
 * @since 0.1.0
 * @category combinators
 */
export const remove = Effect.fn("Clean.remove")(function* (
  files: ReadonlyArray<RemoteFile>
): Effect.fn.Return<number, RemoveError, RemoveRequirements> {
  const store = yield* JobStore
  const api = yield* OpenAiBatch
  const removed = yield* Effect.forEach(
    files,
    ({ fileId, jobId, kind }) =>
      api.deleteFile(fileId).pipe(
        Effect.andThen(store.appendEvents(jobId, [{ kind: "remote_file_deleted", data: { file: fileId, kind } }])),
        Effect.as(1),
        Effect.catchIf(
          (error) => error._tag === "OpenAiBatchError" && error.reason._tag === "NotFound",
          () => Effect.succeed(0)
        )
      ),
    { concurrency: 4 }
  )
  return removed.reduce<number>((sum, one) => sum + one, 0)
})
