import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import OpenAI, { toFile } from "openai"
import type { Simulator } from "../src/Simulator.js"
import { start } from "../src/Simulator.js"

const line = (id: string, text: string) =>
  JSON.stringify({
    custom_id: id,
    method: "POST",
    url: "/v1/chat/completions",
    body: { model: "gpt-4o-mini", messages: [{ role: "user", content: text }] }
  })

describe("the objects of the API through the openai SDK", () => {
  let simulator: Simulator
  let client: OpenAI
  beforeAll(async () => {
    simulator = await start({ rules: { rules: [{ contains: "good", answer: 0 }], default: 2 } })
    client = new OpenAI({ apiKey: "sk-test-key-1", baseURL: simulator.url, maxRetries: 0 })
  })
  afterAll(() => simulator.close())

  it("a batch goes from an uploaded file to an output file", async () => {
    const file = await client.files.create({
      file: await toFile(Buffer.from(`${line("a", "good news")}\n${line("b", "other news")}\n`), "in.jsonl"),
      purpose: "batch"
    })
    const created = await client.batches.create({
      input_file_id: file.id,
      endpoint: "/v1/chat/completions",
      completion_window: "24h",
      metadata: { job: "j1" }
    })
    assert.strictEqual(created.status, "validating")
    const batch = await client.batches.retrieve(created.id)
    assert.strictEqual(batch.status, "completed")
    const text = await (await client.files.content(batch.output_file_id ?? "")).text()
    const answers = Object.fromEntries(
      text
        .trimEnd()
        .split("\n")
        .map((one) => JSON.parse(one))
        .map((one) => [one.custom_id, one.response.body.choices[0].message.content])
    )
    assert.deepStrictEqual(answers, { a: "0", b: "2" })
  })
})
