/** The loops over open jobs, under a clock that is moved by hand; what a pass finds is scripted. */
import type { JobState, NewJob } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import { JobStoreError, StoreUnavailable } from "@batchlabel/job-store/JobStoreError"
import * as SqliteStore from "@batchlabel/job-store/SqliteStore"
import { OpenAiBatch } from "@batchlabel/openai-batch/OpenAiBatch"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import {
  Deferred,
  Duration,
  Effect,
  Exit,
  Fiber,
  HashMap,
  Layer,
  Option,
  Scope,
  Stream,
  SubscriptionRef,
  TestClock
} from "effect"
import { eventually } from "../../../test/support/eventually.js"
import * as JobView from "../src/JobView.js"
import * as LabelingConfig from "../src/LabelingConfig.js"
import * as Prices from "../src/Prices.js"
import type * as Reconcile from "../src/Reconcile.js"
import * as Supervisor from "../src/Supervisor.js"
import * as FakeApi from "./support/FakeApi.js"

const services = Layer.mergeAll(
  SqliteStore.layerMemory,
  LabelingConfig.layer(),
  Prices.layer(),
  Layer.succeed(OpenAiBatch, FakeApi.make(1, FakeApi.noFaults).service)
).pipe(Layer.provideMerge(NodeContext.layer))

const newJob = (id: string): NewJob => ({
  id,
  input: { path: `/in/${id}.csv`, fingerprint: "f", bytes: 1 },
  outputPath: undefined,
  directory: `/jobs/${id}`,
  task: "{}",
  taskName: "t",
  taskFingerprint: "t",
  model: "gpt-4o-mini",
  endpoint: "/v1/chat/completions",
  settings: {
    textColumn: "text",
    encoding: "utf-8",
    delimiter: ",",
    onBadRow: "fail",
    attempts: 2,
    useCache: true,
    shardRequests: 10,
    shardBytes: 1_000,
    shardTokens: 1_000
  },
  maxCost: undefined,
  owner: undefined,
  token: undefined
})

const one = "job_00000000000000000000000001"
const two = "job_00000000000000000000000002"

const addJob = Effect.fnUntraced(function* (id: string) {
  const store = yield* JobStore
  yield* store.createJob(newJob(id))
  yield* store.updateJob(id, ["preparing"], { state: "open" })
})

const unavailable = new JobStoreError({ reason: new StoreUnavailable({ location: "x", detail: "the disk is away" }) })

/** What the next pass over a job does: after how long another is due, or why it fails. */
type Script = (jobId: string) => Effect.Effect<Duration.DurationInput | undefined, Reconcile.ReconcileError>

const hour = Duration.hours(1)

/** A supervisor whose passes are scripted; `passes` are the ids in the order in which passes began, each with whether there was news. */
const supervised = Effect.fnUntraced(function* (
  script: Script,
  options: Omit<Supervisor.Options, "plan"> & {
    readonly isParked?: (jobId: string) => boolean
  } = {}
) {
  const store = yield* JobStore
  const passes: Array<readonly [jobId: string, now: boolean]> = []
  const report = (jobId: string, rest: Duration.DurationInput | undefined) =>
    Effect.gen(function* () {
      const now = yield* TestClock.currentTimeMillis
      const view = JobView.make(yield* store.job(jobId), [], [])
      const found: Reconcile.Report = {
        view,
        nextAt: rest === undefined ? undefined : now + Duration.toMillis(rest),
        busy: false,
        notices: []
      }
      return found
    })
  const step = (jobId: string, now: boolean) =>
    Effect.suspend(() => {
      passes.push([jobId, now])
      return Effect.flatMap(script(jobId), (rest) => report(jobId, rest))
    })
  const scope = yield* Scope.make()
  const supervisor = yield* Supervisor.make({
    ...options,
    plan: (jobs) =>
      Effect.succeed(
        new Map(
          jobs.flatMap(({ id }) =>
            options.isParked?.(id) === true
              ? []
              : [[id, { pass: ({ now }: { readonly now: boolean }) => step(id, now) }] as const]
          )
        )
      )
  }).pipe(Scope.extend(scope))
  yield* Effect.addFinalizer(() => Effect.zipRight(Effect.fork(Scope.close(scope, Exit.void)), TestClock.adjust("1 minute")))
  const status = (jobId: string) =>
    Effect.map(SubscriptionRef.get(supervisor.status), ({ jobs }) => Option.getOrUndefined(HashMap.get(jobs, jobId)))
  const countOf = (jobId: string): number => passes.filter(([id]) => id === jobId).length
  const settled = (jobId: string, count: number) =>
    eventually(
      `${count} passes over ${jobId}`,
      Effect.map(status(jobId), (now) => [countOf(jobId), now?.phase] as const),
      { until: ([passed, phase]) => passed === count && phase !== "running" && phase !== undefined }
    )
  return { ...supervisor, passes, countOf, settled, jobStatus: status, close: Scope.close(scope, Exit.void) }
})

