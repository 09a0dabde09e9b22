/** The result files of a job in its folder, with an index of their rows, and the report that says what is in them. */
import { createHash } from "node:crypto"
import { join } from "node:path"
import { LabelValue } from "@batchlabel/core/Outcome"
import * as Folder from "@batchlabel/csv-io/Folder"
import { fileFailed } from "@batchlabel/dataset/DatasetError"
import type { Job } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Download from "../Download.js"
import * as RowIndex from "./rowIndex.js"
import { savedTask } from "./savedTask.js"

/** Another shape of the index makes the files of before stale. */
const format = 2

export const Report = Schema.Struct({
  version: Schema.String,
  writtenAt: Schema.Number,
  final: Schema.Boolean,
  rows: Schema.Number,
  labeled: Schema.Number,
  pending: Schema.Number,
  failed: Schema.Number,
  failures: Schema.Record({ key: Schema.String, value: Schema.Number }),
  labels: Schema.Array(Schema.Struct({ value: LabelValue, name: Schema.String, count: Schema.Number })),
  sources: Schema.Array(
    Schema.Struct({
      at: Schema.Number,
      model: Schema.String,
      task: Schema.String,
      batchId: Schema.optionalWith(Schema.String, { exact: true }),
      attempt: Schema.Number
    })
  ),
  hasFailures: Schema.Boolean
})

export type Report = typeof Report.Type

const readReport = Schema.decodeUnknownOption(Schema.parseJson(Report))
const writeReport = Schema.encodeSync(Schema.parseJson(Report))

const folderOf = (job: Job): string => join(job.directory, "output")
const reportPath = (job: Job): string => join(folderOf(job), "report.json")
const labeledPath = (job: Job): string => join(folderOf(job), "labeled.csv")

export const indexOf = (job: Job, version: string): RowIndex.Paths => RowIndex.pathsOf(join(folderOf(job), `rows-${version}`))

/** The files under the names that a report gives them. */
export const filesOf = (job: Job, { hasFailures }: Pick<Report, "hasFailures">) => ({
  labeledPath: labeledPath(job),
  failedPath: hasFailures ? Download.toFailedPath(labeledPath(job)) : undefined
})

/** Changes whenever the outcome of a row of the job, or of one that asks its failures again, may have changed. */
export const versionOf = Effect.fnUntraced(function* (job: Job) {
  const store = yield* JobStore
  const family = yield* store.jobs({ inputPath: job.input.path })
  const hash = createHash("sha256").update(`${format}\n`)
  for (const { id, state } of family) {
    hash.update(`${id} ${state}\n`)
    for (const attempt of yield* store.attempts(id)) {
      if (attempt.collected !== undefined) hash.update(`${attempt.id} ${JSON.stringify(attempt.collected)}\n`)
    }
  }
  return hash.digest("hex").slice(0, 16)
})

/** Whether all that a report speaks of is there. */
export const isThere = Effect.fnUntraced(function* (job: Job, report: Report) {
  const fs = yield* FileSystem.FileSystem
  const { failedPath } = filesOf(job, report)
  const files = failedPath === undefined ? [labeledPath(job)] : [labeledPath(job), failedPath]
  const areThere = yield* Effect.forEach(files, (path) => Effect.orElseSucceed(fs.exists(path), () => false))
  return areThere.every(Boolean) && (yield* RowIndex.isWhole(indexOf(job, report.version), report.rows))
})

/** The report that was written last, if all that it speaks of is there. */
export const stored = Effect.fnUntraced(function* (job: Job) {
  const fs = yield* FileSystem.FileSystem
  const text = yield* Effect.option(fs.readFileString(reportPath(job)))
  const report = Option.getOrUndefined(Option.flatMap(text, readReport))
  return report !== undefined && (yield* isThere(job, report)) ? report : undefined
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
  const path = provenancePath(job)
  return { labeledPath: path, failedPath: hasFailures ? Download.toFailedPath(path) : undefined }
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
export const writeProvenance = Effect.fn("ResultRows.writeProvenance")(function* (job: Job, version: string) {
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

/** Writes the files of a job as it is now, the index as rows are merged. `before` is the version that others may still be reading. */
export const write = Effect.fn("ResultRows.write")(function* (job: Job, version: string, before: string | undefined) {
  const folder = folderOf(job)
  yield* Folder.make(folder, { mode: 0o700 }).pipe(Effect.mapError(fileFailed("write", folder)))
  const { sink, written } = yield* RowIndex.writer(indexOf(job, version), yield* savedTask(job))
  const { failedPath, report, view } = yield* Download.download(job.id, {
    outputPath: labeledPath(job),
    force: true,
    partial: true,
    sink
  })
  const { labels, sources } = yield* written
  const summary: Report = {
    version,
    writtenAt: yield* Clock.currentTimeMillis,
    final: view.finished,
    rows: report.rows,
    labeled: report.labeled,
    pending: report.pending,
    failed: report.failedRows,
    failures: Object.fromEntries(Object.entries(report.failed).filter(([, count]) => count > 0)),
    labels,
    sources: sources.map(({ batchId, ...source }) => (batchId === undefined ? source : { ...source, batchId })),
    hasFailures: failedPath !== undefined
  }
  yield* replaceFile(reportPath(job), writeReport(summary))
  yield* removeOld(job, before === undefined ? [version] : [version, before])
  return summary
}, Effect.scoped)
