/**
 * From an input file to a job whose shards wait to be sent. Nothing is sent here, and a crash is repaired by splitting again.
 *
 * @since 0.1.0
 */
import { join, resolve } from "node:path"
import * as RequestRules from "@batchlabel/core/RequestRules"
import * as Task from "@batchlabel/core/Task"
import * as CostError from "@batchlabel/cost/CostError"
import * as PriceBook from "@batchlabel/cost/PriceBook"
import * as CsvReader from "@batchlabel/csv-io/CsvReader"
import type { DatasetError } from "@batchlabel/dataset/DatasetError"
import * as Fingerprint from "@batchlabel/dataset/Fingerprint"
import type { Job, JobSettings, JobState, StatedPrice } from "@batchlabel/job-store/Job"
import * as JobId from "@batchlabel/job-store/JobId"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { Extensions } from "./Extensions.js"
import * as Forget from "./Forget.js"
import { deleteJob } from "./internal/deleteJob.js"
import { readOptions } from "./internal/inputOptions.js"
import { compilePrompt, jobFingerprint, toIds, withExtensions } from "./internal/jobCode.js"
import { savedTask } from "./internal/savedTask.js"
import { withLeaseWaiting } from "./internal/withLeaseWaiting.js"
import { type JobRequest, toSettings } from "./JobRequest.js"
import {
  ColumnIsText,
  JobChanged,
  type LabelingError,
  labelingError,
  ModelShutDown,
  RecoveryUnfinished
} from "./LabelingError.js"
import type { CsvError, JobStoreError, TaskError } from "./Operation.js"
import * as Places from "./Places.js"
import { Prices, statedIn } from "./Prices.js"
import * as SplitJob from "./SplitJob.js"

/**
 * The job of a request. `reused`: it was there already, with the same input and task.
 *
 * @since 0.1.0
 * @category models
 */
export interface Prepared {
  readonly job: Job
  readonly reused: boolean
}

/** The column of texts is kept as it is: it is what is labelled again. */
const requireOwnColumns = (task: Task.Task, textColumn: string): Effect.Effect<void, LabelingError> => {
  const key = Object.entries(task.columns).find(([, column]) => column === textColumn)?.[0]
  return key === undefined ? Effect.void : labelingError(new ColumnIsText({ column: textColumn, key }))
}

/** The longest that a batch may take. Source: OpenAI's batch guide, completion window. */
const completionWindow = Duration.hours(24)

/** A model that is gone by the end of a batch's window answers every row with an error. */
const requireLiveModel = Effect.fnUntraced(function* (task: Task.Task) {
  if (task.allow_retired_model === true) return
  const end = (yield* Clock.currentTimeMillis) + Duration.toMillis(completionWindow)
  const retirement = PriceBook.retirement(yield* Prices, task.model, new Date(end).toISOString().slice(0, 10))
  if (retirement?.state === "retired")
    return yield* labelingError(new ModelShutDown({ model: task.model, date: retirement.date }))
})

const unfinished: ReadonlyArray<JobState> = ["preparing", "open", "cancelling", "stopped"]

const sameRows = (a: JobSettings, b: JobSettings): boolean =>
  a.textColumn === b.textColumn &&
  a.retryOf === b.retryOf &&
  a.sample?.rows === b.sample?.rows &&
  a.sample?.seed === b.sample?.seed

interface Wanted {
  readonly inputPath: string
  readonly outputPath: string | undefined
  readonly owner: string | undefined
  readonly fingerprint: string
  readonly task: Task.Task
  readonly settings: JobSettings
}

const changesSince = Effect.fnUntraced(function* (job: Job, wanted: Wanted) {
  const before = yield* savedTask(job)
  return [
    ...(job.input.fingerprint === wanted.fingerprint ? [] : ["input"]),
    ...(job.settings.textColumn === wanted.settings.textColumn ? [] : ["text column"]),
    ...Task.describeChange(before, wanted.task)
  ]
})

