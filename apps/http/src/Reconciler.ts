/**
 * Drives every open job in the background. Two servers and a command line on one store do not disturb each other: each look at a job is
 * taken under the job's lease in the store, and all that a look finds and does is stored as it goes.
 *
 * @since 0.1.0
 */
import type * as Problem from "@batchlabel/core/Problem"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import { JobBusy, labelingError } from "@batchlabel/labeling/LabelingError"
import * as Reconcile from "@batchlabel/labeling/Reconcile"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Queue from "effect/Queue"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Outlook } from "./internal/jobWire.js"
import * as JobRecords from "./JobRecords.js"
import * as Metrics from "./Metrics.js"
import { ServerDatabase } from "./ServerDatabase.js"
import { ServerSettings } from "./ServerSettings.js"
import { type Order, Workshop } from "./Workshop.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** Works on a job now, on the server's account: it goes on when the caller does not wait for it any longer. */
  readonly work: (
    jobId: string,
    step: Effect.Effect<Reconcile.Report, Reconcile.ReconcileError, Reconcile.Requirements>
  ) => Effect.Effect<void>
  /** Takes up a job as soon as may be; its batches are looked at before they are due, unless nothing new is known of them. */
  readonly wake: (jobId: string, about?: { readonly batches: boolean }) => Effect.Effect<void>
  /** What this process knows of a job beyond the store. */
  readonly outlook: (jobId: string) => Outlook
  /** The ids of jobs that were looked at, as it happens. */
  readonly looks: Stream.Stream<string>
  /** How many jobs were open at the last look through the store. */
  readonly openJobs: () => number
}

/**
 * @since 0.1.0
 * @category tags
 */
export class Reconciler extends Context.Tag("@batchlabel/http/Reconciler")<Reconciler, Service>() {}

type Step = Effect.Effect<Reconcile.Report, Reconcile.ReconcileError, Reconcile.Requirements>

interface Entry {
  /** It waits to be started: its input is split, and no batch is made. */
  held: boolean
  /** Its input is yet to be split: the bytes of it, and whose it is. */
  unsplit: Order | undefined
  /** There is nothing to do for it until somebody says so. */
  parked: boolean
  nextAt: number
  failures: number
  fault: Problem.Problem | undefined
  /** Done when the look that is being taken is over. */
  look: Deferred.Deferred<void> | undefined
  /** It was to be looked at while it was being looked at. */
  again: boolean
  /** Somebody knows of something new: batches are looked at before they are due. */
  now: boolean
}

const firstPause = 5_000
const longestPause = 300_000

