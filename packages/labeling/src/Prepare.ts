/**
 * From an input file to a job whose shards wait to be sent. Nothing is sent here, and a crash is repaired by splitting again.
 *
 * @since 0.1.0
 */
import { realpathSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import * as Prompt from "@batchlabel/core/Prompt"
import * as RequestRules from "@batchlabel/core/RequestRules"
import * as Task from "@batchlabel/core/Task"
import * as CostError from "@batchlabel/cost/CostError"
import * as Durations from "@batchlabel/cost/Duration"
import * as PriceBook from "@batchlabel/cost/PriceBook"
import * as RequestTokens from "@batchlabel/cost/RequestTokens"
import * as CsvReader from "@batchlabel/csv-io/CsvReader"
import * as Folder from "@batchlabel/csv-io/Folder"
import { type DatasetError, fileFailed } from "@batchlabel/dataset/DatasetError"
import * as Fingerprint from "@batchlabel/dataset/Fingerprint"
import * as Splitter from "@batchlabel/dataset/Splitter"
import type { Attempt, Job, JobSettings, JobState, StatedPrice } from "@batchlabel/job-store/Job"
import * as JobId from "@batchlabel/job-store/JobId"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { answerScope } from "./internal/answerScope.js"
import { readOptions } from "./internal/inputOptions.js"
import { shardsDirectory } from "./internal/paths.js"
import { savedTask } from "./internal/savedTask.js"
import { selection } from "./internal/selection.js"
import { withLeaseWaiting } from "./internal/withLeaseWaiting.js"
import { LabelingConfig } from "./LabelingConfig.js"
import {
  ColumnIsText,
  JobBusy,
  JobChanged,
  type LabelingError,
  labelingError,
  ModelShutDown,
  NothingToLabel,
  RecoveryUnfinished
} from "./LabelingError.js"
import type { CsvError, JobStoreError, TaskError } from "./Operation.js"
import * as Places from "./Places.js"
import { Prices, statedIn } from "./Prices.js"
import * as Spending from "./Spending.js"

/**
 * What a user wants labelled.
 *
 * @since 0.1.0
 * @category models
 */
export interface JobRequest {
  readonly inputPath: string
  /** Where the labelled file will go, if that is known already. It does not say which job is meant: one job serves any number of outputs. */
  readonly outputPath?: string | undefined
  /** The folder of jobs (`.batchlabel`). */
  readonly home: string
  readonly task: Task.Task
  readonly textColumn?: string | undefined
  readonly encoding?: CsvReader.Encoding | "auto" | undefined
  readonly delimiter?: string | undefined
  readonly onBadRow?: "fail" | "skip" | undefined
  readonly attempts?: number | undefined
  readonly shardRequests?: number | undefined
  readonly shardBytes?: number | undefined
  readonly shardTokens?: number | undefined
  /** Enqueued prompt tokens that the organisation may hold for the model; absent: that of the tier. */
  readonly enqueuedTokenLimit?: number | undefined
  readonly tier?: Durations.UsageTier | undefined
  readonly useCache?: boolean | undefined
  /** Known answers are shared by all owners; default: each owner has its own. */
  readonly sharedAnswers?: boolean | undefined
  readonly outputExpiresAfter?: number | undefined
  readonly sample?: { readonly rows: number; readonly seed: number } | undefined
  readonly retryOf?: string | undefined
  /** The sample job from which this one goes on; a cap holds for both together. */
  readonly continueOf?: string | undefined
  /** Of the failures of `retryOf`, only these 0-based data rows. */
  readonly retryRows?: ReadonlyArray<number> | undefined
  /** Of them, not these: rows that a person has labelled, for one. */
  readonly retryExcept?: ReadonlyArray<number> | undefined
  /** Pico-dollars. */
  readonly maxCost?: bigint | undefined
  /** What the model's tokens cost, where the prices here do not say more of it than the built-in ones. */
  readonly statedPrice?: StatedPrice | undefined
  /** Whether somebody is to agree to the cost first: until `confirm`, nothing of a job that is made here is sent. Default: no. */
  readonly unconfirmed?: boolean | undefined
  readonly owner?: string | undefined
  /** The owner's token under whose limit the job spends. */
  readonly token?: string | undefined
  /** Start apart from whatever job there is. */
  readonly separate?: boolean | undefined
  readonly onProgress?: ((bytesRead: number, size: number, rows: number) => void) | undefined
}

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

/**
 * The limits of a batch: at most 50,000 requests and 200 MB, of which a margin is kept. Source: OpenAI's batch guide, limits.
 *
 * @since 0.1.0
 * @category constants
 */
export const batchLimits = { requests: 50_000, bytes: 190_000_000 }

// Several shards share the queue, so that a slow one does not leave it empty. See benchmarks/makespan.mjs.
const shardsInQueue = 8

/**
 * The settings of a request with every default filled in.
 *
 * @since 0.1.0
 * @category constructors
 */
export const toSettings = Effect.fnUntraced(function* (
  request: Omit<JobRequest, "inputPath" | "home">,
  source: CsvReader.CsvSource
): Effect.fn.Return<JobSettings, never, LabelingConfig> {
  const { queueShare } = yield* LabelingConfig
  const limit = request.enqueuedTokenLimit ?? Durations.enqueuedTokenLimit(request.task.model, request.tier ?? 1)
  return {
    textColumn: request.textColumn ?? "text",
    encoding: source.encoding,
    delimiter: source.delimiter,
    onBadRow: request.onBadRow ?? "fail",
    attempts: request.attempts ?? 3,
    shardRequests: Math.min(request.shardRequests ?? batchLimits.requests, batchLimits.requests),
    shardBytes: Math.min(request.shardBytes ?? batchLimits.bytes, batchLimits.bytes),
    shardTokens:
      request.shardTokens ?? (limit === undefined ? Number.MAX_SAFE_INTEGER : Math.floor((limit * queueShare) / shardsInQueue)),
    ...(limit === undefined ? {} : { enqueuedTokenLimit: limit }),
    useCache: request.useCache ?? true,
    ...(request.sharedAnswers === true ? { sharedAnswers: true } : {}),
    ...(request.outputExpiresAfter === undefined ? {} : { outputExpiresAfter: request.outputExpiresAfter }),
    ...(request.sample === undefined ? {} : { sample: request.sample }),
    ...(request.retryOf === undefined ? {} : { retryOf: request.retryOf }),
    ...(request.continueOf === undefined ? {} : { continueOf: request.continueOf }),
    ...(request.retryRows === undefined ? {} : { retryRows: request.retryRows }),
    ...(request.retryExcept === undefined || request.retryExcept.length === 0 ? {} : { retryExcept: request.retryExcept }),
    ...(request.statedPrice === undefined ? {} : { price: request.statedPrice }),
    ...(request.unconfirmed === true ? { unconfirmed: true } : {})
  }
})

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

/** Whether the API may have heard of an attempt. */
const wasSent = ({ batchId, intentAt }: Attempt): boolean => batchId !== undefined || intentAt !== undefined

/**
 * What `discard` fails with.
 *
 * @since 0.1.0
 * @category errors
 */
export type DiscardError = JobStoreError

/**
 * What `discard` needs.
 *
 * @since 0.1.0
 * @category services
 */
export type DiscardRequirements = JobStore | FileSystem.FileSystem

/**
 * Removes a job of which nothing was ever sent, so that it stands in nobody's way; whether it did. One that another process is at work on
 * stays.
 *
 * @since 0.1.0
 * @category combinators
 */
export const discard = Effect.fn("Prepare.discard")(function* (
  jobId: string
): Effect.fn.Return<boolean, DiscardError, DiscardRequirements> {
  const store = yield* JobStore
  const remove = Effect.gen(function* () {
    const job = yield* store.job(jobId)
    const over = job.state === "done" || job.state === "cancelled"
    if (over || job.settings.recovering === true || (yield* store.attempts(jobId)).some(wasSent)) return false
    yield* removeJob(job)
    return true
  })
  return (yield* store.withLease(`job:${jobId}`, remove))?.value ?? false
})

const removeJob = Effect.fnUntraced(function* (job: Job) {
  const store = yield* JobStore
  const fs = yield* FileSystem.FileSystem
  yield* store.deleteJob(job.id)
  yield* fs.remove(job.directory, { recursive: true, force: true }).pipe(Effect.ignore)
})

/**
 * What `confirm` fails with.
 *
 * @since 0.1.0
 * @category errors
 */
export type ConfirmError = JobStoreError

/**
 * What `confirm` needs.
 *
 * @since 0.1.0
 * @category services
 */
export type ConfirmRequirements = JobStore

/**
 * Somebody has agreed to the cost of the job, under its cap: it may be sent.
 *
 * @since 0.1.0
 * @category combinators
 */
export const confirm = Effect.fn("Prepare.confirm")(function* (
  jobId: string
): Effect.fn.Return<void, ConfirmError, ConfirmRequirements> {
  const store = yield* JobStore
  const { settings } = yield* store.job(jobId)
  const { unconfirmed, ...agreed } = settings
  if (unconfirmed === true) yield* store.updateJob(jobId, [...unfinished, "done"], { settings: agreed })
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
  const taskFingerprint = Task.fingerprint(wanted.task)
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
    return isOutdated && (yield* discard(same.id)) ? yield* existing(wanted) : same
  }
  const other = candidates.find(
    (job) =>
      job.state !== "done" &&
      (job.taskFingerprint === taskFingerprint || (wanted.outputPath !== undefined && job.outputPath === wanted.outputPath))
  )
  if (other === undefined) return undefined
  if (yield* discard(other.id)) return yield* existing(wanted)
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
export type PrepareRequirements = JobStore | LabelingConfig | Prices | FileSystem.FileSystem

/**
 * Finds the job of a request, or makes one and splits its input.
 *
 * @since 0.1.0
 * @category combinators
 */
export const prepare = Effect.fn("Prepare.prepare")(function* (
  request: JobRequest
): Effect.fn.Return<Prepared, PrepareError, PrepareRequirements> {
  const store = yield* JobStore
  const book = yield* Prices
  const price = statedIn(book, request.task.model) ?? request.statedPrice
  if (request.maxCost !== undefined && price === undefined && PriceBook.lookup(book, request.task.model) === undefined) {
    return yield* new CostError.CostError({ reason: new CostError.PriceUnknown({ model: request.task.model }) })
  }
  // Who starts apart names the very path that is meant; else a link is the file that it leads to.
  const inputPath = request.separate === true ? resolve(request.inputPath) : realPath(request.inputPath)
  const outputPath = request.outputPath === undefined ? undefined : resolve(request.outputPath)
  const source = yield* CsvReader.open(inputPath, readOptions(request))
  if (outputPath !== undefined) yield* Places.checkOutput(outputPath, [inputPath])
  yield* CsvReader.columnIndex(source, request.textColumn ?? "text")
  yield* Prompt.compile(request.task, source.header, request.textColumn ?? "text")
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
    taskFingerprint: Task.fingerprint(request.task),
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
  if (reused && job.state === "preparing") yield* splitLeased(job.id, request.onProgress)
  return { job: yield* store.job(job.id), reused }
})

const isSamePrice = (a: StatedPrice, b: StatedPrice | undefined): boolean => JSON.stringify(a) === JSON.stringify(b)

/** A job that cannot be split is of no use to anybody. */
const splitOrRemove = (job: Job, onProgress: JobRequest["onProgress"]) =>
  splitJob(job, onProgress).pipe(Effect.tapError(() => Effect.ignore(removeJob(job))))

const splitLeased = Effect.fnUntraced(function* (jobId: string, onProgress: JobRequest["onProgress"]) {
  const store = yield* JobStore
  const split = Effect.gen(function* () {
    const job = yield* store.job(jobId)
    // Another process may have split it while the lease was waited for: what it has made is in use.
    if (job.state === "preparing") yield* splitOrRemove(job, onProgress)
  })
  const done = yield* store.withLease(`job:${jobId}`, split)
  if (done === undefined) return yield* labelingError(new JobBusy({ job: jobId }))
})

/**
 * What `splitAgain` fails with.
 *
 * @since 0.1.0
 * @category errors
 */
export type SplitAgainError = LabelingError | JobStoreError | DatasetError | CsvError | TaskError

/**
 * What `splitAgain` needs.
 *
 * @since 0.1.0
 * @category services
 */
export type SplitAgainRequirements = JobStore | LabelingConfig | Prices | FileSystem.FileSystem

/**
 * Splits the input of a job whose preparation was broken off, unless another process is at it.
 *
 * @since 0.1.0
 * @category combinators
 */
export const splitAgain = Effect.fn("Prepare.splitAgain")(function* (
  jobId: string
): Effect.fn.Return<void, SplitAgainError, SplitAgainRequirements> {
  const store = yield* JobStore
  const split = Effect.gen(function* () {
    const job = yield* store.job(jobId)
    if (job.state === "preparing" && job.settings.recovering !== true) yield* splitJob(job)
  })
  yield* store.withLease(`job:${jobId}`, split)
})

const isEmpty = (report: Splitter.SplitReport): boolean =>
  report.rows === report.emptyText + report.badRecords + report.unselected && report.rows > 0

/**
 * What `splitJob` fails with.
 *
 * @since 0.1.0
 * @category errors
 */
export type SplitJobError = LabelingError | JobStoreError | DatasetError | CsvError | TaskError

/**
 * What `splitJob` needs.
 *
 * @since 0.1.0
 * @category services
 */
export type SplitJobRequirements = JobStore | LabelingConfig | Prices | FileSystem.FileSystem

/**
 * Splits the input of a job in preparation; the caller holds the job's lease. What an interrupted split has left is removed first.
 *
 * @since 0.1.0
 * @category combinators
 */
export const splitJob = Effect.fn("Prepare.splitJob")(function* (
  job: Job,
  onProgress?: JobRequest["onProgress"]
): Effect.fn.Return<void, SplitJobError, SplitJobRequirements> {
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
  const prompt = yield* Prompt.compile(task, source.header, settings.textColumn)
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
    yield* removeJob(job)
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
 * The absolute path of the file that a path leads to, links followed; of one that is not there, the absolute path.
 *
 * @since 0.1.0
 * @category constructors
 */
export const realPath = (path: string): string => {
  try {
    return realpathSync.native(path)
  } catch {
    return resolve(path)
  }
}

/**
 * The folder of jobs for an input, unless the user has named one: `.batchlabel` beside the file itself, so that links to it share its jobs.
 *
 * @since 0.1.0
 * @category constructors
 */
export const homeBeside = (inputPath: string): string => join(dirname(realPath(inputPath)), ".batchlabel")
