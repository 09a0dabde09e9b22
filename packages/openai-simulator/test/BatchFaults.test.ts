import { assert, describe, it } from "@effect/vitest"
import type { ScenarioInput } from "../src/Scenario.js"
import { customIds, type PlainClient, requestLines, rows, withSimulator } from "./plainClient.js"

const playing = (faults: ScenarioInput["faults"], test: (client: PlainClient) => Promise<void>) =>
  withSimulator({ scenario: { faults }, clock: { phases: { perRequest: 10 } } }, test)

const hour = 3_600_000

const knownCodes = [
  "invalid_json_line",
  "missing_required_parameter",
  "invalid_url",
  "url_mismatch",
  "duplicate_custom_id",
  "mismatched_model",
  "model_mismatch",
  "model_not_found",
  "empty_file",
  "empty_batch",
  "too_many_tasks",
  "invalid_request",
  "billing_hard_limit_reached",
  "insufficient_quota",
  "billing_not_active"
]

describe("faults of batches", () => {
  it("a batch fails validation with any code that is asked for, and with a text for the known ones", () =>
    playing(
      [...knownCodes, "something_new"].map((code, i) => ({
        on: "batch" as const,
        when: { nth: i + 1 },
        do: { fault: "validation" as const, code }
      })),
      async (client) => {
        for (const code of [...knownCodes, "something_new"]) {
          const batch = await client.batch(await client.submit(requestLines(1)))
          assert.strictEqual(batch.status, "failed")
          assert.isNotNull(batch.failed_at)
          assert.isNull(batch.output_file_id)
          assert.deepStrictEqual(batch.request_counts, { total: 0, completed: 0, failed: 0 })
          const [error] = batch.errors?.data ?? []
          assert.strictEqual(error?.code, code)
          assert.strictEqual(error?.message.includes(code), code === "something_new")
        }
      }
    ))

  it("message, param and line of a validation error can be given", () =>
    playing(
      [{ on: "batch", do: { fault: "validation", code: "invalid_url", message: "no", param: null, line: 7 } }],
      async (client) => {
        const batch = await client.batch(await client.submit(requestLines(1)))
        assert.deepStrictEqual(batch.errors?.data, [{ code: "invalid_url", message: "no", param: null, line: 7 }])
      }
    ))

  it("token_limit_exceeded comes though nothing runs, in OpenAI's words", () =>
    playing([{ on: "batch", times: 1, do: { fault: "token_limit_exceeded", limit: 90_000 } }], async (client) => {
      const batch = await client.batch(await client.submit(requestLines(1)))
      assert.strictEqual(batch.status, "failed")
      assert.deepStrictEqual(batch.errors?.data, [
        {
          code: "token_limit_exceeded",
          message:
            "Enqueued token limit reached for gpt-4o-mini in organization org-simulated. Limit: 90,000 enqueued tokens. Please try again once some in_progress batches have been completed.",
          param: null,
          line: null
        }
      ])
      const next = await client.submit(requestLines(1))
      client.simulator.advance(hour)
      assert.strictEqual((await client.batch(next)).status, "completed")
    }))

  it("the enqueued-token limit of a model holds over all its unfinished batches, and ended ones give their tokens back", () =>
    withSimulator(
      {
        tokens: "exact",
        scenario: { limits: { enqueuedTokens: { "gpt-4o-mini": 99 } } },
        clock: { phases: { validating: 1_000, perRequest: 10_000 } }
      },
      async (client) => {
        // Such a line has 10 tokens: 3 of "row-0", 1 of "user", and 6 for the message and the reply.
        const first = await client.submit(requestLines(5))
        const second = await client.submit(requestLines(5))
        client.simulator.advance(1_000)
        const [one, two] = [await client.batch(first), await client.batch(second)]
        assert.strictEqual(one.status, "in_progress")
        assert.strictEqual(two.status, "failed")
        assert.strictEqual(two.errors?.data[0]?.code, "token_limit_exceeded")
        client.simulator.advance(hour)
        assert.strictEqual((await client.batch(first)).usage?.input_tokens, 50)
        const third = await client.submit(requestLines(5))
        client.simulator.advance(1_000)
        assert.strictEqual((await client.batch(third)).status, "in_progress")
        const alone = await client.submit(requestLines(10))
        client.simulator.advance(hour)
        assert.strictEqual((await client.batch(alone)).status, "failed")
      }
    ))

  it("a batch fails for want of credit", () =>
    playing(
      [
        { on: "batch", when: { nth: 1 }, do: { fault: "no_credit" } },
        { on: "batch", when: { nth: 2 }, do: { fault: "no_credit", code: "billing_hard_limit_reached" } }
      ],
      async (client) => {
        const codes: Array<string | undefined> = []
        for (let i = 0; i < 2; i++) {
          const batch = await client.batch(await client.submit(requestLines(1)))
          assert.strictEqual(batch.status, "failed")
          codes.push(batch.errors?.data[0]?.code)
        }
        assert.deepStrictEqual(codes, ["insufficient_quota", "billing_hard_limit_reached"])
      }
    ))

  it("an expired batch has k answered requests, which are paid, and the others as batch_expired", () =>
    playing(
      [
        { on: "batch", when: { nth: 1 }, do: { fault: "expire", done: 3 } },
        { on: "batch", when: { nth: 2 }, do: { fault: "expire", done: 3, unfinished: "absent" } }
      ],
      async (client) => {
        const first = await client.submit(requestLines(10), { job: "j" })
        const second = await client.submit(requestLines(10), { job: "j" })
        client.simulator.advance(hour)
        const batch = await client.batch(first)
        assert.strictEqual(batch.status, "expired")
        assert.isNotNull(batch.expired_at)
        assert.deepStrictEqual(batch.request_counts, { total: 10, completed: 3, failed: 0 })
        const output = await client.lines(batch.output_file_id)
        const errors = await client.lines(batch.error_file_id)
        assert.lengthOf(output, 3)
        assert.deepStrictEqual(customIds([...output, ...errors]), rows(10))
        for (const line of errors) assert.deepStrictEqual([line.response, line.error?.code], [null, "batch_expired"])
        const other = await client.batch(second)
        assert.lengthOf(await client.lines(other.output_file_id), 3)
        assert.isNull(other.error_file_id)
        assert.strictEqual((await client.simulator.ledger()).jobs["j"]?.paid, 6)
      }
    ))

  it("a batch whose window closes in the middle of its work expires with what is done", () =>
    withSimulator({ clock: { phases: { perRequest: 1_000, window: 4_500 } } }, async (client) => {
      const id = await client.submit(requestLines(10))
      client.simulator.advance(4_500)
      const batch = await client.batch(id)
      assert.strictEqual(batch.status, "expired")
      assert.deepStrictEqual(batch.request_counts, { total: 10, completed: 4, failed: 0 })
    }))

  it("a cancelled batch has exactly k requests done, which are paid", () =>
    playing([{ on: "batch", do: { fault: "cancel", done: 4 } }], async (client) => {
      const id = await client.submit(requestLines(10))
      client.simulator.advance(hour)
      const running = await client.batch(id)
      assert.deepStrictEqual([running.status, running.request_counts?.completed], ["in_progress", 4])
      const asked = await client.call<{ status: string; cancelling_at: number | null }>("POST", `/batches/${id}/cancel`)
      assert.strictEqual(asked.json.status, "cancelling")
      assert.isNotNull(asked.json.cancelling_at)
      const batch = await client.batch(id)
      assert.strictEqual(batch.status, "cancelled")
      assert.deepStrictEqual(batch.request_counts, { total: 10, completed: 4, failed: 0 })
      const [output, errors] = [await client.lines(batch.output_file_id), await client.lines(batch.error_file_id)]
      assert.lengthOf(output, 4)
      assert.deepStrictEqual(customIds([...output, ...errors]), rows(10))
      assert.isTrue(errors.every((line) => line.error?.code === "batch_cancelled"))
      assert.strictEqual((await client.simulator.ledger()).jobs[""]?.paid, 4)
    }))

  it("a batch is cancelled by nobody with k done", () =>
    playing([{ on: "batch", do: { fault: "cancel", done: 2, unasked: true } }], async (client) => {
      const id = await client.submit(requestLines(5))
      client.simulator.advance(hour)
      const batch = await client.batch(id)
      assert.deepStrictEqual([batch.status, batch.request_counts?.completed], ["cancelled", 2])
    }))

  it("a batch stays in the status it is stuck in until its window closes or it is cancelled", () =>
    playing(
      [
        { on: "batch", when: { nth: [1, 4] }, do: { fault: "stuck", in: "validating" } },
        { on: "batch", when: { nth: [2, 5] }, do: { fault: "stuck", in: "in_progress" } },
        { on: "batch", when: { nth: [3, 6] }, do: { fault: "stuck", in: "finalizing" } }
      ],
      async (client) => {
        const ids: Array<string> = []
        for (let i = 0; i < 6; i++) ids.push(await client.submit(requestLines(10)))
        const statuses = async () => Promise.all(ids.map(async (id) => (await client.batch(id)).status))
        client.simulator.advance(23 * hour)
        assert.deepStrictEqual(await statuses(), [
          "validating",
          "in_progress",
          "finalizing",
          "validating",
          "in_progress",
          "finalizing"
        ])
        for (const id of ids.slice(3)) await client.call("POST", `/batches/${id}/cancel`)
        client.simulator.advance(hour)
        assert.deepStrictEqual(await statuses(), ["expired", "expired", "expired", "cancelled", "cancelled", "cancelled"])
        const counts = await Promise.all(ids.map(async (id) => (await client.batch(id)).request_counts?.completed))
        assert.deepStrictEqual(counts, [0, 5, 10, 0, 5, 10])
      }
    ))

  it("a completed batch shows its files late", () =>
    withSimulator(
      {
        scenario: {
          faults: [
            { on: "batch", when: { nth: 1 }, do: { fault: "late_output", retrievals: 2 } },
            { on: "batch", when: { nth: 2 }, do: { fault: "late_output", ms: 60_000 } }
          ]
        }
      },
      async (client) => {
        const first = await client.submit(requestLines(1))
        for (let i = 0; i < 2; i++) {
          const batch = await client.batch(first)
          assert.deepStrictEqual([batch.status, batch.output_file_id], ["completed", null])
        }
        assert.isNotNull((await client.batch(first)).output_file_id)
        const second = await client.submit(requestLines(1))
        assert.isNull((await client.batch(second)).output_file_id)
        client.simulator.advance(60_000)
        assert.isNotNull((await client.batch(second)).output_file_id)
      }
    ))

  it("a batch vanishes after some retrievals", () =>
    playing([{ on: "batch", do: { fault: "vanish", retrievals: 2 } }], async (client) => {
      const id = await client.submit(requestLines(1))
      const statuses: Array<number> = []
      for (let i = 0; i < 3; i++) statuses.push((await client.call("GET", `/batches/${id}`)).status)
      assert.deepStrictEqual(statuses, [200, 200, 404])
      assert.deepStrictEqual(await client.listed(), [])
    }))

  it("absent file ids are empty texts, and a clean batch has an error file of 0 bytes", () =>
    withSimulator(
      {
        scenario: {
          faults: [
            { on: "batch", when: { nth: 1 }, do: { fault: "blank_ids" } },
            { on: "batch", when: { nth: 2 }, do: { fault: "empty_error_file" } }
          ]
        }
      },
      async (client) => {
        const blank = await client.batch(await client.submit(requestLines(1)))
        assert.strictEqual(blank.error_file_id, "")
        assert.match(blank.output_file_id ?? "", /^file-/)
        const clean = await client.batch(await client.submit(requestLines(1)))
        const content = await client.call("GET", `/files/${clean.error_file_id}/content`)
        assert.deepStrictEqual([content.status, content.text], [200, ""])
      }
    ))

  it("request_counts can be wrong, zero or null", () =>
    withSimulator(
      {
        rules: { default: 1, rules: [{ contains: "row-0", bad: "bad_request" }] },
        scenario: {
          faults: [
            { on: "batch", when: { nth: 1 }, do: { fault: "counts", counts: "zero" } },
            { on: "batch", when: { nth: 2 }, do: { fault: "counts", counts: "null" } },
            { on: "batch", when: { nth: 3 }, do: { fault: "counts", counts: "all_completed" } },
            { on: "batch", when: { nth: 4 }, do: { fault: "counts", counts: { total: 9, completed: 1, failed: 5 } } }
          ]
        }
      },
      async (client) => {
        const counts: Array<unknown> = []
        for (let i = 0; i < 5; i++) counts.push((await client.batch(await client.submit(requestLines(2)))).request_counts)
        assert.deepStrictEqual(counts, [
          { total: 0, completed: 0, failed: 0 },
          null,
          { total: 2, completed: 2, failed: 0 },
          { total: 9, completed: 1, failed: 5 },
          { total: 2, completed: 1, failed: 1 }
        ])
      }
    ))

  it("faults pick their batches by metadata", () =>
    playing([{ on: "batch", when: { metadata: { shard: "2", attempt: "1" } }, do: { fault: "no_credit" } }], async (client) => {
      const statusOf = async (metadata: Record<string, string>) => {
        const id = await client.submit(requestLines(1), metadata)
        client.simulator.advance(hour)
        return (await client.batch(id)).status
      }
      assert.strictEqual(await statusOf({ shard: "1", attempt: "1" }), "completed")
      assert.strictEqual(await statusOf({ shard: "2", attempt: "1" }), "failed")
      assert.strictEqual(await statusOf({ shard: "2", attempt: "2" }), "completed")
    }))
})
