/**
 * The labelled file: the input once more with the job's outcomes, and the failed rows apart.
 *
 * @since 0.1.0
 */
import { resolve } from "node:path"
import { CsvError, FileFailed } from "@batchlabel/csv-io/CsvError"
import * as CsvReader from "@batchlabel/csv-io/CsvReader"
import * as CsvWriter from "@batchlabel/csv-io/CsvWriter"
import * as Fingerprint from "@batchlabel/dataset/Fingerprint"
import * as Merger from "@batchlabel/dataset/Merger"
import type { Job } from "@batchlabel/job-store/Job"
import { JobStore, type Service as StoreService } from "@batchlabel/job-store/JobStore"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as FailedPath from "./internal/failedPath.js"
import { loadGenerations } from "./internal/generations.js"
import { readOptions } from "./internal/inputOptions.js"
import { family, latest } from "./internal/lineage.js"
import { savedTask } from "./internal/savedTask.js"
import { askedRows } from "./internal/selection.js"
import * as Settings from "./internal/settings.js"
import { withLeaseWaiting } from "./internal/withLeaseWaiting.js"
import * as JobView from "./JobView.js"
import { InputChanged, type LabelingError, labelingError, NotFinished, OutputExists } from "./LabelingError.js"
import type { DatasetError, JobStoreError, TaskError } from "./Operation.js"
import * as Places from "./Places.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface DownloadOptions {
  readonly outputPath: string
  /** The input, if it has moved since the job was started. */
  readonly inputPath?: string | undefined
  /** Replace an output that this job has not written itself. */
  readonly force?: boolean | undefined
  /** Write what there is of an unfinished job: open rows are marked `Pending`. */
  readonly partial?: boolean | undefined
  /** The input has changed: give the unchanged rows their outcomes, by digest. */
  readonly matchRows?: boolean | undefined
  readonly provenance?: boolean | undefined
  readonly write?: Pick<CsvWriter.WriteOptions, "bom" | "safeCells"> | undefined
  readonly onOpened?: ((source: CsvReader.CsvSource) => Effect.Effect<void>) | undefined
  readonly onProgress?: ((bytesRead: number, size: number, rows: number) => void) | undefined
  /** Is given every row as it is merged. */
  readonly sink?: Merger.RowSink | undefined
}

/**
 * `failedPath` is `undefined` when no row failed. `pending` rows of the report are those still open.
 *
 * @since 0.1.0
 * @category models
 */
export interface Downloaded {
  readonly report: Merger.MergeReport
  readonly outputPath: string
  readonly failedPath: string | undefined
  readonly view: JobView.JobView
}

/**
 * `data/labeled.csv` → `data/labeled_failed.csv`, as the guide names it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const toFailedPath: (outputPath: string) => string = FailedPath.toFailedPath

/**
 * Whether there is something to download: the job is over, or every batch it has made is and only what expired or was cancelled waits to
 * be asked again.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isReady = (view: JobView.JobView): boolean =>
  view.finished ||
  (view.job.state === "stopped" && view.shards.running === 0) ||
  (view.job.state === "open" &&
    view.shards.running === 0 &&
    view.shards.settled > 0 &&
    view.waits.length === view.shards.waiting &&
    view.batches.some((batch) => batch.round === 1 && batch.collected !== undefined && batch.collected.again > 0))

/** What identifies a file that was written, so that the same job may write it again. */
const fileStamp = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const info = yield* Effect.option(fs.stat(path))
  return Option.map(info, ({ mtime, size }) => `${size} ${Option.getOrUndefined(mtime)?.getTime() ?? ""}`)
})

const refuseForeignOutput = Effect.fnUntraced(function* (ids: ReadonlyArray<string>, path: string) {
  const store = yield* JobStore
  const stamp = yield* fileStamp(path)
  if (Option.isNone(stamp)) return
  // A process that died as it gave the file its name has said before which one it would be.
  const known = [yield* store.settings.get(Settings.written, path), yield* store.settings.get(Settings.writing, path)]
  const isOwn = known.some((output) => output !== undefined && output.stamp === stamp.value && ids.includes(output.job))
  if (!isOwn) return yield* labelingError(new OutputExists({ path }))
})

/**
 * What `checkOutput` fails with.
 *
 * @since 0.1.0
 * @category errors
 */
export type CheckOutputError = LabelingError | JobStoreError

/**
 * What `checkOutput` needs.
 *
 * @since 0.1.0
 * @category services
 */
export type CheckOutputRequirements = JobStore | FileSystem.FileSystem

/**
 * Fails with `OutputExists` if the files that a download of the job would write are there and are not its own: to be asked before anything
 * is paid for.
 *
 * @since 0.1.0
 * @category combinators
 */
