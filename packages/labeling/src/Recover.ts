/**
 * Jobs brought back from the API alone: on another machine, or after the folder of jobs was lost. The batches carry in their metadata what
 * they belong to, and their input files hold the requests themselves.
 *
 * @since 0.1.0
 */
import { join, relative, resolve } from "node:path"
import * as CustomId from "@batchlabel/core/CustomId"
import * as Prompt from "@batchlabel/core/Prompt"
import * as Task from "@batchlabel/core/Task"
import type { TaskError } from "@batchlabel/core/TaskError"
import * as RequestTokens from "@batchlabel/cost/RequestTokens"
import type { CsvError } from "@batchlabel/csv-io/CsvError"
import * as CsvReader from "@batchlabel/csv-io/CsvReader"
import { type DatasetError, fileFailed } from "@batchlabel/dataset/DatasetError"
import * as Fingerprint from "@batchlabel/dataset/Fingerprint"
import * as RequestIndex from "@batchlabel/dataset/RequestIndex"
import * as ShardLines from "@batchlabel/dataset/ShardLines"
import * as Splitter from "@batchlabel/dataset/Splitter"
import type { Job, NewShard } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import type { Batch } from "@batchlabel/openai-batch/Batch"
import { OpenAiBatch } from "@batchlabel/openai-batch/OpenAiBatch"
import type { OpenAiBatchError } from "@batchlabel/openai-batch/OpenAiBatchError"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { readOptions } from "./internal/inputOptions.js"
import { shardFile, shardPath, shardsDirectory } from "./internal/paths.js"
import type { LabelingConfig } from "./LabelingConfig.js"
import { BatchForeign, BatchUnknown, fail, InputChanged, JobChanged, type LabelingError } from "./LabelingError.js"
import * as Prepare from "./Prepare.js"

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

const isOurs = (batch: Batch): boolean => batch.metadata["tool"] === "batchlabel" && batch.metadata["job"] !== undefined

/**
 * All jobs of this tool in the project of the key, the newest first.
 *
 * @since 0.1.0
 * @category constructors
 */
