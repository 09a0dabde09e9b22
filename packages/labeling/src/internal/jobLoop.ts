/** The loop over one job: a pass, a rest until the next is due or somebody wakes it, and so on until nothing moves by itself. */
import type { Job } from "@batchlabel/job-store/Job"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import type * as Reconcile from "../Reconcile.js"
import * as Scheduler from "../Scheduler.js"
import type { JobStatus, PassResult } from "../Supervisor.js"

/** `undefined`: there is nothing to do for the job now. */
type Pass<R> = Effect.Effect<Reconcile.Report | undefined, Reconcile.ReconcileError, R>

export interface JobLoop<E = never, R = never> {
  readonly jobId: string
  /** Whether `run` has to be run now: it is not being run already. */
  readonly mustRun: () => boolean
  /** Goes on until nothing moves by itself. */
  readonly run: Effect.Effect<void, E, R>
  readonly isLooping: () => boolean
  readonly status: () => JobStatus
  /** The next pass is due at once. */
  readonly wake: (now: boolean) => Effect.Effect<void>
  /** Takes a step in between. */
  readonly take: (step: Pass<R>) => Effect.Effect<void, E, R>
  /** Ends the loop when the pass that is under way is over. */
  readonly leave: Effect.Effect<void>
  /** Whether the loop is at rest and the job, as the store has it now, may have something to do. */
  readonly mayStart: (job: Job) => boolean
}

export interface Options<E, R> {
  readonly jobId: string
  readonly pass: (now: boolean) => Pass<R>
  readonly onStatus: (status: JobStatus) => Effect.Effect<void>
  /** Where it fails, the loop ends. */
  readonly onResult: (result: PassResult) => Effect.Effect<unknown, E, R>
}

const isNotFound = (error: Reconcile.ReconcileError): boolean =>
  error._tag === "JobStoreError" && error.reason._tag === "JobNotFound"

export const make = <E = never, R = never>({ jobId, onResult, onStatus, pass }: Options<E, R>): JobLoop<E, R> => {
  const turn = Effect.unsafeMakeSemaphore(1)
  let bell = Deferred.unsafeMake<void>(FiberId.none)
  let isLooping = false
  let runs = 0
  let isRunning = false
  let isLeaving = false
  let isWoken = false
  let mayBeNews = false
  let nextAt: number | undefined
  let failures = 0
  let problem: JobStatus["problem"]
  /** When the job was last changed before the pass that found nothing to wait for. */
  let idleSince: number | undefined

  const status = (): JobStatus => ({
    phase: isRunning ? "running" : nextAt === undefined ? "idle" : "waiting",
    nextPassAt: nextAt,
    failures,
    problem
  })
  const show = Effect.suspend(() => onStatus(status()))

  const ring = Effect.suspend(() => {
    const rung = bell
    bell = Deferred.unsafeMake(FiberId.none)
    return Effect.asVoid(Deferred.succeed(rung, undefined))
  })

  const postpone = (times: number) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      nextAt = now + Scheduler.failureDelay(times)
      failures++
    })

  const settle = Effect.fnUntraced(function* (result: PassResult) {
    idleSince = undefined
    switch (result._tag) {
      case "Reported": {
        const { report } = result
        nextAt = report.nextAt
        failures = 0
        problem = report.notices.at(-1)
        if (nextAt === undefined) idleSince = report.view.job.updatedAt
        return
      }
      case "Failed": {
        const { error } = result
        problem = error.problem
        if (isNotFound(error)) {
          nextAt = undefined
          return
        }
        return yield* postpone(failures + 1)
      }
      case "Died":
        return yield* postpone(Number.POSITIVE_INFINITY)
    }
  })

  const resultOf = (step: Pass<R>): Effect.Effect<PassResult | undefined, never, R> =>
    step.pipe(
      Effect.map((report): PassResult | undefined => (report === undefined ? undefined : { _tag: "Reported", jobId, report })),
      Effect.catchAll((error) => Effect.succeed<PassResult>({ _tag: "Failed", jobId, error })),
      Effect.catchAllDefect((defect) => Effect.succeed<PassResult>({ _tag: "Died", jobId, defect }))
    )

  const takeStep = Effect.fnUntraced(function* (step: Pass<R>) {
    isRunning = true
    yield* show
    const result = yield* Effect.ensuring(
      resultOf(step),
      Effect.sync(() => {
        isRunning = false
      })
    )
    if (result === undefined) nextAt = undefined
    else yield* settle(result)
    yield* show
    if (result !== undefined) yield* onResult(result)
  })

  const takePass = Effect.suspend(() => {
    const now = mayBeNews
    isWoken = false
    mayBeNews = false
    return takeStep(pass(now))
  })

  const isDue = (now: number): boolean => isWoken || (nextAt !== undefined && nextAt <= now)

  const passIfDue = Effect.flatMap(Clock.currentTimeMillis, (now) => (!isLeaving && isDue(now) ? takePass : Effect.void))

  const rest = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    if (isLeaving || isDue(now) || nextAt === undefined) return Effect.void
    return Effect.raceFirst(Deferred.await(bell), Effect.sleep(Duration.millis(nextAt - now)))
  })

  /** Whether the loop ends here: from then on it has to be run again. */
  const isOver = Effect.sync(() => {
    const over = isLeaving || (nextAt === undefined && !isWoken)
    if (over) isLooping = false
    return over
  })

  const run = Effect.suspend(() => {
    const mine = runs
    return rest.pipe(
      Effect.zipRight(turn.withPermits(1)(passIfDue)),
      Effect.zipRight(isOver),
      Effect.repeat({ until: Boolean }),
      Effect.ensuring(
        Effect.sync(() => {
          // Another run may have begun already.
          if (runs === mine) isLooping = false
        })
      ),
      Effect.asVoid
    )
  })

  return {
    jobId,
    mustRun: () => {
      if (isLooping) return false
      isLooping = true
      runs++
      return true
    },
    run,
    isLooping: () => isLooping,
    status,
    wake: (now) =>
      Effect.suspend(() => {
        isLeaving = false
        isWoken = true
        mayBeNews ||= now
        return ring
      }),
    take: (step) => Effect.zipRight(turn.withPermits(1)(takeStep(step)), ring),
    leave: Effect.suspend(() => {
      isLeaving = true
      return ring
    }),
    mayStart: ({ updatedAt }) => !isLooping && idleSince !== updatedAt
  }
}
