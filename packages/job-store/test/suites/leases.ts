/** Leases: who is kept out, for how long, and what happens when one is lost. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as TestClock from "effect/TestClock"
import { eventually, turns } from "../../../../test/support/eventually.js"
import { type ProcessIdentity, self } from "../../src/internal/process.js"
import { JobStore } from "../../src/JobStore.js"
import type { JobStoreError } from "../../src/JobStoreError.js"
import type { Promise } from "../promise.js"

/** Holds a lease until it is told to leave. */
const hold = (name: string) =>
  Effect.gen(function* () {
    const store = yield* JobStore
    const inside = yield* Deferred.make<void>()
    const leave = yield* Deferred.make<void>()
    const use = Effect.zipRight(Deferred.succeed(inside, undefined), Deferred.await(leave))
    const fiber = yield* Effect.fork(store.withLease(name, use))
    yield* Deferred.await(inside)
    return { fiber, leave: Deferred.succeed(leave, undefined) }
  })

const taken = (name: string): Effect.Effect<boolean, JobStoreError, JobStore> =>
  Effect.flatMap(JobStore, (store) => Effect.map(store.withLease(name, Effect.void), (done) => done === undefined))

/** As if the process `holder` had taken the lease. */
const takenBy = (name: string, holder: ProcessIdentity, expires: number) =>
  Effect.flatMap(SqlClient, (sql) =>
    Effect.orDie(sql`INSERT INTO batchlabel_leases ${sql.insert({ name, holder: "another", ...holder, expires_at: expires })}`)
  )

const expiry = (name: string) =>
  Effect.flatMap(SqlClient, (sql) =>
    Effect.orDie(sql<{ readonly expires_at: number | string }>`SELECT expires_at FROM batchlabel_leases WHERE name = ${name}`)
  ).pipe(Effect.map(([row]) => Number(row?.expires_at)))

const ttl = 30_000

/** Moves the test's clock, and waits in real time, in which the drivers answer, until the holder has renewed its lease. */
const renewed = Effect.fnUntraced(function* (name: string, step: Duration.DurationInput) {
  yield* TestClock.adjust(step)
  const end = (yield* TestClock.currentTimeMillis) + ttl
  yield* eventually(`the renewal of ${name}`, expiry(name), { until: (found) => found === end })
  // Its holder has read of it and sleeps again.
  yield* turns(20)
})

/** Moves the test's clock on and on until the work of a holder has ended; its failure. */
const lost = Effect.fnUntraced(function* <A>(fiber: Fiber.RuntimeFiber<A, JobStoreError>) {
  const moved = Effect.zipRight(TestClock.adjust("5 seconds"), Fiber.poll(fiber))
  yield* eventually("the loss of the lease", moved, { until: Option.isSome })
  return (yield* Effect.flip(Fiber.join(fiber))).reason._tag
})

