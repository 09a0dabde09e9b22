/**
 * Jobs brought back from the API alone: on another machine, or after the folder of jobs was lost. The batches carry in their metadata what
 * they belong to, and their input files hold the requests themselves.
 *
 * @since 0.1.0
 */
import { join, relative, resolve } from "node:path"
import * as CustomId from "@batchlabel/core/CustomId"
import type * as Task from "@batchlabel/core/Task"
import * as RequestTokens from "@batchlabel/cost/RequestTokens"
import * as CsvReader from "@batchlabel/csv-io/CsvReader"
import * as Folder from "@batchlabel/csv-io/Folder"
import { type DatasetError, fileFailed } from "@batchlabel/dataset/DatasetError"
import * as Fingerprint from "@batchlabel/dataset/Fingerprint"
import * as RequestIndex from "@batchlabel/dataset/RequestIndex"
import * as ShardLines from "@batchlabel/dataset/ShardLines"
import * as Splitter from "@batchlabel/dataset/Splitter"
import type { Job, JobSettings, NewShard } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { Batch } from "@batchlabel/openai-batch/Batch"
import { OpenAiBatch } from "@batchlabel/openai-batch/OpenAiBatch"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Extensions } from "./Extensions.js"
import { readOptions } from "./internal/inputOptions.js"
import { compilePrompt, jobFingerprint, toIds, withExtensions } from "./internal/jobCode.js"
import { knownJob } from "./internal/knownJob.js"
import { shardFile, shardPath, shardsDirectory } from "./internal/paths.js"
import { selection } from "./internal/selection.js"
import { countTokens } from "./internal/shardTokens.js"
import { worstCase } from "./internal/worstCase.js"
import { type JobRequest, toSettings } from "./JobRequest.js"
import {
  BatchForeign,
  BatchUnknown,
  InputChanged,
  InputFileForeign,
  JobBusy,
  type LabelingError,
  labelingError,
  TaskDiffers
} from "./LabelingError.js"
import type { CsvError, JobStoreError, OpenAiBatchError, TaskError } from "./Operation.js"
import { ofJob } from "./Prices.js"

/**
 * A job as the API's list shows it.
 *
 * @since 0.1.0
 * @category models
 */
export interface FoundJob {
  readonly jobId: string
  readonly input: string
  readonly task: string
  /** Oldest first. */
  readonly batches: ReadonlyArray<Batch>
}

/**
 * The job as the store has it, or `undefined` where there is none; a store that cannot be read is an error.
 *
 * @since 0.1.0
 * @category constructors
 */
export const known: (jobId: string) => Effect.Effect<Job | undefined, JobStoreError, JobStore> = knownJob

const isOurs = (batch: Batch): boolean => batch.metadata["tool"] === "batchlabel" && batch.metadata["job"] !== undefined

/**
 * All jobs of this tool in the project of the key, the newest first.
 *
 * @since 0.1.0
 * @category constructors
 */
export const find: Effect.Effect<ReadonlyArray<FoundJob>, OpenAiBatchError, OpenAiBatch> = Effect.gen(function* () {
  const api = yield* OpenAiBatch
  // What one reply leaves out would be sent and paid for again: pages of another size are another question.
  const batches = new Map<string, Batch>()
  for (const pageSize of [100, 99]) {
    yield* Stream.runForEach(Stream.filter(api.list({ pageSize }), isOurs), (batch) =>
      Effect.sync(() => {
        batches.set(batch.id, batch)
      })
    )
  }
  const byJob = new Map<string, Array<Batch>>()
  for (const batch of batches.values()) {
    const id = batch.metadata["job"] ?? ""
    const own = byJob.get(id)
    if (own === undefined) byJob.set(id, [batch])
    else own.push(batch)
  }
  return [...byJob].map(([jobId, own]) => ({
    jobId,
    input: own[0]?.metadata["input"] ?? "",
    task: own[0]?.metadata["task"] ?? "",
    batches: own.toSorted((a, b) => a.createdAt - b.createdAt)
  }))
}).pipe(Effect.withSpan("Recover.find"))

/**
 * What `findByBatch` fails with.
 *
 * @since 0.1.0
 * @category errors
 */
