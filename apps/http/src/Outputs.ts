/**
 * The result files of jobs, written when somebody asks for them and kept until the job has changed: the labelled and the failed rows as
 * CSV, and an index from which pages of rows are read.
 *
 * @since 0.1.0
 */
import type { FailureReason } from "@batchlabel/core/Outcome"
import type { TaskError } from "@batchlabel/core/TaskError"
import type { CsvError } from "@batchlabel/csv-io/CsvError"
import { type DatasetError, fileFailed } from "@batchlabel/dataset/DatasetError"
import type { ApiProblem } from "@batchlabel/http-api/ApiProblem"
import type { Row } from "@batchlabel/http-api/Row"
import type { Job } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import { JobBusy, type LabelingError, labelingError, NotFinished } from "@batchlabel/labeling/LabelingError"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { visitLines } from "./internal/lineFile.js"
import * as OutputFiles from "./internal/outputFiles.js"
import * as RowIndex from "./internal/rowIndex.js"
import { ServerSettings } from "./ServerSettings.js"
import { type Order, Workshop } from "./Workshop.js"

/**
 * What the result files of a job hold. `final`: nothing of it is going to change by itself.
 *
 * @since 0.1.0
 * @category models
 */
export interface Output extends OutputFiles.Files {}

/**
 * The result files with the columns that say where an answer comes from.
 *
 * @since 0.1.0
 * @category models
 */
export interface Variant extends OutputFiles.Variant {}

/**
 * Which rows, and from where on.
 *
 * @since 0.1.0
 * @category models
 */
export interface RowQuery {
  readonly outcome: Row["outcome"] | undefined
  readonly reason: FailureReason | undefined
  readonly cursor: string | undefined
  readonly limit: number
}

/**
 * A page. It may hold fewer rows than were asked for and still have a `next`.
 *
 * @since 0.1.0
 * @category models
 */
export interface RowPage {
  readonly items: ReadonlyArray<Row>
  readonly next: string | undefined
  readonly total: number
}

/**
 * @since 0.1.0
 * @category models
 */
export type OutputError = LabelingError | JobStoreError | DatasetError | CsvError | TaskError | ApiProblem

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** The result files of a job as it is now (or, while it is under way, as it was a moment ago). */
  readonly get: (job: Job) => Effect.Effect<Output, OutputError>
  /** The same with the columns of provenance. */
  readonly withProvenance: (job: Job) => Effect.Effect<Variant, OutputError>
  readonly rows: (output: Output, query: RowQuery) => Effect.Effect<RowPage, DatasetError>
  /** A row by its number, from 1; `undefined` where there is none. */
  readonly row: (output: Output, number: number) => Effect.Effect<Row | undefined, DatasetError>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class Outputs extends Context.Tag("@batchlabel/http/Outputs")<Outputs, Service>() {}

// A page is looked for in so many bytes at most; then it is what was found.
const mostBytes = 64 * 1024 * 1024

const orderOf = ({ input, owner }: Job): Order => ({ owner: owner ?? "", bytes: input.bytes })

const cursorShape = /^([0-9a-f]+)\.(\d+)\.(\d+)$/

