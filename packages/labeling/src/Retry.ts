/**
 * Asking again what failed, perhaps with another model or task.
 *
 * @since 0.1.0
 */
import type * as Task from "@batchlabel/core/Task"
import type { CostError } from "@batchlabel/cost/CostError"
import type { Estimate } from "@batchlabel/cost/Estimate"
import * as CsvReader from "@batchlabel/csv-io/CsvReader"
import type { Job } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as EstimateInput from "./EstimateInput.js"
import { deleteJob } from "./internal/deleteJob.js"
import { readOptions } from "./internal/inputOptions.js"
import { findExtensions } from "./internal/jobCode.js"
import { family, latest } from "./internal/lineage.js"
import { savedTask } from "./internal/savedTask.js"
import { selection } from "./internal/selection.js"
import { withLeaseWaiting } from "./internal/withLeaseWaiting.js"
import type { JobRequest } from "./JobRequest.js"
import { type LabelingError, labelingError, NotFinished, NothingFailed } from "./LabelingError.js"
import type { CsvError, DatasetError, JobStoreError, TaskError } from "./Operation.js"
import * as Prepare from "./Prepare.js"

type Request = Omit<JobRequest, "inputPath" | "task" | "retryOf" | "continueOf" | "separate" | "outputPath"> & {
  readonly task?: Task.Task | undefined
  /** What holds where no limit is told and there is none to keep, because the model is another. */
  readonly pacing?: Pick<JobRequest, "tier" | "enqueuedTokenLimit"> | undefined
}

type Errors = LabelingError | JobStoreError | DatasetError | CsvError | TaskError | CostError
type Requirements = JobStore | FileSystem.FileSystem

const isNothing = (error: Errors): boolean => error._tag === "LabelingError" && error.reason._tag === "NothingToLabel"

/**
 * What a retry would ask. `job` is the one whose rows it goes on with: `jobId`, or the newest that has asked its failures again.
 * `excepted` counts the rows without a label that `retryExcept` leaves alone.
 *
 * @since 0.1.0
 * @category models
 */
export interface Plan {
  readonly job: Job
  readonly task: Task.Task
  readonly estimate: Estimate
  readonly excepted: number
}

/**
 * What `plan` fails with.
 *
 * @since 0.1.0
 * @category errors
 */
export type PlanError = Errors

/**
 * What `plan` needs.
 *
 * @since 0.1.0
 * @category services
 */
export type PlanRequirements = Requirements

/**
 * Looks at what `retry` would ask, and at what cost, with the same rows selected by the same rules. Nothing is made or sent. Fails with
 * `NotFinished` while the job, or one that asks its failures again, is under way.
 *
 * @since 0.1.0
 * @category constructors
 */
export const plan = Effect.fn("Retry.plan")(function* (
  jobId: string,
  { pacing: _, retryExcept, ...request }: Request
): Effect.fn.Return<Plan, PlanError, PlanRequirements> {
  const store = yield* JobStore
  const tip = yield* latest(yield* store.job(jobId))
  if (tip.state !== "done" && tip.state !== "cancelled") {
    return yield* labelingError(new NotFinished({ job: tip.id, status: tip.state }))
  }
  const task = request.task ?? (yield* savedTask(tip))
  const { sample: __, retryRows: ___, retryExcept: ____, ...settings } = tip.settings
  const rows = request.retryRows === undefined ? {} : { retryRows: request.retryRows }
  const source = yield* CsvReader.open(tip.input.path, readOptions(tip.settings))
  const select = yield* selection({ ...tip, settings: { ...settings, retryOf: tip.id, ...rows } }, source)
  const except = new Set(retryExcept)
  let excepted = 0
  const estimate = yield* EstimateInput.estimate({
    ...(yield* findExtensions(tip.settings)),
    ...request,
    inputPath: tip.input.path,
    task,
    textColumn: tip.settings.textColumn,
    ...readOptions(tip.settings),
    select: (row, cells) => {
      if (select?.(row, cells) === false) return false
      if (!except.has(row)) return true
      excepted++
      return false
    }
  })
  return { job: tip, task, estimate, excepted }
})

const makeOrFind = Effect.fnUntraced(function* (
  jobId: string,
  { pacing, ...request }: Request
): Effect.fn.Return<Prepare.Prepared, Errors, Requirements> {
  const store = yield* JobStore
  const tip = yield* latest(yield* store.job(jobId))
  if (tip.state !== "done" && tip.state !== "cancelled") {
    // A retry that is under way, or was stopped, is gone on with; a higher cap is the user's word for it.
    if (tip.settings.retryOf !== undefined) {
      const { maxCost } = request
      if (maxCost !== undefined && maxCost !== tip.maxCost) yield* store.updateJob(tip.id, [tip.state], { maxCost })
      return { job: yield* store.job(tip.id), reused: true }
    }
    return yield* labelingError(new NotFinished({ job: tip.id, status: tip.state }))
  }
  const nothingFailed = labelingError(new NothingFailed({ job: jobId }))
  const task = request.task ?? (yield* savedTask(tip))
  const isPaced = request.tier !== undefined || request.enqueuedTokenLimit !== undefined
  const kept = task.model === tip.model ? { enqueuedTokenLimit: tip.settings.enqueuedTokenLimit } : pacing
  const prepared = yield* Prepare.prepare({
    ...(yield* findExtensions(tip.settings)),
    ...request,
    ...(isPaced ? {} : kept),
    // The cap holds for the job and its retries together.
    maxCost: request.maxCost ?? tip.maxCost,
    statedPrice: request.statedPrice ?? (task.model === tip.model ? tip.settings.price : undefined),
    inputPath: tip.input.path,
    task,
    textColumn: tip.settings.textColumn,
    ...readOptions(tip.settings),
    retryOf: tip.id,
    separate: true
  }).pipe(Effect.mapError((error) => (isNothing(error) ? nothingFailed : error)))
  const { job } = prepared
  // Answers that are known already are labels too, though nothing is asked.
  if (job.split === undefined || job.split.requests + job.split.known > 0) return prepared
  yield* deleteJob(job)
  return yield* nothingFailed
})

/**
 * What `retry` fails with.
 *
 * @since 0.1.0
 * @category errors
 */
export type RetryError = Errors

/**
 * What `retry` needs.
 *
 * @since 0.1.0
 * @category services
 */
export type RetryRequirements = Requirements

/**
 * Makes a job of the rows that have no label in `jobId` (and in the jobs that have asked its failures again already), or of those of them
 * that `retryRows` names. A retry that is under way is found, not doubled, also if another process begins it in the same moment.
 * Downloading either job gives the labels of both. Of the same model, it keeps to the same limit of enqueued tokens unless told another.
 *
 * @since 0.1.0
 * @category combinators
 */
export const retry = Effect.fn("Retry.retry")(function* (
  jobId: string,
  request: Request
): Effect.fn.Return<Prepare.Prepared, RetryError, RetryRequirements> {
  const ids = yield* family(yield* Effect.flatMap(JobStore, (store) => store.job(jobId)))
  return yield* withLeaseWaiting(`retry:${ids.at(-1) ?? jobId}`, makeOrFind(jobId, request))
})