/** Whether both settings make the same requests of an input, sent in the same way. */
const sendsAlike = (a: JobSettings, b: JobSettings): boolean =>
  a.encoding === b.encoding &&
  a.delimiter === b.delimiter &&
  a.onBadRow === b.onBadRow &&
  a.attempts === b.attempts &&
  a.shardRequests === b.shardRequests &&
  a.shardBytes === b.shardBytes &&
  a.shardTokens === b.shardTokens &&
  a.enqueuedTokenLimit === b.enqueuedTokenLimit &&
  a.useCache === b.useCache

/**
 * The job that is there already for what is wanted: same file, task, column, sample and owner. Where the result goes makes no difference,
 * for the answers are the same. An unfinished job that was started from something else is an error (with another task, only where both
 * write the same output): to start another would pay twice for the rows under way. One that has sent nothing gives way, with its former
 * input and flags.
 */
const existing: (
  wanted: Wanted
) => Effect.Effect<Job | undefined, JobStoreError | LabelingError | TaskError, JobStore | FileSystem.FileSystem> = Effect.fn(
  "Prepare.existing"
)(function* (wanted: Wanted) {
  const store = yield* JobStore
  const jobs = yield* store.jobs({ inputPath: wanted.inputPath, owner: wanted.owner, states: [...unfinished, "done"] })
  const taskFingerprint = jobFingerprint(wanted.task, wanted.settings)
  const candidates = jobs.filter(
    (job) => job.owner === wanted.owner && sameRows({ ...job.settings, textColumn: wanted.settings.textColumn }, wanted.settings)
  )
  const same = candidates.find(
    (job) =>
      job.taskFingerprint === taskFingerprint &&
      job.input.fingerprint === wanted.fingerprint &&
      job.settings.textColumn === wanted.settings.textColumn
  )
  if (same !== undefined) {
    const isOutdated = same.state !== "done" && !sendsAlike(same.settings, wanted.settings)
    return isOutdated && (yield* Forget.discard(same.id)) ? yield* existing(wanted) : same
  }
  const other = candidates.find(
    (job) =>
      job.state !== "done" &&
      (job.taskFingerprint === taskFingerprint || (wanted.outputPath !== undefined && job.outputPath === wanted.outputPath))
  )
  if (other === undefined) return undefined
  if (yield* Forget.discard(other.id)) return yield* existing(wanted)
  return yield* labelingError(
    new JobChanged({ job: other.id, path: wanted.inputPath, changed: yield* changesSince(other, wanted) })
  )
})

/**
 * What `prepare` fails with.
 *
 * @since 0.1.0
 * @category errors
 */
export type PrepareError = LabelingError | JobStoreError | DatasetError | CsvError | TaskError | CostError.CostError

/**
 * What `prepare` needs.
 *
 * @since 0.1.0
 * @category services
 */
export type PrepareRequirements = JobStore | FileSystem.FileSystem

/**
 * Finds the job of a request, or makes one and splits its input.
 *
 * @since 0.1.0
 * @category combinators
 */
export const prepare = (request: JobRequest): Effect.Effect<Prepared, PrepareError, PrepareRequirements> =>
  withExtensions(findOrPrepare(request), request)

