/** A job and the jobs whose failures it asked again: what is known of a row, by every task that was asked for it. */
import type { TaskError } from "@batchlabel/core/TaskError"
import type { DatasetError } from "@batchlabel/dataset/DatasetError"
import * as Merger from "@batchlabel/dataset/Merger"
import type { Job } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import type { LabelingError } from "../LabelingError.js"
import * as Results from "../Results.js"
import { compilePrompt } from "./jobCode.js"
import { rowDigestsFile } from "./paths.js"
import { savedTask } from "./savedTask.js"

/** Whether both jobs have read their input alike, so that row n of one is row n of the other. */
const sameRows = (a: Job, b: Job): boolean =>
  a.input.fingerprint === b.input.fingerprint &&
  a.settings.encoding === b.settings.encoding &&
  a.settings.delimiter === b.settings.delimiter

const asksAlike = (a: Job, b: Job): boolean =>
  a.task === b.task && a.settings.textColumn === b.settings.textColumn && a.settings.requestBuilder === b.settings.requestBuilder

/**
 * Oldest first. Rows of an input that is, byte for byte, that of `reader`, and is read by its settings, need not be rendered where the split
 * has kept their digests.
 */
export const loadGenerations = (
  job: Job,
  header: ReadonlyArray<string>,
  reader?: Job
): Effect.Effect<
  ReadonlyArray<Merger.Generation>,
  JobStoreError | DatasetError | TaskError | LabelingError,
  JobStore | FileSystem.FileSystem
> =>
  Effect.gen(function* () {
    const store = yield* JobStore
    const before = job.settings.retryOf === undefined ? undefined : yield* store.job(job.settings.retryOf)
    const older = before === undefined ? [] : yield* loadGenerations(before, header, reader)
    const task = yield* savedTask(job)
    const shared = before !== undefined && asksAlike(job, before) ? older.at(-1)?.prompt : undefined
    const prompt = shared ?? (yield* compilePrompt(job.settings, task, header, job.settings.textColumn))
    const outcomes = yield* Results.load(job, task, yield* store.shards(job.id), yield* store.attempts(job.id))
    const rowDigests = reader !== undefined && sameRows(job, reader) ? rowDigestsFile(job) : undefined
    return [...older, { prompt, outcomes, rowDigests }]
  })

export const loadLookup = (job: Job, header: ReadonlyArray<string>) => Effect.map(loadGenerations(job, header), Merger.lookup)
