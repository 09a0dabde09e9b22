/** When trying on is pointless, or would only cost: the job stops and says what was tried. */
import * as Problem from "@batchlabel/core/Problem"
import type { Attempt } from "@batchlabel/job-store/Job"
import * as BatchErrorCode from "@batchlabel/openai-batch/BatchErrorCode"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Scheduler from "../Scheduler.js"
import { liveStates } from "./batchState.js"
import { type Pass, Stop } from "./pass.js"

const minutesSince = (since: number, now: number): number => Math.max(0, Math.round((now - since) / 60_000))

const wordsOf = (errors: Attempt["errors"]): string =>
  errors
    .map(({ code, message }) => (code === "" ? message : `[${code}] ${message}`))
    .join("; ")
    .slice(0, 500)

/** What an attempt on its way is at. */
const stepOf = ({ state }: Attempt): "upload" | "create" => (state === "planned" || state === "uploading" ? "upload" : "create")

const onTheWay: ReadonlySet<Attempt["state"]> = new Set(["planned", "uploading", "uploaded", "creating"])

const refusedStep = ({ notices, settings }: Pass, attempts: ReadonlyArray<Attempt>, now: number): Stop | undefined => {
  const stuck = attempts.find(({ misses, state }) => onTheWay.has(state) && misses >= settings.tries)
  if (stuck === undefined) return undefined
  return new Stop({
    problem: Problem.make("BL5061", {
      what: stepOf(stuck),
      tries: stuck.misses,
      minutes: minutesSince(stuck.createdAt, now),
      last: notices.at(-1)?.text("en").split("\n")[0] ?? wordsOf(stuck.errors)
    })
  })
}

/** Whether a batch of this store holds the queue of the model, so that it can be full for that reason. */
const isOurs = Effect.fnUntraced(function* ({ job, store }: Pass, attempts: ReadonlyArray<Attempt>) {
  const others = (yield* store.holders(job.model)).some((jobId) => jobId !== job.id)
  return others || attempts.some(({ state }) => liveStates.some((live) => live === state))
})

const refusedBatches = Effect.fnUntraced(function* (pass: Pass, attempts: ReadonlyArray<Attempt>, now: number) {
  const { settings, toldAt } = pass
  const { last, rounds, since } = Scheduler.rejections(attempts, toldAt)
  if (last === undefined || rounds < settings.tries) return undefined
  const isQueueFull = BatchErrorCode.classify(last.errors) === "queue_full"
  if (isQueueFull && rounds < settings.queueTries && (yield* isOurs(pass, attempts))) return undefined
  return new Stop({
    problem: Problem.make("BL5061", {
      what: isQueueFull ? "queue" : "batch",
      tries: rounds,
      minutes: minutesSince(since, now),
      last: wordsOf(last.errors)
    })
  })
})

const fruitlessBatches = ({ settings, toldAt }: Pass, attempts: ReadonlyArray<Attempt>, now: number): Stop | undefined => {
  const { last, rounds, since } = Scheduler.fruitless(attempts, toldAt)
  if (last === undefined || rounds < settings.fruitlessRounds) return undefined
  return new Stop({
    problem: Problem.make("BL5060", {
      rounds,
      minutes: minutesSince(since, now),
      batch: last.batchId ?? "",
      last: wordsOf(last.errors)
    })
  })
}

/** Fails where nothing more should be tried before the user says so. */
export const giveUp = Effect.fnUntraced(function* (pass: Pass, attempts: ReadonlyArray<Attempt>) {
  const now = yield* Clock.currentTimeMillis
  const stop =
    refusedStep(pass, attempts, now) ?? (yield* refusedBatches(pass, attempts, now)) ?? fruitlessBatches(pass, attempts, now)
  if (stop !== undefined) return yield* stop
})
