/** The queue of a model is shared by the jobs of a store: whoever needs room looks at what holds it. */
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as OpenAiBatchError from "@batchlabel/openai-batch/OpenAiBatchError"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import * as Reconcile from "../src/Reconcile.js"
import { follow, hour, inWorld, paidLines, prepare } from "./support/longRun.js"
import { folder } from "./support/simulated.js"

/** Room for one batch of two rows, and not for another. */
const limit = 800

const check = (jobId: string) => Reconcile.reconcile(jobId, { now: true, resume: "mended" })

const attemptsOf = (jobId: string) => Effect.flatMap(JobStore, (store) => store.attempts(jobId))

describe("a job that needs room in the queue", () => {
  it.live("finds it where another job's batch has ended and nobody has looked since; its results stay its own job's", () =>
    inWorld({}, (world) =>
      Effect.gen(function* () {
        const home = yield* folder
        const first = yield* prepare({ home, rows: 2, limit })
        const second = yield* prepare({ home, rows: 2, limit })
        yield* check(first)
        yield* check(second)
        assert.strictEqual(world.api.created(), 1)
        world.time.setTime(2 * hour)
        yield* check(second)
        assert.strictEqual(world.api.created(), 2)
        assert.deepStrictEqual(
          (yield* attemptsOf(first)).map(({ state }) => state),
          ["completed"]
        )
        assert.deepInclude((yield* check(first)).view, { status: "completed", labeled: 2 })
      })
    )
  )

  it.live("gets it in the guide's own loop: every chunk submitted, then each looked at in turn", () =>
    inWorld({}, (world) =>
      Effect.gen(function* () {
        const home = yield* folder
        const chunks = yield* Effect.forEach([1, 2, 3, 4, 5], () => prepare({ home, rows: 2, limit }))
        yield* Effect.forEach(chunks, check)
        for (const chunk of chunks.toReversed()) {
          const { report } = yield* follow(world, chunk)
          assert.deepInclude(report.view, { status: "completed", labeled: 2 })
        }
        for (const chunk of chunks) assert.deepInclude((yield* check(chunk)).view, { status: "completed", labeled: 2 })
        assert.deepStrictEqual([world.api.created(), paidLines(world)], [5, 10])
      })
    )
  )

  it.live("takes the place that a process kept and did not live to use, and the other job comes after it", () =>
    inWorld({}, (world) =>
      Effect.gen(function* () {
        const home = yield* folder
        const first = yield* prepare({ home, rows: 2, limit })
        const second = yield* prepare({ home, rows: 2, limit })
        const store = yield* JobStore
        yield* Effect.exit(
          check(first).pipe(
            Effect.provideService(JobStore, {
              ...store,
              advance: (id, from, patch) => (patch.state === "uploaded" ? Effect.die("killed") : store.advance(id, from, patch))
            })
          )
        )
        assert.deepStrictEqual(
          (yield* attemptsOf(first)).map(({ state }) => state),
          ["uploading"]
        )
        assert.deepInclude((yield* follow(world, second)).report.view, { status: "completed", labeled: 2 })
        assert.deepInclude((yield* follow(world, first)).report.view, { status: "completed", labeled: 2 })
        assert.strictEqual(paidLines(world), 4)
      })
    )
  )

  it.live("finds out what became of a create whose process died, and nothing is made twice", () =>
    inWorld({}, (world) =>
      Effect.gen(function* () {
        const home = yield* folder
        const first = yield* prepare({ home, rows: 2, limit })
        const second = yield* prepare({ home, rows: 2, limit })
        const store = yield* JobStore
        yield* Effect.exit(
          check(first).pipe(
            Effect.provideService(JobStore, {
              ...store,
              advance: (id, from, patch) => (patch.batchId !== undefined ? Effect.die("killed") : store.advance(id, from, patch))
            })
          )
        )
        assert.deepStrictEqual(
          (yield* attemptsOf(first)).map(({ state }) => state),
          ["creating"]
        )
        assert.deepInclude((yield* follow(world, second)).report.view, { status: "completed", labeled: 2 })
        assert.deepInclude((yield* follow(world, first)).report.view, { status: "completed", labeled: 2 })
        assert.deepStrictEqual([world.api.created(), paidLines(world)], [2, 4])
      })
    )
  )

  it.live("leaves a job alone that another process works on", () =>
    inWorld({}, (world) =>
      Effect.gen(function* () {
        const home = yield* folder
        const first = yield* prepare({ home, rows: 2, limit })
        const second = yield* prepare({ home, rows: 2, limit })
        yield* check(first)
        world.time.setTime(2 * hour)
        const store = yield* JobStore
        yield* store.withLease(`job:${first}`, check(second))
        assert.strictEqual(world.api.created(), 1)
        assert.deepStrictEqual(
          (yield* attemptsOf(first)).map(({ state }) => state),
          ["in_progress"]
        )
      })
    )
  )

  it.live("looks at batches of others no more often than is due, and a look that fails counts for nothing", () => {
    let looks = 0
    let isForeign = true
    return inWorld(
      {
        change: (real) => ({
          retrieve: (id) => {
            looks++
            return isForeign
              ? new OpenAiBatchError.OpenAiBatchError({
                  operation: "retrieve",
                  reason: new OpenAiBatchError.NotFound({ status: 404, detail: "no such batch" })
                })
              : real.retrieve(id)
          }
        })
      },
      (world) =>
        Effect.gen(function* () {
          const home = yield* folder
          const first = yield* prepare({ home, rows: 2, limit })
          const second = yield* prepare({ home, rows: 2, limit })
          yield* check(first)
          yield* check(second)
          assert.strictEqual(looks, 0)
          world.time.setTime(2 * hour)
          yield* check(second)
          assert.deepStrictEqual(
            (yield* attemptsOf(first)).map(({ failedPolls, state }) => [state, failedPolls]),
            [["in_progress", 0]]
          )
          isForeign = false
          assert.deepInclude((yield* follow(world, second)).report.view, { status: "completed" })
          assert.isAbove(yield* Clock.currentTimeMillis, 2 * hour)
        })
    )
  })
})
