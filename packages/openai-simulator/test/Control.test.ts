import { assert, describe, it } from "@effect/vitest"
import type { Held } from "../src/internal/holds.js"
import { outcomeOf, requestLine, requestLines, withSimulator } from "./plainClient.js"

interface HeldReply {
  readonly held: ReadonlyArray<Held>
}

describe("holds", () => {
  it("a call held before it acts has done nothing until it is released", () =>
    withSimulator({}, async (client) => {
      const { id } = (await client.upload(requestLines(1).join("\n"))).json
      await client.control("POST", "/hold", { operation: "batches.create", phase: "before" })
      const creating = client.create(id)
      const { held } = (await client.control<HeldReply>("GET", "/held")).json
      assert.deepStrictEqual(
        held.map((one) => [one.operation, one.phase]),
        [["batches.create", "before"]]
      )
      assert.deepStrictEqual(await client.listed(), [])
      assert.deepStrictEqual((await client.control("POST", "/release", { id: held[0]?.id })).json, { released: 1 })
      assert.strictEqual((await creating).status, 200)
      assert.lengthOf(await client.listed(), 1)
    }))

  it("a call held after it has acted can lose its reply", () =>
    withSimulator({}, async (client) => {
      const { id } = (await client.upload(requestLines(1).join("\n"))).json
      await client.control("POST", "/hold", { operation: "batches.create", phase: "after" })
      const creating = outcomeOf(client.create(id))
      await client.control("GET", "/held")
      assert.lengthOf(await client.listed(), 1)
      await client.control("POST", "/release", { drop: true })
      assert.strictEqual(await creating, "cut")
      assert.deepStrictEqual((await client.control("GET", "/held?timeout=0")).json, { held: [] })
    }))

  it("the nth matching call is held, counted from the hold's making, and no other", () =>
    withSimulator({}, async (client) => {
      await client.call("GET", "/files")
      await client.control("POST", "/hold", { operation: "files.list", phase: "before", nth: 2 })
      assert.strictEqual((await client.call("GET", "/batches")).status, 200)
      assert.strictEqual((await client.call("GET", "/files")).status, 200)
      const second = client.call("GET", "/files")
      await client.control("GET", "/held")
      assert.strictEqual((await client.call("GET", "/files")).status, 200)
      await client.control("POST", "/release")
      assert.strictEqual((await second).status, 200)
    }))

  it("a client that dies while it is held leaves a server that goes on and acts", () =>
    withSimulator({}, async (client) => {
      const { id } = (await client.upload(requestLines(1).join("\n"))).json
      await client.control("POST", "/hold", { operation: "batches.create", phase: "before" })
      const dying = new AbortController()
      const body = JSON.stringify({ input_file_id: id, endpoint: "/v1/chat/completions", completion_window: "24h" })
      const gone = fetch(`${client.simulator.url}/batches`, {
        method: "POST",
        headers: { authorization: "Bearer sk-test-0123456789" },
        body,
        signal: dying.signal
      }).catch(() => "gone")
      await client.control("GET", "/held")
      dying.abort()
      assert.strictEqual(await gone, "gone")
      await client.control("POST", "/release")
      assert.lengthOf(await client.listed(), 1)
    }))

  it("a long poll comes back as soon as something is held, or empty when its time is over", () =>
    withSimulator({}, async (client) => {
      assert.deepStrictEqual((await client.control("GET", "/held?timeout=30")).json, { held: [] })
      await client.control("POST", "/hold", { operation: "*", phase: "before" })
      const polled = client.control<HeldReply>("GET", "/held?timeout=20000")
      const call = client.call("GET", "/models")
      assert.strictEqual((await polled).json.held[0]?.operation, "models.list")
      await client.control("POST", "/release")
      await call
    }))

  it("holds that hold nothing yet can be cleared", () =>
    withSimulator({}, async (client) => {
      await client.control("POST", "/hold", { operation: "files.list", phase: "before" })
      assert.deepStrictEqual((await client.control("DELETE", "/hold")).json, { cleared: 1 })
      assert.strictEqual((await client.call("GET", "/files")).status, 200)
    }))

  it("closing the simulator lets go of what is held", async () => {
    let call: Promise<string> | undefined
    await withSimulator({}, async (client) => {
      await client.control("POST", "/hold", { operation: "files.list", phase: "after" })
      call = outcomeOf(client.call("GET", "/files"))
      await client.control("GET", "/held")
    })
    assert.strictEqual(await call, "cut")
  })
})

