/**
 * The result files of jobs, written when somebody asks for them and kept until the job has changed: the labelled and the failed rows as
 * CSV, and an index from which pages of rows are read.
 *
 * @since 0.1.0
 */
import { createHash } from "node:crypto"
import { join } from "node:path"
import { type FailureReason, LabelValue } from "@batchlabel/core/Outcome"
import * as Task from "@batchlabel/core/Task"
import type { TaskError } from "@batchlabel/core/TaskError"
import type { CsvError } from "@batchlabel/csv-io/CsvError"
import { type DatasetError, fileFailed } from "@batchlabel/dataset/DatasetError"
import type { Row } from "@batchlabel/http-api/Row"
import type { Job } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as Download from "@batchlabel/labeling/Download"
import { fail, JobBusy, type LabelingError, NotFinished } from "@batchlabel/labeling/LabelingError"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { visitLines } from "./internal/lineFile.js"
import * as RowIndex from "./internal/rowIndex.js"
import { ServerSettings } from "./ServerSettings.js"

const Report = Schema.Struct({
  version: Schema.String,
  writtenAt: Schema.Number,
  final: Schema.Boolean,
  rows: Schema.Number,
  labeled: Schema.Number,
  pending: Schema.Number,
  failed: Schema.Number,
  failures: Schema.Record({ key: Schema.String, value: Schema.Number }),
  distribution: Schema.Array(Schema.Struct({ value: LabelValue, name: Schema.String, count: Schema.Number })),
  hasFailures: Schema.Boolean,
  /** Byte offsets of rows 1, 1001, 2001 … in the index. */
  offsets: Schema.Array(Schema.Number)
})

/**
 * What the result files of a job hold. `final`: nothing of it is going to change by itself.
 *
 * @since 0.1.0
 * @category models
 */
export interface Output {
  readonly report: typeof Report.Type
  readonly labeledPath: string
  readonly failedPath: string | undefined
  readonly rowsPath: string
  readonly failuresPath: string
}

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
export type OutputError = LabelingError | JobStoreError | DatasetError | CsvError | TaskError

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** The result files of a job as it is now (or, while it is under way, as it was a moment ago). */
  readonly get: (job: Job) => Effect.Effect<Output, OutputError>
  readonly rows: (output: Output, query: RowQuery) => Effect.Effect<RowPage, DatasetError>
  /** A row by its number, from 1; `undefined` where there is none. */
  readonly row: (output: Output, number: number) => Effect.Effect<Row | undefined, DatasetError>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class Outputs extends Context.Tag("@batchlabel/http/Outputs")<Outputs, Service>() {}

const readReport = Schema.decodeUnknownOption(Schema.parseJson(Report))
const writeReport = Schema.encodeSync(Schema.parseJson(Report))

// A page is looked for in so many bytes at most; then it is what was found.
const mostBytes = 64 * 1024 * 1024

const folderOf = (job: Job): string => join(job.directory, "output")

/**
 * Changes whenever the outcome of a row of the job, or of one that asks its failures again, may have changed.
 */
const versionOf = Effect.fnUntraced(function* (job: Job) {
  const store = yield* JobStore
  const family = yield* store.jobs({ inputPath: job.input.path })
  const hash = createHash("sha256")
  for (const { id, state } of family) {
    hash.update(`${id} ${state}\n`)
    for (const attempt of yield* store.attempts(id)) {
      if (attempt.collected !== undefined) hash.update(`${attempt.id} ${JSON.stringify(attempt.collected)}\n`)
    }
  }
  return hash.digest("hex").slice(0, 16)
})

const fileOf = (job: Job, report: typeof Report.Type): Output => {
  const folder = folderOf(job)
  const labeledPath = join(folder, "labeled.csv")
  return {
    report,
    labeledPath,
    failedPath: report.hasFailures ? Download.failedPathOf(labeledPath) : undefined,
    rowsPath: join(folder, `rows-${report.version}.jsonl`),
    failuresPath: join(folder, `failures-${report.version}.jsonl`)
  }
}

const stored = Effect.fnUntraced(function* (job: Job) {
  const fs = yield* FileSystem.FileSystem
  const text = yield* Effect.option(fs.readFileString(join(folderOf(job), "report.json")))
  return Option.flatMap(text, readReport)
})

/** Index files of versions before the last one: somebody may still be reading that. */
const removeOld = Effect.fnUntraced(function* (job: Job, keep: ReadonlyArray<string>) {
  const fs = yield* FileSystem.FileSystem
  const folder = folderOf(job)
  const names = yield* Effect.orElseSucceed(fs.readDirectory(folder), () => [])
  const old = names.filter((name) => /^(rows|failures)-/.test(name) && !keep.some((version) => name.includes(version)))
  yield* Effect.forEach(old, (name) => Effect.ignore(fs.remove(join(folder, name))), { discard: true })
})

