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

/** Gives every request of a shard the same failure: those that have no outcome yet, or all that have no label. */
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

const refusedWhole = (attempt: Attempt): Outcome.Failed => {
  const [first] = attempt.errors
  return {
    _tag: "Failed",
    reason: "api_error",
    detail: first === undefined ? "the API refused the batch" : `${first.code}: ${first.message}`,
    retryable: false
  }
}

const neverRun = (reason: "cancelled" | "budget"): Outcome.Failed => ({
  _tag: "Failed",
  reason,
  detail:
    reason === "budget"
      ? "the spending cap was reached before this request was sent"
      : "the job was cancelled before this request was run",
  retryable: true
})

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
          for (const { digest, outcome } of results) table.record(digest, outcome, source)
        })
      )
    }
    const shard = byNumber.get(attempt.shard)
    if (shard !== undefined && paths.length === 0 && attempt.errors.length > 0) {
      yield* failAll(table, shardFile(job, shard), refusedWhole(attempt), source)
    }
  }

  const reason =
    job.state === "cancelled" ? "cancelled" : job.state === "stopped" && job.detail?.code === "BL5305" ? "budget" : undefined
  if (reason !== undefined) {
    const source = from(job.updatedAt, undefined, 0)
    const unsent = reason === "cancelled" ? shards : shards.filter((shard) => shard.state === "waiting")
    for (const path of yield* existing(unsent.map((shard) => shardFile(job, shard)))) {
      // What a follow-up would ask again has failed before, but it is the cap that it waits for.
      yield* failAll(table, path, neverRun(reason), source, reason === "budget" ? "unlabelled" : "unknown")
    }
  }
  return table
})