describe("the control endpoints", () => {
  it("stats count calls by operation and by how they ended", () =>
    withSimulator({ scenario: { faults: [{ on: "files.list", when: { nth: 2 }, do: { fault: "reset" } }] } }, async (client) => {
      await client.call("GET", "/files")
      await outcomeOf(client.call("GET", "/files"))
      await client.call("GET", "/files/none")
      const expected = {
        "files.list": { calls: 2, ends: { "200": 1, reset: 1 } },
        "files.retrieve": { calls: 1, ends: { "404": 1 } }
      }
      assert.deepStrictEqual((await client.control("GET", "/stats")).json, expected)
      assert.deepStrictEqual(client.simulator.stats(), expected)
    }))

  it("the clock is read and advanced, in ms or as people write it", () =>
    withSimulator({}, async (client) => {
      const { now } = (await client.control<{ now: number }>("GET", "/clock")).json
      assert.closeTo(now, Date.now(), 5_000)
      for (const advance of [1_500, "90s", "24h"]) await client.control("POST", "/clock", { advance })
      const later = (await client.control<{ now: number }>("GET", "/clock")).json.now
      assert.closeTo(later - now, 1_500 + 90_000 + 86_400_000, 5_000)
      assert.strictEqual((await client.control("POST", "/clock", { advance: "soon" })).status, 400)
    }))

  it("another scenario takes over, and a faulty one is refused with what is wrong", () =>
    withSimulator({}, async (client) => {
      const refused = await client.control<{ error: { message: string } }>("PUT", "/scenario", {
        faults: [{ on: "files.list", do: { fault: "truncate" } }]
      })
      assert.strictEqual(refused.status, 400)
      assert.include(refused.json.error.message, "the fault truncate strikes files.content only")
      const unknown = await client.control("PUT", "/scenario", {
        faults: [{ on: "files.list", do: { fault: "reset", tims: 1 } }]
      })
      assert.strictEqual(unknown.status, 400)
      client.simulator.play({ faults: [{ on: "files.list", do: { fault: "status", status: 503 } }] })
      assert.strictEqual((await client.call("GET", "/files")).status, 503)
      assert.throws(() => client.simulator.play({ limits: { requests: -1 } }), /requests/)
    }))

  it("an unknown control path is 404", () =>
    withSimulator({}, async (client) => {
      assert.strictEqual((await client.control("GET", "/nothing")).status, 404)
    }))
})

describe("the ledger", () => {
  it("counts paid lines by job, and how often a custom_id or a body was paid more than once", () =>
    withSimulator({}, async (client) => {
      await client.submit(requestLines(4), { job: "a", shard: "1" })
      await client.submit([requestLine("row-1"), requestLine("row-9", "row-1"), requestLine("row-8")], { job: "a", shard: "2" })
      await client.submit(requestLines(4), { job: "b" })
      await client.submit(["{"], { job: "b" })
      await client.call("POST", "/chat/completions", { model: "m", messages: [{ role: "user", content: "hi" }] })
      const ledger = await client.simulator.ledger()
      assert.deepStrictEqual(Object.keys(ledger.jobs), ["a", "b"])
      const { inputTokens: _, outputTokens, ...a } = ledger.jobs["a"] ?? { inputTokens: 0 }
      assert.deepStrictEqual(a, {
        batches: 2,
        statuses: { completed: 2 },
        paid: 7,
        customIds: { distinct: 6, repeated: 1, extra: 1 },
        bodies: { distinct: 5, repeated: 1, extra: 2 }
      })
      assert.strictEqual(outputTokens, 7)
      assert.deepStrictEqual(ledger.jobs["b"]?.statuses, { completed: 1, failed: 1 })
      assert.deepStrictEqual(ledger.jobs["b"]?.customIds, { distinct: 4, repeated: 0, extra: 0 })
      assert.deepStrictEqual([ledger.calls.paid, ledger.uploads], [1, 4])
      assert.deepStrictEqual((await client.control("GET", "/ledger")).json, ledger)
    }))

  it("detail names the batches and every custom_id that was paid more than once", () =>
    withSimulator({}, async (client) => {
      const first = await client.submit(requestLines(3), { job: "a", attempt: "1" })
      const second = await client.submit([requestLine("row-2")], { job: "a", attempt: "2" })
      await client.submit(requestLines(3), { job: "b" })
      const ledger = await client.simulator.ledger({ detail: true, job: "a" })
      assert.deepStrictEqual(Object.keys(ledger.jobs), ["a"])
      const { detail } = ledger.jobs["a"] ?? {}
      assert.deepStrictEqual(detail?.repeated, [{ customId: "row-2", times: 2, batches: [first, second] }])
      assert.deepStrictEqual(
        detail?.batches.map((batch) => [batch.id, batch.status, batch.metadata?.["attempt"], batch.total, batch.paid]),
        [
          [first, "completed", "1", 3, 3],
          [second, "completed", "2", 1, 1]
        ]
      )
    }))

  it("every paid line can be read as NDJSON", () =>
    withSimulator({ rules: { rules: [{ contains: "row-2", bad: "bad_request" }] } }, async (client) => {
      const batch = await client.submit(requestLines(4), { job: "a" })
      await client.submit(requestLines(4), { job: "b" })
      const { text } = await client.control("GET", "/ledger/lines?job=a")
      const lines: ReadonlyArray<{ batch: string; customId: string; outputTokens: number }> = text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line))
      assert.sameMembers(
        lines.map((line) => line.customId),
        ["row-0", "row-1", "row-3"]
      )
      assert.isTrue(lines.every((line) => line.batch === batch && line.outputTokens === 1))
    }))

  it("batches that nobody has asked about are counted too", () =>
    withSimulator({ clock: { phases: { validating: 600_000 } } }, async (client) => {
      await client.submit(requestLines(4), { job: "a" })
      assert.strictEqual((await client.simulator.ledger()).jobs["a"]?.paid, 0)
      client.simulator.advance(600_000)
      assert.strictEqual((await client.simulator.ledger()).jobs["a"]?.paid, 4)
    }))
})
