/** What owners and tokens may spend in a month. */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { JobStore } from "../../src/JobStore.js"
import { monthOf } from "../../src/Limit.js"
import type { Promise } from "../promise.js"
import { collected, completed, newShard, openJob, planned, reservation } from "../samples.js"

const november = Date.UTC(2026, 10, 29)
const { end: december, start } = monthOf(november)

const alice = { owner: "newsroom", token: "tok_alice" }
const bob = { owner: "newsroom", token: "tok_bob" }
const other = { owner: "elsewhere", token: "tok_other" }

export const limits = (promise: Promise): void => {
  promise(
    "two jobs of one owner at once cannot pass its limit together, and the refusal says what, how much and until when",
    () =>
      Effect.gen(function* () {
        const store = yield* JobStore
        yield* TestClock.setTime(november)
        yield* store.setLimit({ _tag: "Owner", owner: "newsroom" }, 25n)
        const ids = yield* Effect.all([openJob(6, alice), openJob(6, bob)])
        const plans = yield* Effect.all(
          ids.flatMap((id) => Array.from({ length: 6 }, (_, index) => store.plan(reservation(id, index + 1, { reserved: 10n })))),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(plans.filter(({ _tag }) => _tag === "Planned").length, 2)
        const refused = plans.filter(({ _tag }) => _tag === "Limit")
        assert.strictEqual(refused.length, 10)
        assert.deepStrictEqual(refused.at(-1), {
          _tag: "Limit",
          spender: { _tag: "Owner", owner: "newsroom" },
          limit: 25n,
          spent: 0n,
          reserved: 20n,
          needed: 10n,
          resetsAt: december
        })
        assert.deepStrictEqual(yield* store.check, [])
      })
  )

  promise("what was spent counts instead of what was reserved, and the rest of the limit can be used", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      yield* TestClock.setTime(november)
      yield* store.setLimit({ _tag: "EachOwner" }, 100n)
      const id = yield* openJob(3, alice)
      const attempt = yield* completed(id, 1, "batch_1", { reserved: 80n })
      assert.strictEqual((yield* store.plan(reservation(id, 2, { reserved: 30n })))._tag, "Limit")
      yield* store.settle({ attempt, collected, cost: 70n, followUp: newShard(4, { round: 2, parent: 1 }) })
      assert.strictEqual((yield* store.plan(reservation(id, 2, { reserved: 31n })))._tag, "Limit")
      // A retry of the store's own counts as any other batch.
      assert.strictEqual((yield* store.plan(reservation(id, 4, { reserved: 30n })))._tag, "Planned")
      assert.deepStrictEqual(yield* store.spending({ _tag: "Owner", owner: "newsroom" }), {
        month: { start, end: december },
        spent: 70n,
        reserved: 30n
      })
      // Another owner has as much of its own.
      assert.strictEqual((yield* store.plan(reservation(yield* openJob(1, other), 1, { reserved: 100n })))._tag, "Planned")
    })
  )

  promise("a new month begins at nothing, whatever the old one has used up", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      yield* TestClock.setTime(december - 1)
      yield* store.setLimit({ _tag: "EachOwner" }, 10n)
      const id = yield* openJob(3, alice)
      yield* planned(id, 1, { reserved: 10n })
      assert.strictEqual((yield* store.plan(reservation(id, 2, { reserved: 1n })))._tag, "Limit")
      yield* TestClock.setTime(december)
      assert.strictEqual((yield* store.plan(reservation(id, 2, { reserved: 10n })))._tag, "Planned")
      assert.strictEqual((yield* store.spending({ _tag: "Owner", owner: "newsroom" })).reserved, 10n)
    })
  )

  promise("an owner's own limit takes the place of that of each owner; a token's and the server's hold beside it", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      yield* TestClock.setTime(november)
      const refusal = (id: string, shard: number, reserved: bigint) =>
        Effect.map(store.plan(reservation(id, shard, { reserved })), (plan) =>
          plan._tag === "Limit" ? plan.spender._tag : plan._tag
        )
      yield* store.setLimit({ _tag: "EachOwner" }, 10n)
      yield* store.setLimit({ _tag: "Owner", owner: "newsroom" }, 100n)
      yield* store.setLimit({ _tag: "Token", token: "tok_alice" }, 50n)
      yield* store.setLimit({ _tag: "Server" }, 110n)
      const mine = yield* openJob(3, alice)
      const ours = yield* openJob(3, bob)
      const theirs = yield* openJob(3, other)
      assert.strictEqual(yield* refusal(mine, 1, 51n), "Token")
      assert.strictEqual(yield* refusal(mine, 1, 50n), "Planned")
      assert.strictEqual(yield* refusal(ours, 1, 51n), "Owner")
      assert.strictEqual(yield* refusal(ours, 1, 50n), "Planned")
      assert.strictEqual(yield* refusal(theirs, 1, 11n), "Owner")
      assert.strictEqual(yield* refusal(theirs, 1, 10n), "Planned")
      yield* store.setLimit({ _tag: "EachOwner" }, undefined)
      assert.strictEqual(yield* refusal(theirs, 2, 1n), "Server")
      yield* store.setLimit({ _tag: "Server" }, 111n, { unlessSet: true })
      assert.strictEqual(yield* refusal(theirs, 2, 1n), "Server")
      yield* store.clearLimit({ _tag: "Server" })
      assert.strictEqual(yield* refusal(theirs, 2, 1_000n), "Planned")
      yield* store.clearLimit({ _tag: "Token", token: "tok_alice" })
      yield* store.clearLimit({ _tag: "Owner", owner: "newsroom" })
      assert.strictEqual(yield* refusal(mine, 2, 1_000n), "Planned")
      assert.deepStrictEqual(yield* store.limits, [{ target: { _tag: "EachOwner" }, amount: undefined }])
    })
  )

  promise("what cannot be priced is not sent under a limit; jobs of the command line have none", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      yield* store.setLimit({ _tag: "Server" }, 1_000n)
      const unpriced = { reserved: 0n, priced: false }
      assert.deepStrictEqual(yield* store.plan(reservation(yield* openJob(1, alice), 1, unpriced)), {
        _tag: "Unpriced",
        model: "gpt-4o-mini"
      })
      assert.strictEqual((yield* store.plan(reservation(yield* openJob(1), 1, unpriced)))._tag, "Planned")
      assert.strictEqual((yield* store.plan(reservation(yield* openJob(1), 1, { reserved: 5_000n })))._tag, "Planned")
      assert.strictEqual((yield* store.spending({ _tag: "Server" })).reserved, 0n)
    })
  )

  promise("deleting a job does not give back what it has spent", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      yield* TestClock.setTime(november)
      yield* store.setLimit({ _tag: "EachOwner" }, 100n)
      for (const cost of [40n, 50n]) {
        const id = yield* openJob(1, alice)
        const attempt = yield* completed(id, 1, `batch_${cost}`, { reserved: 50n })
        yield* store.settle({ attempt, collected, cost, followUp: undefined })
        yield* store.deleteJob(id)
      }
      const id = yield* openJob(2, bob)
      assert.strictEqual((yield* store.plan(reservation(id, 1, { reserved: 11n })))._tag, "Limit")
      assert.strictEqual((yield* store.plan(reservation(id, 1, { reserved: 10n })))._tag, "Planned")
      assert.strictEqual((yield* store.spending({ _tag: "Owner", owner: "newsroom" })).spent, 90n)
      assert.strictEqual((yield* store.spending({ _tag: "Token", token: "tok_alice" })).spent, 90n)
      assert.strictEqual((yield* store.spending({ _tag: "Token", token: "tok_bob" })).spent, 0n)
    })
  )
}
