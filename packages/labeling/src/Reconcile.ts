/**
 * The one idea that drives everything: read what the store and the API say of a job, take the next safe steps, store what was seen. It is
 * idempotent, so that a crash needs no path of its own: the next reconcile is the recovery.
 *
 * @since 0.1.0
 */
import type * as Problem from "@batchlabel/core/Problem"
import * as CostProblem from "@batchlabel/cost/CostProblem"
import * as AttemptState from "@batchlabel/job-store/AttemptState"
import type { Attempt, Job, Shard } from "@batchlabel/job-store/Job"
import { JobStore, type Service as StoreService } from "@batchlabel/job-store/JobStore"
import { OpenAiBatch } from "@batchlabel/openai-batch/OpenAiBatch"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { collect, digestFailure } from "./internal/collect.js"
import { jobsWaitedFor, unblocked } from "./internal/elsewhere.js"
import { giveUp } from "./internal/giveUp.js"
import { findAnswerReader, requireProvider } from "./internal/jobCode.js"
import { forgetLimit } from "./internal/learnedLimit.js"
import { removeLeftovers } from "./internal/leftovers.js"
import { poll } from "./internal/poll.js"
import { blockedDetail, JobBlocked, needsWord, type ReconcileContext, type ShardAttempt } from "./internal/reconcileContext.js"
import { resolveIntents } from "./internal/resolve.js"
import { makeRoom } from "./internal/room.js"
import { savedTask } from "./internal/savedTask.js"
import { overBudget, proceed, schedule } from "./internal/schedule.js"
import { resumedAt } from "./internal/settings.js"
import { stopForCancelled, tellCancelled } from "./internal/stopElsewhere.js"
import * as JobProblem from "./JobProblem.js"
import * as JobView from "./JobView.js"
import { LabelingConfig } from "./LabelingConfig.js"
import { type LabelingError, labelingError, RecoveryUnfinished } from "./LabelingError.js"
import type { CsvError, DatasetError, JobStoreError, TaskError } from "./Operation.js"
import { ofJob } from "./Prices.js"
import * as Scheduler from "./Scheduler.js"
import * as SplitJob from "./SplitJob.js"

/**
 * What a pass is allowed to do.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Whether new batches may be created; without, only what runs is looked at and collected. Default: yes. */
  readonly start?: boolean | undefined
  /** Whether running batches are looked at before they are due (a person asks now). Default: no. */
  readonly now?: boolean | undefined
  /**
   * Whether a stopped job may go on: `true` is the user's word for it, whatever it stopped for. `"mended"`: only where a look can show that
   * what stopped it is mended (the key, the credit); a job that waits for the user's word is looked at, and nothing of it is sent.
   * Default: no, and it is not looked at.
   */
  readonly resume?: boolean | "mended" | undefined
  /** Whether a job whose preparation was broken off is split again here; a server does it in a thread of its own. Default: yes. */
  readonly split?: boolean | undefined
}

/**
 * What a pass found. `nextAt` (unix ms) is when another one is due; `undefined`: nothing moves by itself. `busy`: another process is at
 * work on the job, so that nothing was done here. `notices` are faults that did not stop anything.
 *
 * @since 0.1.0
 * @category models
 */
export interface Report {
  readonly view: JobView.JobView
  readonly nextAt: number | undefined
  readonly busy: boolean
  readonly notices: ReadonlyArray<Problem.Problem>
}

/**
 * What `reconcile` fails with.
 *
 * @since 0.1.0
 * @category errors
 */
export type ReconcileError = LabelingError | JobStoreError | DatasetError | CsvError | TaskError

/**
 * What `reconcile` needs.
 *
 * @since 0.1.0
 * @category services
 */
export type Requirements = JobStore | OpenAiBatch | FileSystem.FileSystem

const isOver = ({ state }: Attempt): boolean => AttemptState.isOver(state)
const isRunning = ({ state }: Attempt): boolean => AttemptState.isRunning(state)
const hasEnded = ({ state }: Attempt): boolean => AttemptState.hasEnded(state)

