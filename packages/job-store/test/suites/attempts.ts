/** Attempts: planning, steps, ends. */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import type { AttemptPatch } from "../../src/Job.js"
import { JobStore } from "../../src/JobStore.js"
import type { JobStoreError } from "../../src/JobStoreError.js"
import { type Promise, reasonOf } from "../promise.js"
import { collected, completed, newShard, openJob, planned, reservation } from "../samples.js"

export const attempts = (promise: Promise): void => {
  promise("a shard has one live attempt: whoever is second is told that it does not wait", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      const id = yield* openJob(1)
      const answers = yield* Effect.all(
        Array.from({ length: 8 }, () => store.plan(reservation(id, 1))),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(answers.map(({ _tag }) => _tag).sort(), [
        ...Array.from({ length: 7 }, () => "NotWaiting"),
        "Planned"
      ])
      assert.strictEqual((yield* store.attempts(id)).length, 1)
      assert.strictEqual((yield* store.shards(id))[0]?.state, "running")
      assert.deepStrictEqual(yield* store.check, [])
    })
  )

  promise("a shard of a job that is not open is not planned", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      const id = yield* openJob(1)
      yield* store.updateJob(id, ["open"], { state: "stopped" })
      const answer = yield* store.plan(reservation(id, 1))
      assert.strictEqual(answer._tag, "NotWaiting")
    })
  )

  promise("tokens in flight are those of the model over all jobs, and come back when a batch ends, collected or not", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      const one = yield* openJob(2)
      const two = yield* openJob(2)
      const limited = { tokenLimit: 2_500 }
      const first = yield* planned(one, 1, limited)
      yield* planned(two, 1, limited)
      yield* planned(two, 2, { model: "gpt-4.1", tokenLimit: 2_500, tokens: 2_500 })
      assert.deepStrictEqual(yield* store.plan(reservation(one, 2, limited)), {
        _tag: "TokensInFlight",
        inFlight: 2_000,
        limit: 2_500
      })
      assert.strictEqual(yield* store.tokensInFlight("gpt-4o-mini"), 2_000)
      const step = (patch: AttemptPatch) => store.advance(first.id, ["planned", "completed"], patch)
      yield* step({ state: "completed", batchId: "b" })
      assert.strictEqual(yield* store.tokensInFlight("gpt-4o-mini"), 1_000)
      yield* step({ state: "failed" })
      assert.strictEqual(yield* store.tokensInFlight("gpt-4o-mini"), 1_000)
      assert.strictEqual((yield* store.plan(reservation(one, 2, limited)))._tag, "Planned")
      assert.strictEqual(yield* store.tokensInFlight("gpt-4.1"), 2_500)
      assert.strictEqual(yield* store.tokensInFlight("none"), 0)
    })
  )

  promise("creations of the last hour and those about to be count against the rate, and the answer says when there is room", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      yield* TestClock.setTime(1_790_000_000_000)
      const id = yield* openJob(6)
      const rate = { creationsPerHour: 3 }
      const create = (shard: number) =>
        Effect.gen(function* () {
          const attempt = yield* planned(id, shard, rate)
          yield* store.advance(attempt.id, ["planned"], { state: "creating", intentAt: attempt.createdAt })
        })
      yield* create(1)
      yield* TestClock.adjust("10 minutes")
      yield* create(2)
      yield* TestClock.adjust("10 minutes")
      const coming = yield* planned(id, 3, rate)
      assert.deepStrictEqual(yield* store.plan(reservation(id, 4, rate)), {
        _tag: "CreationRate",
        freeAt: 1_790_000_000_000 + 3_600_000
      })
      assert.deepStrictEqual(yield* store.plan(reservation(id, 4, { creationsPerHour: 2 })), {
        _tag: "CreationRate",
        freeAt: 1_790_000_000_000 + 600_000 + 3_600_000
      })
      assert.deepStrictEqual(yield* store.plan(reservation(id, 4, { creationsPerHour: 1 })), {
        _tag: "CreationRate",
        freeAt: 1_790_000_000_000 + 1_200_000 + 3_600_000
      })
      yield* TestClock.adjust("40 minutes")
      assert.strictEqual((yield* store.plan(reservation(id, 4, rate)))._tag, "Planned")
      yield* store.release(coming.id, ["planned"], { state: "abandoned" })
      assert.strictEqual((yield* store.plan(reservation(id, 5, rate)))._tag, "Planned")
    })
  )

  promise("the budget counts what is spent and what is held, to the last pico-dollar", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      const huge = 9_007_199_254_740_993n
      const id = yield* openJob(4, { maxCost: huge * 3n })
      const spent = yield* completed(id, 1, "b1", { reserved: huge })
      yield* store.settle({ attempt: spent, collected, cost: huge - 1n, followUp: undefined })
      yield* planned(id, 2, { reserved: huge })
      assert.deepStrictEqual(yield* store.plan(reservation(id, 3, { reserved: huge + 2n })), {
        _tag: "Budget",
        cap: huge * 3n,
        spent: huge - 1n,
        reserved: huge,
        needed: huge + 2n
      })
      const fits = yield* planned(id, 3, { reserved: huge + 1n })
      assert.strictEqual(fits.reserved, huge + 1n)
      assert.strictEqual((yield* store.plan(reservation(id, 4, { reserved: 1n })))._tag, "Budget")
      yield* store.release(fits.id, ["planned"], { state: "abandoned" })
      assert.strictEqual((yield* store.plan(reservation(id, 4, { reserved: huge + 1n })))._tag, "Planned")
      assert.strictEqual((yield* store.attempts(id))[0]?.cost, huge - 1n)
    })
  )

  promise("a step is taken once: the second that wants it is told, and nothing but the named fields changes", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      const id = yield* openJob(1)
      const { id: attempt } = yield* planned(id, 1, { inputFileId: "file-0", notBefore: 5 })
      yield* TestClock.adjust("1 second")
      const wins = yield* Effect.all(
        Array.from({ length: 6 }, (_, index) => store.advance(attempt, ["planned"], { state: "uploading", failedPolls: index })),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(wins.filter((won) => won !== undefined).length, 1)
      const full: AttemptPatch = {
        state: "in_progress",
        inputFileId: undefined,
        batchId: "batch_1",
        outputFileId: "out",
        errorFileId: "err",
        notBefore: 10.2,
        intentAt: 3,
        endedAt: 4,
        expiresAt: 5,
        usage: { input: 1, output: 2, cached: 3, cacheWrite: 4, reasoning: 5 },
        counts: { total: 3, completed: 2, failed: 1 },
        errors: [
          { code: "a", message: "나쁨", line: 3 },
          { code: "b", message: "b" }
        ],
        failedPolls: 2
      }
      const now = yield* store.advance(attempt, ["uploading"], full)
      assert.deepStrictEqual<unknown>(now, {
        id: attempt,
        jobId: id,
        shard: 1,
        number: 1,
        model: "gpt-4o-mini",
        tokens: 1_000,
        reserved: 5_000_000n,
        cost: undefined,
        createdAt: 0,
        updatedAt: 1_000,
        collected: undefined,
        ...full,
        // Whole milliseconds: what rests until then rests no less.
        notBefore: 11
      })
      assert.deepStrictEqual<ReadonlyArray<unknown>>(yield* store.attempts(id), [now])
      assert.strictEqual((yield* store.jobOfBatch("batch_1"))?.id, id)
      assert.strictEqual(yield* store.advance(attempt, [], { failedPolls: 0 }), undefined)
      assert.strictEqual(yield* store.advance(attempt + 1, ["in_progress"], { failedPolls: 0 }), undefined)
    })
  )

  promise("an attempt does not end by advancing, nor live again", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      const id = yield* openJob(1)
      const attempt = yield* planned(id, 1)
      const dies = (effect: Effect.Effect<unknown, JobStoreError>) =>
        Effect.map(Effect.exit(effect), (exit) => exit._tag === "Failure")
      assert.isTrue(yield* dies(store.advance(attempt.id, ["planned"], { state: "collected" })))
      yield* store.release(attempt.id, ["planned"], { state: "abandoned" })
      assert.isTrue(yield* dies(store.advance(attempt.id, ["abandoned"], { state: "planned" })))
      assert.deepStrictEqual(yield* store.check, [])
    })
  )

  promise("what is given back waits again, keeps its history, and the next attempt has the next number", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      const id = yield* openJob(1)
      const first = yield* planned(id, 1)
      assert.isFalse(yield* store.release(first.id, ["failed"], { state: "rejected" }))
      assert.isTrue(
        yield* store.release(first.id, ["planned", "rejected"], {
          state: "rejected",
          errors: [{ code: "q", message: "full" }]
        })
      )
      assert.isFalse(yield* store.release(first.id, ["planned", "rejected"], { state: "rejected" }))
      assert.strictEqual((yield* store.shards(id))[0]?.state, "waiting")
      const second = yield* planned(id, 1)
      assert.deepStrictEqual([second.number, (yield* store.attempts(id)).map(({ state }) => state)], [2, ["rejected", "planned"]])
      assert.deepStrictEqual((yield* store.attempts(id))[0]?.errors, [{ code: "q", message: "full" }])
    })
  )

  promise("a settlement happens once, and its follow-up with it or not at all", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      const id = yield* openJob(2)
      const attempt = yield* completed(id, 1, "batch_1")
      const taken = { attempt, collected, cost: 42n, followUp: newShard(2, { round: 2, parent: 1 }) }
      assert.strictEqual(yield* reasonOf(store.settle(taken)), "StoreConflict")
      assert.strictEqual((yield* store.attempts(id))[0]?.state, "completed")
      assert.strictEqual((yield* store.shards(id))[0]?.state, "running")
      const followUp = newShard(3, { round: 2, parent: 1, requests: 1 })
      const results = yield* Effect.all([store.settle({ ...taken, followUp }), store.settle({ ...taken, followUp })], {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual([...results].sort(), [false, true])
      const [settled] = yield* store.attempts(id)
      assert.deepStrictEqual([settled?.state, settled?.collected, settled?.cost], ["collected", collected, 42n])
      assert.deepStrictEqual(
        (yield* store.shards(id)).map(({ number, round, state }) => [number, round, state]),
        [
          [1, 1, "settled"],
          [2, 1, "waiting"],
          [3, 2, "waiting"]
        ]
      )
      assert.deepStrictEqual(yield* store.check, [])
    })
  )

  promise("an attempt whose batch is not over cannot be settled", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      const id = yield* openJob(1)
      const attempt = yield* planned(id, 1)
      assert.isFalse(yield* store.settle({ attempt, collected, cost: undefined, followUp: undefined }))
      assert.strictEqual((yield* store.shards(id))[0]?.state, "running")
    })
  )
}