export const find: Effect.Effect<ReadonlyArray<FoundJob>, OpenAiBatchError, OpenAiBatch> = Effect.gen(function* () {
  const api = yield* OpenAiBatch
  const batches = yield* api.list({ pageSize: 100 }).pipe(Stream.filter(isOurs), Stream.runCollect)
  const byJob = new Map<string, Array<Batch>>()
  for (const batch of batches) {
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
 * The job of a batch, found at the API.
 *
 * @since 0.1.0
 * @category constructors
 */
export const findByBatch = Effect.fn("Recover.findByBatch")(function* (
  batchId: string
): Effect.fn.Return<FoundJob, LabelingError | OpenAiBatchError, OpenAiBatch> {
  const api = yield* OpenAiBatch
  const batch = yield* api.retrieve(batchId).pipe(
    Effect.catchIf(
      (error) => error.reason._tag === "NotFound",
      () => Effect.fail(fail(new BatchUnknown({ batch: batchId })))
    )
  )
  if (!isOurs(batch)) return yield* fail(new BatchForeign({ batch: batchId }))
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
export interface RecoverOptions extends Omit<Prepare.JobRequest, "sample" | "retryOf" | "retryRows" | "separate" | "onProgress"> {
  /** Accept an input that has changed: rows are matched by digest. */
  readonly matchRows?: boolean | undefined
}

/** A batch's number in its shard, as its metadata has it. */
const numberOf = (batch: Batch, key: "shard" | "attempt" | "round"): number => {
  const value = Number(batch.metadata[key])
  return Number.isSafeInteger(value) && value > 0 ? value : 1
}

/** Of several batches of a shard only the last can still matter: the others failed before they ran. */
const lastOfShard = (batches: ReadonlyArray<Batch>): ReadonlyArray<Batch> => {
  const last = new Map<number, Batch>()
  for (const batch of batches) {
    const shard = numberOf(batch, "shard")
    const known = last.get(shard)
    if (known === undefined || numberOf(known, "attempt") <= numberOf(batch, "attempt")) last.set(shard, batch)
  }
  return [...last.values()]
}

/** Where follow-ups have taken up what a shard left open, only they may ask it again. */
const shardsOf = Effect.fnUntraced(function* (job: Job, batches: ReadonlyArray<Batch>) {
  const api = yield* OpenAiBatch
  const shards: Array<{ readonly shard: NewShard; readonly batch: Batch }> = []
  for (const batch of batches) {
    const number = numberOf(batch, "shard")
    const path = shardFile(job, { path: shardPath(number) })
    yield* api.download({ fileId: batch.inputFileId, path })
    const file = yield* ShardLines.select({ path, bytes: 1, tokens: 0 }, () => true, path)
    shards.push({
      batch,
      shard: { ...file, path: relative(job.directory, path), number, round: numberOf(batch, "round"), parent: undefined }
    })
  }
  return shards
})

/**
 * Rebuilds a job in an empty store from its batches and the input. Requests that no batch holds (the job was lost before they were sent)
 * become shards of their own. The next reconcile collects what is finished and goes on.
 *
 * @since 0.1.0
 * @category combinators
 */
export const recover = Effect.fn("Recover.recover")(function* (
  found: FoundJob,
  options: RecoverOptions
): Effect.fn.Return<
  Job,
  LabelingError | JobStoreError | DatasetError | CsvError | TaskError | OpenAiBatchError,
  JobStore | OpenAiBatch | LabelingConfig | FileSystem.FileSystem
> {
  const store = yield* JobStore
  const fs = yield* FileSystem.FileSystem
  const inputPath = resolve(options.inputPath)
  const fingerprint = yield* Fingerprint.ofFile(inputPath)
  if (fingerprint !== found.input && options.matchRows !== true)
    return yield* fail(new InputChanged({ job: found.jobId, path: inputPath }))
  if (Task.fingerprint(options.task) !== found.task) {
    return yield* fail(new JobChanged({ job: found.jobId, path: inputPath, changed: ["task"] }))
  }
  const source = yield* CsvReader.open(inputPath, readOptions(options))
  const textColumn = yield* CsvReader.columnIndex(source, options.textColumn ?? "text")
  const prompt = yield* Prompt.compile(options.task, source.header, options.textColumn ?? "text")
  const settings = yield* Prepare.settingsOf(options, source)
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
    settings,
    maxCost: options.maxCost,
    owner: options.owner
  })
  const shardsIn = shardsDirectory(job)
  yield* fs.makeDirectory(shardsIn, { recursive: true, mode: 0o700 }).pipe(Effect.mapError(fileFailed("write", shardsIn)))
  const sent = yield* shardsOf(job, lastOfShard(found.batches))
  const known = RequestIndex.make()
  for (const { shard } of sent) {
    yield* Stream.runForEach(ShardLines.ids(shardFile(job, shard)), (ids) =>
      Effect.sync(() => {
        for (const id of ids) known.add(CustomId.parse(id)?.digest ?? "")
      })
    )
  }
  const unsentIn = join(shardsIn, "unsent")
  yield* fs.makeDirectory(unsentIn, { recursive: true, mode: 0o700 }).pipe(Effect.mapError(fileFailed("write", unsentIn)))
  const rest = yield* Splitter.split<never, never>(source, {
    prompt,
    endpoint: job.endpoint,
    textColumn,
    directory: unsentIn,
    limits: { requests: settings.shardRequests, bytes: settings.shardBytes, tokens: settings.shardTokens },
    countTokens: (yield* RequestTokens.forModel(options.task.model, prompt)).count,
    select: (_row, cells) => known.find(prompt.render(cells).digest) === -1
  })
  let last = sent.reduce((most, { shard }) => Math.max(most, shard.number), 0)
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
    { ...counts, requests: counts.requests + firstRound, duplicates: counts.duplicates + unselected - firstRound, unsampled: 0 },
    [...sent.map(({ shard }) => shard), ...unsent]
  )
  for (const { batch, shard } of sent) yield* register(job, shard, batch)
  yield* store.appendEvents(job.id, [{ kind: "job_recovered", data: { batches: found.batches.map(({ id }) => id) } }])
  return yield* store.job(job.id)
})

/** The batch becomes the attempt of its shard; the next look at it tells where it stands. */
const register = Effect.fnUntraced(function* (job: Job, shard: NewShard, batch: Batch) {
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
  if (planned._tag !== "Planned") return
  yield* store.advance(planned.attempt.id, ["planned"], {
    state: "in_progress",
    batchId: batch.id,
    intentAt: batch.createdAt,
    expiresAt: batch.expiresAt
  })
})
