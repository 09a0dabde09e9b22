/** Jobs of days in a moment: a model of the API that is changed in some points, a clock that is moved, a person who says to go on. */
import { join } from "node:path"
import * as SqliteStore from "@batchlabel/job-store/SqliteStore"
import type { Batch } from "@batchlabel/openai-batch/Batch"
import { OpenAiBatch, type Service } from "@batchlabel/openai-batch/OpenAiBatch"
import { NodeContext } from "@effect/platform-node"
import { assert } from "@effect/vitest"
import { Clock, Duration, Effect, Layer, Random, type Scope, Stream } from "effect"
import * as LabelingConfig from "../../src/LabelingConfig.js"
import * as Prepare from "../../src/Prepare.js"
import * as Prices from "../../src/Prices.js"
import * as Reconcile from "../../src/Reconcile.js"
import * as FakeApi from "./FakeApi.js"
import * as ManualClock from "./ManualClock.js"
import { folder, task, writeTexts } from "./simulated.js"

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

export interface Plan {
  readonly settings?: Partial<LabelingConfig.Settings>
  readonly change?: (real: Service, time: ManualClock.ManualClock) => Partial<Service>
  readonly faults?: Partial<FakeApi.Faults>
  readonly queue?: FakeApi.Queue
  readonly clockOffset?: () => number
}

export interface World {
  readonly api: FakeApi.FakeApi
  readonly time: ManualClock.ManualClock
  /** The service that jobs are given: the changed one. */
  readonly service: Service
}

// Few looks at a batch, so that few passes are made.
const seldom = { pollInterval: Duration.minutes(20), pollCap: Duration.hours(2) }

/** Batches run for an hour unless told. */
const anHour: FakeApi.Queue = { capacity: Number.POSITIVE_INFINITY, duration: () => hour }

export const inWorld = <A, E>(plan: Plan, use: (world: World) => Effect.Effect<A, E, Reconcile.Requirements | Scope.Scope>) => {
  const time = ManualClock.make()
  const api = FakeApi.make(1, { ...FakeApi.noFaults, ...plan.faults }, plan.queue ?? anHour, plan.clockOffset)
  const service: Service = { ...api.service, ...plan.change?.(api.service, time) }
  return use({ api, time, service }).pipe(
    Effect.scoped,
    Effect.provide(
      Layer.mergeAll(
        Layer.succeed(OpenAiBatch, service),
        SqliteStore.layerMemory,
        Prices.layer(),
        LabelingConfig.layer({ ...seldom, ...plan.settings })
      ).pipe(Layer.provideMerge(NodeContext.layer))
    ),
    Effect.withClock(time.clock),
    Effect.withRandom(Random.make(1))
  )
}

export interface JobPlan {
  readonly rows?: number
  readonly shardRequests?: number
  readonly attempts?: number
  readonly limit?: number
  readonly home?: string
}

let serial = 0

/** A job of so many rows, each with its own text. */
export const prepare = Effect.fnUntraced(function* ({ attempts, home, limit, rows = 4, shardRequests = 100 }: JobPlan = {}) {
  const place = home ?? (yield* folder)
  const name = `input-${serial++}.csv`
  const inputPath = writeTexts(
    join(place, name),
    Array.from({ length: rows }, (_, n) => `${name} #${n}`)
  )
  const { job } = yield* Prepare.prepare({
    inputPath,
    home: place,
    task: task(),
    shardRequests,
    attempts,
    shardTokens: Number.MAX_SAFE_INTEGER,
    enqueuedTokenLimit: limit ?? Number.MAX_SAFE_INTEGER
  })
  return job.id
})

const mostPasses = 5_000

/** Looks whenever a look is due until nothing moves by itself any more, or for so many ms at most. */
export const follow = Effect.fnUntraced(function* (
  { time }: World,
  jobId: string,
  options: Reconcile.Options = {},
  most = Number.POSITIVE_INFINITY
) {
  const began = yield* Clock.currentTimeMillis
  let report = yield* Reconcile.reconcile(jobId, options)
  for (let pass = 1; pass < mostPasses; pass++) {
    const now = yield* Clock.currentTimeMillis
    if (report.nextAt === undefined || now - began > most) return { report, passes: pass, took: now - began }
    time.setTime(Math.max(now + 1, report.nextAt))
    report = yield* Reconcile.reconcile(jobId)
  }
  return assert.fail(`not over after ${mostPasses} passes: ${report.view.status}`)
})

/** As a person who goes on does. */
export const goOn = (world: World, jobId: string) => follow(world, jobId, { resume: true })

/** As cron does: a look each hour, for so many. */
export const cron = Effect.fnUntraced(function* ({ time }: World, jobId: string, hours: number) {
  let report = yield* Reconcile.reconcile(jobId, { now: true, resume: "mended" })
  for (let n = 0; n < hours; n++) {
    time.setTime((yield* Clock.currentTimeMillis) + hour)
    report = yield* Reconcile.reconcile(jobId, { now: true, resume: "mended" })
  }
  return report
})

/** Every batch as the API shows it, changed. */
export const showing = (real: Service, change: (batch: Batch) => Effect.Effect<Batch>): Partial<Service> => ({
  retrieve: (id) => Effect.flatMap(real.retrieve(id), change),
  list: (options) => Stream.mapEffect(real.list(options), change)
})

export const stopCode = ({ view }: Reconcile.Report): string | undefined =>
  view.job.state === "stopped" ? view.job.detail?.code : undefined

export const paidLines = ({ api }: World): number =>
  [...api.paid(Number.MAX_SAFE_INTEGER).values()].reduce((sum, times) => sum + times, 0)
