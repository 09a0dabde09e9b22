import { SqlClient } from "@effect/sql/SqlClient"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Random from "effect/Random"
import * as Scope from "effect/Scope"
import { eventually } from "../../../test/support/eventually.js"
import { JobStore } from "../src/JobStore.js"
import { type Backend, folder, hasNodeSqlite, nodeSqliteFile, postgres, sqliteFile } from "./backends.js"
import * as Postgres from "./postgres.js"
import { type Assignment, bundle, type Order, start, together, type Worker } from "./processes.js"
import { note, openJob } from "./samples.js"

const kept = Effect.runSync(Scope.make())
const script = await bundle(await Effect.runPromise(Scope.extend(folder, kept)))
const server = await Postgres.start()
afterAll(async () => {
  await server?.stop()
  await Effect.runPromise(Scope.close(kept, Exit.void))
})

const shards = 12

const allEnded = (workers: ReadonlyArray<Worker>) => Effect.promise(() => Promise.all(workers.map(({ ended }) => ended)))

/** Each shard of the first round has its results once, and so have the three follow-ups; the answers of all are there. */
const collectedOnce = Effect.fn(function* (job: string) {
  const store = yield* JobStore
  const attempts = yield* store.attempts(job)
  const collected = attempts.filter(({ state }) => state === "collected").map(({ shard }) => shard)
  assert.strictEqual(collected.length, shards + 3)
  assert.strictEqual(new Set(collected).size, shards + 3)
  const answers = yield* store.findAnswers(
    "scope",
    collected.map((shard) => `d${shard}`)
  )
  assert.strictEqual(answers.size, shards + 3)
})

/** When the lease of the holder runs out, as it stands in the store. */
const expiry = Effect.gen(function* () {
  const sql = yield* SqlClient
  const [row] = yield* Effect.orDie(sql<{ readonly expires_at: number | string }>`SELECT expires_at FROM batchlabel_leases`)
  return Number(row?.expires_at)
})

/** What all have won, each step by one only. */
const wins = (workers: ReadonlyArray<Worker>): ReadonlyArray<string> =>
  workers.flatMap(({ lines }) =>
    lines.filter(({ event }) => event === "won").map(({ attempt, step }) => `${String(attempt)} ${String(step)}`)
  )

