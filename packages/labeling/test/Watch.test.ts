/** The loop that goes on until nothing moves any more. */
import { join } from "node:path"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { ScenarioInput } from "@batchlabel/openai-simulator/Scenario"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Fiber } from "effect"
import { eventually } from "../../../test/support/eventually.js"
import type * as LabelingConfig from "../src/LabelingConfig.js"
import * as Prepare from "../src/Prepare.js"
import type * as Reconcile from "../src/Reconcile.js"
import * as Watch from "../src/Watch.js"
import { folder, layers, millis, task, writeTexts } from "./support/simulated.js"

const prepared = Effect.fnUntraced(function* (rows = 6) {
  const home = yield* folder
  const inputPath = writeTexts(
    join(home, "input.csv"),
    Array.from({ length: rows }, (_, n) => `기사 ${n}`)
  )
  const { job } = yield* Prepare.prepare({ inputPath, home, task: task(), shardRequests: 3 })
  return job.id
})

const on = <A, E, R>(
  options: { readonly scenario?: ScenarioInput; readonly clock?: Simulator.Options["clock"] },
  use: (api: Simulator.Simulator) => Effect.Effect<A, E, R>,
  settings: Partial<LabelingConfig.Settings> = {}
) =>
  Effect.flatMap(Simulator.scoped(options), (api) =>
    Effect.provide(use(api), layers(api, { settings: { ...millis, ...settings } }))
  )

const statusesOf = (reports: ReadonlyArray<Reconcile.Report>) => reports.map(({ view }) => view.status)

/** Watches to the end; every report on the way. */
const watched = Effect.fnUntraced(function* (id: string) {
  const reports: Array<Reconcile.Report> = []
  const last = yield* Watch.watch(id, (report) => Effect.sync(() => reports.push(report)))
  assert.strictEqual(reports.at(-1), last)
  return { last, reports }
})

describe("watching a job", () => {
  it.scopedLive("ends when it is done, and shows every pass on the way", () =>
    on({ clock: { phases: { validating: 20, finalizing: 20 } } }, () =>
      Effect.gen(function* () {
        const { last, reports } = yield* watched(yield* prepared())
        assert.deepInclude(last.view, { status: "completed", labeled: 6, finished: true })
        assert.isUndefined(last.nextAt)
        assert.include(statusesOf(reports), "validating")
        for (const report of reports.slice(0, -1)) assert.isDefined(report.nextAt)
      })
    )
  )

  it.scopedLive("ends when it is done already, without a call of the API", () =>
    on({}, (api) =>
      Effect.gen(function* () {
        const id = yield* prepared()
        yield* watched(id)
        const before = api.stats()
        const { reports } = yield* watched(id)
        assert.deepStrictEqual(statusesOf(reports), ["completed"])
        assert.deepStrictEqual(api.stats(), before)
      })
    )
  )

  it.scopedLive("ends when the job cannot go on without the user, and goes on when it is watched again", () =>
    on({ scenario: { faults: [{ on: "files.upload", when: { nth: 1 }, do: { fault: "no_credit" } }] } }, () =>
      Effect.gen(function* () {
        const id = yield* prepared()
        const { last } = yield* watched(id)
        assert.strictEqual(last.view.status, "stopped")
        assert.isUndefined(last.nextAt)
        assert.isDefined(last.view.job.detail)
        const again = yield* watched(id)
        assert.strictEqual(again.last.view.status, "completed")
      })
    )
  )

  it.scopedLive("ends in the middle of a job whose key is taken away, with what was paid kept", () =>
    on(
      {
        clock: { phases: { validating: 30 } },
        scenario: { faults: [{ on: "batches.retrieve", when: { nth: 2 }, do: { fault: "status", status: 401 } }] }
      },
      (api) =>
        Effect.gen(function* () {
          const id = yield* prepared()
          const { last } = yield* watched(id)
          assert.strictEqual(last.view.status, "stopped")
          const again = yield* watched(id)
          assert.deepInclude(again.last.view, { status: "completed", labeled: 6 })
          const ledger = yield* Effect.promise(() => api.ledger({ job: id }))
          assert.deepInclude(ledger.jobs[id], { batches: 2, paid: 6 })
        })
    )
  )

  it.scopedLive("ends when all of it has failed", () =>
    on({ scenario: { faults: [{ on: "batch", do: { fault: "validation", code: "model_not_found" } }] } }, () =>
      Effect.gen(function* () {
        const { last } = yield* watched(yield* prepared())
        assert.deepInclude(last.view, { status: "failed", labeled: 0, failedTotal: 6 })
      })
    )
  )

  it.scopedLive("ends for every watcher of a job, one of whom does the work", () =>
    on({ clock: { phases: { validating: 10 } } }, (api) =>
      Effect.gen(function* () {
        const id = yield* prepared()
        const ends = yield* Effect.all([watched(id), watched(id), watched(id)], { concurrency: 3 })
        for (const { last } of ends) assert.deepInclude(last.view, { status: "completed", labeled: 6 })
        const ledger = yield* Effect.promise(() => api.ledger({ job: id }))
        assert.deepInclude(ledger.jobs[id], { batches: 2, paid: 6 })
      })
    )
  )

  it.scopedLive("ends when another has cancelled the job", () =>
    on({ clock: { phases: { perRequest: 3_600_000 } } }, () =>
      Effect.gen(function* () {
        const id = yield* prepared()
        const watching = yield* Effect.fork(watched(id))
        const store = yield* JobStore
        yield* eventually("a batch", store.attempts(id), { until: (all) => all.some(({ batchId }) => batchId !== undefined) })
        yield* store.updateJob(id, ["open"], { state: "cancelling" })
        const { last } = yield* Fiber.join(watching)
        assert.strictEqual(last.view.status, "cancelled")
      })
    )
  )

  it.scopedLive("can be left: the batches run on, and a later watch takes the job up", () =>
    on(
      { clock: { phases: { validating: 60 } } },
      (api) =>
        Effect.gen(function* () {
          const id = yield* prepared()
          const seen = yield* Deferred.make<void>()
          const watching = yield* Effect.fork(Watch.watch(id, () => Deferred.succeed(seen, undefined)))
          yield* Deferred.await(seen)
          yield* Fiber.interrupt(watching)
          const { last } = yield* watched(id)
          assert.deepInclude(last.view, { status: "completed", labeled: 6 })
          const ledger = yield* Effect.promise(() => api.ledger({ job: id }))
          assert.deepInclude(ledger.jobs[id], { batches: 2, paid: 6 })
        }),
      { pollInterval: Duration.millis(20), pollCap: Duration.millis(20) }
    )
  )

  it.scopedLive("fails with what its reports fail with", () =>
    on({}, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(Watch.watch(yield* prepared(), () => Effect.fail("the screen is gone" as const)))
        assert.strictEqual(error, "the screen is gone")
      })
    )
  )
})
