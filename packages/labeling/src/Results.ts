/**
 * The outcomes of a job out of its files: the shards' result files, what was known without asking, and what was never asked.
 *
 * @since 0.1.0
 */

import * as CustomId from "@batchlabel/core/CustomId"
import type * as Outcome from "@batchlabel/core/Outcome"
import type { Task } from "@batchlabel/core/Task"
import * as OutcomeTable from "@batchlabel/dataset/OutcomeTable"
import * as ResultReader from "@batchlabel/dataset/ResultReader"
import * as ShardLines from "@batchlabel/dataset/ShardLines"
import type { Attempt, Job, Shard } from "@batchlabel/job-store/Job"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { collectedFiles } from "./internal/collected.js"
import { findAnswerReader } from "./internal/jobCode.js"
import { knownFile, localOutcomes, shardFile } from "./internal/paths.js"
import { fileSize, type ResultFile } from "./internal/resultFiles.js"
import type { LabelingError } from "./LabelingError.js"
import type { DatasetError } from "./Operation.js"

/** Those that are there. One that cannot be seen is an error, not an absence. */
const existing = (paths: ReadonlyArray<string>) =>
  Effect.filter(paths, (path) => Effect.map(fileSize(path), (size) => size !== undefined))

/** Gives the requests of a shard the same failure: those that have no outcome yet, or all that have no label. */
const failAll = (
  table: OutcomeTable.OutcomeTable,
  path: string,
  outcome: Outcome.Failed,
  source: number,
  which: "unknown" | "unlabelled" = "unknown"
) =>
  Stream.runForEach(ShardLines.ids(path), (ids) =>
    Effect.sync(() => {
      for (const id of ids) {
        const digest = CustomId.parse(id)?.digest
        if (digest === undefined || (which === "unknown" && table.get(digest) !== undefined)) continue
        table.record(digest, outcome, source)
      }
    })
  )

/** What is asked again stands in a shard that is not settled; every other failure stays what it is. */
const asFinal = (outcome: Outcome.Outcome): Outcome.Outcome =>
  outcome._tag === "Failed" && outcome.retryable ? { ...outcome, retryable: false } : outcome

const missing: Outcome.Failed = {
  _tag: "Failed",
  reason: "missing",
  detail: "no batch of this job has an answer for this row",
  retryable: false
}

const refusedWhole = (attempt: Attempt): Outcome.Failed => {
  const [first] = attempt.errors
  return {
    _tag: "Failed",
    reason: "api_error",
    detail: first === undefined ? "the API refused the batch" : `${first.code}: ${first.message}`,
    retryable: false
  }
}

/** What became of the requests of which no result file speaks. */
const absentOutcome = ({ batchId, collected }: Attempt, isLost: boolean): Outcome.Failed => {
  const reason = isLost ? "results_unreadable" : (collected?.absent ?? "missing")
  switch (reason) {
    case "missing":
      return missing
    case "expired":
      return { ...missing, reason, detail: "the batch expired before this request was run" }
    case "cancelled":
      return { ...missing, reason, detail: "the batch was cancelled before this request was run" }
    case "results_unreadable":
      return {
        ...missing,
        reason,
        detail: `batch ${batchId ?? ""} is paid for, but its results could not be read for as long as they are kept`
      }
  }
}

/** Whether requests of which no file speaks have this as their final outcome, and not a follow-up. */
const leavesAbsent = ({ collected }: Attempt): boolean => (collected?.failed[collected.absent ?? "missing"] ?? 0) > 0

/** What a request is that has no final outcome: one that was not run, or in an unfinished job one whose answer is still to come. */
const openOutcome = ({ detail, state }: Job): Outcome.Failed => {
  if (state === "cancelled")
    return { _tag: "Failed", reason: "cancelled", detail: "the job was cancelled before this request was run", retryable: true }
  if (state === "stopped" && detail?.code === "BL5305")
    return {
      _tag: "Failed",
      reason: "budget",
      detail: "the spending cap was reached before this request was sent",
      retryable: true
    }
  return { ...missing, retryable: true }
}

