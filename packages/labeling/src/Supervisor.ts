/**
 * Keeps open jobs going: one fiber per job reconciles it, rests until the next pass is due, and starts early when it is woken. The job's
 * lease in the store keeps two supervisors, in whatever processes, from working on one job at the same time.
 *
 * @since 0.1.0
 */
import type * as Problem from "@batchlabel/core/Problem"
import { type Job, JobState } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberMap from "effect/FiberMap"
import * as FiberSet from "effect/FiberSet"
import * as HashMap from "effect/HashMap"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { admission } from "./internal/admission.js"
import * as JobLoop from "./internal/jobLoop.js"
import * as Reconcile from "./Reconcile.js"

/**
 * A step on a job: a pass over it, or what a user wants done with it.
 *
 * @since 0.1.0
 * @category models
 */
export type Step = Effect.Effect<Reconcile.Report, Reconcile.ReconcileError, Reconcile.Requirements>

/**
 * What a pass over a job does. `pass` is told whether there may be news, so that running batches are polled before they are due. `before`
 * runs ahead of it, and does not count as one of the passes that run at a time.
 *
 * @since 0.1.0
 * @category models
 */
export interface Plan {
  readonly pass: (wake: { readonly now: boolean }) => Step
  readonly before?: Effect.Effect<void, Reconcile.ReconcileError, Reconcile.Requirements> | undefined
}

/**
 * What a pass came to.
 *
 * @since 0.1.0
 * @category models
 */
export type PassResult =
  | { readonly _tag: "Reported"; readonly jobId: string; readonly report: Reconcile.Report }
  | { readonly _tag: "Failed"; readonly jobId: string; readonly error: Reconcile.ReconcileError }
  | { readonly _tag: "Died"; readonly jobId: string; readonly defect: unknown }

/**
 * What a supervisor knows of a job beyond the store. `waiting`: the next pass is due at `nextPassAt` (unix ms). `running`: a pass is under
 * way. `idle`: nothing moves by itself until the job is woken or changed. `failures` counts the passes that failed in a row; `problem` is
 * why the last one failed, or the last notice of one that did not.
 *
 * @since 0.1.0
 * @category models
 */
export interface JobStatus {
  readonly phase: "waiting" | "running" | "idle"
  readonly nextPassAt: number | undefined
  readonly failures: number
  readonly problem: Problem.Problem | undefined
}

/**
 * `openJobs` were open when the store was last searched; `jobs` are those that are supervised, by id.
 *
 * @since 0.1.0
 * @category models
 */
export interface Status {
  readonly openJobs: number
  readonly jobs: HashMap.HashMap<string, JobStatus>
}

/**
 * A supervisor at work.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** The status now; its `changes` are a stream that begins with it. */
  readonly status: SubscriptionRef.SubscriptionRef<Status>
  /** What passes come to, as they end. */
  readonly results: Stream.Stream<PassResult>
  /**
   * Starts a pass over a job as soon as possible, and supervises the job if it was not. However often a job is woken while a pass is under
   * way, one pass follows. `now` (the default): batches are polled before they are due.
   */
  readonly wake: (jobId: string, options?: { readonly now: boolean }) => Effect.Effect<void>
  /**
   * Takes a step on a job after the pass that is under way, and returns when it is over. Whoever stops waiting does not stop the step. How
   * it ended is in `results` and in the status.
   */
  readonly run: (jobId: string, step: Step) => Effect.Effect<void>
}

/**
 * What a supervisor does with which jobs, and how many at a time; everything has a default.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * What to do with these jobs, by id. A job without a plan is left alone until it is woken, or until a later search gives it one. By
   * default each is reconciled.
   */
  readonly plan?:
    | ((jobs: ReadonlyArray<Job>) => Effect.Effect<ReadonlyMap<string, Plan>, JobStoreError, Reconcile.Requirements>)
    | undefined
  /** How often the store is searched for open jobs that others have made or changed. Default: 5 seconds. */
  readonly scanInterval?: Duration.DurationInput | undefined
  /** How many passes run at a time. Default: 8. */
  readonly parallelJobs?: number | undefined
  /**
   * A pass that takes longer than this no longer counts as one of `parallelJobs`, so that slow jobs do not hold up the others. Default: 30
   * seconds.
   */
  readonly slowAfter?: Duration.DurationInput | undefined
  /**
   * How long passes under way may take to end when the scope closes. Then they are interrupted and not waited for, which is safe: every
   * step is stored as it is taken. Default: 5 seconds.
   */
  readonly stopWithin?: Duration.DurationInput | undefined
}

/**
 * The supervisor of the open jobs of a store.
 *
 * @since 0.1.0
 * @category tags
 */
export class Supervisor extends Context.Tag("@batchlabel/labeling/Supervisor")<Supervisor, Service>() {}

const openStates = JobState.literals.filter((state) => state === "preparing" || state === "open" || state === "cancelling")

const reconcileEach = (jobs: ReadonlyArray<Job>): Effect.Effect<ReadonlyMap<string, Plan>> =>
  Effect.succeed(new Map(jobs.map(({ id }) => [id, { pass: ({ now }) => Reconcile.reconcile(id, { now }) }])))