const test = (name: string, body: Effect.Effect<void, unknown, Scope.Scope | Reconcile.Requirements>) =>
  it.scoped(name, () => Effect.provide(body, services))

describe("a supervisor", () => {
  test(
    "passes over every open job of the store, and again when each is due",
    Effect.gen(function* () {
      yield* addJob(one)
      yield* addJob(two)
      const { countOf, jobStatus, passes, settled, status } = yield* supervised((id) =>
        Effect.succeed(id === one ? "1 minute" : hour)
      )
      yield* settled(one, 1)
      yield* settled(two, 1)
      assert.deepStrictEqual(passes.toSorted(), [
        [one, false],
        [two, false]
      ])
      assert.strictEqual((yield* SubscriptionRef.get(status)).openJobs, 2)
      assert.deepStrictEqual(yield* jobStatus(one), { phase: "waiting", nextPassAt: 60_000, failures: 0, problem: undefined })
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual(countOf(one), 1)
      yield* TestClock.adjust("1 seconds")
      yield* settled(one, 2)
      assert.strictEqual(countOf(two), 1)
    })
  )

  test(
    "lets a job whose pass fails rest ever longer, up to five minutes, and does not let it disturb another",
    Effect.gen(function* () {
      yield* addJob(one)
      yield* addJob(two)
      const { countOf, jobStatus, settled } = yield* supervised((id) =>
        id === one ? Effect.fail(unavailable) : Effect.succeed("10 seconds")
      )
      const rests: Array<number> = []
      for (let failures = 1; failures <= 9; failures++) {
        yield* settled(one, failures)
        const now = yield* TestClock.currentTimeMillis
        const found = yield* jobStatus(one)
        assert.strictEqual(found?.failures, failures)
        assert.strictEqual(found?.problem?.code, unavailable.problem.code)
        const rest = (found?.nextPassAt ?? 0) - now
        rests.push(rest / 1000)
        yield* TestClock.adjust(Duration.millis(rest))
      }
      assert.deepStrictEqual(rests, [5, 10, 20, 40, 80, 160, 300, 300, 300])
      yield* eventually(
        "the other's passes",
        Effect.sync(() => countOf(two)),
        { until: (count) => count > 100 }
      )
    })
  )

  test(
    "forgets what failed once a pass succeeds",
    Effect.gen(function* () {
      yield* addJob(one)
      let isBroken = true
      const { jobStatus, settled } = yield* supervised(() => (isBroken ? Effect.fail(unavailable) : Effect.succeed(hour)))
      yield* settled(one, 1)
      isBroken = false
      yield* TestClock.adjust("5 seconds")
      yield* settled(one, 2)
      const found = yield* jobStatus(one)
      assert.deepInclude(found, { phase: "waiting", failures: 0, problem: undefined })
    })
  )

  test(
    "tries a job again after five minutes whose pass died, and goes on with the others",
    Effect.gen(function* () {
      yield* addJob(one)
      yield* addJob(two)
      const { countOf, jobStatus, settled } = yield* supervised((id) =>
        id === one ? Effect.dieMessage("a fault in the program") : Effect.succeed("1 minute")
      )
      yield* settled(one, 1)
      assert.deepInclude(yield* jobStatus(one), { phase: "waiting", nextPassAt: 300_000, failures: 1 })
      yield* TestClock.adjust("5 minutes")
      yield* settled(one, 2)
      yield* eventually(
        "the other's passes",
        Effect.sync(() => countOf(two)),
        { until: (count) => count >= 5 }
      )
    })
  )

  test(
    "makes one pass of many wakes, and polls batches before they are due",
    Effect.gen(function* () {
      yield* addJob(one)
      const { passes, settled, wake } = yield* supervised(() => Effect.succeed(hour))
      yield* settled(one, 1)
      yield* Effect.all(Array.from({ length: 10 }, () => wake(one)))
      yield* settled(one, 2)
      yield* TestClock.adjust("30 minutes")
      assert.deepStrictEqual(passes, [
        [one, false],
        [one, true]
      ])
    })
  )

  test(
    "makes one pass of many wakes that come during a pass, after it",
    Effect.gen(function* () {
      yield* addJob(one)
      const gate = yield* Deferred.make<void>()
      const { countOf, passes, settled, wake } = yield* supervised(() => Effect.as(Deferred.await(gate), hour))
      yield* eventually(
        "a pass under way",
        Effect.sync(() => countOf(one) === 1)
      )
      yield* Effect.all(Array.from({ length: 10 }, () => wake(one)))
      assert.strictEqual(countOf(one), 1)
      yield* Deferred.succeed(gate, undefined)
      yield* settled(one, 2)
      yield* TestClock.adjust("30 minutes")
      assert.deepStrictEqual(passes, [
        [one, false],
        [one, true]
      ])
    })
  )

  test(
    "wakes a job for what was changed here without polling batches that are not due",
    Effect.gen(function* () {
      yield* addJob(one)
      const { passes, settled, wake } = yield* supervised(() => Effect.succeed(hour))
      yield* settled(one, 1)
      yield* wake(one, { now: false })
      yield* settled(one, 2)
      assert.deepStrictEqual(passes[1], [one, false])
    })
  )

  test(
    "does not pass again over a job of which nothing moves, until it is changed or woken",
    Effect.gen(function* () {
      yield* addJob(one)
      const store = yield* JobStore
      const { countOf, jobStatus, settled, wake } = yield* supervised(() => Effect.succeed(undefined))
      yield* settled(one, 1)
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(countOf(one), 1)
      assert.deepInclude(yield* jobStatus(one), { phase: "idle", nextPassAt: undefined })
      yield* wake(one)
      yield* settled(one, 2)
      yield* store.updateJob(one, ["open"], { maxCost: 5n })
      yield* TestClock.adjust("5 seconds")
      yield* settled(one, 3)
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(countOf(one), 3)
    })
  )

  test(
    "leaves a job without a plan alone, and takes it up when it gets one",
    Effect.gen(function* () {
      yield* addJob(one)
      let isParked = true
      const { countOf, settled } = yield* supervised(() => Effect.succeed(hour), { isParked: () => isParked })
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(countOf(one), 0)
      isParked = false
      yield* TestClock.adjust("5 seconds")
      yield* settled(one, 1)
    })
  )

  for (const state of ["done", "cancelled", "stopped"] satisfies ReadonlyArray<JobState>) {
    test(
      `lets go of a job that another process has made ${state}`,
      Effect.gen(function* () {
        yield* addJob(one)
        const store = yield* JobStore
        const { countOf, jobStatus, settled } = yield* supervised(() => Effect.succeed("2 minutes"))
        yield* settled(one, 1)
        yield* store.updateJob(one, ["open"], { state })
        yield* TestClock.adjust("10 seconds")
        yield* eventually("no status", jobStatus(one), { until: (found) => found === undefined })
        yield* TestClock.adjust("5 minutes")
        assert.strictEqual(countOf(one), 1)
      })
    )
  }

  test(
    "lets go of a job that was deleted, also while it passes over it",
    Effect.gen(function* () {
      yield* addJob(one)
      yield* addJob(two)
      const store = yield* JobStore
      const gate = yield* Deferred.make<void>()
      const { countOf, jobStatus, settled } = yield* supervised((id) =>
        id === one ? Effect.as(Deferred.await(gate), "2 minutes") : Effect.succeed("2 minutes")
      )
      yield* settled(two, 1)
      yield* store.deleteJob(one)
      yield* store.deleteJob(two)
      yield* Deferred.succeed(gate, undefined)
      yield* TestClock.adjust("10 seconds")
      for (const id of [one, two]) yield* eventually("no status", jobStatus(id), { until: (found) => found === undefined })
      yield* TestClock.adjust("5 minutes")
      assert.deepStrictEqual([countOf(one), countOf(two)], [1, 1])
    })
  )

  test(
    "does not let slow passes hold up the others for longer than they count",
    Effect.gen(function* () {
      const slow = Array.from({ length: 3 }, (_, n) => `job_0000000000000000000000001${n}`)
      yield* Effect.forEach([...slow, two], addJob)
      const { countOf, passes, settled } = yield* supervised((id) => (id === two ? Effect.succeed(hour) : Effect.never), {
        parallelJobs: 2,
        slowAfter: "30 seconds",
        stopWithin: "1 seconds"
      })
      yield* eventually(
        "two passes",
        Effect.sync(() => passes.length),
        { until: (count) => count >= 2 }
      )
      yield* TestClock.adjust("1 minute")
      yield* eventually(
        "all under way",
        Effect.sync(() => slow.every((id) => countOf(id) === 1))
      )
      yield* settled(two, 1)
    })
  )

  test(
    "takes a step between passes, and goes on from what it finds",
    Effect.gen(function* () {
      yield* addJob(one)
      const store = yield* JobStore
      const { jobStatus, run, settled } = yield* supervised(() => Effect.succeed(undefined))
      yield* settled(one, 1)
      let runs = 0
      const view = JobView.make(yield* store.job(one), [], [])
      yield* run(
        one,
        Effect.sync(() => {
          runs++
          return { view, nextAt: 60_000, busy: false, notices: [] }
        })
      )
      assert.strictEqual(runs, 1)
      assert.deepInclude(yield* jobStatus(one), { phase: "waiting", nextPassAt: 60_000 })
      yield* TestClock.adjust("1 minute")
      yield* settled(one, 2)
    })
  )

  test(
    "finishes a step that nobody waits for any more",
    Effect.gen(function* () {
      yield* addJob(one)
      const store = yield* JobStore
      const { run, settled } = yield* supervised(() => Effect.succeed(hour))
      yield* settled(one, 1)
      const begun = yield* Deferred.make<void>()
      const gate = yield* Deferred.make<void>()
      const done = yield* Deferred.make<void>()
      const view = JobView.make(yield* store.job(one), [], [])
      const step = Effect.all([Deferred.succeed(begun, undefined), Deferred.await(gate), Deferred.succeed(done, undefined)]).pipe(
        Effect.as({ view, nextAt: undefined, busy: false, notices: [] })
      )
      const waiting = yield* Effect.fork(run(one, step))
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(waiting)
      yield* Deferred.succeed(gate, undefined)
      yield* Deferred.await(done)
    })
  )

  test(
    "waits at its end for the pass under way, and begins none",
    Effect.gen(function* () {
      yield* addJob(one)
      yield* addJob(two)
      const gate = yield* Deferred.make<void>()
      let ended = false
      const { close, countOf, settled, wake } = yield* supervised((id) =>
        id === one
          ? Effect.as(Deferred.await(gate), hour).pipe(Effect.tap(() => Effect.sync(() => (ended = true))))
          : Effect.succeed("1 minute")
      )
      yield* settled(two, 1)
      const closing = yield* Effect.fork(close)
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(closing)
      assert.isTrue(ended)
      yield* wake(two)
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(countOf(two), 1)
    })
  )

  test(
    "leaves a pass at its end that does not come to an end",
    Effect.gen(function* () {
      yield* addJob(one)
      const { close, countOf } = yield* supervised(() => Effect.never, { stopWithin: "3 seconds" })
      yield* eventually(
        "a pass under way",
        Effect.sync(() => countOf(one) === 1)
      )
      const closing = yield* Effect.fork(close)
      yield* TestClock.adjust("3 seconds")
      yield* Fiber.join(closing)
    })
  )

  test(
    "streams its status and what passes come to",
    Effect.gen(function* () {
      yield* addJob(one)
      const { results, settled, status, wake } = yield* supervised((id) =>
        id === one ? Effect.succeed(hour) : Effect.fail(unavailable)
      )
      yield* settled(one, 1)
      const phases = yield* status.changes.pipe(
        Stream.filterMap(({ jobs }) => HashMap.get(jobs, one)),
        Stream.map(({ phase }) => phase),
        Stream.changes,
        Stream.take(3),
        Stream.runCollect,
        Effect.fork
      )
      const first = yield* Effect.fork(Stream.runHead(results))
      yield* eventually("the subscriber", Effect.zipRight(wake(one), Effect.map(Fiber.poll(first), Option.isSome)))
      const result = Option.getOrUndefined(yield* Fiber.join(first))
      assert.deepInclude(result, { _tag: "Reported", jobId: one })
      assert.deepStrictEqual([...(yield* Fiber.join(phases))], ["waiting", "running", "waiting"])
    })
  )

  test(
    "goes on after the store could not be searched",
    Effect.gen(function* () {
      yield* addJob(one)
      const store = yield* JobStore
      let isAway = true
      const flaky = {
        ...store,
        jobs: (filter: Parameters<typeof store.jobs>[0]) => (isAway ? Effect.fail(unavailable) : store.jobs(filter))
      }
      const { countOf, settled } = yield* supervised(() => Effect.succeed(hour)).pipe(Effect.provideService(JobStore, flaky))
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual(countOf(one), 0)
      isAway = false
      yield* TestClock.adjust("5 seconds")
      yield* settled(one, 1)
    })
  )
})
