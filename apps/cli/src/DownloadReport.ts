/** The labelled file and what is said of it. */
import { isAbsolute, relative } from "node:path"
import type { Job } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as Download from "@batchlabel/labeling/Download"
import type { JobView } from "@batchlabel/labeling/JobView"
import * as Message from "@batchlabel/messages/Message"
import * as Effect from "effect/Effect"
import { ExitCode } from "./ExitCode.js"
import type * as Flag from "./Flag.js"
import type * as Flags from "./Flags.js"
import * as Format from "./Format.js"
import * as GuideOutput from "./GuideOutput.js"
import * as JobJson from "./JobJson.js"
import * as Progress from "./Progress.js"
import { Screen } from "./Screen.js"

/** A path as a person in this folder would write it. */
export const shownPath = (path: string): string => {
  if (!isAbsolute(path)) return path
  const near = relative(process.cwd(), path)
  return near === "" || near.startsWith("..") ? path : near
}

export interface DownloadRequest {
  readonly outputPath: string
  /** Where the input is now, if the user says so. */
  readonly inputPath?: string | undefined
  readonly partial?: boolean | undefined
  readonly matchRows?: boolean | undefined
  /** Whether the names of the input's columns in the output have been told already. */
  readonly renamedTold?: boolean | undefined
  readonly values: Flag.ValuesOf<typeof Flags.writing>
}

const costLine = (
  view: JobView,
  { texts }: { readonly texts: { readonly job: { readonly spent: (amount: string) => string; readonly spentUnpriced: string } } }
) => {
  const collected = view.batches.filter((batch) => batch.collected !== undefined)
  if (collected.length === 0) return []
  const priced = collected.every(({ cost }) => cost !== undefined)
  return [priced ? texts.job.spent(Format.money(view.spent)) : texts.job.spentUnpriced]
}

/** Writes the file and tells what is in it; gives the same for machines, and the exit code. */
export const write = Effect.fn("DownloadReport.write")(function* (job: Job, request: DownloadRequest) {
  const screen = yield* Screen
  const { values } = request
  const store = yield* JobStore
  const inputPath = request.inputPath ?? job.input.path
  const rows = (yield* store.job(job.id)).split?.rows ?? 0
  const { failedPath, report, view } = yield* Progress.bar(screen.texts.guide.saving, (onProgress) =>
    Download.download(job.id, {
      outputPath: request.outputPath,
      inputPath,
      force: values.force,
      partial: request.partial,
      matchRows: request.matchRows,
      provenance: values.provenance,
      write: { bom: values.bom, safeCells: values.safeCells },
      onProgress
    })
  )
  const shownFailed = failedPath === undefined ? undefined : Download.toFailedPath(request.outputPath)
  yield* screen.say(
    ...GuideOutput.loading(shownPath(inputPath), request.matchRows === true ? report.rows : rows, screen),
    ...GuideOutput.downloaded(view, report, request.outputPath, shownFailed, screen),
    ...(screen.style === "full" ? costLine(view, screen) : [])
  )
  const news = request.renamedTold === true ? [] : report.renamedColumns
  for (const renamed of news) yield* screen.warn(Message.make("BL5075", renamed))
  const json = { job: JobJson.detail(view), ...JobJson.report(report, request.outputPath, shownFailed) }
  const strictly = values.strict && report.failedRows > 0 ? ExitCode.rowsFailed : ExitCode.done
  // Labels that were paid for and could not be had are the API's failure, not the rows'.
  const isUnread = (report.failed.results_unreadable ?? 0) > 0
  return { code: view.status === "failed" || isUnread ? ExitCode.api : strictly, json }
})