const make = Effect.gen(function* () {
  const store = yield* JobStore
  const database = yield* ServerDatabase
  const settings = yield* ServerSettings
  const workshop = yield* Workshop
  const requirements = yield* Effect.context<Reconcile.Requirements>()
  const scope = yield* Effect.scope
  const entries = new Map<string, Entry>()
  const fibers = new Set<Fiber.RuntimeFiber<void>>()
  const permits = yield* Effect.makeSemaphore(settings.parallelJobs)
  const bell = yield* Queue.sliding<void>(1)
  const looks = yield* PubSub.sliding<string>(1024)
  let stopping = false
  let open = 0
  let nextScan = 0

  const entryOf = (jobId: string): Entry => {
    const known = entries.get(jobId)
    if (known !== undefined) return known
    const entry: Entry = {
      held: true,
      unsplit: undefined,
      parked: true,
      nextAt: 0,
      failures: 0,
      fault: undefined,
      look: undefined,
      again: false,
      now: false
    }
    entries.set(jobId, entry)
    return entry
  }

  const settle = Effect.fnUntraced(function* (jobId: string, report: Reconcile.Report) {
    const entry = entryOf(jobId)
    entry.failures = 0
    entry.fault = report.notices.at(-1)
    if (report.nextAt === undefined) entries.delete(jobId)
    else entry.nextAt = report.nextAt
    yield* Metrics.looked(report.busy ? "busy" : "done")
  })

  const postpone = Effect.fnUntraced(function* (jobId: string, error: Reconcile.ReconcileError) {
    if (error._tag === "JobStoreError" && error.reason._tag === "JobNotFound") {
      entries.delete(jobId)
      return
    }
    const entry = entryOf(jobId)
    const now = yield* Clock.currentTimeMillis
    entry.fault = error.problem
    entry.nextAt = now + Math.min(longestPause, firstPause * 2 ** Math.min(entry.failures++, 10))
    yield* Metrics.looked("failed")
    yield* Effect.logWarning("a job could not be looked at").pipe(Effect.annotateLogs({ job: jobId, code: error.problem.code }))
  })

  const defect = (jobId: string) => (cause: unknown) =>
    Effect.gen(function* () {
      const entry = entryOf(jobId)
      entry.nextAt = (yield* Clock.currentTimeMillis) + longestPause
      yield* Metrics.looked("failed")
      yield* Effect.logError("looking at a job failed", cause).pipe(Effect.annotateLogs({ job: jobId }))
    })

  /** Takes a step on a job, unless one is being taken: then it is nothing. */
  const start = (
    jobId: string,
    step: Step,
    before: Effect.Effect<void, Reconcile.ReconcileError> = Effect.void
  ): Effect.Effect<Deferred.Deferred<void> | undefined> =>
    Effect.suspend(() => {
      const entry = entryOf(jobId)
      if (entry.look !== undefined) return Effect.succeed(undefined)
      const look = Deferred.unsafeMake<void>(FiberId.none)
      entry.look = look
      // What comes before waits for a thread of its owner's: it must not hold up the jobs of others.
      const pass = before.pipe(
        Effect.zipRight(permits.withPermits(1)(Metrics.timeLook(step))),
        Effect.flatMap((report) => settle(jobId, report)),
        Effect.catchAll((error) => postpone(jobId, error)),
        Effect.catchAllDefect(defect(jobId)),
        Effect.ensuring(
          Effect.suspend(() => {
            entry.look = undefined
            if (entry.again) {
              entryOf(jobId).nextAt = 0
              nextScan = 0
            }
            entry.again = false
            return Effect.all([Deferred.succeed(look, undefined), Queue.offer(bell, undefined), PubSub.publish(looks, jobId)])
          })
        ),
        Effect.provide(requirements)
      )
      // A daemon: what is under way may take longer than a stop may, and is safe to be left.
      return Effect.as(
        Effect.tap(Effect.forkDaemon(pass), (fiber) =>
          Effect.sync(() => {
            fibers.add(fiber)
            fiber.addObserver(() => fibers.delete(fiber))
          })
        ),
        look
      )
    })

  const work = (jobId: string, step: Step): Effect.Effect<void> =>
    Effect.flatMap(start(jobId, step), (look) => {
      if (look !== undefined) return Deferred.await(look)
      // The one that is under way may not know what has just changed: this one comes after it.
      const running = entries.get(jobId)?.look
      return Effect.zipRight(running === undefined ? Effect.void : Deferred.await(running), work(jobId, step))
    })

  /** What is open now; in between, what is known of it says when to look. */
  const scan = Effect.gen(function* () {
    const jobs = yield* store.jobs({ states: ["preparing", "open", "cancelling"] })
    const held = yield* Effect.provideService(JobRecords.heldPaths, ServerDatabase, database)
    open = jobs.length
    const alive = new Set(jobs.map(({ id }) => id))
    for (const [jobId, entry] of entries) if (!alive.has(jobId) && entry.look === undefined) entries.delete(jobId)
    for (const job of jobs) {
      const entry = entryOf(job.id)
      entry.held = held.has(job.input.path)
      entry.unsplit = job.state === "preparing" ? { owner: job.owner ?? "", bytes: job.input.bytes } : undefined
      entry.parked = entry.held && job.state === "open"
    }
  })

  /** Where it cannot be split now, it is tried again later, ever more seldom. */
  const splitAgain = (jobId: string, order: Order) =>
    Effect.catchAll(workshop.run("split", { jobId }, order), ({ document }) =>
      // Of one that is gone the look finds out by itself.
      document.code === "BL5015"
        ? Effect.void
        : Effect.zipRight(
            Effect.logWarning("a job could not be split").pipe(Effect.annotateLogs({ job: jobId, code: document.code })),
            labelingError(new JobBusy({ job: jobId }))
          )
    )

  const startDue = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const due = [...entries].filter(([, { look, nextAt, parked }]) => look === undefined && !parked && nextAt <= now)
    for (const [jobId, entry] of due) {
      const look = Reconcile.reconcile(jobId, { start: !entry.held, now: entry.now, split: false })
      entry.now = false
      // A job that waits to be started is split all the same, should its server have died over it.
      yield* start(jobId, look, entry.unsplit === undefined ? Effect.void : splitAgain(jobId, entry.unsplit))
    }
  })

  const untilNext = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const waiting = [...entries.values()].filter(({ look, parked }) => look === undefined && !parked)
    const next = Math.min(nextScan, ...waiting.map(({ nextAt }) => nextAt))
    yield* Effect.race(Queue.take(bell), Effect.sleep(Duration.millis(Math.max(10, next - now))))
  })

  const round = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    if (now >= nextScan) {
      nextScan = now + Duration.toMillis(settings.scanInterval)
      yield* scan
    }
    yield* startDue
  })

  yield* Effect.suspend(() => (stopping ? Effect.never : round)).pipe(
    Effect.catchAll((error: JobStoreError) =>
      Effect.zipRight(Effect.logWarning(error.message), Effect.sleep(settings.scanInterval))
    ),
    Effect.zipRight(untilNext),
    Effect.forever,
    Effect.forkIn(scope)
  )

  // The steps at hand are finished, or left where they are stored: the next look, of whoever, goes on from there.
  yield* Scope.addFinalizer(
    scope,
    Effect.suspend(() => {
      stopping = true
      const running = [...fibers]
      return Effect.forEach(running, Fiber.await, { concurrency: "unbounded", discard: true }).pipe(
        Effect.interruptible,
        Effect.timeoutOption(Duration.times(settings.stopWithin, 0.6)),
        Effect.zipRight(Effect.forEach(running, Fiber.interruptFork, { discard: true }))
      )
    })
  )

  const service: Service = {
    work: (jobId, step) =>
      Effect.forkDaemon(work(jobId, step)).pipe(
        Effect.tap(() => {
          nextScan = 0
        }),
        Effect.flatMap(Fiber.await),
        Effect.timeoutOption(settings.patience),
        Effect.asVoid
      ),
    wake: (jobId, { batches } = { batches: true }) =>
      Effect.suspend(() => {
        const entry = entryOf(jobId)
        entry.now ||= batches
        // Whatever was just changed in the store has to be read there.
        nextScan = 0
        if (entry.look === undefined) entry.nextAt = 0
        else entry.again = true
        return Effect.asVoid(Queue.offer(bell, undefined))
      }),
    outlook: (jobId) => {
      const entry = entries.get(jobId)
      return { nextLookAt: entry === undefined || entry.nextAt === 0 ? undefined : entry.nextAt, fault: entry?.fault }
    },
    looks: Stream.fromPubSub(looks),
    openJobs: () => open
  }
  return service
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Reconciler, never, Reconcile.Requirements | ServerDatabase | ServerSettings | Workshop> =
  Layer.scoped(Reconciler, make)
