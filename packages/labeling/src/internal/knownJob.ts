import type { Job } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as Effect from "effect/Effect"

/** A job, or `undefined` where the store says that there is none. A store that cannot be read says nothing of the kind. */
export const knownJob = (id: string): Effect.Effect<Job | undefined, JobStoreError, JobStore> =>
  Effect.flatMap(JobStore, (store): Effect.Effect<Job | undefined, JobStoreError> => store.job(id)).pipe(
    Effect.catchIf(
      ({ reason }) => reason._tag === "JobNotFound",
      () => Effect.succeed(undefined)
    )
  )
