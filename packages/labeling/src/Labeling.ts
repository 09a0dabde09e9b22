/**
 * The product in a few lines: rows in, the same rows with labels out.
 *
 * ```ts
 * import { Labeling } from "@batchlabel/labeling"
 * import { NodeContext, NodeRuntime } from "@effect/platform-node"
 * import { Effect, Layer } from "effect"
 *
 * const layer = Labeling.layer({ home: ".batchlabel" }).pipe(Layer.provideMerge(NodeContext.layer))
 *
 * Labeling.label({ input: "news.csv", output: "labeled.csv", task: "news-stance-ko" }).pipe(
 *   Effect.tap(({ report }) => Effect.log(`${report.labeled} of ${report.rows} rows are labelled`)),
 *   Effect.provide(layer),
 *   NodeRuntime.runMain
 * )
 * ```
 *
 * @since 0.1.0
 */
import { join, resolve } from "node:path"
import * as Presets from "@batchlabel/core/Presets"
import type * as Task from "@batchlabel/core/Task"
import type { TaskError } from "@batchlabel/core/TaskError"
import type { CostError } from "@batchlabel/cost/CostError"
import type { PriceBook } from "@batchlabel/cost/PriceBook"
import { CsvError, FileFailed } from "@batchlabel/csv-io/CsvError"
import * as CsvReader from "@batchlabel/csv-io/CsvReader"
import type { DatasetError } from "@batchlabel/dataset/DatasetError"
import type { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import type { OpenAiBatch } from "@batchlabel/openai-batch/OpenAiBatch"
import * as OpenAiBatchConfig from "@batchlabel/openai-batch/OpenAiBatchConfig"
import type { OpenAiConfigError } from "@batchlabel/openai-batch/OpenAiConfigError"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as Download from "./Download.js"
import { type AnswerReader, Extensions, type RequestBuilder } from "./Extensions.js"
import * as Input from "./Input.js"
import { readOptions } from "./internal/inputOptions.js"
import { withExtensions } from "./internal/jobCode.js"
import type { JobRequest } from "./JobRequest.js"
import * as LabelingConfig from "./LabelingConfig.js"
import type { LabelingError } from "./LabelingError.js"
import * as Prepare from "./Prepare.js"
import * as Prices from "./Prices.js"
import type * as Reconcile from "./Reconcile.js"
import * as Watch from "./Watch.js"

/**
 * A service of batches of one's own. Jobs keep its `id`, so that no other service is asked for their batches.
 *
 * @since 0.1.0
 * @category models
 */
export interface Provider<E = never, R = never> {
  readonly id: string
  readonly layer: Layer.Layer<OpenAiBatch, E, R>
}

/**
 * What a program that labels stands on. All but `home` has a default.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options<E = never, R = never> {
  /** The folder of jobs. */
  readonly home: string
  /** Where the jobs are kept. Default: a SQLite file in `home`. */
  readonly store?: Layer.Layer<JobStore, JobStoreError> | undefined
  /**
   * The connection to OpenAI, or a server like it. What is not given is read from the configuration: `OPENAI_API_KEY`, `OPENAI_BASE_URL`,
   * `OPENAI_ORG_ID`, `OPENAI_PROJECT_ID`.
   */
  readonly openai?: Partial<OpenAiBatchConfig.OpenAiBatchConfig> | undefined
  /** In place of OpenAI: another service of batches. */
  readonly provider?: Provider<E, R> | undefined
  /** Default: the built-in prices. */
  readonly prices?: PriceBook | undefined
  /** Waits and limits that differ from `LabelingConfig.defaults`. */
  readonly settings?: Partial<LabelingConfig.Settings> | undefined
  /** Code that jobs of this program, or of one before it, name by its id. */
  readonly requestBuilders?: ReadonlyArray<RequestBuilder> | undefined
  readonly answerReaders?: ReadonlyArray<AnswerReader> | undefined
}

