/** A batch that is over: its files are fetched, read against its shard, and what is open is asked again. */

import * as Actual from "@batchlabel/cost/Actual"
import * as Collector from "@batchlabel/dataset/Collector"
import type * as DatasetError from "@batchlabel/dataset/DatasetError"
import type * as ResultReader from "@batchlabel/dataset/ResultReader"
import * as AttemptState from "@batchlabel/job-store/AttemptState"
import type { Answer, Attempt, CollectSummary } from "@batchlabel/job-store/Job"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as BatchErrorCode from "@batchlabel/openai-batch/BatchErrorCode"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as JobProblem from "../JobProblem.js"
import * as Scheduler from "../Scheduler.js"
import { answerScope } from "./answerScope.js"
import { absentAs, awaitsFiles, belief, type Seen } from "./belief.js"
import { writeFollowUp } from "./followUp.js"
import { learnLimit } from "./learnedLimit.js"
import { shardFile } from "./paths.js"
import { JobBlocked, type ReconcileContext, type ShardAttempt } from "./reconcileContext.js"
import { discard, endsWithinLine, fetch, fileSizes, type ResultFile, toResultFiles } from "./resultFiles.js"
import { requeue } from "./start.js"
import { awaitFiles, type Decision, doubt, putOff, toDetail } from "./unread.js"

/** Paid answers that are stored in one transaction: fewer take longer in all, more take more memory. */
const answersAtOnce = 10_000

type Errors = JobBlocked | JobStoreError | DatasetError.DatasetError

/** What was read of a batch. */
interface Reading {
  readonly report: Collector.CollectReport
  readonly bill: Actual.Accumulator | undefined
  readonly files: ReadonlyArray<ResultFile>
  readonly absent: NonNullable<CollectSummary["absent"]>
}

/** Reads result files against their shard and keeps the answers in them. */
const read = Effect.fn("Reconcile.read")(function* (
  context: ReconcileContext,
  { attempt, shard }: ShardAttempt,
  files: ReadonlyArray<ResultFile>,
  absent: Reading["absent"]
) {
  const { job, price, store } = context
  const now = yield* Clock.currentTimeMillis
  const bill = price === undefined ? undefined : Actual.accumulator(price)
  // Many at a time: their digests lie anywhere in the store, and each transaction writes every page that it touches.
  const answers: Array<Answer> = []
  const saveAnswers = Effect.suspend(() =>
    answers.length === 0 ? Effect.void : store.saveAnswers(answerScope(job), answers.splice(0))
  )
  const keep = (results: ReadonlyArray<ResultReader.RowResult>) => {
    for (const { digest, outcome } of results) {
      if (outcome.usage !== undefined) bill?.add(outcome.usage)
      if (outcome._tag === "Labeled" && job.settings.useCache)
        answers.push({ digest, value: outcome.value, at: attempt.endedAt ?? now, batchId: attempt.batchId })
    }
    return answers.length < answersAtOnce ? Effect.void : saveAnswers
  }
  const report = yield* Collector.collect({
    shardPath: shardFile(job, shard),
    resultPaths: files.map(({ path }) => path),
    readAnswer: context.readAnswer,
    absent,
    onResults: keep
  })
  yield* saveAnswers
  const reading: Reading = { report, bill, files, absent }
  return reading
})

/** Counted from the files; `again` requests live on in the follow-up, so they are not among the failed. */
const toSummary = ({ absent, files, report }: Reading, asksAgain: boolean, sizes: CollectSummary["files"]): CollectSummary => {
  const failed: Record<string, number> = { ...report.failed }
  let again = 0
  for (const [reason, count] of Object.entries(report.retryable)) {
    if (asksAgain) again += count
    else failed[reason] = (failed[reason] ?? 0) + count
  }
  return {
    labeled: report.labeled,
    failed,
    again,
    missing: report.missing,
    ...(report.missing === 0 ? {} : { absent }),
    ...(files.length === 0 || sizes === undefined ? {} : { files: sizes }),
    unknownIds: report.unknownIds,
    duplicateIds: report.duplicateIds,
    malformedLines: report.malformedLines,
    billed: report.billed,
    usage: report.usage
  }
}

/** A batch that the API refused as a whole: none of its requests was run, and asking again would be refused again. */
const refusal = (reading: Reading): CollectSummary => {
  const { absent: _, ...summary } = toSummary(reading, false, undefined)
  return { ...summary, failed: { api_error: reading.report.expected }, missing: 0 }
}

/** Results that could not be read are paid for all the same: as far as the API sums them up, else as much as they can have cost. */
const toCost = ({ price }: ReconcileContext, attempt: Attempt, { absent, bill, report }: Reading): bigint | undefined => {
  if (price === undefined || bill === undefined) return undefined
  const billed: bigint = Actual.billed(price, bill.spending(), attempt.usage)
  const isUnknown = absent === "results_unreadable" && report.missing > 0 && attempt.usage === undefined
  return isUnknown && billed < attempt.reserved ? attempt.reserved : billed
}

