/**
 * The input of a job in preparation, cut into the files of requests that its batches will be made of.
 *
 * @since 0.1.0
 */
import { relative } from "node:path"
import type { TaskError } from "@batchlabel/core/TaskError"
import * as RequestTokens from "@batchlabel/cost/RequestTokens"
import type { CsvError } from "@batchlabel/csv-io/CsvError"
import * as CsvReader from "@batchlabel/csv-io/CsvReader"
import * as Folder from "@batchlabel/csv-io/Folder"
import { type DatasetError, fileFailed } from "@batchlabel/dataset/DatasetError"
import * as Splitter from "@batchlabel/dataset/Splitter"
import type { Job } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import { answerScope } from "./internal/answerScope.js"
import { deleteJob } from "./internal/deleteJob.js"
import { readOptions } from "./internal/inputOptions.js"
import { compilePrompt } from "./internal/jobCode.js"
import { shardsDirectory } from "./internal/paths.js"
import { savedTask } from "./internal/savedTask.js"
import { selection } from "./internal/selection.js"
import type { JobRequest } from "./JobRequest.js"
import { LabelingConfig } from "./LabelingConfig.js"
import { type LabelingError, labelingError, NothingToLabel } from "./LabelingError.js"
import * as Spending from "./Spending.js"

const isEmpty = (report: Splitter.SplitReport): boolean =>
  report.rows === report.emptyText + report.badRecords + report.unselected && report.rows > 0

/**
 * Splits the input of a job in preparation; the caller holds the job's lease. What an interrupted split has left is removed first.
 *
 * @since 0.1.0
 * @category combinators
 */
export const splitJob = Effect.fn("SplitJob.splitJob")(function* (
  job: Job,
  onProgress?: JobRequest["onProgress"]
): Effect.fn.Return<void, LabelingError | JobStoreError | DatasetError | CsvError | TaskError, JobStore | FileSystem.FileSystem> {
  const store = yield* JobStore
  const fs = yield* FileSystem.FileSystem
  const { mostOfJob } = yield* LabelingConfig
  const directory = shardsDirectory(job)
  yield* fs
    .remove(directory, { recursive: true, force: true })
    .pipe(Effect.andThen(Folder.make(directory, { mode: 0o700 })), Effect.mapError(fileFailed("write", directory)))
  const task = yield* savedTask(job)
  const { settings } = job
  const source = yield* CsvReader.open(job.input.path, readOptions(settings))
  const textColumn = yield* CsvReader.columnIndex(source, settings.textColumn)
  const prompt = yield* compilePrompt(settings, task, source.header, settings.textColumn)
  const tokens = yield* RequestTokens.forModel(task.model, prompt)
  const select = yield* selection(job, source)
  const report = yield* Splitter.split(source, {
    prompt,
    endpoint: job.endpoint,
    textColumn,
    directory,
    limits: { requests: settings.shardRequests, bytes: settings.shardBytes, tokens: settings.shardTokens },
    most: mostOfJob,
    countTokens: tokens.count,
    select,
    known: settings.useCache ? (digests) => store.findAnswers(answerScope(job), digests) : undefined,
    onProgress: (bytesRead, rows) => onProgress?.(bytesRead, source.size, rows)
  })
  if (isEmpty(report) || report.rows === 0) {
    yield* deleteJob(job)
    return yield* labelingError(new NothingToLabel({ path: job.input.path, column: settings.textColumn }))
  }
  const { shards, unselected, ...counts } = report
  const split = { ...counts, unsampled: unselected }
  yield* Spending.keepForecast(job, split, task, tokens)
  yield* store.finishPreparing(
    job.id,
    split,
    shards.map((shard, index) => ({
      ...shard,
      path: relative(job.directory, shard.path),
      number: index + 1,
      round: 1,
      parent: undefined
    }))
  )
})

/**
 * Splits the input of a job whose preparation was broken off, unless another process is at it.
 *
 * @since 0.1.0
 * @category combinators
 */
export const splitAgain = Effect.fn("SplitJob.splitAgain")(function* (
  jobId: string
): Effect.fn.Return<void, LabelingError | JobStoreError | DatasetError | CsvError | TaskError, JobStore | FileSystem.FileSystem> {
  const store = yield* JobStore
  const split = Effect.gen(function* () {
    const job = yield* store.job(jobId)
    if (job.state === "preparing" && job.settings.recovering !== true) yield* splitJob(job)
  })
  yield* store.withLease(`job:${jobId}`, split)
})