/**
 * Where the jobs of this program are.
 *
 * @since 0.1.0
 * @category tags
 */
export class Labeling extends Context.Tag("@batchlabel/labeling/Labeling")<Labeling, { readonly home: string }>() {}

/**
 * All that can go wrong while something is labelled. Each has a `problem`: a code, its data and one English sentence.
 *
 * @since 0.1.0
 * @category models
 */
export type Error = LabelingError | JobStoreError | DatasetError | CsvError | TaskError | CostError

/**
 * What labelling needs: `layer`, and the file system of the platform.
 *
 * @since 0.1.0
 * @category models
 */
export type Requirements = Labeling | Reconcile.Requirements

/** OpenAI by what was given, then by the configuration. */
const openaiLayer = (given: Partial<OpenAiBatchConfig.OpenAiBatchConfig>): Layer.Layer<OpenAiBatch, OpenAiConfigError> =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      const { apiKey } = given
      const settings = apiKey === undefined ? { ...(yield* OpenAiBatchConfig.load()), ...given } : { ...given, apiKey }
      // The SDK is loaded only where it is used.
      const openai = yield* Effect.promise(() => import("@batchlabel/openai-batch/OpenAiBatch"))
      return openai.layer(settings)
    })
  )

const sqliteLayer = (home: string): Layer.Layer<JobStore, JobStoreError> =>
  Layer.unwrapEffect(
    Effect.map(
      Effect.promise(() => import("@batchlabel/job-store/SqliteStore")),
      (sqlite) => sqlite.layer(join(home, "state.db"))
    )
  )

/**
 * Everything that labelling stands on, but for the file system of the platform.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = <E = never, R = never>(
  options: Options<E, R>
): Layer.Layer<Labeling | JobStore | OpenAiBatch, JobStoreError | OpenAiConfigError | E, R> => {
  const home = resolve(options.home)
  const { provider } = options
  const known = {
    requestBuilders: options.requestBuilders ?? [],
    answerReaders: options.answerReaders ?? [],
    provider: provider?.id
  }
  const api: Layer.Layer<OpenAiBatch, OpenAiConfigError | E, R> = provider?.layer ?? openaiLayer(options.openai ?? {})
  return Layer.mergeAll(
    Layer.succeed(Labeling, { home }),
    options.store ?? sqliteLayer(home),
    api,
    Prices.layer(options.prices),
    LabelingConfig.layer(options.settings),
    Layer.succeed(Extensions, known)
  )
}

/**
 * What is to be labelled, and by which task: a task, or the name of a preset. `requests` and `answers` are code of one's own: see
 * `Extensions`.
 *
 * @since 0.1.0
 * @category models
 */
export interface PrepareRequest extends Omit<JobRequest, "inputPath" | "outputPath" | "home" | "task"> {
  readonly input: Input.Input
  readonly task: Task.Task | string
  /** Where the labelled file will go, if that is known already. */
  readonly output?: string | undefined
}

/**
 * The job of a request: the one that is there already for the same input and task, or a new one. Nothing is sent.
 *
 * @since 0.1.0
 * @category operations
 */
export const prepare = Effect.fn("Labeling.prepare")(function* ({
  input,
  output,
  task,
  ...request
}: PrepareRequest): Effect.fn.Return<Prepare.Prepared, Error, Labeling | Prepare.PrepareRequirements> {
  const { home } = yield* Labeling
  const named = typeof task === "string" ? yield* Presets.find(task) : task
  const inputPath = yield* Input.toFile(input, home)
  return yield* Prepare.prepare({ ...request, inputPath, outputPath: output, home, task: named })
})

/**
 * Sends a job and collects its results until nothing moves by itself any more; an element is what a pass has found. Ending the stream early
 * detaches: the batches run on, and watching again goes on where it was.
 *
 * @since 0.1.0
 * @category operations
 */
