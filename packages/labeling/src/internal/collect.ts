/** A batch that is over: its files are fetched, read against its shard, and what is open is asked again. */
import { relative } from "node:path"
import * as CustomId from "@batchlabel/core/CustomId"
import * as Actual from "@batchlabel/cost/Actual"
import * as Folder from "@batchlabel/csv-io/Folder"
import * as Collector from "@batchlabel/dataset/Collector"
import type * as DatasetError from "@batchlabel/dataset/DatasetError"
import * as RequestIndex from "@batchlabel/dataset/RequestIndex"
import type * as ResultReader from "@batchlabel/dataset/ResultReader"
import * as ShardLines from "@batchlabel/dataset/ShardLines"
import type { Answer, Attempt, CollectSummary, NewShard, Shard } from "@batchlabel/job-store/Job"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as BatchErrorCode from "@batchlabel/openai-batch/BatchErrorCode"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Stream from "effect/Stream"
import * as Scheduler from "../Scheduler.js"
import { endedStates, observed } from "./batchState.js"
import { type Held, type Pass, Stop, stopsJob } from "./pass.js"
import { errorFile, outputFile, resultsDirectory, shardFile, shardPath } from "./paths.js"
import { countTokens } from "./shardTokens.js"
import { giveBack } from "./start.js"

/** Paid answers that are stored in one transaction: fewer take longer in all, more take more memory. */
const answersAtOnce = 10_000

/** A completed batch that names no file yet, or whose counts speak of results in a file that it does not name. */
const awaitsFiles = ({ counts, errorFileId, outputFileId, state }: Attempt): boolean => {
  if (state !== "completed") return false
  // Every batch of ours has requests: counts of nothing would only be wrong.
  if (outputFileId === undefined && errorFileId === undefined) return true
  return (outputFileId === undefined && (counts?.completed ?? 0) > 0) || (errorFileId === undefined && (counts?.failed ?? 0) > 0)
}

/** When this machine first saw a completed batch without its files. The API's own time would not do: it is in seconds, and another clock's. */
const filelessSince = Effect.fnUntraced(function* ({ store }: Pass, batchId: string, now: number) {
  const name = `fileless:${batchId}`
  const known = yield* store.fact(name)
  if (known !== undefined) return Number(known)
  yield* store.setFact(name, String(now))
  return now
})

/** The local copy of a result file: `undefined` where there is none, or where it is gone. `retry` when it could not be fetched now. */
const fetchFile = Effect.fn("Reconcile.fetchFile")(function* (pass: Pass, fileId: string | undefined, path: string) {
  if (fileId === undefined) return { path: undefined, retry: false }
  const fs = yield* FileSystem.FileSystem
  if (yield* Effect.orElseSucceed(fs.exists(path), () => false)) return { path, retry: false }
  const got = yield* Effect.either(pass.api.download({ fileId, path }))
  if (Either.isRight(got)) return { path, retry: false }
  const error = got.left
  if (error.reason._tag === "NotFound") {
    yield* pass.store.appendEvents(pass.job.id, [{ kind: "file_gone", data: { file: fileId } }])
    return { path: undefined, retry: false }
  }
  if (stopsJob(error)) return yield* new Stop({ problem: error.problem })
  pass.notices.push(error.problem)
  return { path: undefined, retry: true }
})

/** Counted from the files; `again` requests live on in the follow-up, so they are not among the failed. */
const summaryOf = (report: Collector.CollectReport, asksAgain: boolean): CollectSummary => {
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
    unknownIds: report.unknownIds,
    duplicateIds: report.duplicateIds,
    malformedLines: report.malformedLines,
    billed: report.billed,
    usage: report.usage
  }
}