const unfinished = (shards: ReadonlyArray<Shard>, attempts: ReadonlyArray<Attempt>): ReadonlyArray<ShardAttempt> => {
  const byNumber = new Map(shards.map((shard) => [shard.number, shard]))
  return attempts.flatMap((attempt) => {
    const shard = byNumber.get(attempt.shard)
    return shard === undefined || isOver(attempt) ? [] : [{ attempt, shard }]
  })
}

/** What the store holds of a job. A job can have thousands of shards, so that it is read again only after something was done. */
interface Known {
  readonly shards: ReadonlyArray<Shard>
  readonly attempts: ReadonlyArray<Attempt>
}

const read = Effect.fnUntraced(function* (store: StoreService, jobId: string) {
  const known: Known = { shards: yield* store.shards(jobId), attempts: yield* store.attempts(jobId) }
  return known
})

/** The next free shard number; asked for one at a time under the job's lease. */
const numbering = (shards: ReadonlyArray<Shard>): (() => number) => {
  let last = shards.reduce((most, shard) => Math.max(most, shard.number), 0)
  return () => ++last
}

/** Looks at what runs and collects what has ended; whether there was anything to do, and what of it somebody else had cancelled. */
const advanceAttempts = Effect.fn("Reconcile.advanceAttempts")(function* (
  context: ReconcileContext,
  { attempts, shards }: Known,
  options: Options,
  nextShard: () => number
) {
  const now = yield* Clock.currentTimeMillis
  /** Attempts whose batch somebody else has cancelled. */
  const cancelled = new Set<number>()
  const due = (attempt: Attempt): boolean => options.now === true || Scheduler.isDue(context.settings, attempt.notBefore, now)
  const wanted = unfinished(shards, attempts).filter(
    ({ attempt }) =>
      (isRunning(attempt) && (due(attempt) || context.job.state === "cancelling")) || (hasEnded(attempt) && due(attempt))
  )
  yield* Effect.forEach(
    wanted,
    Effect.fnUntraced(function* (one) {
      const { attempt, shard } = one
      const seen = isRunning(attempt) ? yield* poll(context, one) : attempt
      if (seen === undefined || !hasEnded(seen)) return
      const ended = { attempt: seen, shard }
      if (yield* stopForCancelled(context, ended)) cancelled.add(seen.id)
      if (seen.state === "failed") yield* digestFailure(context, ended, attempts, nextShard)
      else yield* collect(context, ended, nextShard)
    }),
    { concurrency: context.settings.parallelPolls, discard: true }
  )
  return { isChanged: wanted.length > 0, cancelled }
})

/** Attempts that were on their way to a batch when their process ended; whether there were any. */
const resumeUploads = Effect.fn("Reconcile.resumeUploads")(function* (
  context: ReconcileContext,
  { attempts, shards }: Known,
  options: Options,
  nextShard: () => number
) {
  const now = yield* Clock.currentTimeMillis
  const onTheWay = unfinished(shards, attempts).filter(
    ({ attempt }) =>
      AttemptState.isUnsent(attempt.state) && (options.now === true || Scheduler.isDue(context.settings, attempt.notBefore, now))
  )
  yield* Effect.forEach(onTheWay, (one) => proceed(context, one, nextShard), {
    concurrency: context.settings.parallelUploads,
    discard: true
  })
  return onTheWay.length > 0
})

const cancelUnstarted = Effect.fn("Reconcile.cancelUnstarted")(function* (
  context: ReconcileContext,
  attempts: ReadonlyArray<Attempt>
) {
  for (const attempt of attempts) {
    if (AttemptState.isUnsent(attempt.state)) {
      yield* context.store.release(attempt.id, AttemptState.unsent, { state: "abandoned" })
    }
  }
})

