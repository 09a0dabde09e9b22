import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { doneOf, isActive, latestAttempts, mostSegments, segments } from "../src/job/Progress.js"
import { batch, job } from "./support/job.js"

const parts = ["labeled", "failed", "answered", "running", "waiting"] as const

describe("the bar of shards", () => {
  it("shows what was collected, what is under way and what is not sent, shard by shard", () => {
    const shown = segments(
      job({
        requests: 350,
        batches: [
          batch({ shard: 1, state: "collected", requests: 100, labeled: 90, failed: { invalid_answer: 4 } }),
          batch({ shard: 2, state: "in_progress", requests: 100, counts: { total: 100, completed: 30, failed: 2 } }),
          batch({ shard: 3, state: "creating", requests: 50 }),
          batch({ shard: 5, round: 2, state: "validating", requests: 6 })
        ]
      })
    )
    const none = { labeled: 0, failed: 0, answered: 0, running: 0, waiting: 0 }
    assert.deepStrictEqual(
      shown.map(({ answered, failed, labeled, requests, running, shard, waiting }) => [
        shard,
        requests,
        { labeled, failed, answered, running, waiting }
      ]),
      [
        [1, 94, { ...none, labeled: 90, failed: 4 }],
        [2, 100, { ...none, answered: 32, running: 68 }],
        [3, 50, { ...none, waiting: 50 }],
        [5, 6, { ...none, running: 6 }],
        [undefined, 100, { ...none, waiting: 100 }]
      ]
    )
  })

  it("counts a shard once, by its last attempt", () => {
    const batches = [
      batch({ shard: 2, attempt: 1, state: "rejected" }),
      batch({ shard: 2, attempt: 2, state: "in_progress" }),
      batch({ shard: 1, attempt: 1 })
    ]
    assert.deepStrictEqual(
      latestAttempts(batches).map(({ attempt, shard }) => [shard, attempt]),
      [
        [1, 1],
        [2, 2]
      ]
    )
  })

  it("adds up to the job's requests, whatever its batches say of themselves", () => {
    const anyBatch = FastCheck.record({
      shard: FastCheck.integer({ min: 1, max: 100 }),
      state: FastCheck.constantFrom(
        "planned",
        "creating",
        "validating",
        "in_progress",
        "finalizing",
        "completed",
        "rejected",
        "abandoned"
      ),
      requests: FastCheck.nat(500),
      completed: FastCheck.nat(1_000)
    })
    FastCheck.assert(
      FastCheck.property(
        FastCheck.uniqueArray(anyBatch, { selector: ({ shard }) => shard }),
        FastCheck.nat(500),
        (some, more) => {
          const requests = some.reduce((sum, one) => sum + one.requests, 0) + more
          const shown = segments(
            job({
              requests,
              batches: some.map(({ completed, ...one }) => batch({ ...one, counts: { total: completed, completed, failed: 0 } }))
            })
          )
          assert.strictEqual(
            shown.reduce((sum, one) => sum + one.requests, 0),
            requests
          )
          for (const segment of shown) {
            assert.strictEqual(
              parts.reduce((sum, part) => sum + segment[part], 0),
              segment.requests
            )
            for (const part of parts) assert.isAtLeast(segment[part], 0)
          }
          assert.isAtMost(shown.length, mostSegments)
        }
      )
    )
  })

  it("is one where there are more shards than can be told apart", () => {
    const batches = Array.from({ length: 2_000 }, (_, index) =>
      batch({ shard: index + 1, state: "collected", labeled: 99, failed: { refused: 1 } })
    )
    assert.deepStrictEqual(
      segments(job({ requests: 200_000, batches })).map(({ failed, labeled, requests }) => [requests, labeled, failed]),
      [[200_000, 198_000, 2_000]]
    )
  })
})

describe("a job", () => {
  it("is never more than done, though the API counts what was collected already", () => {
    assert.strictEqual(doneOf({ labeled: 90, failed: 5, answered: 20, requests: 100 }), 100)
  })

  it("changes by itself unless it waits for somebody", () => {
    assert.isTrue(isActive({ state: "open", status: "waiting" }))
    assert.isFalse(isActive({ state: "open", status: "draft" }))
    assert.isFalse(isActive({ state: "stopped", status: "stopped" }))
    assert.isFalse(isActive({ state: "done", status: "completed" }))
  })
})
