/** The lines of the guide, and the few that go with them. */

import type { MergeReport } from "@batchlabel/dataset/Merger"
import type { Attempt } from "@batchlabel/job-store/Job"
import type { BatchView, JobView } from "@batchlabel/labeling/JobView"
import * as Message from "@batchlabel/messages/Message"
import { problem as problemOfBatch } from "@batchlabel/openai-batch/BatchErrorCode"
import * as Format from "./Format.js"
import type { Service } from "./Screen.js"

type Lines = ReadonlyArray<string>

/** More batches than these are not listed one by one. */
const mostBatches = 10
const mostLabels = 30

/** Requests with an answer, by the store and by the API's own count; a batch that was not accepted has none. */
export const doneOf = (view: JobView): number =>
  view.status === "failed" ? view.labeled : view.labeled + view.failedTotal + view.answered

const unsent = (view: JobView): number => view.shards.waiting

/** Shards that follow each other and wait alike are one line. */
const waitsOf = (view: JobView, { texts }: Service, now: number): Lines => {
  const { job } = texts
  const groups: Array<{ from: number; to: number; said: (shards: string) => string; key: string }> = []
  for (const { reason, shard, since, until } of view.waits.toSorted((a, b) => a.shard - b.shard)) {
    const to = until === undefined ? undefined : Format.clock(until, now)
    const at = Format.clock(since, now)
    const key = `${reason} ${at} ${to}`
    const last = groups.at(-1)
    if (last?.key === key) last.to = shard
    else groups.push({ from: shard, to: shard, key, said: (shards) => job.waiting(shards, texts.wait(reason), at, to) })
  }
  const lines = groups.slice(0, mostBatches).map(({ from, said, to }) => said(from === to ? String(from) : `${from}–${to}`))
  return groups.length > mostBatches ? [...lines, job.moreWaits(groups.length - mostBatches)] : lines
}

/** The first lines of a submit: the batch file is there. */
export const prepared = (view: JobView, requestsPath: string, { style, texts }: Service): Lines => {
  const { guide, job } = texts
  const { split } = view.job
  const skipped = split === undefined ? 0 : split.emptyText + split.badRecords + split.tooLarge
  return [
    guide.creating(split?.rows ?? 0),
    ...(view.requests === 0 ? [] : [guide.created(requestsPath)]),
    ...(style === "guide" || split === undefined
      ? []
      : [
          ...(split.duplicates === 0 ? [] : [job.duplicates(split.duplicates)]),
          ...(skipped === 0 ? [] : [job.skipped(split.emptyText, split.badRecords, split.tooLarge)])
        ])
  ]
}

/** What was sent: files, batches, the status of the job. `infoPath`: where the guide's file is, if it is anywhere. */
export const sent = (
  view: JobView,
  attempts: ReadonlyArray<Attempt>,
  infoPath: string | undefined,
  screen: Service,
  now: number
): Lines => {
  const { texts } = screen
  const { guide, job } = texts
  const files = [...new Set(attempts.flatMap(({ inputFileId }) => inputFileId ?? []))]
  const batches = view.batches.flatMap(({ batchId }) => batchId ?? [])
  const saved = infoPath === undefined ? [] : ["", guide.infoSaved(infoPath)]
  if (view.requests === 0) return ["", job.allKnown, ...saved]
  const held = unsent(view)
  return [
    ...files.slice(0, mostBatches).map(guide.uploaded),
    ...(files.length > mostBatches ? [job.moreBatches(files.length - mostBatches)] : []),
    ...(batches.length === 0
      ? []
      : [
          "",
          guide.batchMade,
          ...batches.slice(0, mostBatches).map(guide.batchId),
          ...(batches.length > mostBatches ? [job.moreBatches(batches.length - mostBatches)] : []),
          guide.status(view.status),
          guide.due
        ]),
    ...(held === 0 ? [] : ["", job.held(held), ...waitsOf(view, screen, now)]),
    ...saved,
    ...(batches.length === 0 ? [] : [guide.remember(infoPath)])
  ]
}

const progressOf = ({ collected, counts, requests }: BatchView): string => {
  if (collected !== undefined) return `${requests}/${requests}`
  return `${(counts?.completed ?? 0) + (counts?.failed ?? 0)}/${requests}`
}

const batchList = (view: JobView, { texts }: Service): Lines => {
  const batches = view.batches.filter(({ batchId }) => batchId !== undefined)
  if (batches.length < 2) return []
  const { job } = texts
  return [
    job.batches(batches.length),
    ...batches
      .slice(0, mostBatches)
      .map((batch) => job.batch(batch.shard, batch.batchId ?? "", texts.status(batch.state), progressOf(batch))),
    ...(batches.length > mostBatches ? [job.moreBatches(batches.length - mostBatches)] : [])
  ]
}