export const watch: (jobId: string) => Stream.Stream<Reconcile.Report, Reconcile.ReconcileError, Reconcile.Requirements> =
  Watch.reports

/**
 * Writes the labelled file of a job, and its failures beside it; without an `output`, into the folder of the job.
 *
 * @since 0.1.0
 * @category operations
 */
export const download = Effect.fn("Labeling.download")(function* (
  job: Prepare.Prepared["job"],
  options: Omit<Download.DownloadOptions, "outputPath"> & { readonly output?: string | undefined } = {}
): Effect.fn.Return<Download.Downloaded, Error, Prepare.PrepareRequirements> {
  const { output, ...others } = options
  // The folder of the job is the job's own: what it wrote there is replaced.
  const own = output === undefined ? { force: true } : {}
  return yield* Download.download(job.id, { ...others, ...own, outputPath: output ?? join(job.directory, "labeled.csv") })
})

/**
 * `onReport` sees every pass. `partial`: also an unfinished job is written, its open rows marked `Pending`.
 *
 * @since 0.1.0
 * @category models
 */
export interface LabelRequest<E = never, R = never>
  extends PrepareRequest,
    Pick<Download.DownloadOptions, "force" | "partial" | "provenance" | "write"> {
  readonly onReport?: ((report: Reconcile.Report) => Effect.Effect<void, E, R>) | undefined
}

/**
 * Labels an input: makes the job or goes on with the one that is there, waits for its batches, and writes the labelled file. Interrupted, or
 * after a crash, the same call goes on where it was and pays for nothing twice. Fails with `NotFinished` where the job stopped because it
 * needs its user; `prepare`, `watch` and `download` are the same in steps.
 *
 * @since 0.1.0
 * @category operations
 */
export const label = <E = never, R = never>(
  request: LabelRequest<E, R>
): Effect.Effect<Download.Downloaded, Error | E, Requirements | R> => {
  const { force, onReport, partial, provenance, write, ...asked } = request
  const steps = Effect.gen(function* () {
    const { job } = yield* prepare(asked)
    yield* Watch.watch(job.id, onReport)
    return yield* download(job, { output: request.output, force, partial, provenance, write })
  })
  return withExtensions(steps, request).pipe(Effect.withSpan("Labeling.label"))
}

/**
 * The labelled file as bytes.
 *
 * @since 0.1.0
 * @category results
 */
export const bytes = ({
  outputPath
}: Pick<Download.Downloaded, "outputPath">): Stream.Stream<Uint8Array, CsvError, FileSystem.FileSystem> =>
  Stream.unwrap(
    Effect.map(FileSystem.FileSystem, (fs) =>
      Stream.mapError(
        fs.stream(outputPath),
        ({ message }) => new CsvError({ reason: new FileFailed({ path: outputPath, operation: "read", detail: message }) })
      )
    )
  )

/**
 * The labelled file as the body of a web response.
 *
 * @since 0.1.0
 * @category results
 */
export const body = (
  downloaded: Pick<Download.Downloaded, "outputPath">
): Effect.Effect<ReadableStream<Uint8Array>, never, FileSystem.FileSystem> => Stream.toReadableStreamEffect(bytes(downloaded))

/**
 * The labelled rows, by the names of the columns, in the order of the input.
 *
 * @since 0.1.0
 * @category results
 */
export const rows = ({
  outputPath,
  view
}: Pick<Download.Downloaded, "outputPath" | "view">): Stream.Stream<
  Readonly<Record<string, string>>,
  CsvError,
  FileSystem.FileSystem
> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const { delimiter } = readOptions(view.job.settings)
      const { batches, header } = yield* CsvReader.open(outputPath, { encoding: "utf-8", delimiter })
      return batches.pipe(
        Stream.mapConcat((batch) => batch.rows),
        Stream.map((cells) => Object.fromEntries(header.map((column, index) => [column, cells[index] ?? ""])))
      )
    })
  )
