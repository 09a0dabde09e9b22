import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as TestClock from "effect/TestClock"
import * as JobId from "../src/JobId.js"

describe("job ids", () => {
  it.effect("sort by the time they were made, up to the last millisecond of the year 10889", () =>
    Effect.gen(function* () {
      const ids: Array<string> = []
      for (const time of [0, 31, 32, 1_790_000_000_000, 1_790_000_000_001, 2 ** 48 - 1]) {
        yield* TestClock.setTime(time)
        ids.push(yield* JobId.make)
      }
      assert.deepStrictEqual([...ids].sort(), ids)
      for (const id of ids) assert.isTrue(JobId.is(id), id)
      assert.isTrue(ids[3]?.startsWith("job_01M3250V00"), ids[3])
    })
  )

  it.effect("differ within a millisecond, and come again from the same clock and seed", () =>
    Effect.gen(function* () {
      const thousand = Effect.suspend(() => Effect.withRandom(Effect.replicateEffect(JobId.make, 1_000), Random.make("seed")))
      const ids = yield* thousand
      assert.strictEqual(new Set(ids).size, 1_000)
      assert.deepStrictEqual(yield* thousand, ids)
    })
  )

  it("are told from other texts", () => {
    for (const text of [
      "",
      "job_",
      "batch_1",
      "job_01M3250V00ABCDEFGHJKMNPQR",
      "job_81M2Z6T2G0ABCDEFGHJKMNPQRS",
      "job_01M3250V00ABCDEFGHIJKMNPQR"
    ]) {
      assert.isFalse(JobId.is(text), text)
    }
  })
})
