import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Duration from "../src/Duration.js"

describe("how long a job takes", () => {
  it("never falls as requests are added, and never passes the window", () => {
    let before = Duration.ofRequests(0)
    for (let requests = 1; requests < 60_000; requests += 37) {
      const now = Duration.ofRequests(requests)
      assert.isAtLeast(now.low, before.low)
      assert.isAtLeast(now.high, before.high)
      assert.isAtMost(now.high, now.bound)
      before = now
    }
  })

  it("is one wave where the queue holds all shards, or where its limit is not known", () => {
    const shards = Array.from({ length: 20 }, () => ({ requests: 1_000, inputTokens: 100_000 }))
    for (const limit of [undefined, 2_000_000]) {
      const { hours, waves } = Duration.plan(shards, limit)
      assert.deepStrictEqual([waves.length, hours], [1, { low: 8, high: 24, bound: 24 }])
    }
  })

  it("plans waves of which none passes the limit, each shard in one of them, with 24 hours a wave as the bound", () => {
    const shard = FastCheck.record({ requests: FastCheck.nat(500), inputTokens: FastCheck.integer({ min: 1, max: 100 }) })
    FastCheck.assert(
      FastCheck.property(FastCheck.array(shard, { maxLength: 40 }), FastCheck.integer({ min: 20, max: 200 }), (shards, limit) => {
        const { hours, oversize, waves } = Duration.plan(shards, limit)
        const sent = shards.filter(({ requests }) => requests > 0)
        const tooLarge = waves.filter((wave) => wave.inputTokens > limit)
        return (
          waves.reduce((sum, wave) => sum + wave.shards, 0) === sent.length &&
          waves.reduce((sum, wave) => sum + wave.requests, 0) === sent.reduce((sum, { requests }) => sum + requests, 0) &&
          tooLarge.length === oversize &&
          tooLarge.every(({ shards }) => shards === 1) &&
          hours.bound === waves.length * Duration.WINDOW_HOURS
        )
      })
    )
  })

  it("takes the limit of the nearest lower tier that is listed, for snapshots too, and none for a model that is not", () => {
    assert.strictEqual(Duration.enqueuedTokenLimit("gpt-4o-mini-2024-07-18", 1), 2_000_000)
    assert.strictEqual(Duration.enqueuedTokenLimit("gpt-4o-mini", 3), 2_000_000)
    assert.strictEqual(Duration.enqueuedTokenLimit("gpt-4o", 5), 200_000_000)
    assert.isUndefined(Duration.enqueuedTokenLimit("gpt-6-sol", 1))
  })
})
