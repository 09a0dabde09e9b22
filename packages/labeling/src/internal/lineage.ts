/** Jobs that asked the failures of others again. */
import type { Job } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as Effect from "effect/Effect"

/** The job itself, or the newest that stands on it. */
export const latest = (job: Job): Effect.Effect<Job, JobStoreError, JobStore> =>
  Effect.gen(function* () {
    const store = yield* JobStore
    const jobs = yield* store.jobs({ inputPath: job.input.path, inputFingerprint: job.input.fingerprint })
    let tip = job
    for (;;) {
      const next = jobs.find((other) => other.settings.retryOf === tip.id)
      if (next === undefined) return tip
      tip = next
    }
  })

/** The job and those whose failures it asked again, the oldest last. */
export const family = (job: Job): Effect.Effect<ReadonlyArray<string>, JobStoreError, JobStore> =>
  Effect.gen(function* () {
    const store = yield* JobStore
    const ids = [job.id]
    let older = job.settings.retryOf
    while (older !== undefined) {
      ids.push(older)
      older = (yield* store.job(older)).settings.retryOf
    }
    return ids
  })

/** The sample of which the job, or the first of those whose failures it asked again, is one; `undefined`: all rows were asked. */
export const findSample = (job: Job): Effect.Effect<Job["settings"]["sample"], JobStoreError, JobStore> =>
  Effect.gen(function* () {
    const store = yield* JobStore
    let oldest = job
    while (oldest.settings.retryOf !== undefined) oldest = yield* store.job(oldest.settings.retryOf)
    return oldest.settings.sample
  })