/** Closes the attempt, in one transaction with the follow-up shard that goes on with what is open. */
const settle = Effect.fn("Reconcile.settle")(function* (
  context: ReconcileContext,
  current: ShardAttempt,
  reading: Reading,
  nextShard: () => number
) {
  const { job, store } = context
  const { attempt, shard } = current
  const { report } = reading
  const open = Object.values(report.retryable).reduce((sum, count) => sum + count, 0)
  const refusedWhole = attempt.state === "failed"
  const asksAgain = open > 0 && !refusedWhole && job.state !== "cancelling" && shard.round < job.settings.attempts
  const followUp = asksAgain ? yield* writeFollowUp(context, current, report, nextShard()) : undefined
  const sizes = yield* fileSizes(reading.files)
  const settled = yield* store.settle({
    attempt,
    collected: refusedWhole ? refusal(reading) : toSummary(reading, asksAgain, sizes),
    cost: toCost(context, attempt, reading),
    followUp
  })
  if (!settled) return
  yield* store.appendEvents(job.id, [
    {
      kind: reading.absent === "results_unreadable" ? "results_lost" : "batch_collected",
      data: {
        shard: shard.number,
        attempt: attempt.number,
        batch: attempt.batchId,
        labeled: report.labeled,
        failed: report.failed,
        again: followUp?.requests ?? 0
      }
    }
  ])
  const differences = Actual.crossCheck(report.usage, attempt.usage) ?? []
  if (differences.length > 0) {
    yield* store.appendEvents(job.id, [
      { kind: "usage_differs", data: { shard: shard.number, batch: attempt.batchId, differences } }
    ])
  }
})

/** With what its files hold, and whether they end within a line. */
const toSeen = (files: ReadonlyArray<ResultFile>, report: Collector.CollectReport) =>
  Effect.map(
    Effect.forEach(files, (file, index) =>
      Effect.gen(function* () {
        const tally = report.files[index]
        if (tally === undefined) return []
        const seen: Seen = { ...file, tally, isCut: tally.endsMalformed && (yield* endsWithinLine(file.path)) }
        return [seen]
      })
    ),
    (seen) => seen.flat()
  )

/** Reads the results of a batch that is over, and closes the attempt once what they say can be believed. */
export const collect = Effect.fn("Reconcile.collect")(function* (
  context: ReconcileContext,
  current: ShardAttempt,
  nextShard: () => number,
  isNews = false
): Effect.fn.Return<void, Errors, FileSystem.FileSystem> {
  const { job } = context
  const { attempt, shard } = current
  /** Goes on with what a look has shown, once a pass; else with `end`, if there is nothing to wait for. */
  const after = (decision: Decision, end: Effect.Effect<void, Errors, FileSystem.FileSystem>) => {
    if (decision === "over") return end
    if (decision === "later" || isNews || !AttemptState.hasEnded(decision.state)) return Effect.void
    return collect(context, { attempt: decision, shard }, nextShard, true)
  }
  const close = (reading: Reading) => settle(context, current, reading, nextShard)
  const unreadable = (files: ReadonlyArray<ResultFile>) =>
    Effect.flatMap(read(context, current, files, "results_unreadable"), close)
  const readAndClose = Effect.gen(function* () {
    const { failed, here } = yield* fetch(context, attempt)
    if (failed !== undefined) {
      if (failed.error.reason._tag === "QuotaExceeded") return yield* new JobBlocked({ problem: failed.error.problem })
      const unread = { fileId: failed.fileId, detail: toDetail(failed.error) }
      return yield* after(yield* putOff(context, current, unread), unreadable(here))
    }
    const reading = yield* read(context, current, here, absentAs(attempt))
    if (attempt.state === "failed") return yield* close(reading)
    const seen = yield* toSeen(here, reading.report)
    const believed = belief(attempt, reading.report, seen)
    switch (believed._tag) {
      case "whole":
        return yield* close(reading)
      case "doubtful": {
        const closeLater = Effect.flatMap(doubt(context, current, here), (decision) => after(decision, close(reading)))
        return awaitsFiles(attempt) ? yield* after(yield* awaitFiles(context, current), closeLater) : yield* closeLater
      }
      case "impossible": {
        const { file } = believed
        const detail = file.isCut ? "cut" : file.tally.lines === 0 ? "empty" : "foreign"
        const decision = yield* putOff(context, current, { fileId: file.fileId, detail })
        if (decision === "later") yield* discard(job, attempt)
        return yield* after(decision, unreadable(here.filter(({ kind }) => kind !== file.kind)))
      }
    }
  })
  if (!awaitsFiles(attempt) || toResultFiles(job, attempt).length > 0) return yield* readAndClose
  return yield* after(yield* awaitFiles(context, current), readAndClose)
})

/** A batch that failed before it ran: what to do depends on why. */
export const digestFailure = Effect.fn("Reconcile.digestFailure")(function* (
  context: ReconcileContext,
  current: ShardAttempt,
  attempts: ReadonlyArray<Attempt>,
  nextShard: () => number
) {
  const { attempt } = current
  const errors = attempt.errors
  switch (BatchErrorCode.classify(errors)) {
    case "queue_full": {
      const limit = errors.map(({ message }) => BatchErrorCode.enqueuedLimit(message)).find((found) => found !== undefined)
      if (limit !== undefined) yield* learnLimit(context, attempt.model, limit)
      return yield* requeue(context, current, attempts, { keepFile: true, errors })
    }
    case "file_not_ready":
      return yield* requeue(context, current, attempts, {
        keepFile: Scheduler.rejectionsInARow(attempts, current.shard.number) < 2,
        errors
      })
    case "server_error":
      return yield* requeue(context, current, attempts, { keepFile: true, errors })
    case "no_credit": {
      yield* requeue(context, current, attempts, { keepFile: true, errors })
      const [problem] = BatchErrorCode.problems(errors)
      return problem === undefined ? undefined : yield* new JobBlocked({ problem })
    }
    case "unknown": {
      // Nothing of it was run. Why, the user may understand: nothing is sent again before that.
      yield* requeue(context, current, attempts, { keepFile: true, errors })
      const reason = errors.map(({ code, message }) => (code === "" ? message : `[${code}] ${message}`)).join("; ")
      return yield* new JobBlocked({ problem: JobProblem.make("BL5056", { batch: attempt.batchId ?? "", reason }) })
    }
    default:
      return yield* collect(context, current, nextShard)
  }
})