const write = Effect.fn("Outputs.write")(function* (job: Job, version: string, before: string | undefined) {
  const fs = yield* FileSystem.FileSystem
  const folder = folderOf(job)
  yield* fs.makeDirectory(folder, { recursive: true, mode: 0o700 }).pipe(Effect.mapError(fileFailed("write", folder)))
  const { failedPath, outputPath, report, view } = yield* Download.download(job.id, {
    outputPath: join(folder, "labeled.csv"),
    force: true,
    partial: true
  })
  const task = yield* Effect.suspend(() => Task.decode(JSON.parse(job.task), job.directory))
  const written = {
    version,
    rowsPath: join(folder, `rows-${version}.jsonl`),
    failuresPath: join(folder, `failures-${version}.jsonl`)
  }
  const offsets = yield* RowIndex.build(
    {
      labeledPath: outputPath,
      failedPath,
      delimiter: job.settings.delimiter,
      textColumn: job.settings.textColumn,
      task
    },
    written.rowsPath,
    written.failuresPath
  )
  const summary: typeof Report.Type = {
    version,
    writtenAt: yield* Clock.currentTimeMillis,
    final: view.finished,
    rows: report.rows,
    labeled: report.labeled,
    pending: report.pending,
    failed: report.failedRows,
    failures: Object.fromEntries(Object.entries(report.failed).filter(([, count]) => count > 0)),
    distribution: report.distribution,
    hasFailures: failedPath !== undefined,
    offsets
  }
  const path = join(folder, "report.json")
  yield* fs
    .writeFileString(`${path}.part`, writeReport(summary), { mode: 0o600 })
    .pipe(Effect.zipRight(fs.rename(`${path}.part`, path)), Effect.mapError(fileFailed("write", path)))
  yield* removeOld(job, before === undefined ? [version] : [version, before])
  return summary
})

const cursorShape = /^([0-9a-f]+)\.(\d+)\.(\d+)$/

const make = Effect.gen(function* () {
  const store = yield* JobStore
  const fs = yield* FileSystem.FileSystem
  const { resultInterval } = yield* ServerSettings
  const context = yield* Effect.context<JobStore | FileSystem.FileSystem>()
  const reports = new Map<string, typeof Report.Type>()
  const locks = new Map<string, Effect.Semaphore>()

  const lockOf = (jobId: string): Effect.Semaphore => {
    const known = locks.get(jobId)
    if (known !== undefined) return known
    const lock = Effect.unsafeMakeSemaphore(1)
    locks.set(jobId, lock)
    return lock
  }

  const remember = (jobId: string, report: typeof Report.Type): void => {
    reports.delete(jobId)
    reports.set(jobId, report)
    const oldest = reports.keys().next().value
    if (reports.size > 200 && oldest !== undefined) {
      reports.delete(oldest)
      locks.delete(oldest)
    }
  }

  const isFresh = (report: typeof Report.Type, version: string, now: number): boolean =>
    report.version === version || (!report.final && now - report.writtenAt < Duration.toMillis(resultInterval))

  /** The newest report there is, and whether it will do. */
  const current = Effect.fnUntraced(function* (job: Job) {
    const now = yield* Clock.currentTimeMillis
    const version = yield* versionOf(job)
    const known = reports.get(job.id)
    if (known !== undefined && isFresh(known, version, now)) return { version, found: known, fresh: true }
    const found = Option.getOrUndefined(yield* stored(job))
    return { version, found, fresh: found !== undefined && isFresh(found, version, now) }
  })

  const get = (job: Job) =>
    Effect.gen(function* () {
      if (job.split === undefined) return yield* fail(new NotFinished({ job: job.id, status: job.state }))
      for (let tries = 0; ; tries++) {
        const { found, fresh, version } = yield* current(job)
        if (found !== undefined && fresh) {
          remember(job.id, found)
          return fileOf(job, found)
        }
        const done = yield* store.withLease(`output:${job.id}`, write(job, version, found?.version))
        if (done !== undefined) {
          remember(job.id, done.value)
          return fileOf(job, done.value)
        }
        // Another server on this store is writing them, on a disk that both see.
        if (tries >= 60) return yield* fail(new JobBusy({ job: job.id }))
        yield* Effect.sleep("500 millis")
      }
    }).pipe(lockOf(job.id).withPermits(1), Effect.provide(context), Effect.withSpan("Outputs.get"))

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

  const service: Service = { get, rows, row }
  return service
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Outputs, never, JobStore | FileSystem.FileSystem | ServerSettings> = Layer.effect(Outputs, make)