export const checkOutput = Effect.fn("Download.checkOutput")(function* (
  job: Job,
  outputPath: string
): Effect.fn.Return<void, CheckOutputError, CheckOutputRequirements> {
  const ids = yield* family(yield* latest(job))
  const path = resolve(outputPath)
  yield* refuseForeignOutput(ids, path)
  yield* refuseForeignOutput(ids, toFailedPath(path))
})

const remember = (store: StoreService, as: typeof Settings.written, path: string, job: string, stamp: string) =>
  store.settings.set(as, path, { job, stamp }, { job })

/** Says in the store which file is about to take its name. */
const announce =
  (store: StoreService, fs: FileSystem.FileSystem, jobId: string) =>
  ({ path, temporary }: { readonly path: string; readonly temporary: string }): Effect.Effect<void, CsvError> =>
    Effect.gen(function* () {
      const stamp = yield* Effect.provideService(fileStamp(temporary), FileSystem.FileSystem, fs)
      if (Option.isSome(stamp)) yield* remember(store, Settings.writing, path, jobId, stamp.value)
    }).pipe(
      Effect.mapError(({ message }) => new CsvError({ reason: new FileFailed({ path, operation: "write", detail: message }) }))
    )

/**
 * What `download` fails with.
 *
 * @since 0.1.0
 * @category errors
 */
export type DownloadError = LabelingError | JobStoreError | DatasetError | CsvError | TaskError

/**
 * What `download` needs.
 *
 * @since 0.1.0
 * @category services
 */
export type DownloadRequirements = JobStore | FileSystem.FileSystem

const write = Effect.fnUntraced(function* (
  jobId: string,
  options: DownloadOptions
): Effect.fn.Return<Downloaded, DownloadError, DownloadRequirements> {
  const fs = yield* FileSystem.FileSystem
  const store = yield* JobStore
  const view = yield* JobView.load(jobId)
  const { job } = view
  const inputPath = resolve(options.inputPath ?? job.input.path)
  const outputPath = resolve(options.outputPath)
  const failedPath = toFailedPath(outputPath)
  yield* Places.requireOwnOutput(outputPath, [inputPath])
  if (!isReady(view) && options.partial !== true)
    return yield* labelingError(new NotFinished({ job: jobId, status: view.status }))
  if (options.force !== true) yield* checkOutput(job, outputPath)
  if (options.matchRows !== true && (yield* Fingerprint.ofFile(inputPath)) !== job.input.fingerprint) {
    return yield* labelingError(new InputChanged({ job: jobId, path: inputPath }))
  }
  const { settings } = job
  const task = yield* savedTask(job)
  const source = yield* CsvReader.open(inputPath, readOptions(settings))
  if (options.onOpened !== undefined) yield* options.onOpened(source)
  const textColumn = yield* CsvReader.columnIndex(source, settings.textColumn)
  const newest = yield* latest(job)
  const generations = yield* loadGenerations(newest, source.header, options.matchRows === true ? undefined : job)
  const asked = yield* askedRows(job, source)
  yield* CsvWriter.removeLeftovers(outputPath)
  yield* CsvWriter.removeLeftovers(failedPath)
  const report = yield* Merger.merge(source, {
    task,
    textColumn,
    generations,
    labeledPath: outputPath,
    failedPath,
    write: {
      delimiter: source.delimiter,
      newline: source.newline,
      ...options.write,
      force: true,
      onWhole: announce(store, fs, jobId)
    },
    provenance: options.provenance,
    unfinished: !view.finished,
    sink: options.sink,
    isAsked: asked === undefined ? undefined : (row) => asked.has(row),
    onProgress: (bytesRead, rows) => options.onProgress?.(bytesRead, source.size, rows)
  })
  const failures = report.failedRows > 0
  for (const path of failures ? [outputPath, failedPath] : [outputPath]) {
    const stamp = yield* fileStamp(path)
    if (Option.isSome(stamp)) yield* remember(store, Settings.written, path, jobId, stamp.value)
  }
  yield* store.appendEvents(jobId, [
    { kind: "output_written", data: { path: outputPath, rows: report.rows, labeled: report.labeled, failed: report.failedRows } }
  ])
  return { report, outputPath, failedPath: failures ? failedPath : undefined, view }
})

/**
 * Writes the labelled file of a job, and its failures beside it. Both appear whole or not at all. While another process writes the same
 * file, it waits, and then sees what the other has seen.
 *
 * @since 0.1.0
 * @category combinators
 */
export const download: (
  jobId: string,
  options: DownloadOptions
) => Effect.Effect<Downloaded, DownloadError, DownloadRequirements> = Effect.fn("Download.download")(
  (jobId: string, options: DownloadOptions) => withLeaseWaiting(`output:${resolve(options.outputPath)}`, write(jobId, options))
)