/** Reads the results and closes the attempt, in one transaction with the follow-up shard that goes on with what is open. */
export const collect = Effect.fn("Reconcile.collect")(function* (
  pass: Pass,
  held: Held,
  nextShard: () => number,
  lookedAgain = false
): Effect.fn.Return<void, Stop | JobStoreError | DatasetError.DatasetError, FileSystem.FileSystem> {
  const { job, price, settings, store } = pass
  const { attempt, shard } = held
  const now = yield* Clock.currentTimeMillis
  const later = (delay: number) =>
    store.advance(attempt.id, [...endedStates], { misses: attempt.misses + 1, notBefore: now + delay })

  if (awaitsFiles(attempt) && attempt.batchId !== undefined && !lookedAgain) {
    const again = yield* Effect.either(pass.api.retrieve(attempt.batchId))
    if (Either.isLeft(again)) {
      if (stopsJob(again.left)) return yield* new Stop({ problem: again.left.problem })
      return yield* Effect.asVoid(later(Scheduler.pollDelay(settings, 0, attempt.misses + 1)))
    }
    const seen = yield* store.advance(attempt.id, ["completed"], { ...observed(again.right, now), misses: attempt.misses + 1 })
    if (seen === undefined) return
    if (awaitsFiles(seen)) {
      // Only a look after the time allowed for it shows that there are no files.
      const mayCome = now < (yield* filelessSince(pass, attempt.batchId, now)) + Duration.toMillis(settings.outputLag)
      if (mayCome) return yield* Effect.asVoid(later(Scheduler.pollDelay(settings, 0, 0)))
    }
    return yield* collect(pass, { attempt: seen, shard }, nextShard, true)
  }

  yield* Folder.make(resultsDirectory(job), { mode: 0o700 }).pipe(Effect.ignore)
  const output = yield* fetchFile(pass, attempt.outputFileId, outputFile(job, attempt))
  const error = yield* fetchFile(pass, attempt.errorFileId, errorFile(job, attempt))
  if (output.retry || error.retry) return yield* Effect.asVoid(later(Scheduler.pollDelay(settings, 0, attempt.misses + 1)))

  const bill = price === undefined ? undefined : Actual.accumulator(price)
  // Many at a time: their digests lie anywhere in the store, and each transaction writes every page that it touches.
  const answers: Array<Answer> = []
  const saveAnswers = Effect.suspend(() =>
    answers.length === 0 ? Effect.void : store.saveAnswers(job.taskFingerprint, answers.splice(0))
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
    resultPaths: [output.path, error.path].filter((path) => path !== undefined),
    readAnswer: pass.readAnswer,
    onResults: keep
  })
  yield* saveAnswers

  const open = Object.values(report.retryable).reduce((sum, count) => sum + count, 0)
  const refusedWhole = attempt.state === "failed"
  const asksAgain = open > 0 && !refusedWhole && job.state !== "cancelling" && shard.round < job.settings.attempts
  const followUp = asksAgain ? yield* writeFollowUp(pass, held, report, nextShard()) : undefined
  const settled = yield* store.settle({
    attempt,
    collected: refusedWhole ? refusal(report) : summaryOf(report, asksAgain),
    cost: price === undefined || bill === undefined ? undefined : Actual.billed(price, bill.spending(), attempt.usage),
    followUp
  })
  if (!settled) return
  yield* store.appendEvents(job.id, [
    {
      kind: "batch_collected",
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

/** A batch that the API refused as a whole: none of its requests was run, and asking again would be refused again. */
const refusal = (report: Collector.CollectReport): CollectSummary => ({
  ...summaryOf(report, false),
  failed: { api_error: report.expected },
  missing: 0
})

/** Requests that stand in a later round already: a job that was recovered from the API knows its follow-ups, but not whose they are. */
const takenUp = Effect.fnUntraced(function* ({ job, store }: Pass, shard: Shard) {
  const taken = RequestIndex.make()
  const later = (yield* store.shards(job.id)).filter((other) => other.round > shard.round && other.parent === undefined)
  for (const other of later) {
    yield* Stream.runForEach(ShardLines.ids(shardFile(job, other)), (ids) =>
      Effect.sync(() => {
        for (const id of ids) taken.add(CustomId.parse(id)?.digest ?? "")
      })
    )
  }
  return (customId: string): boolean => taken.find(CustomId.parse(customId)?.digest ?? "") !== -1
})

const writeFollowUp = Effect.fn("Reconcile.writeFollowUp")(function* (
  pass: Pass,
  { shard }: Held,
  report: Collector.CollectReport,
  number: number
) {
  const { job } = pass
  const isTakenUp = yield* takenUp(pass, shard)
  const file = yield* ShardLines.select(
    { path: shardFile(job, shard), bytes: shard.bytes, tokens: shard.tokens },
    (customId) => report.mayRetry(customId) && !isTakenUp(customId),
    shardFile(job, { path: shardPath(number) })
  )
  if (file.requests === 0) return undefined
  return {
    ...file,
    tokens: yield* countTokens(pass.task, file.path),
    path: relative(job.directory, file.path),
    number,
    round: shard.round + 1,
    parent: shard.number
  } satisfies NewShard
})

/** A batch that failed before it ran: what to do depends on why. */
export const digestFailure = Effect.fn("Reconcile.digestFailure")(function* (
  pass: Pass,
  held: Held,
  attempts: ReadonlyArray<Attempt>,
  nextShard: () => number
) {
  const { attempt } = held
  const errors = attempt.errors
  switch (BatchErrorCode.classify(errors)) {
    case "queue_full": {
      const limit = errors.map(({ message }) => BatchErrorCode.enqueuedLimit(message)).find((found) => found !== undefined)
      if (limit !== undefined) yield* pass.store.setFact(`limit:${attempt.model}`, String(limit))
      return yield* giveBack(pass, held, attempts, { keepFile: true, errors })
    }
    case "file_not_ready":
      return yield* giveBack(pass, held, attempts, {
        keepFile: Scheduler.rejectionsInARow(attempts, held.shard.number) < 2,
        errors
      })
    case "server_error":
      return yield* giveBack(pass, held, attempts, { keepFile: true, errors })
    case "no_credit": {
      yield* giveBack(pass, held, attempts, { keepFile: true, errors })
      const [problem] = BatchErrorCode.problems(errors)
      return problem === undefined ? undefined : yield* new Stop({ problem })
    }
    default:
      return yield* collect(pass, held, nextShard)
  }
})
