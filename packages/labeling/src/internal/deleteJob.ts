import type { Job } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"

/** Deletes the folder of a job. One that cannot be deleted only takes up room. */
export const deleteFolder = (job: Pick<Job, "directory">): Effect.Effect<void, never, FileSystem.FileSystem> =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => Effect.ignore(fs.remove(job.directory, { recursive: true, force: true })))

/** Deletes a job and its folder. */
export const deleteJob = (
  job: Pick<Job, "id" | "directory">
): Effect.Effect<void, JobStoreError, JobStore | FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const store = yield* JobStore
    yield* store.deleteJob(job.id)
    yield* deleteFolder(job)
  }).pipe(Effect.withSpan("Forget.deleteJob", { attributes: { job: job.id } }))
