/**
 * The supervisor of the server's jobs: what waits to be started is left alone, and inputs are split in work threads.
 *
 * @since 0.1.0
 */
import type { Job } from "@batchlabel/job-store/Job"
import { JobBusy, labelingError } from "@batchlabel/labeling/LabelingError"
import * as Reconcile from "@batchlabel/labeling/Reconcile"
import * as Supervisor from "@batchlabel/labeling/Supervisor"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { Outlook } from "./internal/jobWire.js"
import * as JobRecords from "./JobRecords.js"
import * as Metrics from "./Metrics.js"
import { ServerDatabase } from "./ServerDatabase.js"
import { ServerSettings } from "./ServerSettings.js"
import { Workshop } from "./Workshop.js"

/**
 * What this process knows of a job beyond the store.
 *
 * @since 0.1.0
 * @category getters
 */
export const outlook = (jobId: string): Effect.Effect<Outlook, never, Supervisor.Supervisor> =>
  Effect.gen(function* () {
    const { status } = yield* Supervisor.Supervisor
    const { jobs } = yield* SubscriptionRef.get(status)
    const found = Option.getOrUndefined(HashMap.get(jobs, jobId))
    return { nextLookAt: found?.nextPassAt, fault: found?.problem }
  })

/**
 * Takes a step on a job and waits for it as long as a request may; it goes on when the request is answered.
 *
 * @since 0.1.0
 * @category operations
 */
export const run = (jobId: string, step: Supervisor.Step): Effect.Effect<void, never, Supervisor.Supervisor | ServerSettings> =>
  Effect.gen(function* () {
    const supervisor = yield* Supervisor.Supervisor
    const { patience } = yield* ServerSettings
    yield* Effect.timeoutOption(supervisor.run(jobId, step), patience)
  })

const counted = (step: Supervisor.Step): Supervisor.Step =>
  Metrics.timeLook(step).pipe(
    Effect.tap(({ busy }) => Metrics.looked(busy ? "busy" : "done")),
    Effect.tapErrorCause(() => Metrics.looked("failed"))
  )

const make = Effect.gen(function* () {
  const { parallelJobs, scanInterval, stopWithin } = yield* ServerSettings
  const { run: work } = yield* Workshop
  const database = yield* ServerDatabase

  /** Where it cannot be split now, it is tried again later. */
  const split = ({ id, input, owner }: Job) =>
    Effect.catchAll(work("split", { jobId: id }, { owner: owner ?? "", bytes: input.bytes }), ({ document }) =>
      // Of one that is gone the pass finds out by itself.
      document.code === "BL5015"
        ? Effect.void
        : Effect.zipRight(
            Effect.logWarning("a job could not be split").pipe(Effect.annotateLogs({ job: id, code: document.code })),
            labelingError(new JobBusy({ job: id }))
          )
    )

  const heldOf = (jobs: ReadonlyArray<Job>) => {
    const [first, ...others] = jobs
    return first === undefined || others.length > 0 ? JobRecords.heldPaths : JobRecords.heldAmong([first.input.path])
  }

  /** A job that waits to be started is split all the same, should its server have died over it. */
  const planOf = (job: Job, isHeld: boolean): ReadonlyArray<readonly [string, Supervisor.Plan]> => {
    if (isHeld && job.state === "open") return []
    const plan: Supervisor.Plan = {
      before: job.state === "preparing" ? split(job) : undefined,
      pass: ({ now }) => counted(Reconcile.reconcile(job.id, { start: !isHeld, now, split: false }))
    }
    return [[job.id, plan]]
  }

  return yield* Supervisor.make({
    parallelJobs,
    scanInterval,
    stopWithin: Duration.times(stopWithin, 0.6),
    plan: (jobs) =>
      Effect.map(
        Effect.provideService(heldOf(jobs), ServerDatabase, database),
        (held) => new Map(jobs.flatMap((job) => planOf(job, held.has(job.input.path))))
      )
  })
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<
  Supervisor.Supervisor,
  never,
  Reconcile.Requirements | ServerDatabase | ServerSettings | Workshop
> = Layer.scoped(Supervisor.Supervisor, make)
