/** A job and the jobs whose failures it asked again: what is known of a row, by every task that was asked for it. */
import * as Prompt from "@batchlabel/core/Prompt"
import type { TaskError } from "@batchlabel/core/TaskError"
import type { DatasetError } from "@batchlabel/dataset/DatasetError"
import * as Merger from "@batchlabel/dataset/Merger"
import type { OutcomeTable } from "@batchlabel/dataset/OutcomeTable"
import type { Job } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Results from "../Results.js"
import { savedTask } from "./savedTask.js"

interface Layer {
  readonly prompt: Prompt.Prompt
  readonly outcomes: OutcomeTable
}

/** Oldest first. */
const layersOf = (
  job: Job,
  header: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<Layer>, JobStoreError | DatasetError | TaskError, JobStore | FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const store = yield* JobStore
    const older = job.settings.retryOf === undefined ? [] : yield* layersOf(yield* store.job(job.settings.retryOf), header)
    const task = yield* savedTask(job)
    const prompt = yield* Prompt.compile(task, header, job.settings.textColumn)
    const outcomes = yield* Results.load(job, task, yield* store.shards(job.id), yield* store.attempts(job.id))
    return [...older, { prompt, outcomes }]
  })

export const lookupOf = (job: Job, header: ReadonlyArray<string>) => Effect.map(layersOf(job, header), Merger.lookup)