const findOrPrepare = Effect.fn("Prepare.prepare")(function* (
  request: JobRequest
): Effect.fn.Return<Prepared, PrepareError, PrepareRequirements> {
  const store = yield* JobStore
  const book = yield* Prices
  const price = statedIn(book, request.task.model) ?? request.statedPrice
  if (request.maxCost !== undefined && price === undefined && PriceBook.lookup(book, request.task.model) === undefined) {
    return yield* new CostError.CostError({ reason: new CostError.PriceUnknown({ model: request.task.model }) })
  }
  // Who starts apart names the very path that is meant; else a link is the file that it leads to.
  const inputPath = request.separate === true ? resolve(request.inputPath) : Places.realPath(request.inputPath)
  const outputPath = request.outputPath === undefined ? undefined : resolve(request.outputPath)
  const source = yield* CsvReader.open(inputPath, readOptions(request))
  if (outputPath !== undefined) yield* Places.checkOutput(outputPath, [inputPath])
  yield* CsvReader.columnIndex(source, request.textColumn ?? "text")
  const ids = toIds(yield* Extensions, request)
  yield* compilePrompt(ids, request.task, source.header, request.textColumn ?? "text")
  const fingerprint = yield* Fingerprint.ofFile(inputPath)
  const wanted: Wanted = {
    inputPath,
    outputPath,
    owner: request.owner,
    fingerprint,
    task: request.task,
    settings: yield* toSettings({ ...request, statedPrice: price }, source)
  }
  const id = yield* JobId.make
  yield* requireOwnColumns(request.task, request.textColumn ?? "text")
  const create = store.createJob({
    id,
    input: { path: inputPath, fingerprint, bytes: source.size },
    outputPath,
    directory: join(resolve(request.home), "jobs", id),
    task: JSON.stringify(request.task),
    taskName: request.task.name,
    taskFingerprint: jobFingerprint(request.task, wanted.settings),
    model: request.task.model,
    endpoint: request.task.endpoint,
    settings: wanted.settings,
    maxCost: request.maxCost,
    owner: request.owner,
    token: request.token
  })
  // A job that is there already may go on: what it has sent is paid for.
  const make = Effect.zipRight(requireLiveModel(request.task), create)
  const findOrMake = Effect.gen(function* () {
    const found = request.separate === true ? undefined : yield* existing(wanted)
    if (found !== undefined) return { job: found, reused: true }
    // Only a new job is held against the rules: one that is under way is brought to its end, whatever they say by now.
    yield* RequestRules.check(request.task)
    return { job: yield* make, reused: false }
  })
  const findOrSplit = Effect.gen(function* () {
    // Of two processes that want the same in the same moment, one makes the job and the other finds it.
    const prepared = yield* withLeaseWaiting(`prepare:${inputPath}`, findOrMake)
    if (!prepared.reused) yield* splitOrRemove(prepared.job, request.onProgress)
    return prepared
  })
  // Under the lease of the job that may come of it: whoever looks after all jobs in the store is not to split a new one first.
  const { job, reused } = yield* withLeaseWaiting(`job:${id}`, findOrSplit)
  if (reused) {
    const raised = request.maxCost !== undefined && request.maxCost !== job.maxCost ? { maxCost: request.maxCost } : {}
    const named = outputPath !== undefined && job.outputPath === undefined ? { outputPath } : {}
    const restated =
      price !== undefined && !isSamePrice(price, job.settings.price) ? { settings: { ...job.settings, price } } : {}
    yield* store.updateJob(job.id, [...unfinished, "done"], { ...raised, ...named, ...restated })
  }
  if (job.settings.recovering === true) return yield* labelingError(new RecoveryUnfinished({ job: job.id }))
  if (reused && job.state === "preparing") yield* splitLeased(job.id, request)
  return { job: yield* store.job(job.id), reused }
})

const isSamePrice = (a: StatedPrice, b: StatedPrice | undefined): boolean => JSON.stringify(a) === JSON.stringify(b)

/** A job that cannot be split is of no use to anybody. */
const splitOrRemove = (job: Job, onProgress: JobRequest["onProgress"]) =>
  SplitJob.splitJob(job, onProgress).pipe(Effect.tapError(() => Effect.ignore(deleteJob(job))))

const splitLeased = Effect.fnUntraced(function* (jobId: string, { onBusy, onProgress }: JobRequest) {
  const store = yield* JobStore
  const split = Effect.gen(function* () {
    const job = yield* store.job(jobId)
    // Another process may have split it while the lease was waited for: what it has made is in use.
    if (job.state === "preparing") yield* splitOrRemove(job, onProgress)
  })
  yield* withLeaseWaiting(`job:${jobId}`, split, onBusy)
})