/** Ends the job when nothing of it can change any more. */
const conclude = Effect.fn("Reconcile.conclude")(function* (context: ReconcileContext, { attempts, shards }: Known) {
  const { job, store } = context
  if (attempts.some((attempt) => !isOver(attempt))) return
  const state = job.state === "cancelling" ? "cancelled" : shards.every((shard) => shard.state === "settled") ? "done" : undefined
  if (state === undefined) return
  yield* removeLeftovers(job, shards)
  if (yield* store.updateJob(job.id, [job.state], { state, detail: undefined }))
    yield* store.appendEvents(job.id, [{ kind: `job_${state}`, data: {} }])
})

/** Nothing runs that could give money back, and nothing else waits that the money would do for. */
const isHeldByBudget = ({ attempts, shards }: Known): boolean =>
  attempts.every(isOver) && shards.every(({ state, wait }) => state !== "waiting" || wait?.reason === "budget")

/** What became of creates of another job whose process died; its own trouble is told to those who look at it. */
const settleIntents = (jobId: string) =>
  Effect.gen(function* () {
    const store = yield* JobStore
    const other = yield* makeContext(yield* store.job(jobId), {})
    const { attempts, shards } = yield* read(store, jobId)
    yield* resolveIntents(other, unfinished(shards, attempts), attempts)
  }).pipe(Effect.ignore)

/** The job's user has to know of such a stop, whoever has met with it. Others may lie in the key of the one who looks. */
const isForUser = (stop: JobBlocked): boolean => needsWord({ state: "stopped", detail: blockedDetail(stop) })

/** What is on its way and should have gone on long ago, if anybody were at work on it. */
const isAbandoned = ({ settings }: ReconcileContext, { notBefore }: Attempt, now: number): boolean =>
  now > notBefore + Duration.toMillis(settings.pollCap)

/**
 * Brings on another job whose answers are waited for, under its lease: its batches are looked at when they are due, and collected. Nothing of
 * it is sent, and what its process did not live to send is given up, so that nobody waits for it.
 */
const visit = (jobId: string): Effect.Effect<void, never, Requirements> =>
  Effect.gen(function* () {
    const store = yield* JobStore
    const job = yield* store.job(jobId)
    const isUnderWay = job.state === "open" || job.state === "cancelling" || job.state === "stopped"
    if (!isUnderWay || job.settings.recovering === true) return
    const other: ReconcileContext = { ...(yield* makeContext(job, {})), isVisit: true }
    yield* reconcileOnce(other, { start: false }).pipe(
      Effect.catchTag("JobBlocked", (stop) => (isForUser(stop) ? stopJob(jobId, stop) : Effect.void))
    )
    const now = yield* Clock.currentTimeMillis
    yield* cancelUnstarted(
      other,
      (yield* store.attempts(jobId)).filter((attempt) => isAbandoned(other, attempt, now))
    )
  }).pipe(Effect.ignore)

const stopJob = Effect.fnUntraced(function* (jobId: string, stop: JobBlocked) {
  const store = yield* JobStore
  if (!(yield* store.updateJob(jobId, ["open"], { state: "stopped", detail: blockedDetail(stop) }))) return
  yield* store.appendEvents(jobId, [{ kind: "job_stopped", data: { code: stop.problem.code } }])
})

/** Visits the jobs for whose answers shards wait; whether some of them wait no longer. */
const hasAnswers = Effect.fn("Reconcile.hasAnswers")(function* (context: ReconcileContext, shards: ReadonlyArray<Shard>) {
  const others = jobsWaitedFor(shards)
  if (others.length === 0) return false
  const before = yield* unblocked(context, shards)
  yield* Effect.forEach(others, (jobId) => context.store.withLease(`job:${jobId}`, visit(jobId)), { discard: true })
  return (yield* unblocked(context, shards)).length > before.length
})