export type FindByBatchError = LabelingError | OpenAiBatchError

/**
 * What `findByBatch` needs.
 *
 * @since 0.1.0
 * @category services
 */
export type FindByBatchRequirements = OpenAiBatch

/**
 * The job of a batch, found at the API.
 *
 * @since 0.1.0
 * @category constructors
 */
export const findByBatch = Effect.fn("Recover.findByBatch")(function* (
  batchId: string
): Effect.fn.Return<FoundJob, FindByBatchError, FindByBatchRequirements> {
  const api = yield* OpenAiBatch
  const batch = yield* api.retrieve(batchId).pipe(
    Effect.catchIf(
      (error) => error.reason._tag === "NotFound",
      () => Effect.fail(labelingError(new BatchUnknown({ batch: batchId })))
    )
  )
  if (!isOurs(batch)) return yield* labelingError(new BatchForeign({ batch: batchId }))
  const jobs = yield* find
  const own = jobs.find(({ jobId }) => jobId === batch.metadata["job"])
  return (
    own ?? {
      jobId: batch.metadata["job"] ?? "",
      input: batch.metadata["input"] ?? "",
      task: batch.metadata["task"] ?? "",
      batches: [batch]
    }
  )
})

/**
 * What the user has to bring along: the input file, and the task if it was not the default.
 *
 * @since 0.1.0
 * @category models
 */
export interface RecoverOptions
  extends Omit<JobRequest, "sample" | "retryOf" | "continueOf" | "retryRows" | "separate" | "onProgress"> {
  /** Accept an input that has changed: rows are matched by digest. */
  readonly matchRows?: boolean | undefined
}

/** A batch's number in its shard, as its metadata has it. */
const numberOf = (batch: Batch, key: "shard" | "attempt" | "round"): number => {
  const value = Number(batch.metadata[key])
  return Number.isSafeInteger(value) && value > 0 ? value : 1
}

/**
 * The batches that matter: of several of a shard the last, for the others never ran. Nor did those that failed: what they asked was asked
 * by other shards (if the shard was divided), or is to be asked still.
 */
const thatRan = (batches: ReadonlyArray<Batch>): ReadonlyArray<Batch> => {
  const last = new Map<number, Batch>()
  for (const batch of batches) {
    if (batch.status === "failed") continue
    const shard = numberOf(batch, "shard")
    const known = last.get(shard)
    if (known === undefined || numberOf(known, "attempt") <= numberOf(batch, "attempt")) last.set(shard, batch)
  }
  return [...last.values()]
}

interface Sent {
  readonly shard: NewShard
  readonly batch: Batch
}

const foreign = (batch: Batch, detail: string) =>
  Effect.fail(labelingError(new InputFileForeign({ batch: batch.id, file: batch.inputFileId, detail })))

/** The shards of the batches, out of the files that they were made from. */
const fetchShards = Effect.fnUntraced(function* (
  directory: string,
  task: Task.Task,
  settings: JobSettings,
  batches: ReadonlyArray<Batch>
) {
  const api = yield* OpenAiBatch
  const sent: Array<Sent> = []
  for (const batch of batches) {
    const number = numberOf(batch, "shard")
    const path = shardFile({ directory }, { path: shardPath(number) })
    yield* api.download({ fileId: batch.inputFileId, path })
    const file = yield* ShardLines.select({ path, bytes: 1, tokens: 0 }, () => true, path)
    const told = Number(batch.metadata["rows"])
    if (told > 0 && told !== file.requests) {
      yield* foreign(batch, `it holds ${file.requests} requests, and the batch ${told}`)
    }
    const tokens = yield* countTokens(task, settings, path)
    sent.push({
      batch,
      // Where follow-ups have taken up what a shard left open, only they may ask it again: collecting looks for that.
      shard: { ...file, tokens, path: relative(directory, path), number, round: numberOf(batch, "round"), parent: undefined }
    })
  }
  return sent
})

