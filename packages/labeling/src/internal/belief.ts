/** Whether what the result files of a batch say can be true, held against what the batch says of itself. */
import type { CollectReport } from "@batchlabel/dataset/Collector"
import type { Attempt, Job } from "@batchlabel/job-store/Job"
import type { ResultFile } from "./resultFiles.js"

const day = 24 * 3_600_000

/** Result files are deleted so long after their batch has ended, unless told sooner. Source: OpenAI's batch guide. */
const kept = 30 * day

/** Until when (unix ms) the results of a batch can be had. Before that, "not found" is not "gone". */
export const keptUntil = (job: Job, attempt: Attempt): number => {
  const { outputExpiresAfter } = job.settings
  return (attempt.endedAt ?? attempt.updatedAt) + (outputExpiresAfter === undefined ? kept : outputExpiresAfter * 1000)
}

/**
 * - `whole` they speak of every request that they can speak of
 * - `doubtful` something is missing, or does not belong: true if another download says the same
 * - `impossible` this is not the file: nothing in it is of this batch, or it was cut
 */
export type Belief =
  | { readonly _tag: "whole" }
  | { readonly _tag: "doubtful" }
  | { readonly _tag: "impossible"; readonly file: Seen }

/** A file that was read, with what it holds; `isCut`: it ends within a line. */
export interface Seen extends ResultFile {
  readonly tally: CollectReport["files"][number]
  readonly isCut: boolean
}

const isImpossible = (attempt: Attempt, { isCut, kind, tally }: Seen): boolean => {
  if (isCut) return true
  if (tally.lines > 0) return tally.own + tally.traces === 0
  // An error file may well be empty; an output is only written where there is something to write.
  return kind === "output" && attempt.counts?.completed !== 0
}

export const belief = (attempt: Attempt, report: CollectReport, files: ReadonlyArray<Seen>): Belief => {
  if (report.missing === 0 && report.unknownIds === 0) return { _tag: "whole" }
  const impossible = files.find((file) => isImpossible(attempt, file))
  if (impossible !== undefined) return { _tag: "impossible", file: impossible }
  if (files.length === 0) return { _tag: "whole" }
  // What such a batch had not done is missing by its nature.
  const isUnfinished = attempt.state === "expired" || attempt.state === "cancelled"
  const answered = files.reduce((sum, { kind, tally }) => (kind === "output" ? sum + tally.own : sum), 0)
  // The counts of such a batch are not to be trusted, and a named output that holds nothing may be an empty reply.
  const isEmpty = files.some(({ kind, tally }) => kind === "output" && tally.lines === 0)
  const isPlausible =
    isUnfinished && !isEmpty && report.unknownIds === 0 && attempt.counts !== undefined && answered >= attempt.counts.completed
  return { _tag: isPlausible ? "whole" : "doubtful" }
}

/** What became of the requests of which no file speaks. */
export const absentAs = ({ state }: Attempt): "missing" | "expired" | "cancelled" =>
  state === "expired" || state === "cancelled" ? state : "missing"

/** A batch that names no file though it has answers to give, as far as it says. */
export const awaitsFiles = ({ counts, errorFileId, outputFileId, state }: Attempt): boolean => {
  if (state === "failed") return false
  if (state !== "completed") return outputFileId === undefined && (counts?.completed ?? 0) > 0
  // Every batch of ours has requests: counts of nothing would only be wrong.
  if (outputFileId === undefined && errorFileId === undefined) return true
  return (outputFileId === undefined && (counts?.completed ?? 0) > 0) || (errorFileId === undefined && (counts?.failed ?? 0) > 0)
}