/** Each error of a failed batch: the API's own code and line, and what to do. */
export const batchErrors = (view: JobView, { lang }: Service): Lines => {
  const problems = view.batches.flatMap(({ errors }) => errors.map((error) => problemOfBatch(error)))
  const texts = [...new Set(problems.map((problem) => `   ${Message.forCommand(problem, lang)} [${problem.code}]`))]
  return texts.slice(0, mostBatches)
}

/** Why a job does not go on: its fault, the errors of its batches, what its shards wait for. */
export const trouble = (view: JobView, screen: Service, now: number): Lines => {
  const { detail } = view.job
  const fault = detail === undefined ? undefined : Message.restore(detail)
  return [
    ...(fault === undefined ? [] : [screen.texts.notice(`${Message.forCommand(fault, screen.lang)} [${fault.code}]`)]),
    ...batchErrors(view, screen),
    ...waitsOf(view, screen, now)
  ]
}

const explanation = (view: JobView, ready: boolean, { lang, texts }: Service): Lines => {
  const { guide } = texts
  switch (view.status) {
    case "completed":
      return [guide.completed]
    case "failed":
      return [guide.failed]
    case "cancelled":
      return [guide.cancelled]
    case "stopped": {
      const { detail } = view.job
      if (detail === undefined) return [guide.stopped]
      const problem = Message.restore(detail)
      return [guide.stopped, `   ${Message.forCommand(problem, lang)} [${problem.code}]`]
    }
    default:
      return [guide.busy(texts.status(view.status)), ...(ready ? [guide.ready] : [])]
  }
}

/** What the user knows a job by: its batch, where it has but one. */
export const idOf = ({ batches, job }: JobView): string => {
  const [only, second] = batches.flatMap(({ batchId }) => batchId ?? [])
  return (second === undefined ? only : undefined) ?? job.id
}

/** What `check` prints. `id` is what the user knows the job by; `ready`: there is something to download. */
export const status = (view: JobView, id: string, ready: boolean, screen: Service, now: number): Lines => {
  const { guide } = screen.texts
  const done = doneOf(view)
  return [
    guide.heading,
    guide.id(id),
    guide.status(view.status),
    guide.progress(done, view.requests, Format.percent(done, view.requests)),
    ...explanation(view, ready, screen),
    ...batchErrors(view, screen),
    ...waitsOf(view, screen, now),
    ...(screen.style === "full" ? batchList(view, screen) : [])
  ]
}

/** The share of each label in all rows but those still open. */
const distributionOf = (report: MergeReport, { texts }: Service): Lines => {
  const { guide } = texts
  const rows = report.rows - report.pending
  const { distribution } = report
  const shown =
    distribution.length <= mostLabels ? distribution : distribution.toSorted((a, b) => b.count - a.count).slice(0, mostLabels)
  const hidden = distribution.length - shown.length
  return [
    guide.distribution,
    ...shown.map(({ count, name, value }) => {
      const share = Format.percent(count, rows)
      return name === String(value) ? guide.plainLabel(name, count, share) : guide.label(String(value), name, count, share)
    }),
    ...(hidden === 0 ? [] : [guide.moreLabels(hidden)])
  ]
}

/** The opening of a download, before the results are fetched. */
export const loading = (inputPath: string, rows: number, { texts }: Service): Lines => [
  texts.guide.loading(inputPath),
  texts.guide.loaded(rows),
  "",
  texts.guide.downloading
]

/** The rest of it, from the rows that were written. Paths as the user wrote them. */
export const downloaded = (
  view: JobView,
  report: MergeReport,
  outputPath: string,
  failedPath: string | undefined,
  screen: Service
): Lines => {
  const { style, texts } = screen
  const { guide, job } = texts
  const reasons = Object.entries(report.failed).filter(([, count]) => count > 0)
  return [
    guide.downloaded,
    guide.labeled(report.labeled),
    guide.failedRows(report.failedRows),
    ...(report.pending === 0 ? [] : [guide.pending(report.pending)]),
    "",
    guide.saving,
    guide.saved(outputPath),
    "",
    ...distributionOf(report, screen),
    "",
    ...(failedPath === undefined
      ? []
      : [
          guide.failures(failedPath, report.failedRows),
          ...(style === "guide" ? [] : reasons.map(([name, count]) => job.reasonLine(texts.reason(name), name, count))),
          ...(style === "guide" ? [] : [job.resubmit(failedPath)]),
          ""
        ]),
    ...(view.status === "failed"
      ? [guide.failed, ...batchErrors(view, screen)]
      : [report.pending === 0 ? guide.done : guide.partlyDone])
  ]
}
