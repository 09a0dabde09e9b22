import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { sized } from "../../../test/support/sized.js"
import type { Fate } from "../src/internal/fate.js"
import { isTerminal, type Phases, type Status, standingAt, type Timeline } from "../src/internal/lifecycle.js"
import { requestLines, withSimulator } from "./plainClient.js"

const following: Readonly<Record<Status, ReadonlyArray<Status>>> = {
  validating: ["failed", "in_progress", "expired", "cancelling"],
  in_progress: ["finalizing", "expired", "cancelling"],
  finalizing: ["completed", "expired", "cancelling"],
  cancelling: ["cancelled"],
  completed: [],
  failed: [],
  expired: [],
  cancelled: []
}

const time = FastCheck.integer({ min: 0, max: 500 })

const phases: FastCheck.Arbitrary<Phases> = FastCheck.record({
  validating: time,
  perRequest: FastCheck.integer({ min: 0, max: 20 }),
  finalizing: time,
  window: FastCheck.integer({ min: 1, max: 1_500 })
})

const fate: FastCheck.Arbitrary<Fate> = FastCheck.record(
  {
    seed: FastCheck.constant(1),
    stuck: FastCheck.constantFrom("validating" as const, "in_progress" as const, "finalizing" as const),
    expireAfter: FastCheck.nat(25),
    cancelAfter: FastCheck.nat(25),
    haltAfter: FastCheck.nat(25)
  },
  { requiredKeys: ["seed"] }
)

const timeline: FastCheck.Arbitrary<Timeline> = FastCheck.record({
  createdAt: FastCheck.constant(1_000),
  cancelledAt: FastCheck.option(FastCheck.integer({ min: 1_000, max: 3_000 })),
  total: FastCheck.integer({ min: 1, max: 20 }),
  invalid: FastCheck.boolean(),
  fate
})

describe("the life of a batch", () => {
  it("statuses follow each other as the API has them, work never goes back, and every batch ends", () => {
    FastCheck.assert(
      FastCheck.property(timeline, phases, (line, times) => {
        let now = line.createdAt
        let last = standingAt(now, line, times)
        for (let steps = 0; last.until < Number.POSITIVE_INFINITY; steps++) {
          assert.isBelow(steps, 6)
          assert.isAbove(last.until, now)
          const before = standingAt(last.until - 0.5, line, times)
          assert.strictEqual(before.stage.status, last.stage.status)
          now = last.until
          const next = standingAt(now, line, times)
          assert.isTrue(leads(last.stage.status, next.stage.status), `${last.stage.status} → ${next.stage.status}`)
          assert.isAtLeast(next.stage.done, before.stage.done)
          assert.isAtMost(next.stage.done, line.total)
          last = next
        }
        assert.isTrue(isTerminal(last.stage.status), last.stage.status)
        assert.deepStrictEqual(standingAt(now + 1e9, line, times).stage, last.stage)
        if (last.stage.status === "completed") assert.strictEqual(last.stage.done, line.total)
      }),
      { numRuns: sized(800, 3_000) }
    )
  })

  it("its statuses, times and counts show as the clock is advanced", () =>
    withSimulator(
      {
        rules: { rules: [{ contains: "row-1", bad: "server_error" }] },
        clock: { phases: { validating: 600_000, perRequest: 60_000, finalizing: 300_000 } }
      },
      async (client) => {
        const id = await client.submit(requestLines(10))
        const seen: Array<unknown> = []
        for (const step of [0, 600_000, 180_000, 420_000, 300_000]) {
          client.simulator.advance(step)
          const batch = await client.batch(id)
          seen.push([
            batch.status,
            batch.request_counts?.total,
            (batch.request_counts?.completed ?? 0) + (batch.request_counts?.failed ?? 0)
          ])
        }
        assert.deepStrictEqual(seen, [
          ["validating", 0, 0],
          ["in_progress", 10, 0],
          ["in_progress", 10, 3],
          ["finalizing", 10, 10],
          ["completed", 10, 10]
        ])
        const batch = await client.batch(id)
        assert.deepStrictEqual(batch.request_counts, { total: 10, completed: 9, failed: 1 })
        const after = (moment: number | null) => (moment ?? 0) - batch.created_at
        assert.closeTo(after(batch.in_progress_at), 600, 1)
        assert.closeTo(after(batch.finalizing_at), 1_200, 1)
        assert.closeTo(after(batch.completed_at), 1_500, 1)
      }
    ))

  it("a failed line is counted when it is done, before the batch has ended", () =>
    withSimulator({ rules: { rules: [{ bad: "bad_request" }] }, clock: { phases: { perRequest: 60_000 } } }, async (client) => {
      const id = await client.submit(requestLines(10))
      client.simulator.advance(270_000)
      assert.deepStrictEqual((await client.batch(id)).request_counts, { total: 10, completed: 0, failed: 4 })
    }))

  it("a batch that is cancelled while it works keeps what is done", () =>
    withSimulator({ clock: { phases: { perRequest: 60_000, finalizing: 60_000 } } }, async (client) => {
      const id = await client.submit(requestLines(10))
      client.simulator.advance(390_000)
      await client.batch(id)
      await client.call("POST", `/batches/${id}/cancel`)
      const cancelling = await client.batch(id)
      assert.deepStrictEqual([cancelling.status, cancelling.output_file_id], ["cancelling", null])
      client.simulator.advance(60_000)
      const batch = await client.batch(id)
      assert.deepStrictEqual([batch.status, batch.request_counts?.completed], ["cancelled", 6])
      assert.lengthOf(await client.lines(batch.output_file_id), 6)
    }))

  it("a speed makes a realistic life short", () =>
    withSimulator({ clock: { speed: 2 } }, async (client) => {
      const id = await client.submit(requestLines(4))
      assert.strictEqual((await client.batch(id)).status, "validating")
      client.simulator.advance(61_000)
      assert.strictEqual((await client.batch(id)).status, "completed")
    }))

  it("files expire on the clock, and their content with them", () =>
    withSimulator({}, async (client) => {
      const batch = await client.batch(await client.submit(requestLines(1)))
      client.simulator.advance(30 * 24 * 3_600_000)
      assert.strictEqual((await client.call("GET", `/files/${batch.output_file_id}/content`)).status, 404)
    }))

  it("output_expires_after counts from the output's creation", () =>
    withSimulator({}, async (client) => {
      const file = (await client.upload(requestLines(1).join("\n"))).json
      const created = await client.call<{ id: string }>("POST", "/batches", {
        input_file_id: file.id,
        endpoint: "/v1/chat/completions",
        completion_window: "24h",
        output_expires_after: { anchor: "created_at", seconds: 3_600 }
      })
      const batch = await client.batch(created.json.id)
      const path = `/files/${batch.output_file_id}`
      assert.strictEqual((await client.call("GET", path)).status, 200)
      client.simulator.advance(3_600_000)
      assert.strictEqual((await client.call("GET", path)).status, 404)
    }))
})

/** Whether one status leads to another, over others that took no time. */
const leads = (from: Status, to: Status): boolean =>
  from === to ? false : following[from].includes(to) || following[from].some((next) => leads(next, to))