const digestsOf = Effect.fnUntraced(function* (directory: string, sent: ReadonlyArray<Sent>) {
  const known = RequestIndex.make()
  for (const { batch, shard } of sent.toSorted((a, b) => a.shard.round - b.shard.round)) {
    const before = known.size
    yield* Stream.runForEach(ShardLines.ids(shardFile({ directory }, shard)), (ids) =>
      Effect.sync(() => {
        for (const id of ids) known.add(CustomId.parse(id)?.digest ?? "")
      })
    )
    // Every request is in one shard of the first round.
    if (shard.round === 1 && known.size - before !== shard.requests) {
      return yield* foreign(batch, "its requests are those of another batch")
    }
  }
  return (digest: string): boolean => known.find(digest) !== -1
})

/** Which part of the input the job had asked: a sample of it, what another job had left (and the store must know that one), or all. */
const writePart = Effect.fnUntraced(function* (batches: ReadonlyArray<Batch>) {
  const metadata = batches[0]?.metadata ?? {}
  const older = metadata["retry_of"]
  const isHere = older !== undefined && (yield* knownJob(older)) !== undefined
  const [rows, seed] = (metadata["sample"] ?? "").split(" ").map(Number)
  return {
    ...(isHere ? { retryOf: older } : {}),
    ...(rows === undefined || seed === undefined ? {} : { sample: { rows, seed } }),
    isRetry: older !== undefined
  }
})

/**
 * What `recover` fails with.
 *
 * @since 0.1.0
 * @category errors
 */
export type RecoverError = LabelingError | JobStoreError | DatasetError | CsvError | TaskError | OpenAiBatchError

/**
 * What `recover` needs.
 *
 * @since 0.1.0
 * @category services
 */
export type RecoverRequirements = JobStore | OpenAiBatch | FileSystem.FileSystem

/**
 * Rebuilds a job in a store that does not know it, from its batches and the input. Requests that no batch holds (the job was lost before
 * they were sent) become shards of their own, but for those of a retry: it is not known which rows were chosen for it. The next reconcile
 * collects what is finished and goes on.
 *
 * A recovery that was cut short is begun anew; until one has come to its end, nothing of the job is sent. A job that the store knows is
 * left as it is. Recover a job before the retries of it, so that they know each other.
 *
 * @since 0.1.0
 * @category combinators
 */
export const recover = Effect.fn("Recover.recover")(function* (
  found: FoundJob,
  options: RecoverOptions
): Effect.fn.Return<Job, RecoverError, RecoverRequirements> {
  const store = yield* JobStore
  const rebuilt = yield* store.withLease(
    `job:${found.jobId}`,
    Effect.gen(function* () {
      const here = yield* knownJob(found.jobId)
      if (here !== undefined) {
        if (here.settings.recovering !== true) return here
        yield* store.deleteJob(found.jobId)
      }
      return yield* withExtensions(rebuild(found, options), options)
    })
  )
  if (rebuilt === undefined) return yield* labelingError(new JobBusy({ job: found.jobId }))
  return rebuilt.value
})

/** The cap under which the newest batch was sent. */
const capOf = (batches: ReadonlyArray<Batch>): bigint | undefined => {
  const cap = batches.at(-1)?.metadata["max_cost"]
  return cap !== undefined && /^\d+$/.test(cap) ? BigInt(cap) : undefined
}