/** Sends what may be sent now. */
const startWaiting = Effect.fn("Reconcile.startWaiting")(function* (
  context: ReconcileContext,
  before: Known,
  options: Options,
  nextShard: () => number
) {
  const again = read(context.store, context.job.id)
  let known = before
  yield* giveUp(context, known.attempts)
  if (yield* resumeUploads(context, known, options, nextShard)) known = yield* again
  if (known.shards.some((shard) => shard.state === "waiting")) {
    let { budget, isCrowded } = yield* schedule(context, known.shards, known.attempts, nextShard)
    const requirements = yield* Effect.context<Requirements>()
    const settle = (jobId: string) => Effect.provide(settleIntents(jobId), requirements)
    if (isCrowded && (yield* makeRoom(context, settle))) {
      known = yield* again
      budget = (yield* schedule(context, known.shards, known.attempts, nextShard)).budget
    }
    known = yield* again
    if (yield* hasAnswers(context, known.shards)) {
      budget = (yield* schedule(context, known.shards, known.attempts, nextShard)).budget
      known = yield* again
    }
    if (Option.isSome(budget) && isHeldByBudget(known)) return yield* overBudget(budget.value)
  }
  yield* giveUp(context, known.attempts)
  return known
})

/** None of the job's batches is in sight: the key may be another project's, where nothing of the job is to be created. */
const isBlind = ({ sight }: ReconcileContext): boolean => sight.unknown > 0 && sight.seen === 0

/** As `startWaiting`, where somebody has agreed to the cost, and a cap can be kept. */
const startAgreed = Effect.fnUntraced(function* (
  context: ReconcileContext,
  known: Known,
  options: Options,
  nextShard: () => number
) {
  const { job, notices, price, store } = context
  if (job.settings.unconfirmed === true) {
    const isOpen = known.shards.some(({ state }) => state !== "settled")
    if (isOpen) notices.push(JobProblem.make("BL5065", { job: job.id, path: job.input.path }))
    return known
  }
  if (job.maxCost === undefined || price !== undefined) return yield* startWaiting(context, known, options, nextShard)
  // Without a price nothing can be set aside, and the cap would hold nothing: what runs comes to its end, no more is sent.
  yield* cancelUnstarted(context, known.attempts)
  const now = yield* read(store, job.id)
  const isHeld = now.shards.some(({ state }) => state === "waiting") && now.attempts.every(isOver)
  if (isHeld) return yield* new JobBlocked({ problem: CostProblem.make("BL5302", { model: job.model }) })
  return now
})

const reconcileOnce = Effect.fn("Reconcile.reconcileOnce")(function* (context: ReconcileContext, options: Options) {
  const again = read(context.store, context.job.id)
  let known = yield* again
  const nextShard = numbering(known.shards)
  if (yield* resolveIntents(context, unfinished(known.shards, known.attempts), known.attempts)) known = yield* again
  const { cancelled, isChanged } = yield* advanceAttempts(context, known, options, nextShard)
  if (isChanged) known = yield* again
  // What somebody else cancels, ends: what is open stays open.
  if (cancelled.size > 0 && (yield* tellCancelled(context, known.attempts, known.shards, cancelled))) return
  if (context.job.state === "cancelling") {
    yield* cancelUnstarted(context, known.attempts)
    known = yield* again
  } else if (options.start !== false && context.job.state === "open" && !isBlind(context)) {
    known = yield* startAgreed(context, known, options, nextShard)
  }
  yield* conclude(context, known)
})

const makeContext = Effect.fnUntraced(function* (job: Job, options: Options) {
  const store = yield* JobStore
  const api = yield* OpenAiBatch
  const settings = yield* LabelingConfig
  yield* requireProvider(job.settings)
  const task = yield* savedTask(job)
  const context: ReconcileContext = {
    store,
    api,
    settings,
    job,
    task,
    price: yield* ofJob(job),
    readAnswer: yield* findAnswerReader(job.settings, task),
    resumedAt: (yield* store.settings.get(resumedAt, job.id)) ?? Number.NEGATIVE_INFINITY,
    isAsked: options.now === true,
    isVisit: false,
    sight: { seen: 0, unknown: 0 },
    notices: []
  }
  return context
})

