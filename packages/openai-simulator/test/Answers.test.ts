import { assert, describe, it } from "@effect/vitest"
import type { AnswerRequest } from "../src/AnswerFunction.js"
import { type PlainClient, requestLine, withSimulator } from "./plainClient.js"

const contents = async (client: PlainClient, lines: ReadonlyArray<string>) => {
  const batch = await client.batch(await client.submit(lines, { job: "j" }))
  const results = await client.lines(batch.output_file_id)
  return Object.fromEntries(results.map((line) => [line.custom_id, line.response?.body.choices?.[0]?.message.content]))
}

describe("answers by custom_id, by a function, and fixed bodies", () => {
  it("a custom_id is answered as the rules say, before every other rule", () =>
    withSimulator(
      {
        rules: {
          customIds: { a: 7, b: { answer: "eight" }, c: { bad: "prose" } },
          rules: [{ contains: "x", answer: 1 }],
          default: 2
        }
      },
      async (client) => {
        const said = await contents(
          client,
          ["a", "b", "c", "d"].map((id) => requestLine(id, id === "d" ? "none" : "x"))
        )
        assert.deepStrictEqual([said["a"], said["b"], said["d"]], ["7", "eight", "2"])
        assert.include(said["c"] ?? "", "simulated prose")
      }
    ))

  it("a fixed body is sent as it is, and its own usage is what is paid", () => {
    const body = {
      id: "mine",
      choices: [{ message: { role: "assistant", content: "fixed" } }],
      usage: { prompt_tokens: 70, completion_tokens: 5 }
    }
    const error = { error: { message: "mine", type: "server_error", param: null, code: "mine" } }
    return withSimulator(
      { rules: { customIds: { a: { body } }, rules: [{ contains: "broken", body: error, status: 503 }] } },
      async (client) => {
        const batch = await client.batch(await client.submit([requestLine("a"), requestLine("b", "broken")], { job: "j" }))
        assert.deepStrictEqual(batch.request_counts, { total: 2, completed: 1, failed: 1 })
        assert.deepStrictEqual(
          (await client.lines(batch.output_file_id)).map((line) => line.response?.body),
          [body]
        )
        const [failed] = await client.lines(batch.error_file_id)
        assert.deepStrictEqual([failed?.response?.status_code, failed?.response?.body], [503, error])
        const job = (await client.simulator.ledger()).jobs["j"]
        assert.deepStrictEqual([job?.paid, job?.inputTokens, job?.outputTokens], [1, 70, 5])
        const direct = await client.call("POST", "/chat/completions", JSON.parse(requestLine("x", "broken")).body)
        assert.deepStrictEqual([direct.status, direct.json], [503, error])
      }
    )
  })

  it("a function sees the request and decides, at once or later; undefined leaves it to the rules", () => {
    const asked: Array<AnswerRequest> = []
    return withSimulator(
      {
        rules: { default: "rule" },
        answer: (request) => {
          asked.push(request)
          const text = request.messages.at(-1)?.content ?? ""
          if (text === "later") return Promise.resolve({ answer: "later" })
          return text === "mine" ? text.toUpperCase() : undefined
        }
      },
      async (client) => {
        const lines = [
          requestLine("a", "mine"),
          requestLine("b", "later"),
          requestLine("c", "other"),
          requestLine("d", "bad", { n: 0 })
        ]
        assert.deepStrictEqual(await contents(client, lines), { a: "MINE", b: "later", c: "rule" })
        assert.deepStrictEqual(
          asked.map(({ customId, endpoint, model }) => [customId, endpoint, model]),
          ["a", "b", "c"].map((id) => [id, "/v1/chat/completions", "gpt-4o-mini"])
        )
        await client.call("POST", "/responses", { model: "gpt-4o-mini", instructions: "be kind", input: "mine" })
        const last = asked.at(-1)
        assert.deepStrictEqual(
          [last?.endpoint, last?.customId, last?.messages],
          [
            "/v1/responses",
            undefined,
            [
              { role: "system", content: "be kind" },
              { role: "user", content: "mine" }
            ]
          ]
        )
      }
    )
  })

  it("every upload is called as the option says, where a server drops names; its own name still has to be .jsonl", () =>
    withSimulator({ filename: "upload" }, async (client) => {
      const file = await client.upload(requestLine("a"), "mine.jsonl")
      assert.strictEqual(file.json.filename, "upload")
      assert.strictEqual((await client.call("GET", "/files")).text.includes("mine.jsonl"), false)
      assert.strictEqual((await client.upload("x", "mine.csv")).status, 400)
      assert.strictEqual((await client.batch((await client.create(file.json.id)).json.id)).status, "completed")
    }))
})
