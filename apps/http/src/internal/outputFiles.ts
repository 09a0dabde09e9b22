/** The result files of a job in its folder, and the report that says what is in them. */
import { createHash } from "node:crypto"
import { join } from "node:path"
import { LabelValue } from "@batchlabel/core/Outcome"
import * as Task from "@batchlabel/core/Task"
import * as Folder from "@batchlabel/csv-io/Folder"
import { fileFailed } from "@batchlabel/dataset/DatasetError"
import type { Job } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as Download from "@batchlabel/labeling/Download"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as RowIndex from "./rowIndex.js"

export const Report = Schema.Struct({
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

export type Report = typeof Report.Type

/** `final`: nothing of it is going to change by itself. */
export interface Files {
  readonly report: Report
  readonly labeledPath: string
  readonly failedPath: string | undefined
  readonly rowsPath: string
  readonly failuresPath: string
}

const readReport = Schema.decodeUnknownOption(Schema.parseJson(Report))
const writeReport = Schema.encodeSync(Schema.parseJson(Report))

const folderOf = (job: Job): string => join(job.directory, "output")

/**
 * Changes whenever the outcome of a row of the job, or of one that asks its failures again, may have changed.
 */
export const versionOf = Effect.fnUntraced(function* (job: Job) {
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

/** The files under the names that a report gives them. */
export const filesOf = (job: Job, report: Report): Files => {
  const folder = folderOf(job)
  const labeledPath = join(folder, "labeled.csv")
  return {
    report,
    labeledPath,
    failedPath: report.hasFailures ? Download.toFailedPath(labeledPath) : undefined,
    rowsPath: join(folder, `rows-${report.version}.jsonl`),
    failuresPath: join(folder, `failures-${report.version}.jsonl`)
  }
}

/** The report that was written last. */
export const stored = Effect.fnUntraced(function* (job: Job) {
  const fs = yield* FileSystem.FileSystem
  const text = yield* Effect.option(fs.readFileString(join(folderOf(job), "report.json")))
  return Option.flatMap(text, readReport)
})

/** The result files once more, with the columns that say where an answer comes from. */
export interface Variant {
  readonly labeledPath: string
  readonly failedPath: string | undefined
}

const Written = Schema.Struct({ version: Schema.String, hasFailures: Schema.Boolean })
const readWritten = Schema.decodeUnknownOption(Schema.parseJson(Written))
const writeWritten = Schema.encodeSync(Schema.parseJson(Written))

const provenancePath = (job: Job): string => join(folderOf(job), "provenance.csv")
const writtenPath = (job: Job): string => join(folderOf(job), "provenance.json")

const variantOf = (job: Job, hasFailures: boolean): Variant => {
  const labeledPath = provenancePath(job)
  return { labeledPath, failedPath: hasFailures ? Download.toFailedPath(labeledPath) : undefined }
}

/** Those with provenance, if they were written for this version. */
export const storedProvenance = Effect.fnUntraced(function* (job: Job, version: string) {
  const fs = yield* FileSystem.FileSystem
  const text = yield* Effect.option(fs.readFileString(writtenPath(job)))
  return Option.flatMap(text, readWritten).pipe(
    Option.filter((written) => written.version === version),
    Option.map(({ hasFailures }) => variantOf(job, hasFailures)),
    Option.getOrUndefined
  )
})

/** Writes those with provenance. They are seldom asked for, and so not written before. */
export const writeProvenance = Effect.fn("Outputs.writeProvenance")(function* (job: Job, version: string) {
  const { failedPath } = yield* Download.download(job.id, {
    outputPath: provenancePath(job),
    force: true,
    partial: true,
    provenance: true
  })
  const hasFailures = failedPath !== undefined
  yield* replaceFile(writtenPath(job), writeWritten({ version, hasFailures }))
  return variantOf(job, hasFailures)
})

const replaceFile = Effect.fnUntraced(function* (path: string, text: string) {
  const fs = yield* FileSystem.FileSystem
  yield* fs
    .writeFileString(`${path}.part`, text, { mode: 0o600 })
    .pipe(Effect.zipRight(fs.rename(`${path}.part`, path)), Effect.mapError(fileFailed("write", path)))
})

/** Index files of versions before the last one: somebody may still be reading that. */
const removeOld = Effect.fnUntraced(function* (job: Job, keep: ReadonlyArray<string>) {
  const fs = yield* FileSystem.FileSystem
  const folder = folderOf(job)
  const names = yield* Effect.orElseSucceed(fs.readDirectory(folder), () => [])
  const old = names.filter((name) => /^(rows|failures)-/.test(name) && !keep.some((version) => name.includes(version)))
  yield* Effect.forEach(old, (name) => Effect.ignore(fs.remove(join(folder, name))), { discard: true })
})

/** Writes the files of a job as it is now. `before` is the version that others may still be reading. */
export const write = Effect.fn("Outputs.write")(function* (job: Job, version: string, before: string | undefined) {
  const folder = folderOf(job)
  yield* Folder.make(folder, { mode: 0o700 }).pipe(Effect.mapError(fileFailed("write", folder)))
  const { failedPath, outputPath, report, view } = yield* Download.download(job.id, {
    outputPath: join(folder, "labeled.csv"),
    force: true,
    partial: true
  })
  const task = yield* Effect.suspend(() => Task.restore(JSON.parse(job.task), job.directory))
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
  const summary: Report = {
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
  yield* replaceFile(join(folder, "report.json"), writeReport(summary))
  yield* removeOld(job, before === undefined ? [version] : [version, before])
  return summary
})