const make = Effect.gen(function* () {
  const store = yield* JobStore
  const fs = yield* FileSystem.FileSystem
  const { resultInterval } = yield* ServerSettings
  const workshop = yield* Workshop
  const context = yield* Effect.context<JobStore | FileSystem.FileSystem>()
  const reports = new Map<string, OutputFiles.Report>()
  const locks = new Map<string, Effect.Semaphore>()

  const lockOf = (jobId: string): Effect.Semaphore => {
    const known = locks.get(jobId)
    if (known !== undefined) return known
    const lock = Effect.unsafeMakeSemaphore(1)
    locks.set(jobId, lock)
    return lock
  }

  const remember = (jobId: string, report: OutputFiles.Report): void => {
    reports.delete(jobId)
    reports.set(jobId, report)
    const oldest = reports.keys().next().value
    if (reports.size > 200 && oldest !== undefined) {
      reports.delete(oldest)
      locks.delete(oldest)
    }
  }

  // A job that is over is never shown as it was a moment before: what is fetched then is the result.
  const isFresh = (job: Job, report: OutputFiles.Report, version: string, now: number): boolean =>
    report.version === version ||
    (!report.final &&
      job.state !== "done" &&
      job.state !== "cancelled" &&
      now - report.writtenAt < Duration.toMillis(resultInterval))

  /** The newest report there is, and whether it will do. */
  const current = Effect.fnUntraced(function* (job: Job) {
    const now = yield* Clock.currentTimeMillis
    const version = yield* OutputFiles.versionOf(job)
    const known = reports.get(job.id)
    if (known !== undefined && isFresh(job, known, version, now)) return { version, found: known, fresh: true }
    const found = Option.getOrUndefined(yield* OutputFiles.stored(job))
    return { version, found, fresh: found !== undefined && isFresh(job, found, version, now) }
  })

  type Looked<A> = { readonly found: A } | { readonly write: Effect.Effect<A, OutputError, JobStore | FileSystem.FileSystem> }

  const foundOrWritten = <A>(job: Job, look: Effect.Effect<Looked<A>, OutputError, JobStore | FileSystem.FileSystem>) =>
    Effect.gen(function* () {
      for (let tries = 0; ; tries++) {
        const looked = yield* look
        if ("found" in looked) return looked.found
        const done = yield* store.withLease(`output:${job.id}`, looked.write)
        if (done !== undefined) return done.value
        // Another server on this store is writing them, on a disk that both see.
        if (tries >= 60) return yield* labelingError(new JobBusy({ job: job.id }))
        yield* Effect.sleep("500 millis")
      }
    }).pipe(lockOf(job.id).withPermits(1), Effect.provide(context))

  const get = Effect.fn("Outputs.get")(function* (job: Job) {
    if (job.split === undefined) return yield* labelingError(new NotFinished({ job: job.id, status: job.state }))
    const look = Effect.map(current(job), ({ found, fresh, version }): Looked<OutputFiles.Report> => {
      return found !== undefined && fresh
        ? { found }
        : { write: workshop.run("writeOutput", { job, version, before: found?.version }, orderOf(job)) }
    })
    const report = yield* foundOrWritten(job, look)
    remember(job.id, report)
    return OutputFiles.filesOf(job, report)
  })

  const withProvenance = Effect.fn("Outputs.withProvenance")(function* (job: Job) {
    const { version } = (yield* get(job)).report
    const look = Effect.map(OutputFiles.storedProvenance(job, version), (found): Looked<OutputFiles.Variant> => {
      return found === undefined ? { write: workshop.run("writeProvenance", { job, version }, orderOf(job)) } : { found }
    })
    return yield* foundOrWritten(job, look)
  })

  const scan = (path: string, offset: number, visit: (line: string, next: number) => boolean) =>
    visitLines(path, offset, mostBytes, visit).pipe(
      Effect.provideService(FileSystem.FileSystem, fs),
      Effect.mapError(fileFailed("read", path))
    )

  const startOf = ({ report }: Output, cursor: string | undefined, inFailures: boolean): { offset: number; after: number } => {
    const [, version, offset, row] = cursorShape.exec(cursor ?? "") ?? []
    if (version === undefined) return { offset: 0, after: 0 }
    const after = Number(row)
    if (version === report.version) return { offset: Number(offset), after }
    // The files were written anew since: the same rows lie elsewhere.
    return { offset: inFailures ? 0 : (report.offsets[Math.floor(after / RowIndex.stride)] ?? 0), after }
  }

  const totalOf = ({ report }: Output, { outcome, reason }: RowQuery): number => {
    if (reason !== undefined) return report.failures[reason] ?? 0
    return outcome === undefined ? report.rows : report[outcome]
  }

  const rows = Effect.fn("Outputs.rows")(function* (output: Output, query: RowQuery) {
    const { limit, outcome, reason } = query
    const inFailures = reason !== undefined || outcome === "failed"
    const { after, offset } = startOf(output, query.cursor, inFailures)
    const items: Array<Row> = []
    let last = after
    const { ended, next } = yield* scan(inFailures ? output.failuresPath : output.rowsPath, offset, (line) => {
      const row = Option.getOrUndefined(RowIndex.readRow(line))
      if (row === undefined || row.row <= after) return true
      last = row.row
      if ((outcome === undefined || row.outcome === outcome) && (reason === undefined || row.reason === reason)) items.push(row)
      return items.length < limit
    })
    return {
      items,
      next: ended ? undefined : `${output.report.version}.${next}.${last}`,
      total: totalOf(output, query)
    }
  })

  const row = Effect.fn("Outputs.row")(function* (output: Output, number: number) {
    const offset = output.report.offsets[Math.floor((number - 1) / RowIndex.stride)]
    if (offset === undefined || number > output.report.rows) return undefined
    let found: Row | undefined
    yield* scan(output.rowsPath, offset, (line) => {
      const row = Option.getOrUndefined(RowIndex.readRow(line))
      if (row?.row === number) found = row
      return row === undefined || row.row < number
    })
    return found
  })

  const service: Service = { get, withProvenance, rows, row }
  return service
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Outputs, never, JobStore | FileSystem.FileSystem | ServerSettings | Workshop> = Layer.effect(
  Outputs,
  make
)
