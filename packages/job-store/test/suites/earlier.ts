import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/TestClock"
import { AnswerCache } from "../../src/AnswerCache.js"
import { Attempts } from "../../src/Attempts.js"
import { EventLog } from "../../src/EventLog.js"
import { Integrity } from "../../src/Integrity.js"
import { Jobs } from "../../src/Jobs.js"
import { Leases } from "../../src/Leases.js"
import * as Settings from "../../src/Settings.js"
import { SpendingLimits } from "../../src/SpendingLimits.js"
import type { Place } from "../backends.js"
import { restore, writtenAt } from "../earlier.js"
import { reservation } from "../samples.js"

/** All that the store of version 3 holds is found, and goes on. */
export const earlier = (place: Place) =>
  Effect.gen(function* () {
    const { jobs: ids, tokens } = yield* Effect.provide(restore(place.kind === "postgres" ? "postgres" : "sqlite"), place.client)
    yield* TestClock.setTime(writtenAt + 60_000)
    yield* Effect.gen(function* () {
      const jobs = yield* Jobs
      const attempts = yield* Attempts
      assert.deepStrictEqual(yield* (yield* Integrity).check, [])
      assert.deepStrictEqual(
        (yield* jobs.list({})).map(({ id, state }) => [id, state]),
        [
          [ids.preparing, "preparing"],
          [ids.stopped, "stopped"],
          [ids.cancelled, "cancelled"],
          [ids.done, "done"],
          [ids.open, "open"]
        ]
      )
      const open = yield* jobs.get(ids.open)
      assert.deepInclude(open, { owner: "newsroom", token: tokens.alice, maxCost: 90_000_000_000n, outputPath: "/data/out.csv" })
      const stopped = yield* jobs.get(ids.stopped)
      assert.strictEqual(stopped.detail?.code, "BL5055")
      assert.deepInclude(stopped.settings, { sample: { rows: 10, seed: 7 }, price: { input: 0.075, output: 0.3 } })
      assert.deepStrictEqual(
        (yield* jobs.shards(ids.open)).map(({ state, wait }) => [state, wait?.reason]),
        [
          ["running", undefined],
          ["settled", undefined],
          ["running", undefined],
          ["waiting", "backoff"],
          ["waiting", "asked"],
          ["waiting", undefined]
        ]
      )
      const ofOpen = yield* attempts.list(ids.open)
      assert.deepStrictEqual(
        ofOpen.map(({ batchId, cost, state }) => [state, batchId, cost]),
        [
          ["in_progress", "batch_running", undefined],
          ["collected", "batch_done", 4_200_000n],
          ["creating", undefined, undefined],
          ["rejected", "batch_bad", undefined]
        ]
      )
      assert.deepStrictEqual(ofOpen[0]?.counts, { total: 100, completed: 40, failed: 1 })
      assert.strictEqual(ofOpen[0]?.failedPolls, 2)
      assert.strictEqual(ofOpen[1]?.collected?.billed, 99)
      assert.strictEqual(ofOpen[3]?.errors[0]?.code, "token_limit_exceeded")
      const [givenUp] = yield* attempts.list(ids.cancelled)
      assert.strictEqual(givenUp?.state, "abandoned")
      assert.strictEqual(yield* attempts.tokensInFlight("gpt-4o-mini"), 2_000)
      assert.strictEqual((yield* jobs.findByBatch("batch_running"))?.id, ids.open)
      assert.deepStrictEqual(
        (yield* (yield* EventLog).list(ids.open, { after: 0, limit: 10 })).map(({ kind }) => kind),
        ["batch_created", "batch_status"]
      )
      const answers = yield* AnswerCache
      const known = yield* answers.find("scope newsroom", ["aaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbb"])
      assert.deepStrictEqual([...known.values()].map(({ batchId, value }) => [value, batchId]).sort(), [
        [1, "batch_done"],
        ["옹호", undefined]
      ])
      const limits = yield* SpendingLimits
      assert.deepStrictEqual(yield* limits.list, [
        { target: { _tag: "EachOwner" }, amount: 5_000_000_000_000n },
        { target: { _tag: "Owner", owner: "newsroom" }, amount: 70_000_000_000_000n },
        { target: { _tag: "Token", token: tokens.alice }, amount: undefined }
      ])
      // 4.2 and, of the job that was deleted, 7; where no price was known, what was set aside: 5. Two attempts may still cost 5 each.
      const { reserved, spent } = yield* limits.spending({ _tag: "Owner", owner: "newsroom" })
      assert.deepStrictEqual([spent, reserved], [16_200_000n, 10_000_000n])
      const settings = yield* Settings.Settings
      const at = Date.UTC(2026, 10, 20, 9, 30)
      const kept = (kind: string, key: string) => settings.get(Settings.define(kind, Schema.Unknown), key)
      assert.strictEqual(yield* kept("resumed_at", ids.open), at)
      assert.deepInclude(yield* kept("forecast", ids.open), { model: "gpt-4o-mini", requests: 500 })
      for (const kind of ["written", "writing"]) {
        assert.deepStrictEqual(yield* kept(kind, "/data/out.csv"), { job: ids.done, stamp: "1234 1795166400000" })
      }
      assert.deepStrictEqual(yield* kept("token_limit", "gpt-4o-mini"), { limit: 90_000, at })
      assert.strictEqual(yield* kept("token_limit", "gpt-4.1-nano"), undefined)
      assert.strictEqual(yield* kept("fileless", "batch_done"), at)
      assert.strictEqual(yield* kept("own_cancel", "batch_running"), at)
      assert.strictEqual(yield* kept("overdue", "batch_running"), at)
      assert.deepStrictEqual(yield* kept("doubt", `${ids.open}:batch_done`), { since: at, signature: "12:34" })
      // A process that is gone holds no lease, and the job goes on.
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(yield* (yield* Leases).withLease(`job:${ids.open}`, Effect.succeed(1)), { value: 1 })
      const next = yield* attempts.plan(reservation(ids.open, 4))
      assert.strictEqual(next._tag, "Planned")
    }).pipe(Effect.provide(place.layer()))
  })
