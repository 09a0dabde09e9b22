import { assert, describe, it } from "@effect/vitest"
import type { LineFault } from "../src/Scenario.js"
import { customIds, type PlainClient, requestLines, rows, withSimulator } from "./plainClient.js"

const striking = (
  kind: LineFault,
  more: { count?: number; share?: number },
  test: (client: PlainClient, id: string) => Promise<void>
) =>
  withSimulator({ scenario: { faults: [{ on: "batch", do: { fault: "lines", kind, ...more } }] } }, async (client) =>
    test(client, await client.submit(requestLines(10), { job: "j" }))
  )

const paidOf = async (client: PlainClient) => (await client.simulator.ledger()).jobs["j"]?.paid

describe("faults of result lines", () => {
  it("status_code 0 lines stand in the error file, are counted as completed and are not paid", () =>
    striking("status_zero", { count: 4 }, async (client, id) => {
      const batch = await client.batch(id)
      assert.deepStrictEqual(batch.request_counts, { total: 10, completed: 10, failed: 0 })
      const [output, errors] = [await client.lines(batch.output_file_id), await client.lines(batch.error_file_id)]
      assert.deepStrictEqual([output.length, errors.length], [6, 4])
      for (const line of errors) {
        assert.deepStrictEqual([line.response, line.error], [{ status_code: 0, request_id: "", body: {} }, null])
      }
      assert.deepStrictEqual(customIds([...output, ...errors]), rows(10))
      assert.strictEqual(await paidOf(client), 6)
    }))

  it("missing lines are in neither file but paid", () =>
    striking("missing", { count: 3 }, async (client, id) => {
      const batch = await client.batch(id)
      assert.lengthOf(await client.lines(batch.output_file_id), 7)
      assert.isNull(batch.error_file_id)
      assert.strictEqual(batch.request_counts?.completed, 10)
      assert.strictEqual(await paidOf(client), 10)
    }))

  it("duplicate lines come twice and are paid once", () =>
    striking("duplicate", { count: 2 }, async (client, id) => {
      const lines = await client.lines((await client.batch(id)).output_file_id)
      assert.lengthOf(lines, 12)
      assert.strictEqual(new Set(customIds(lines)).size, 10)
      assert.strictEqual(await paidOf(client), 10)
    }))

  it("unknown lines carry a custom_id that was never sent", () =>
    striking("unknown", { count: 1 }, async (client, id) => {
      const ids = customIds(await client.lines((await client.batch(id)).output_file_id))
      assert.lengthOf(ids, 11)
      assert.lengthOf(
        ids.filter((one) => !rows(10).includes(one)),
        1
      )
    }))

  it("malformed lines are cut in the middle and leave their neighbours whole", () =>
    striking("malformed", { count: 1 }, async (client, id) => {
      const { text } = await client.call("GET", `/files/${(await client.batch(id)).output_file_id}/content`)
      const lines = text.trimEnd().split("\n")
      assert.lengthOf(lines, 10)
      const broken = lines.filter((line) => {
        try {
          JSON.parse(line)
          return false
        } catch {
          return true
        }
      })
      assert.lengthOf(broken, 1)
    }))

  it("lines may lack their custom_id", () =>
    striking("no_custom_id", { count: 1 }, async (client, id) => {
      const lines = await client.lines((await client.batch(id)).output_file_id)
      assert.lengthOf(
        lines.filter((line) => line.custom_id === null),
        1
      )
    }))

  it("answers may hold U+2028 and U+2029, unescaped", () =>
    striking("u2028", { count: 1 }, async (client, id) => {
      const fileId = (await client.batch(id)).output_file_id
      const { text } = await client.call("GET", `/files/${fileId}/content`)
      assert.strictEqual(text.split("\u2028").length, 2)
      const contents = (await client.lines(fileId)).map((line) => line.response?.body.choices?.[0]?.message.content)
      assert.lengthOf(
        contents.filter((content) => content === "1\u2028\u2029"),
        1
      )
    }))

  for (const [kind, status] of [
    ["bad_request", 400],
    ["rate_limited", 429],
    ["server_error", 500]
  ] as const) {
    it(`${kind} lines have the status ${status}, count as failed and are not paid`, () =>
      striking(kind, { count: 2 }, async (client, id) => {
        const batch = await client.batch(id)
        assert.deepStrictEqual(batch.request_counts, { total: 10, completed: 8, failed: 2 })
        const errors = await client.lines(batch.error_file_id)
        assert.deepStrictEqual(
          errors.map((line) => [line.response?.status_code, line.error]),
          [
            [status, null],
            [status, null]
          ]
        )
        assert.isString(errors[0]?.response?.body.error?.message)
        assert.strictEqual(await paidOf(client), 8)
      }))
  }

  it("a share of the lines is struck, and the same lines again in a simulator with the same seed", async () => {
    const struck = async () => {
      let ids: ReadonlyArray<string> = []
      await withSimulator(
        { scenario: { faults: [{ on: "batch", do: { fault: "lines", kind: "server_error", share: 0.3 } }] } },
        async (client) => {
          const batch = await client.batch(await client.submit(requestLines(200)))
          ids = customIds(await client.lines(batch.error_file_id))
        }
      )
      return ids
    }
    const first = await struck()
    assert.isTrue(first.length > 35 && first.length < 85, `${first.length} of 200`)
    assert.deepStrictEqual(await struck(), first)
  })

  it("several faults strike different lines of a batch that expires", () =>
    withSimulator(
      {
        scenario: {
          faults: [
            { on: "batch", do: { fault: "expire", done: 5 } },
            { on: "batch", do: { fault: "lines", kind: "status_zero", count: 2 } },
            { on: "batch", do: { fault: "lines", kind: "server_error", count: 2 } }
          ]
        },
        clock: { phases: { perRequest: 10 } }
      },
      async (client) => {
        const id = await client.submit(requestLines(10))
        client.simulator.advance(60_000)
        const batch = await client.batch(id)
        assert.strictEqual(batch.status, "expired")
        assert.lengthOf(await client.lines(batch.output_file_id), 1)
        const errors = await client.lines(batch.error_file_id)
        const kinds = errors.map((line) => line.error?.code ?? line.response?.status_code).sort()
        assert.deepStrictEqual(kinds, [0, 0, 500, 500, ...Array.from({ length: 5 }, () => "batch_expired")])
      }
    ))
})