const rebuild = Effect.fnUntraced(function* (found: FoundJob, options: RecoverOptions) {
  const store = yield* JobStore
  const fs = yield* FileSystem.FileSystem
  const inputPath = resolve(options.inputPath)
  const fingerprint = yield* Fingerprint.ofFile(inputPath)
  if (fingerprint !== found.input && options.matchRows !== true)
    return yield* labelingError(new InputChanged({ job: found.jobId, path: inputPath }))
  const ids = toIds(yield* Extensions, options)
  const given = jobFingerprint(options.task, ids)
  if (given !== found.task) {
    return yield* labelingError(new TaskDiffers({ job: found.jobId, expected: found.task, found: given }))
  }
  const source = yield* CsvReader.open(inputPath, readOptions(options))
  const textColumn = yield* CsvReader.columnIndex(source, options.textColumn ?? "text")
  const prompt = yield* compilePrompt(ids, options.task, source.header, options.textColumn ?? "text")
  const { isRetry, ...part } = yield* writePart(found.batches)
  const settings = { ...(yield* toSettings(options, source)), ...part }
  const directory = join(resolve(options.home), "jobs", found.jobId)
  const job = yield* store.createJob({
    id: found.jobId,
    input: { path: inputPath, fingerprint, bytes: source.size },
    outputPath: options.outputPath === undefined ? undefined : resolve(options.outputPath),
    directory,
    task: JSON.stringify(options.task),
    taskName: options.task.name,
    taskFingerprint: found.task,
    model: options.task.model,
    endpoint: options.task.endpoint,
    settings: { ...settings, recovering: true },
    maxCost: options.maxCost ?? capOf(found.batches),
    owner: options.owner,
    token: undefined
  })
  const shardsIn = shardsDirectory(job)
  const unsentIn = join(shardsIn, "unsent")
  yield* fs
    .remove(shardsIn, { recursive: true, force: true })
    .pipe(Effect.andThen(Folder.make(unsentIn, { mode: 0o700 })), Effect.mapError(fileFailed("write", unsentIn)))
  const sent = yield* fetchShards(directory, options.task, settings, thatRan(found.batches))
  const isKnown = yield* digestsOf(directory, sent)
  const selected = part.sample === undefined ? undefined : yield* selection(job, source)
  let outside = 0
  const isUnsent = (row: number, cells: ReadonlyArray<string>): boolean => {
    if (isKnown(prompt.render(cells).digest)) return false
    if (!isRetry && selected?.(row, cells) !== false) return true
    outside++
    return false
  }
  const rest = yield* Splitter.split<never, never>(source, {
    prompt,
    endpoint: job.endpoint,
    textColumn,
    directory: unsentIn,
    limits: { requests: settings.shardRequests, bytes: settings.shardBytes, tokens: settings.shardTokens },
    countTokens: (yield* RequestTokens.forModel(options.task.model, prompt)).count,
    select: isUnsent
  })
  let last = found.batches.reduce((most, batch) => Math.max(most, numberOf(batch, "shard")), 0)
  const unsent = rest.shards.map(
    (shard): NewShard => ({ ...shard, path: relative(directory, shard.path), number: ++last, round: 1, parent: undefined })
  )
  yield* fs
    .rename(join(unsentIn, "local.jsonl"), join(shardsIn, "local.jsonl"))
    .pipe(Effect.mapError(fileFailed("write", shardsIn)))
  const { shards: _, unselected, ...counts } = rest
  const firstRound = sent.filter(({ shard }) => shard.round === 1).reduce((sum, { shard }) => sum + shard.requests, 0)
  yield* store.finishPreparing(
    job.id,
    {
      ...counts,
      requests: counts.requests + firstRound,
      duplicates: counts.duplicates + unselected - outside - firstRound,
      unsampled: outside
    },
    [...sent.map(({ shard }) => shard), ...unsent]
  )
  const attempts = yield* Effect.forEach(sent, (one) => plan(job, one))
  // Now that each shard has its batch, the money of all of them is set aside, also should it be more than the cap.
  const price = yield* ofJob(job)
  for (const { attempt, batch, shard } of attempts) {
    yield* store.advance(attempt.id, ["planned"], {
      state: "in_progress",
      batchId: batch.id,
      reserved: worstCase(price, options.task, settings, shard),
      intentAt: batch.createdAt,
      expiresAt: batch.expiresAt
    })
  }
  yield* store.updateJob(job.id, ["open"], { settings })
  yield* store.appendEvents(job.id, [{ kind: "job_recovered", data: { batches: found.batches.map(({ id }) => id) } }])
  return yield* store.job(job.id)
})

/** An attempt for the batch of a shard; the next look at it tells where it stands. */
const plan = Effect.fnUntraced(function* (job: Job, { batch, shard }: Sent) {
  const store = yield* JobStore
  const planned = yield* store.plan({
    jobId: job.id,
    shard: shard.number,
    model: job.model,
    tokens: shard.tokens,
    reserved: 0n,
    tokenLimit: undefined,
    creationsPerHour: Number.MAX_SAFE_INTEGER,
    inputFileId: batch.inputFileId,
    notBefore: 0
  })
  if (planned._tag !== "Planned") return yield* labelingError(new JobBusy({ job: job.id }))
  return { attempt: planned.attempt, batch, shard }
})
