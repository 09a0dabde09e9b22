/**
 * The outcomes of a job out of its files: the shards' result files, what was known without asking, and what was never asked.
 *
 * @since 0.1.0
 */
import * as Answer from "@batchlabel/core/Answer"
import * as CustomId from "@batchlabel/core/CustomId"
import type * as Outcome from "@batchlabel/core/Outcome"
import type { Task } from "@batchlabel/core/Task"
import type { DatasetError } from "@batchlabel/dataset/DatasetError"
import * as OutcomeTable from "@batchlabel/dataset/OutcomeTable"
import * as ResultReader from "@batchlabel/dataset/ResultReader"
import * as ShardLines from "@batchlabel/dataset/ShardLines"
import type { Attempt, Job, Shard } from "@batchlabel/job-store/Job"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { errorFile, localOutcomes, outputFile, shardFile } from "./internal/paths.js"

const existing = Effect.fnUntraced(function* (paths: ReadonlyArray<string>) {
  const fs = yield* FileSystem.FileSystem
  return yield* Effect.filter(paths, (path) => Effect.orElseSucceed(fs.exists(path), () => false))
})

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
): Effect.fn.Return<OutcomeTable.OutcomeTable, DatasetError, FileSystem.FileSystem> {
  const table = OutcomeTable.make()
  const readAnswer = Answer.reader(task)
  const byNumber = new Map(shards.map((shard) => [shard.number, shard]))
  const from = (at: number, batchId: string | undefined, attempt: number): number =>
    table.addSource({ at, model: job.model, task: job.taskName, batchId, attempt })

  const sources = new Map<string, number>()
  for (const path of yield* existing([localOutcomes(job)])) {
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
    const paths = yield* existing([outputFile(job, attempt), errorFile(job, attempt)])
    for (const path of paths) {
      yield* Stream.runForEach(ResultReader.fromFile(path, readAnswer), ({ results }) =>
        Effect.sync(() => {
          for (const { digest, outcome } of results) table.record(digest, asFinal(outcome), source)
        })
      )
    }
    const shard = byNumber.get(attempt.shard)
    if (shard === undefined) continue
    if (paths.length === 0 && attempt.errors.length > 0) {
      yield* failAll(table, shardFile(job, shard), refusedWhole(attempt), source)
    } else if (job.state !== "done" && shard.round >= job.settings.attempts) {
      // Of a job that is done, all that has no outcome is missing; of this one, only what is not asked again.
      yield* failAll(table, shardFile(job, shard), missing, source)
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
