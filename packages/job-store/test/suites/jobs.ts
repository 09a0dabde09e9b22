/** Jobs and their shards. */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { JobStore } from "../../src/JobStore.js"
import { type Promise, reasonOf } from "../promise.js"
import { collected, completed, newJob, newShard, openJob, planned, reservation, split } from "../samples.js"

export const jobs = (promise: Promise): void => {
  promise("a job comes back as it was put in, with money that no float can hold", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      yield* TestClock.setTime(1_790_000_000_123)
      const job = yield* newJob({
        maxCost: 123_456_789_012_345_678_901_234_567_890n,
        outputPath: "/data/labeled.csv",
        owner: "token-1",
        task: JSON.stringify({ template: "제목: {{ title }}\u2028\u0000 '; DROP TABLE batchlabel_jobs; --" })
      })
      const created = yield* store.createJob(job)
      assert.deepStrictEqual(created, {
        ...job,
        createdAt: 1_790_000_000_123,
        updatedAt: 1_790_000_000_123,
        state: "preparing",
        detail: undefined,
        split: undefined
      })
      assert.deepStrictEqual(yield* store.job(job.id), created)
    })
  )

  promise("a job that is not there is JobNotFound, and so is an event for it", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      assert.strictEqual(yield* reasonOf(store.job("job_x")), "JobNotFound")
      assert.strictEqual(yield* reasonOf(store.appendEvents("job_x", [{ kind: "a", data: {} }])), "JobNotFound")
      assert.strictEqual(yield* store.jobOfBatch("batch_x"), undefined)
      const answer = yield* store.plan(reservation("job_x", 1))
      assert.strictEqual(answer._tag, "NotWaiting")
    })
  )

  promise("jobs are listed newest first, by every filter and page by page", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      const ids: Array<string> = []
      for (let i = 0; i < 5; i++) {
        yield* TestClock.adjust("1 second")
        const job = yield* newJob({
          owner: i % 2 === 0 ? "even" : "odd",
          outputPath: `/out/${i}.csv`,
          taskFingerprint: `task-${i}`,
          input: { path: `/in/${i}.csv`, fingerprint: `in-${i}`, bytes: i }
        })
        yield* store.createJob(job)
        ids.push(job.id)
      }
      yield* store.finishPreparing(ids[0] ?? "", split(0), [])
      const found = (filter: Parameters<typeof store.jobs>[0]) =>
        Effect.map(store.jobs(filter), (jobs) => jobs.map(({ id }) => ids.indexOf(id)))
      assert.deepStrictEqual(yield* found({}), [4, 3, 2, 1, 0])
      assert.deepStrictEqual(yield* found({ limit: 2 }), [4, 3])
      assert.deepStrictEqual(yield* found({ limit: 2, before: ids[3] }), [2, 1])
      assert.deepStrictEqual(yield* found({ owner: "odd" }), [3, 1])
      assert.deepStrictEqual(yield* found({ states: ["open"] }), [0])
      assert.deepStrictEqual(yield* found({ states: ["open", "preparing"], owner: "even", limit: 1 }), [4])
      assert.deepStrictEqual(yield* found({ states: [] }), [])
      assert.deepStrictEqual(yield* found({ inputPath: "/in/1.csv" }), [1])
      assert.deepStrictEqual(yield* found({ inputFingerprint: "in-2", taskFingerprint: "task-2", outputPath: "/out/2.csv" }), [2])
      assert.deepStrictEqual(yield* found({ inputFingerprint: "in-2", taskFingerprint: "task-3" }), [])
    })
  )

  promise("a job changes only from the states that were named, and a cleared detail is gone", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      const id = yield* openJob(1)
      const detail = { code: "BL3001", params: { name: "OPENAI_API_KEY" }, text: "OPENAI_API_KEY not found" }
      assert.isFalse(yield* store.updateJob(id, ["preparing"], { state: "stopped", detail }))
      assert.isTrue(yield* store.updateJob(id, ["open"], { state: "stopped", detail }))
      assert.deepStrictEqual((yield* store.job(id)).detail, detail)
      assert.isTrue(yield* store.updateJob(id, ["stopped"], { state: "open", detail: undefined, maxCost: 7n }))
      const job = yield* store.job(id)
      assert.deepStrictEqual([job.state, job.detail, job.maxCost, job.outputPath], ["open", undefined, 7n, undefined])
      assert.isTrue(yield* store.updateJob(id, ["open"], { outputPath: "/o.csv" }))
      assert.strictEqual((yield* store.job(id)).maxCost, 7n)
      assert.isFalse(yield* store.updateJob(id, [], { state: "cancelling" }))
      assert.isFalse(yield* store.updateJob("job_x", ["open"], { state: "cancelling" }))
    })
  )

  promise("no job is done while a shard is open, none is cancelled while an attempt lives", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      const id = yield* openJob(1)
      assert.isFalse(yield* store.updateJob(id, ["open"], { state: "done" }))
      const attempt = yield* completed(id, 1, "batch_1")
      assert.isFalse(yield* store.updateJob(id, ["open"], { state: "done" }))
      yield* store.updateJob(id, ["open"], { state: "cancelling" })
      assert.isFalse(yield* store.updateJob(id, ["cancelling"], { state: "cancelled" }))
      yield* store.settle({ attempt, collected, cost: 1n, followUp: newShard(2, { round: 2, parent: 1 }) })
      assert.isTrue(yield* store.updateJob(id, ["cancelling"], { state: "cancelled" }))
      assert.deepStrictEqual(yield* store.check, [])
    })
  )

  promise("preparing is finished once, with all shards or none", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      const { id } = yield* store.createJob(yield* newJob())
      const twice = [newShard(1), newShard(1)]
      assert.strictEqual(yield* reasonOf(store.finishPreparing(id, split(200), twice)), "StoreConflict")
      assert.strictEqual((yield* store.job(id)).state, "preparing")
      assert.deepStrictEqual(yield* store.shards(id), [])
      const shards = Array.from({ length: 2_345 }, (_, index) => newShard(index + 1))
      assert.isTrue(yield* store.finishPreparing(id, split(234_500), shards))
      assert.isFalse(yield* store.finishPreparing(id, split(100), [newShard(9_999)]))
      assert.deepStrictEqual((yield* store.job(id)).split, split(234_500))
      assert.deepStrictEqual(
        yield* store.shards(id),
        shards.map((shard) => ({ ...shard, jobId: id, state: "waiting" as const, known: 0, wait: undefined }))
      )
    })
  )

  promise("shards and attempts of several jobs are had at once, each job's own, as by themselves", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      const ids = yield* Effect.all([openJob(3), openJob(1), openJob(2)])
      const [first, , third] = ids
      for (const number of [2, 1]) yield* planned(first, number)
      yield* planned(third, 1)
      const asked = [...ids, "job_x"]
      const shards = yield* store.shardsOf(asked)
      const attempts = yield* store.attemptsOf(asked)
      assert.deepStrictEqual([shards.length, attempts.length], [6, 3])
      for (const id of asked) {
        assert.deepStrictEqual(
          shards.filter(({ jobId }) => jobId === id),
          yield* store.shards(id)
        )
        assert.deepStrictEqual(
          attempts.filter(({ jobId }) => jobId === id),
          yield* store.attempts(id)
        )
      }
      assert.deepStrictEqual([yield* store.shardsOf([]), yield* store.attemptsOf([])], [[], []])
      const many = Array.from({ length: 1_200 }, (_, index) => (index === 1_100 ? third : `job_${index}`))
      assert.deepStrictEqual(yield* store.shardsOf(many), yield* store.shards(third))
    })
  )

  promise("a waiting shard gives way to its parts, a running one does not", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      const id = yield* openJob(2)
      yield* planned(id, 2)
      assert.isFalse(yield* store.replaceShard(id, 2, [newShard(3, { parent: 2 })]))
      assert.isTrue(yield* store.replaceShard(id, 1, [newShard(3, { parent: 1 }), newShard(4, { parent: 1 })]))
      assert.isFalse(yield* store.replaceShard(id, 1, [newShard(5, { parent: 1 })]))
      assert.deepStrictEqual(
        (yield* store.shards(id)).map(({ number, parent, state }) => [number, parent, state]),
        [
          [1, undefined, "settled"],
          [2, undefined, "running"],
          [3, 1, "waiting"],
          [4, 1, "waiting"]
        ]
      )
      assert.deepStrictEqual(yield* store.check, [])
    })
  )

  promise("a wait is dated from when its reason began, and planning ends it", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      const id = yield* openJob(1)
      const wait = Effect.map(store.shards(id), ([shard]) => shard?.wait)
      yield* store.setWait(id, 1, { reason: "tokens", until: undefined })
      yield* TestClock.adjust("1 minute")
      yield* store.setWait(id, 1, { reason: "tokens", until: 90_000.5 })
      assert.deepStrictEqual(yield* wait, { reason: "tokens", since: 0, until: 90_001 })
      yield* store.setWait(id, 1, { reason: "rate", until: undefined })
      assert.deepStrictEqual(yield* wait, { reason: "rate", since: 60_000, until: undefined })
      yield* store.setWait(id, 1, undefined)
      assert.strictEqual(yield* wait, undefined)
      yield* store.setWait(id, 1, { reason: "budget", until: 1 })
      yield* planned(id, 1)
      assert.strictEqual(yield* wait, undefined)
      yield* store.setWait(id, 1, { reason: "budget", until: 1 })
      assert.strictEqual(yield* wait, undefined)
    })
  )
}
