/** The check: silent on what the service stores, and each fault found when someone else has been at the tables. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { JobStore } from "../../src/JobStore.js"
import type { Promise } from "../promise.js"
import { collected, completed, newShard, openJob, planned } from "../samples.js"

/** A job with a shard in every state: settled with a follow-up, running, waiting. */
const sample = Effect.gen(function* () {
  const store = yield* JobStore
  const id = yield* openJob(3)
  const attempt = yield* completed(id, 1, "batch_1")
  yield* store.settle({ attempt, collected, cost: 5n, followUp: newShard(4, { round: 2, parent: 1 }) })
  const running = yield* planned(id, 2)
  yield* store.advance(running.id, ["planned"], { state: "in_progress", batchId: "batch_2" })
  return id
})

interface Spoiled {
  readonly what: string
  readonly sql: string
  readonly codes: ReadonlyArray<string>
}

const spoils: ReadonlyArray<Spoiled> = [
  {
    what: "a running shard without a live attempt",
    sql: "UPDATE batchlabel_shards SET state = 'running' WHERE number = 3",
    codes: ["BL5121"]
  },
  {
    what: "a waiting shard with a live attempt",
    sql: "UPDATE batchlabel_shards SET state = 'waiting' WHERE number = 2",
    codes: ["BL5122"]
  },
  {
    what: "a settled shard with a live attempt that was never collected",
    sql: "UPDATE batchlabel_shards SET state = 'settled' WHERE number = 2",
    codes: ["BL5122", "BL5123"]
  },
  {
    what: "a settled shard with neither results nor follow-up",
    sql: "UPDATE batchlabel_shards SET state = 'settled' WHERE number = 3",
    codes: ["BL5123"]
  },
  {
    what: "a follow-up of a shard that is not settled",
    sql: "UPDATE batchlabel_shards SET parent = 3 WHERE number = 4",
    codes: ["BL5129"]
  },
  { what: "a follow-up of nothing", sql: "UPDATE batchlabel_shards SET parent = 77 WHERE number = 4", codes: ["BL5129"] },
  {
    what: "a shard that would be asked again twice",
    sql: "UPDATE batchlabel_shards SET parent = 1, round = 2 WHERE number = 3",
    codes: ["BL5131"]
  },
  { what: "a done job that is not", sql: "UPDATE batchlabel_jobs SET state = 'done'", codes: ["BL5124"] },
  { what: "a cancelled job with a batch that runs", sql: "UPDATE batchlabel_jobs SET state = 'cancelled'", codes: ["BL5124"] },
  {
    what: "a batch that two attempts claim",
    sql: "UPDATE batchlabel_attempts SET batch_id = 'batch_1' WHERE shard = 2",
    codes: ["BL5127"]
  },
  {
    what: "a running attempt without its batch",
    sql: "UPDATE batchlabel_attempts SET batch_id = NULL WHERE shard = 2",
    codes: ["BL5126"]
  },
  {
    what: "an intent without its time",
    sql: "UPDATE batchlabel_attempts SET state = 'creating', intent_at = NULL WHERE shard = 2",
    codes: ["BL5126"]
  },
  {
    what: "a collected attempt without its counts",
    sql: "UPDATE batchlabel_attempts SET collected = NULL WHERE shard = 1",
    codes: ["BL5126"]
  },
  {
    what: "a state that does not exist",
    sql: "UPDATE batchlabel_attempts SET state = 'dreaming' WHERE shard = 2",
    codes: ["BL5125"]
  },
  { what: "money that is none", sql: "UPDATE batchlabel_attempts SET reserved = '-1' WHERE shard = 2", codes: ["BL5125"] },
  { what: "settings that are no JSON", sql: "UPDATE batchlabel_jobs SET settings = '{'", codes: ["BL5125"] },
  {
    what: "rows that do not add up",
    sql: `UPDATE batchlabel_jobs SET split = '{"rows":10,"requests":3,"duplicates":0,"known":0,"emptyText":0,"badRecords":0,"tooLarge":0,"unsampled":0,"inputTokens":0}'`,
    codes: ["BL5130"]
  }
]

export const check = (promise: Promise): void => {
  promise("finds nothing in a job that the service alone has written", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      yield* sample
      assert.deepStrictEqual(yield* store.check, [])
    })
  )

  for (const { codes, sql: spoil, what } of spoils) {
    promise(`finds ${what}, and says in both languages how to repair it`, () =>
      Effect.gen(function* () {
        const store = yield* JobStore
        const sql = yield* SqlClient
        const id = yield* sample
        yield* Effect.orDie(sql.unsafe(spoil))
        const faults = yield* store.check
        assert.deepStrictEqual(
          faults.map(({ code }) => code),
          codes
        )
        for (const fault of faults) {
          assert.include(fault.message, id)
        }
      })
    )
  }

  promise("what cannot be read is reported as damage, with the row, by the calls that need it", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      const sql = yield* SqlClient
      const id = yield* sample
      yield* Effect.orDie(sql`UPDATE batchlabel_attempts SET errors = '{}' WHERE shard = 2`)
      const error = yield* Effect.flip(store.attempts(id))
      assert.strictEqual(error.reason._tag, "StoreCorrupt")
      assert.include(error.message, `job_id=${id}`)
      assert.include(error.message, "errors is")
    })
  )
}