/** The user said to go on: what came to nothing before counts no longer, and nothing rests. */
const resumeJob = Effect.fnUntraced(function* (job: Job) {
  const store = yield* JobStore
  const settings = yield* LabelingConfig
  const now = yield* Clock.currentTimeMillis
  yield* store.settings.set(resumedAt, job.id, now, { job: job.id })
  if (job.detail?.code === "BL5058") yield* forgetLimit({ settings, store }, job.model)
  const { attempts, shards } = yield* read(store, job.id)
  for (const { failedPolls, id, state } of attempts) {
    if (AttemptState.isStarting(state) && failedPolls > 0)
      yield* store.advance(id, [state], { failedPolls: 0, ...(state === "creating" ? {} : { notBefore: now }) })
  }
  for (const { number, state, wait } of shards) {
    if (state === "waiting" && wait?.reason === "backoff") yield* store.setWait(job.id, number, undefined)
  }
})

const toReport = Effect.fnUntraced(function* (jobId: string, busy: boolean, notices: ReadonlyArray<Problem.Problem>) {
  const store = yield* JobStore
  const settings = yield* LabelingConfig
  const { attempts, shards } = yield* read(store, jobId)
  const view = JobView.make(yield* store.job(jobId), shards, attempts)
  const now = yield* Clock.currentTimeMillis
  const soon = now + Duration.toMillis(settings.pollInterval)
  const isHeld = view.job.settings.unconfirmed === true && attempts.every(isOver)
  const idle = view.finished || view.job.state === "stopped" || isHeld
  const next = idle ? undefined : Scheduler.nextPassAt(attempts, shards)
  const isMisdated = next !== undefined && next > now && Scheduler.isDue(settings, next, now)
  // Shards that wait for tokens of other jobs have no time of their own.
  const nextAt = idle ? undefined : busy || isMisdated ? soon : (next ?? soon)
  const report: Report = { view, nextAt, busy, notices }
  return report
})

/**
 * One pass over a job under its lease.
 *
 * @since 0.1.0
 * @category combinators
 */
export const reconcile: (jobId: string, options?: Options) => Effect.Effect<Report, ReconcileError, Requirements> = Effect.fn(
  "Reconcile.reconcile"
)(function* (jobId: string, options: Options = {}) {
  const store = yield* JobStore
  const work = Effect.gen(function* () {
    let job = yield* store.job(jobId)
    if (job.settings.recovering === true) return yield* labelingError(new RecoveryUnfinished({ job: jobId }))
    if (job.state === "stopped" && (options.resume === true || (options.resume === "mended" && !needsWord(job)))) {
      if (options.resume === true) yield* resumeJob(job)
      yield* store.updateJob(jobId, ["stopped"], { state: "open", detail: undefined })
      job = yield* store.job(jobId)
    }
    const isPolled = job.state === "open" || job.state === "cancelling" || (options.resume === "mended" && needsWord(job))
    if (job.state === "preparing" && options.split === false) return []
    if (job.state === "preparing") {
      yield* SplitJob.splitJob(job)
      job = yield* store.job(jobId)
    }
    if (!isPolled && job.state !== "open") return []
    const context = yield* makeContext(job, options)
    yield* reconcileOnce(context, options).pipe(Effect.catchTag("JobBlocked", (stop: JobBlocked) => stopJob(jobId, stop)))
    return context.notices
  })
  const done = yield* store.withLease(`job:${jobId}`, work)
  return yield* toReport(jobId, done === undefined, done?.value ?? [])
})

/**
 * Why a pass got nowhere: the job's own trouble, or the API's. `undefined`: nothing is wrong.
 *
 * @since 0.1.0
 * @category getters
 */
export const toTrouble = ({ notices, view }: Report): Problem.Problem | undefined => {
  const { detail, state } = view.job
  if (state === "stopped" && detail !== undefined) {
    const params = typeof detail.params === "object" && detail.params !== null ? detail.params : {}
    return { code: detail.code, params, message: detail.text }
  }
  const nothingSent = view.batches.every(({ batchId }) => batchId === undefined)
  const unreachable =
    view.batches.length > 0 && view.batches.every(({ collected, failedPolls }) => collected === undefined && failedPolls > 0)
  return nothingSent || unreachable ? notices[0] : undefined
}
