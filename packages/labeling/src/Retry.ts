/**
 * Asking again what failed, perhaps with another model or task.
 *
 * @since 0.1.0
 */
import type * as Task from "@batchlabel/core/Task"
import type { TaskError } from "@batchlabel/core/TaskError"
import type { CostError } from "@batchlabel/cost/CostError"
import type { CsvError } from "@batchlabel/csv-io/CsvError"
import type { DatasetError } from "@batchlabel/dataset/DatasetError"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import { latest } from "./internal/lineage.js"
import { savedTask } from "./internal/savedTask.js"
import type { LabelingConfig } from "./LabelingConfig.js"
import { fail, type LabelingError, NotFinished, NothingFailed } from "./LabelingError.js"
import * as Prepare from "./Prepare.js"
import type { Prices } from "./Prices.js"

/**
 * Makes a job of the rows that have no label in `jobId` (and in the jobs that have asked its failures again already), or of those of them
 * that `retryRows` names. A retry that is under way is found, not doubled. Downloading either job gives the labels of both.
 *
 * @since 0.1.0
 * @category combinators
 */
export const retry = Effect.fn("Retry.retry")(function* (
  jobId: string,
  request: Omit<Prepare.JobRequest, "inputPath" | "task" | "retryOf" | "separate" | "outputPath"> & {
    readonly task?: Task.Task | undefined
  }
): Effect.fn.Return<
  Prepare.Prepared,
  LabelingError | JobStoreError | DatasetError | CsvError | TaskError | CostError,
  JobStore | LabelingConfig | Prices | FileSystem.FileSystem
> {
  const store = yield* JobStore
  const tip = yield* latest(yield* store.job(jobId))
  if (tip.state !== "done" && tip.state !== "cancelled") {
    if (tip.id !== jobId) return { job: tip, reused: true }
    return yield* fail(new NotFinished({ job: tip.id, status: tip.state }))
  }
  const prepared = yield* Prepare.prepare({
    ...request,
    inputPath: tip.input.path,
    task: request.task ?? (yield* savedTask(tip)),
    textColumn: tip.settings.textColumn,
    encoding: undefined,
    delimiter: tip.settings.delimiter,
    onBadRow: tip.settings.onBadRow,
    retryOf: tip.id,
    separate: true
  })
  if (prepared.job.split?.requests !== 0) return prepared
  yield* store.deleteJob(prepared.job.id)
  return yield* fail(new NothingFailed({ job: jobId }))
})
