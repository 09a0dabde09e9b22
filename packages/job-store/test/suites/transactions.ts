import { SqlClient } from "@effect/sql/SqlClient"
import { assert } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import { AnswerCache } from "../../src/AnswerCache.js"
import * as Database from "../../src/Database.js"
import { EventLog } from "../../src/EventLog.js"
import { Jobs } from "../../src/Jobs.js"
import { Leases } from "../../src/Leases.js"
import { type Promise, reasonOf } from "../promise.js"
import { newJob } from "../samples.js"

class Refused extends Schema.TaggedError<Refused>()("Refused", {}) {}

const answer = { digest: "d1", value: 1, at: 1, batchId: undefined }

/** A job, its first event and an answer, by three services. */
const store = Effect.gen(function* () {
  const job = yield* (yield* Jobs).create(yield* newJob())
  yield* (yield* EventLog).append(job.id, [{ kind: "made", data: {} }])
  yield* (yield* AnswerCache).save("s", [answer])
  return job.id
})

const found = Effect.gen(function* () {
  const jobs = yield* (yield* Jobs).list({})
  const events = yield* Effect.forEach(jobs, ({ id }) => Effect.flatMap(EventLog, (log) => log.list(id, { after: 0, limit: 10 })))
  return { jobs: jobs.length, events: events.flat().length, answers: yield* (yield* AnswerCache).count }
})

export const transactions = (promise: Promise): void => {
  promise("what several services store in one transaction is stored together, or not at all", () =>
    Effect.gen(function* () {
      const refused = yield* Effect.flip(Database.transaction(Effect.zipRight(store, new Refused())))
      assert.strictEqual(refused._tag, "Refused")
      assert.deepStrictEqual(yield* found, { jobs: 0, events: 0, answers: 0 })
      const died = yield* Effect.exit(Database.transaction(Effect.zipRight(store, Effect.dieMessage("killed"))))
      assert.isTrue(Exit.isFailure(died))
      assert.deepStrictEqual(yield* found, { jobs: 0, events: 0, answers: 0 })
      yield* Database.transaction(store)
      assert.deepStrictEqual(yield* found, { jobs: 1, events: 1, answers: 1 })
    })
  )

  promise("a transaction sees what it has stored so far", () =>
    Effect.gen(function* () {
      const seen = yield* Database.transaction(
        Effect.gen(function* () {
          const id = yield* store
          return [(yield* (yield* Jobs).get(id)).id === id, yield* found] as const
        })
      )
      assert.deepStrictEqual(seen, [true, { jobs: 1, events: 1, answers: 1 }])
    })
  )

  promise("a part of a transaction that fails is undone alone, and the rest is stored", () =>
    Effect.gen(function* () {
      yield* Database.transaction(
        Effect.gen(function* () {
          const id = yield* store
          const part = Database.transaction(Effect.zipRight(store, new Refused()))
          assert.strictEqual((yield* Effect.flip(part))._tag, "Refused")
          // A number that is taken: the database itself refuses, and the transaction goes on.
          const twice = Effect.flatMap(Jobs, (jobs) => Effect.flatMap(jobs.get(id), jobs.create))
          assert.strictEqual(yield* reasonOf(twice), "StoreConflict")
          yield* (yield* EventLog).append(id, [{ kind: "went on", data: {} }])
        })
      )
      assert.deepStrictEqual(yield* found, { jobs: 1, events: 2, answers: 1 })
    })
  )

  promise("parts that run at once do not undo each other", () =>
    Effect.gen(function* () {
      const log = yield* EventLog
      const id = yield* store
      const add = (number: number) =>
        Database.transaction(
          Effect.zipRight(
            log.append(id, [{ kind: "part", data: number }]),
            number % 2 === 0 ? Effect.void : Effect.fail(new Refused())
          )
        )
      yield* Database.transaction(
        Effect.forEach([1, 2, 3, 4, 5, 6], (number) => Effect.ignore(add(number)), { concurrency: "unbounded" })
      )
      const events = yield* log.list(id, { after: 1, limit: 10 })
      assert.deepStrictEqual(
        events.map(({ data }) => data),
        [2, 4, 6]
      )
    })
  )

  promise("what another fiber asks is not part of a transaction", () =>
    Effect.gen(function* () {
      const inside = yield* Deferred.make<void>()
      const other = yield* Effect.fork(Effect.zipRight(Deferred.await(inside), store))
      const stored = Effect.zipRight(store, Deferred.succeed(inside, undefined))
      yield* Effect.flip(Database.transaction(Effect.zipRight(stored, new Refused())))
      yield* other.await.pipe(Effect.flatten)
      assert.deepStrictEqual(yield* found, { jobs: 1, events: 1, answers: 1 })
    })
  )

  promise("two transactions that lock each other out are tried again until both are stored", (place) =>
    Effect.gen(function* () {
      const jobs = yield* Jobs
      const [a, b] = [yield* store, yield* store]
      // Only PostgreSQL lets two write at a time; each waits, the first time, until the other holds its lock as well.
      const gates = { [a]: yield* Deferred.make<void>(), [b]: yield* Deferred.make<void>() }
      let tries = 0
      const rename = (id: string) => jobs.update(id, ["preparing"], { outputPath: `/out/${tries}` })
      const both = (first: string, second: string) =>
        Database.transaction(
          Effect.gen(function* () {
            tries++
            yield* rename(first)
            const [own, other] = [gates[first], gates[second]]
            if (place.kind === "postgres" && own !== undefined && other !== undefined) {
              yield* Deferred.succeed(own, undefined)
              yield* Deferred.await(other)
            }
            yield* rename(second)
          })
        )
      yield* Effect.all([both(a, b), both(b, a)], { concurrency: 2 })
      assert.strictEqual(tries, place.kind === "postgres" ? 3 : 2)
    })
  )

  promise("a lease is not taken, and nothing is written to a snapshot, within a transaction", () =>
    Effect.gen(function* () {
      const leases = yield* Leases
      const db = yield* Database.Database
      const lease = yield* Effect.exit(Database.transaction(leases.withLease("l", Effect.void)))
      assert.include(Exit.isFailure(lease) ? Cause.pretty(lease.cause) : "", "a lease cannot be taken within a transaction")
      const written = yield* Effect.exit(db.snapshot(store))
      assert.include(Exit.isFailure(written) ? Cause.pretty(written.cause) : "", "cannot be part of a snapshot")
    })
  )

  promise("a row that has not the shape of its model is a damaged store", () =>
    Effect.gen(function* () {
      const db = yield* Database.Database
      const sql = yield* SqlClient
      const Row = Schema.Struct({ n: Database.Integer, t: Database.orNull(Schema.String) })
      const rows = (query: string) => db.read(Effect.flatMap(sql.unsafe(query), Schema.decodeUnknown(Schema.Array(Row))))
      const big = yield* rows("SELECT CAST(9007199254740991 AS BIGINT) AS n, NULL AS t")
      assert.deepStrictEqual(big, [{ n: 9_007_199_254_740_991, t: undefined }])
      assert.strictEqual(yield* reasonOf(rows("SELECT 'x' AS n, NULL AS t")), "StoreCorrupt")
      assert.strictEqual(yield* reasonOf(rows("SELECT n FROM nowhere")), "StoreUnavailable")
    })
  )
}