export const leases = (promise: Promise): void => {
  promise("a lease keeps a second holder out until the first is done, in the same process too", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      const first = yield* hold("job:1")
      assert.strictEqual(yield* store.withLease("job:1", Effect.dieMessage("two at once")), undefined)
      assert.deepStrictEqual(yield* store.withLease("job:2", Effect.succeed(2)), { value: 2 })
      yield* first.leave
      assert.deepStrictEqual(yield* Effect.orDie(Fiber.join(first.fiber)), { value: undefined })
      assert.deepStrictEqual(yield* store.withLease("job:1", Effect.succeed(3)), { value: 3 })
    })
  )

  promise("a lease is given back when its work fails, and the failure is handed on", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      const failed = yield* Effect.exit(store.withLease("job:1", Effect.fail("no key")))
      assert.deepStrictEqual(failed, Exit.fail("no key"))
      assert.isFalse(yield* taken("job:1"))
    })
  )

  promise("a holder that lives keeps its lease by renewing it, however long its work takes", () =>
    Effect.gen(function* () {
      const holder = yield* hold("job:1")
      for (let i = 0; i < 12; i++) {
        yield* renewed("job:1", "10 seconds")
        assert.isTrue(yield* taken("job:1"))
      }
      yield* holder.leave
      yield* Effect.orDie(Fiber.join(holder.fiber))
    })
  )

  promise("a holder on another machine keeps its lease for 30 seconds after its last sign of life", () =>
    Effect.gen(function* () {
      yield* takenBy("job:1", { host: "elsewhere", pid: process.pid, started: "1" }, 30_000)
      assert.isTrue(yield* taken("job:1"))
      yield* TestClock.adjust("29999 millis")
      assert.isTrue(yield* taken("job:1"))
      yield* TestClock.adjust("1 millis")
      assert.isFalse(yield* taken("job:1"))
    })
  )

  promise("a holder on this machine whose process is gone loses its lease at once, one that lives does not", () =>
    Effect.gen(function* () {
      const child = spawn(process.execPath, ["-e", "process.stdin.resume()"], { stdio: ["pipe", "ignore", "ignore"] })
      const pid = child.pid ?? 0
      yield* takenBy("lives", { ...self(), pid, started: "" }, 30_000)
      yield* takenBy("is another process by now", { ...self(), pid, started: "1" }, 30_000)
      assert.isTrue(yield* taken("lives"))
      assert.isFalse(yield* taken("is another process by now"))
      child.kill("SIGKILL")
      yield* Effect.promise(() => once(child, "exit"))
      assert.isFalse(yield* taken("lives"))
    })
  )

  promise("who loses the lease to another process is interrupted and told", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      const sql = yield* SqlClient
      const inside = yield* Deferred.make<void>()
      const interrupted = yield* Ref.make(false)
      const work = Effect.zipRight(Deferred.succeed(inside, undefined), Effect.never)
      const fiber = yield* Effect.fork(
        store.withLease(
          "job:1",
          Effect.onInterrupt(work, () => Ref.set(interrupted, true))
        )
      )
      yield* Deferred.await(inside)
      yield* Effect.orDie(sql`UPDATE batchlabel_leases SET holder = 'another', host = 'elsewhere'`)
      assert.strictEqual(yield* lost(fiber), "LeaseLost")
      assert.isTrue(yield* Ref.get(interrupted))
      // What the other process holds was not given back by us.
      assert.isTrue(yield* taken("job:1"))
    })
  )

  promise("a store that cannot be reached costs the lease when it runs out, not before", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const breakIt = Effect.orDie(sql`ALTER TABLE batchlabel_leases RENAME TO elsewhere`.unprepared)
      const mend = Effect.orDie(sql`ALTER TABLE elsewhere RENAME TO batchlabel_leases`.unprepared)
      const holder = yield* hold("job:1")
      yield* breakIt
      for (let i = 0; i < 5; i++) yield* Effect.zipRight(TestClock.adjust("5 seconds"), turns(20))
      yield* mend
      // At its last moment.
      yield* renewed("job:1", "5 seconds")
      assert.isTrue(yield* taken("job:1"))
      yield* breakIt
      const ended = yield* Effect.fork(Effect.zipRight(Fiber.await(holder.fiber), TestClock.currentTimeMillis))
      assert.strictEqual(yield* lost(holder.fiber), "LeaseLost")
      assert.isAtLeast(yield* Fiber.join(ended), 2 * ttl)
      yield* mend
    })
  )

  promise("a lease is held until work that cannot be interrupted has ended, not only until it is asked to", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      const inside = yield* Deferred.make<void>()
      const answer = yield* Deferred.make<void>()
      const work = Effect.uninterruptible(Effect.zipRight(Deferred.succeed(inside, undefined), Deferred.await(answer)))
      const fiber = yield* Effect.fork(store.withLease("job:1", work))
      yield* Deferred.await(inside)
      const ending = yield* Effect.fork(Fiber.interrupt(fiber))
      for (let i = 0; i < 6; i++) {
        yield* renewed("job:1", "10 seconds")
        assert.isTrue(yield* taken("job:1"))
      }
      yield* Deferred.succeed(answer, undefined)
      yield* Fiber.join(ending)
      assert.isFalse(yield* taken("job:1"))
    })
  )
}