const processesOn = (backend: Backend): void => {
  const at = Effect.map(backend.place, ({ address, kind, layer }) => ({
    layer,
    start: (order: Order, over: Partial<Assignment> = {}) => start(script, { kind, address, leaseTtl: 30_000, order, ...over })
  }))

  describe(`several processes on ${backend.name}`, () => {
    it.scopedLive("that open an empty database at once all open it", () =>
      Effect.gen(function* () {
        const place = yield* at
        const workers = yield* Effect.forEach(["a", "b", "c", "d", "e"], (name) => place.start({ do: "open", name }))
        yield* together(workers)
        assert.deepStrictEqual(yield* allEnded(workers), [0, 0, 0, 0, 0])
        yield* Effect.gen(function* () {
          const store = yield* JobStore
          for (const name of ["a", "b", "c", "d", "e"]) assert.strictEqual(yield* store.settings.get(note, name), "here")
          assert.deepStrictEqual(yield* store.check, [])
        }).pipe(Effect.provide(place.layer()))
      })
    )

    it.scopedLive(
      "that fight for every step of two jobs take each once, stay under the limit, and end with nothing lost or doubled",
      () =>
        Effect.gen(function* () {
          const place = yield* at
          yield* Effect.gen(function* () {
            const store = yield* JobStore
            const jobs = [yield* openJob(shards), yield* openJob(shards)]
            const workers = yield* Effect.forEach([1, 2, 3], (seed) =>
              place.start({ do: "work", jobs, seed, tokenLimit: 4_000, answers: 10_000 })
            )
            yield* together(workers)
            assert.deepStrictEqual(yield* allEnded(workers), [0, 0, 0])
            const won = wins(workers)
            assert.strictEqual(new Set(won).size, won.length)
            assert.isEmpty(workers.flatMap(({ lines }) => lines.filter(({ event }) => event === "overrun")))
            let events = 0
            for (const job of jobs) {
              assert.strictEqual((yield* store.job(job)).state, "done")
              yield* collectedOnce(job)
              const rejected = (yield* store.attempts(job)).filter(({ state }) => state === "rejected")
              assert.strictEqual(rejected.length, shards / 4)
              events += (yield* store.events(job, { after: 0, limit: 10_000 })).length
            }
            assert.strictEqual(events, won.filter((win) => !/ (planned|settled|given back)$/.test(win)).length)
            assert.deepStrictEqual(yield* store.check, [])
          }).pipe(Effect.provide(place.layer()))
        })
    )

    it.scopedLive("that are killed at any moment leave a store in which the next one goes on", () =>
      Effect.gen(function* () {
        const place = yield* at
        yield* Effect.gen(function* () {
          const store = yield* JobStore
          const job = yield* openJob(shards)
          for (let round = 0; round < 3; round++) {
            const workers = yield* Effect.forEach([1, 2], (seed) =>
              place.start({ do: "work", jobs: [job], seed: round * 10 + seed, tokenLimit: 8_000, answers: 3_000 })
            )
            yield* together(workers)
            const steps = yield* Random.nextIntBetween(1, 40)
            yield* eventually(
              `${steps} steps, or the end`,
              Effect.sync(() => wins(workers).length >= steps || workers.every(({ child }) => child.exitCode !== null))
            )
            for (const { child } of workers) child.kill("SIGKILL")
            yield* allEnded(workers)
            assert.deepStrictEqual(yield* store.check, [])
          }
          const last = yield* place.start({ do: "work", jobs: [job], seed: 99, tokenLimit: 8_000, answers: 0 })
          yield* together([last])
          assert.deepStrictEqual(yield* allEnded([last]), [0])
          yield* collectedOnce(job)
          assert.deepStrictEqual(yield* store.check, [])
        }).pipe(Effect.provide(place.layer()))
      })
    )

    it.scopedLive("that share a lease are never in it together", () =>
      Effect.gen(function* () {
        const place = yield* at
        const workers = yield* Effect.forEach([1, 2, 3, 4], () => place.start({ do: "count", lease: "counter", times: 12 }))
        yield* together(workers)
        assert.deepStrictEqual(yield* allEnded(workers), [0, 0, 0, 0])
        const counted = yield* Effect.provide(
          Effect.flatMap(JobStore, (store) => store.settings.get(note, "count")),
          place.layer()
        )
        assert.strictEqual(counted, "48")
      })
    )

    it.scopedLive("do not wait for the lease of one that was killed", () =>
      Effect.gen(function* () {
        const place = yield* at
        yield* Effect.gen(function* () {
          const store = yield* JobStore
          const holder = yield* place.start({ do: "stay", lease: "job:1" })
          yield* together([holder])
          yield* Effect.promise(() => holder.next("inside"))
          assert.strictEqual(yield* store.withLease("job:1", Effect.void), undefined)
          holder.child.kill("SIGKILL")
          yield* allEnded([holder])
          assert.deepStrictEqual(yield* store.withLease("job:1", Effect.succeed("mine")), { value: "mine" })
        }).pipe(Effect.provide(place.layer()))
      })
    )

    it.scopedLive("take the lease of one that stands still when it runs out, and that one stops when it wakes", () =>
      Effect.gen(function* () {
        const place = yield* at
        yield* Effect.gen(function* () {
          const store = yield* JobStore
          const leaseTtl = 3_000
          const holder = yield* place.start({ do: "stay", lease: "job:1" }, { leaseTtl })
          yield* together([holder])
          yield* Effect.promise(() => holder.next("inside"))
          const first = yield* expiry
          yield* eventually("renewals for longer than the lease", expiry, { until: (end) => end >= first + leaseTtl })
          assert.strictEqual(yield* store.withLease("job:1", Effect.void), undefined)
          holder.child.kill("SIGSTOP")
          const take = store.withLease(
            "job:1",
            Effect.promise(async () => {
              holder.child.kill("SIGCONT")
              await holder.next("interrupted")
              return (await holder.next("failed"))["reason"]
            })
          )
          const taken = yield* eventually("the lease to run out", take, { until: (done) => done !== undefined })
          assert.deepStrictEqual(taken, { value: "LeaseLost" })
        }).pipe(Effect.provide(place.layer()))
      })
    )
  })
}

processesOn(sqliteFile)
if (hasNodeSqlite) processesOn(nodeSqliteFile)
if (server === undefined) {
  describe("several processes on PostgreSQL", () => {
    it.skip(`are not tested here: ${Postgres.absence}`, () => {})
  })
} else {
  processesOn(postgres(server))
}