/** Records what result files say; gives how many of their lines could not be read. */
const readInto = Effect.fnUntraced(function* (
  table: OutcomeTable.OutcomeTable,
  files: ReadonlyArray<ResultFile>,
  readAnswer: (body: unknown) => Outcome.Outcome,
  source: number
) {
  let unread = 0
  for (const { path } of files) {
    yield* Stream.runForEach(ResultReader.fromFile(path, readAnswer), ({ malformed, results }) =>
      Effect.sync(() => {
        unread += malformed
        for (const { digest, outcome } of results) table.record(digest, asFinal(outcome), source)
      })
    )
  }
  return unread
})

/**
 * What `load` fails with.
 *
 * @since 0.1.0
 * @category errors
 */
export type LoadError = DatasetError | LabelingError

/**
 * What `load` needs.
 *
 * @since 0.1.0
 * @category services
 */
export type LoadRequirements = FileSystem.FileSystem

/**
 * Everything that is known of a job's requests, by digest. Memory: see `OutcomeTable`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const load = Effect.fn("Results.load")(function* (
  job: Job,
  task: Task,
  shards: ReadonlyArray<Shard>,
  attempts: ReadonlyArray<Attempt>
): Effect.fn.Return<OutcomeTable.OutcomeTable, LoadError, LoadRequirements> {
  const table = OutcomeTable.make()
  const readAnswer = yield* findAnswerReader(job.settings, task)
  const byNumber = new Map(shards.map((shard) => [shard.number, shard]))
  const from = (at: number, batchId: string | undefined, attempt: number): number =>
    table.addSource({ at, model: job.model, task: job.taskName, batchId, attempt })

  const sources = new Map<string, number>()
  const sifted = shards.filter(({ known }) => known > 0)
  for (const path of yield* existing([localOutcomes(job), ...sifted.map((shard) => knownFile(job, shard))])) {
    yield* Stream.runForEach(ResultReader.fromLocalFile(path), (results) =>
      Effect.sync(() => {
        for (const { at, batchId, digest, outcome } of results) {
          const key = `${at} ${batchId ?? ""}`
          const source = sources.get(key) ?? from(at, batchId, 0)
          sources.set(key, source)
          table.record(digest, outcome, source)
        }
      })
    )
  }

  const roundOf = (attempt: Attempt): number => byNumber.get(attempt.shard)?.round ?? 1
  const collected = attempts.filter((attempt) => attempt.state === "collected").toSorted((a, b) => roundOf(a) - roundOf(b))
  for (const attempt of collected) {
    const source = from(attempt.endedAt ?? attempt.updatedAt, attempt.batchId, roundOf(attempt))
    let { here, isLost } = yield* collectedFiles(job, attempt)
    const malformed = yield* readInto(table, here, readAnswer, source)
    // Of the right size and not as it was: the disk has damaged it.
    if (malformed > (attempt.collected?.malformedLines ?? malformed)) {
      ;({ here, isLost } = yield* collectedFiles(job, attempt, () => true))
      yield* readInto(table, here, readAnswer, source)
    }
    const shard = byNumber.get(attempt.shard)
    if (shard === undefined) continue
    if (here.length === 0 && attempt.errors.length > 0) {
      yield* failAll(table, shardFile(job, shard), refusedWhole(attempt), source)
    } else if (isLost || leavesAbsent(attempt)) {
      yield* failAll(table, shardFile(job, shard), absentOutcome(attempt, isLost), source)
    }
  }

  if (job.state === "done") return table
  const source = from(job.updatedAt, undefined, 0)
  const unsettled = shards.filter((shard) => shard.state !== "settled")
  const over = job.state === "cancelled"
  for (const path of yield* existing((over ? shards : unsettled).map((shard) => shardFile(job, shard)))) {
    yield* failAll(table, path, openOutcome(job), source, over ? "unknown" : "unlabelled")
  }
  return table
})
