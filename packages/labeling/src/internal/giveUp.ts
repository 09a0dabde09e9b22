/** When trying on is pointless, or would only cost: the job stops and says what was tried. */

import * as AttemptState from "@batchlabel/job-store/AttemptState"
import type { Attempt } from "@batchlabel/job-store/Job"
import * as BatchErrorCode from "@batchlabel/openai-batch/BatchErrorCode"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as JobProblem from "../JobProblem.js"
import * as Scheduler from "../Scheduler.js"
import { JobBlocked, type ReconcileContext } from "./reconcileContext.js"

const minutesSince = (since: number, now: number): number => Math.max(0, Math.round((now - since) / 60_000))

const wordsOf = (errors: Attempt["errors"]): string =>
  errors
    .map(({ code, message }) => (code === "" ? message : `[${code}] ${message}`))
    .join("; ")
    .slice(0, 500)

/** What an attempt on its way is at. */
const stepOf = ({ state }: Attempt): "upload" | "create" => (state === "planned" || state === "uploading" ? "upload" : "create")

const refusedStep = (
  { notices, settings }: ReconcileContext,
  attempts: ReadonlyArray<Attempt>,
  now: number
): JobBlocked | undefined => {
  const stuck = attempts.find(({ failedPolls, state }) => AttemptState.isStarting(state) && failedPolls >= settings.tries)
  if (stuck === undefined) return undefined
  return new JobBlocked({
    problem: JobProblem.make("BL5061", {
      what: stepOf(stuck),
      tries: stuck.failedPolls,
      minutes: minutesSince(stuck.createdAt, now),
      last: notices.at(-1)?.message.split("\n")[0] ?? wordsOf(stuck.errors)
    })
  })
}

/** Whether a batch of this store holds the queue of the model, so that it can be full for that reason. */
const isOurs = Effect.fnUntraced(function* ({ job, store }: ReconcileContext, attempts: ReadonlyArray<Attempt>) {
  const others = (yield* store.holders(job.model)).some((jobId) => jobId !== job.id)
  return others || attempts.some(({ state }) => AttemptState.isRunning(state))
})

const refusedBatches = Effect.fnUntraced(function* (context: ReconcileContext, attempts: ReadonlyArray<Attempt>, now: number) {
  const { settings, resumedAt } = context
  const { last, rounds, since } = Scheduler.rejections(attempts, resumedAt)
  if (last === undefined || rounds < settings.tries) return undefined
  const isQueueFull = BatchErrorCode.classify(last.errors) === "queue_full"
  if (isQueueFull && rounds < settings.queueTries && (yield* isOurs(context, attempts))) return undefined
  return new JobBlocked({
    problem: JobProblem.make("BL5061", {
      what: isQueueFull ? "queue" : "batch",
      tries: rounds,
      minutes: minutesSince(since, now),
      last: wordsOf(last.errors)
    })
  })
})

const fruitlessBatches = (
  { settings, resumedAt }: ReconcileContext,
  attempts: ReadonlyArray<Attempt>,
  now: number
): JobBlocked | undefined => {
  const { last, rounds, since } = Scheduler.fruitless(attempts, resumedAt)
  if (last === undefined || rounds < settings.fruitlessRounds) return undefined
  return new JobBlocked({
    problem: JobProblem.make("BL5060", {
      rounds,
      minutes: minutesSince(since, now),
      batch: last.batchId ?? "",
      last: wordsOf(last.errors)
    })
  })
}

/** Fails where nothing more should be tried before the user says so. */
export const giveUp = Effect.fnUntraced(function* (context: ReconcileContext, attempts: ReadonlyArray<Attempt>) {
  const now = yield* Clock.currentTimeMillis
  const stop =
    refusedStep(context, attempts, now) ??
    (yield* refusedBatches(context, attempts, now)) ??
    fruitlessBatches(context, attempts, now)
  if (stop !== undefined) return yield* stop
})