/**
 * Supervises the open jobs of the store until the scope closes. A job whose pass fails rests (see `Scheduler.failureDelay`) and is tried
 * again; the others go on meanwhile.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Effect.Effect<Service, never, Scope.Scope | Reconcile.Requirements> =>
  Effect.gen(function* () {
    const { parallelJobs = 8, plan = reconcileEach, scanInterval = "5 seconds" } = options
    const { slowAfter = "30 seconds", stopWithin = "5 seconds" } = options
    const store = yield* JobStore
    const context = yield* Effect.context<Reconcile.Requirements>()
    const admit = yield* admission(parallelJobs, slowAfter)
    const status = yield* SubscriptionRef.make<Status>({ openJobs: 0, jobs: HashMap.empty() })
    const results = yield* PubSub.sliding<PassResult>(1024)
    // Closed without waiting for the fibers in it.
    const fibers = yield* Scope.make()
    const loops = yield* Scope.extend(FiberMap.make<string, void, never>(), fibers)
    const steps = yield* Scope.extend(FiberSet.make<void, never>(), fibers)
    const forkLoop = yield* FiberMap.runtime(loops)()
    const forkStep = yield* FiberSet.runtime(steps)()
    const known = new Map<string, JobLoop.JobLoop>()
    let isStopping = false

    const plansOf = (jobs: ReadonlyArray<Job>) => Effect.provide(plan(jobs), context)

    const pass = (jobId: string) =>
      Effect.fnUntraced(function* (now: boolean) {
        const job = yield* store.job(jobId)
        const todo = (yield* plansOf([job])).get(jobId)
        if (todo === undefined) return undefined
        if (todo.before !== undefined) yield* todo.before
        return yield* admit(todo.pass({ now }))
      }, Effect.provide(context))

    const show = (jobId: string) => (shown: JobStatus) =>
      SubscriptionRef.update(status, ({ jobs, openJobs }) => ({ openJobs, jobs: HashMap.set(jobs, jobId, shown) }))

    const tell = (result: PassResult): Effect.Effect<void> => {
      switch (result._tag) {
        case "Reported":
          return Effect.void
        case "Failed":
          return Effect.logWarning("a pass over a job failed").pipe(Effect.annotateLogs({ code: result.error.problem.code }))
        case "Died":
          return Effect.logError("a pass over a job died", result.defect)
      }
    }

    const loopOf = (jobId: string): JobLoop.JobLoop => {
      const found = known.get(jobId)
      if (found !== undefined) return found
      const onResult = (result: PassResult) =>
        Effect.zipRight(Effect.annotateLogs(tell(result), { job: jobId }), PubSub.publish(results, result))
      const loop = JobLoop.make({ jobId, pass: pass(jobId), onStatus: show(jobId), onResult })
      known.set(jobId, loop)
      return loop
    }

    const start = (loop: JobLoop.JobLoop): void => {
      if (!isStopping && loop.mustRun()) forkLoop(loop.jobId, loop.run)
    }

    const wake: Service["wake"] = (jobId, { now } = { now: true }) =>
      Effect.suspend(() => {
        const loop = loopOf(jobId)
        return Effect.zipRight(
          loop.wake(now),
          Effect.sync(() => start(loop))
        )
      })

    const run: Service["run"] = (jobId, step) =>
      Effect.suspend(() => {
        const loop = loopOf(jobId)
        const taken = Effect.zipRight(
          loop.take(Effect.provide(admit(step), context)),
          Effect.sync(() => {
            if (loop.status().nextPassAt !== undefined) start(loop)
          })
        )
        return Effect.asVoid(Effect.fromFiber(forkStep(taken)))
      })

    /** Takes up the jobs that have become open, and lets go of those that are open no more. */
    const scan = Effect.gen(function* () {
      const jobs = yield* store.jobs({ states: openStates })
      const open = new Set(jobs.map(({ id }) => id))
      for (const [jobId, loop] of known) {
        if (open.has(jobId)) continue
        yield* loop.leave
        if (!loop.isLooping()) known.delete(jobId)
      }
      yield* SubscriptionRef.update(status, (before) => ({
        openJobs: jobs.length,
        jobs: HashMap.filter(before.jobs, (_, jobId) => known.has(jobId))
      }))
      const idle = jobs.filter((job) => known.get(job.id)?.mayStart(job) !== false)
      if (idle.length === 0) return
      for (const jobId of (yield* plansOf(idle)).keys()) yield* wake(jobId, { now: false })
    }).pipe(Effect.catchAll((error) => Effect.logWarning(error.message)))

    yield* Effect.forkScoped(Effect.repeat(scan, Schedule.spaced(scanInterval)))

    yield* Effect.addFinalizer(() =>
      Effect.suspend(() => {
        isStopping = true
        return Effect.forEach(known.values(), (loop) => loop.leave, { discard: true })
      }).pipe(
        Effect.zipRight(Effect.all([FiberMap.awaitEmpty(loops), FiberSet.awaitEmpty(steps)])),
        Effect.interruptible,
        Effect.timeoutOption(stopWithin),
        Effect.zipRight(Effect.forkDaemon(Scope.close(fibers, Exit.void)))
      )
    )

    const service: Service = { status, results: Stream.fromPubSub(results), wake, run }
    return service
  })

/**
 * A supervisor that works for as long as the layer lives; see {@link make}.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<Supervisor, never, Reconcile.Requirements> =>
  Layer.scoped(Supervisor, make(options))
