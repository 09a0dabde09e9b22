/**
 * A sample of an input: how many rows it has, and the job of one that is over, from which the whole goes on.
 *
 * @since 0.1.0
 */
import { fingerprint, type Task } from "@batchlabel/core/Task"
import type { CsvError } from "@batchlabel/csv-io/CsvError"
import * as CsvReader from "@batchlabel/csv-io/CsvReader"
import type { Job } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as JobView from "./JobView.js"
import { type LabelingError, labelingError, NotFinished, SampleUnknown } from "./LabelingError.js"

/**
 * So many rows, or such a share of them (0 to 1).
 *
 * @since 0.1.0
 * @category models
 */
export type Wanted = { readonly rows: number } | { readonly share: number }

/**
 * How many rows a sample of a file has, of how many there are. A share is at least one row.
 *
 * @since 0.1.0
 * @category getters
 */
export const size = Effect.fn("Sample.size")(function* (
  wanted: Wanted,
  inputPath: string,
  options: CsvReader.ReadOptions
): Effect.fn.Return<{ readonly of: number; readonly rows: number }, CsvError, FileSystem.FileSystem> {
  const source = yield* CsvReader.open(inputPath, options)
  const of = yield* Stream.runFold(source.batches, 0, (sum, { rows }) => sum + rows.length)
  return { of, rows: "rows" in wanted ? Math.min(wanted.rows, of) : Math.max(1, Math.round(of * wanted.share)) }
})

/**
 * The newest sample job of an input and task, which has to be over. Fails with `SampleUnknown` where there is none.
 *
 * @since 0.1.0
 * @category lookups
 */
export const findFinished = Effect.fn("Sample.findFinished")(function* (
  inputPath: string,
  task: Task
): Effect.fn.Return<Job, LabelingError | JobStoreError, JobStore> {
  const store = yield* JobStore
  const jobs = yield* store.jobs({ inputPath, taskFingerprint: fingerprint(task) })
  const sample = jobs.find(({ settings }) => settings.sample !== undefined)
  if (sample === undefined) return yield* labelingError(new SampleUnknown({ path: inputPath }))
  if (sample.state === "done") return sample
  const { status } = yield* JobView.load(sample.id)
  return yield* labelingError(new NotFinished({ job: sample.id, status }))
})
