import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { countTokens } from "gpt-tokenizer/encoding/o200k_base"
import OpenAI, { toFile } from "openai"
import { type Simulator, start } from "../src/Simulator.js"
import { type Failure, requestLine, requestLines } from "./plainClient.js"

const thirtyDays = 30 * 24 * 3600

const failureOf = async (promise: Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> => {
  try {
    await promise
  } catch (error) {
    if (error instanceof OpenAI.APIError) return error
    throw error
  }
  throw new Error("the call was expected to fail")
}

describe("the objects of the API, through the openai SDK", () => {
  let simulator: Simulator
  let client: OpenAI
  beforeAll(async () => {
    simulator = await start({
      rules: {
        rules: [
          { contains: "good", answer: 0 },
          { contains: "broken", bad: "bad_request" }
        ],
        default: 2
      },
      keys: { "sk-one-aaaaaaaa": "proj_one", "sk-two-bbbbbbbb": "proj_two" }
    })
    client = new OpenAI({ apiKey: "sk-one-aaaaaaaa", baseURL: simulator.url, maxRetries: 0 })
  })
  afterAll(() => simulator.close())

  const upload = async (lines: ReadonlyArray<string>, name = "in.jsonl") =>
    client.files.create({ file: await toFile(Buffer.from(`${lines.join("\n")}\n`), name), purpose: "batch" })
  const createBatch = async (lines: ReadonlyArray<string>, metadata: Record<string, string> = {}) => {
    const file = await upload(lines)
    return client.batches.create({
      input_file_id: file.id,
      endpoint: "/v1/chat/completions",
      completion_window: "24h",
      metadata
    })
  }

  it("a file that was uploaded is the file that can be read, and expires after thirty days", async () => {
    const file = await upload(requestLines(3), "news.jsonl")
    assert.match(file.id, /^file-[0-9a-f]{22}$/)
    assert.deepStrictEqual(
      { ...file, id: "", created_at: 0, expires_at: (file.expires_at ?? 0) - file.created_at },
      {
        id: "",
        object: "file",
        bytes: requestLines(3).join("\n").length + 1,
        created_at: 0,
        expires_at: thirtyDays,
        filename: "news.jsonl",
        purpose: "batch",
        status: "processed",
        status_details: null
      }
    )
    assert.deepStrictEqual(await client.files.retrieve(file.id), file)
    const content = await client.files.content(file.id)
    assert.strictEqual(content.headers.get("content-length"), String(file.bytes))
    assert.strictEqual(await content.text(), `${requestLines(3).join("\n")}\n`)
  })

  it("expires_after shortens the life of a file", async () => {
    const file = await client.files.create({
      file: await toFile(Buffer.from("{}"), "in.jsonl"),
      purpose: "batch",
      expires_after: { anchor: "created_at", seconds: 3600 }
    })
    assert.strictEqual((file.expires_at ?? 0) - file.created_at, 3600)
  })

  it("a batch file that is not called .jsonl is refused with 400", async () => {
    const error = await failureOf(upload(requestLines(1), "news.csv"))
    assert.strictEqual(error.status, 400)
    assert.include(error.message, "Invalid file format for Batch API. Must be .jsonl")
  })

  it("a deleted file is gone", async () => {
    const file = await upload(requestLines(1))
    assert.deepStrictEqual(await client.files.delete(file.id), { id: file.id, object: "file", deleted: true })
    const error = await failureOf(client.files.retrieve(file.id))
    assert.strictEqual(error.status, 404)
    assert.strictEqual(error.type, "invalid_request_error")
    assert.strictEqual(error.message, `404 No such File object: ${file.id}`)
  })

  it("files are listed page by page, newest first or oldest first, by purpose", async () => {
    const mine = new OpenAI({ apiKey: "sk-two-bbbbbbbb", baseURL: simulator.url, maxRetries: 0 })
    const ids: Array<string> = []
    for (let i = 0; i < 5; i++) {
      const file = await mine.files.create({
        file: await toFile(Buffer.from("x"), `${i}.jsonl`),
        purpose: i === 2 ? "user_data" : "batch"
      })
      ids.push(file.id)
    }
    const listed = async (query: OpenAI.FileListParams) => {
      const all: Array<string> = []
      for await (const file of mine.files.list(query)) all.push(file.id)
      return all
    }
    assert.deepStrictEqual(await listed({}), [...ids].reverse())
    assert.deepStrictEqual(await listed({ limit: 2, order: "asc" }), ids)
    assert.deepStrictEqual(await listed({ limit: 2 }), [...ids].reverse())
    assert.deepStrictEqual(
      await listed({ purpose: "batch", order: "asc" }),
      ids.filter((_, i) => i !== 2)
    )
    const page = await mine.files.list({ limit: 2 })
    assert.isTrue(page.has_more)
  })

  it("paging goes on after an item that was deleted in between", async () => {
    const ids: Array<string> = []
    for (let i = 0; i < 4; i++) ids.push((await upload(requestLines(1))).id)
    await client.files.delete(ids[2] ?? "")
    const page = await client.files.list({ limit: 2, after: ids[2] ?? "" })
    assert.deepStrictEqual(
      page.data.map((file) => file.id),
      [ids[1], ids[0]]
    )
  })

  it("a created batch has every field, null where it has no value yet", async () => {
    const batch = await createBatch(requestLines(2), { job: "j1", shard: "1" })
    assert.match(batch.id, /^batch_[0-9a-f]{32}$/)
    assert.deepStrictEqual(
      { ...batch, id: "", input_file_id: "", created_at: 0, expires_at: (batch.expires_at ?? 0) - batch.created_at },
      {
        id: "",
        object: "batch",
        endpoint: "/v1/chat/completions",
        model: null,
        errors: null,
        input_file_id: "",
        completion_window: "24h",
        status: "validating",
        output_file_id: null,
        error_file_id: null,
        created_at: 0,
        in_progress_at: null,
        expires_at: 86_400,
        finalizing_at: null,
        completed_at: null,
        failed_at: null,
        expired_at: null,
        cancelling_at: null,
        cancelled_at: null,
        request_counts: { total: 0, completed: 0, failed: 0 },
        usage: null,
        metadata: { job: "j1", shard: "1" }
      }
    )
  })

  it("a completed batch has answered lines in its output file and refused ones in its error file", async () => {
    const { id } = await createBatch([requestLine("a", "good news"), requestLine("b", "other"), requestLine("c", "broken")])
    const batch = await client.batches.retrieve(id)
    assert.strictEqual(batch.status, "completed")
    assert.strictEqual(batch.model, "gpt-4o-mini-2024-07-18")
    assert.deepStrictEqual(batch.request_counts, { total: 3, completed: 2, failed: 1 })
    const read = async (file: string | undefined) => {
      const text = await (await client.files.content(file ?? "")).text()
      return text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line))
        .sort((a, b) => (a.custom_id < b.custom_id ? -1 : 1))
    }
    const output = await read(batch.output_file_id)
    assert.deepStrictEqual(
      output.map((line) => [
        line.custom_id,
        line.response.status_code,
        line.response.body.choices[0].message.content,
        line.error
      ]),
      [
        ["a", 200, "0", null],
        ["b", 200, "2", null]
      ]
    )
    const errors = await read(batch.error_file_id)
    assert.deepStrictEqual(
      errors.map((line) => [line.custom_id, line.response.status_code, line.response.body.error.code, line.error]),
      [["c", 400, "context_length_exceeded", null]]
    )
    const file = await client.files.retrieve(batch.output_file_id ?? "")
    assert.strictEqual(file.purpose, "batch_output")
    assert.strictEqual((file.expires_at ?? 0) - file.created_at, thirtyDays)
  })

  it("usage is the true number of tokens, and the batch's is the sum of its lines'", async () => {
    const texts = ["정부의 새로운 정책이 좋은 평가를 받았다.", "a second, rather longer article about something else"]
    const { id } = await createBatch(texts.map((text, i) => requestLine(`t${i}`, text)))
    const batch = await client.batches.retrieve(id)
    const expected = texts.map((text) => 3 + countTokens("user") + countTokens(text) + 3)
    const text = await (await client.files.content(batch.output_file_id ?? "")).text()
    for (const line of text
      .trimEnd()
      .split("\n")
      .map((one) => JSON.parse(one))) {
      const { usage } = line.response.body
      assert.strictEqual(usage.prompt_tokens, expected[Number(line.custom_id.slice(1))])
      assert.strictEqual(usage.completion_tokens, 1)
      assert.strictEqual(usage.total_tokens, usage.prompt_tokens + 1)
    }
    const input = expected.reduce((sum, one) => sum + one, 0)
    assert.deepStrictEqual(batch.usage, {
      input_tokens: input,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 2,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: input + 2
    })
  })

  it("results come in an order of their own, the same for the same seed", async () => {
    const orderOf = async () => {
      const one = await start({ seed: 5, tokens: "bytes" })
      const sdk = new OpenAI({ apiKey: "sk-any", baseURL: one.url })
      const file = await sdk.files.create({
        file: await toFile(Buffer.from(requestLines(50).join("\n")), "in.jsonl"),
        purpose: "batch"
      })
      const { id } = await sdk.batches.create({
        input_file_id: file.id,
        endpoint: "/v1/chat/completions",
        completion_window: "24h"
      })
      const batch = await sdk.batches.retrieve(id)
      const text = await (await sdk.files.content(batch.output_file_id ?? "")).text()
      await one.close()
      return text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).custom_id)
    }
    const first = await orderOf()
    assert.deepStrictEqual(await orderOf(), first)
    const input = Array.from({ length: 50 }, (_, i) => `row-${i}`)
    assert.notDeepEqual(first, input)
    assert.sameMembers(first, input)
  })

  it("batches are listed newest first, page by page", async () => {
    const ids: Array<string> = []
    for (let i = 0; i < 5; i++) ids.push((await createBatch(requestLines(1), { i: String(i) })).id)
    const listed: Array<string> = []
    for await (const batch of client.batches.list({ limit: 2 })) {
      listed.push(batch.id)
      if (listed.length === 5) break
    }
    assert.deepStrictEqual(listed, [...ids].reverse())
    const page = await client.batches.list({ limit: 2, after: ids[4] ?? "" })
    assert.deepStrictEqual(
      page.data.map((batch) => batch.metadata),
      [{ i: "3" }, { i: "2" }]
    )
  })

  it("a batch that has ended cannot be cancelled", async () => {
    const { id } = await createBatch(requestLines(1))
    await client.batches.retrieve(id)
    const error = await failureOf(client.batches.cancel(id))
    assert.strictEqual(error.status, 409)
  })

  it("another project's batches and files are not found", async () => {
    const other = new OpenAI({ apiKey: "sk-two-bbbbbbbb", baseURL: simulator.url, maxRetries: 0 })
    const batch = await createBatch(requestLines(1))
    for (const call of [
      other.batches.retrieve(batch.id),
      other.batches.cancel(batch.id),
      other.files.content(batch.input_file_id)
    ]) {
      assert.strictEqual((await failureOf(call)).status, 404)
    }
    assert.notInclude(
      (await other.batches.list()).data.map((one) => one.id),
      batch.id
    )
  })

  it("a project header that is not the key's is refused", async () => {
    const other = new OpenAI({ apiKey: "sk-one-aaaaaaaa", project: "proj_two", baseURL: simulator.url, maxRetries: 0 })
    const error = await failureOf(other.batches.list())
    assert.strictEqual(error.status, 401)
    assert.strictEqual(error.code, "mismatched_project")
  })

  it("without listed keys the project header decides what a key sees", async () => {
    const open = await start({ tokens: "bytes" })
    const as = (project: string) => new OpenAI({ apiKey: "sk-any-key", project, baseURL: open.url, maxRetries: 0 })
    const file = await as("p1").files.create({ file: await toFile(Buffer.from("x"), "in.jsonl"), purpose: "batch" })
    assert.strictEqual((await as("p1").files.retrieve(file.id)).id, file.id)
    assert.strictEqual((await failureOf(as("p2").files.retrieve(file.id))).status, 404)
    await open.close()
  })

  it("a wrong key and no key are 401 in OpenAI's shape, and every reply has a request id", async () => {
    const wrong = new OpenAI({ apiKey: "sk-wrong-cccccccc", baseURL: simulator.url, maxRetries: 0 })
    const error = await failureOf(wrong.files.list())
    assert.strictEqual(error.status, 401)
    assert.strictEqual(error.code, "invalid_api_key")
    assert.strictEqual(error.type, "invalid_request_error")
    assert.notInclude(error.message, "wrong-cccc")
    assert.match(error.requestID ?? "", /^req_[0-9a-f]{32}$/)
    const none = await fetch(`${simulator.url}/files`)
    assert.strictEqual(none.status, 401)
    const failure: Failure = JSON.parse(await none.text())
    assert.deepStrictEqual(Object.keys(failure.error), ["message", "type", "param", "code"])
    const good = await client.files.list().withResponse()
    assert.match(good.request_id ?? "", /^req_/)
  })

  it("an unknown path is 404 in OpenAI's shape", async () => {
    const reply = await fetch(`${simulator.url}/nothing`, { headers: { authorization: "Bearer sk-one-aaaaaaaa" } })
    assert.strictEqual(reply.status, 404)
    assert.deepStrictEqual(await reply.json(), {
      error: { message: "Invalid URL (GET /v1/nothing)", type: "invalid_request_error", param: null, code: null }
    })
  })

  it("chat completions and responses answer at once by the same rules", async () => {
    const chat = await client.chat.completions.create({ model: "gpt-4o-mini", messages: [{ role: "user", content: "good" }] })
    assert.strictEqual(chat.choices[0]?.message.content, "0")
    assert.strictEqual(chat.choices[0]?.finish_reason, "stop")
    const response = await client.responses.create({ model: "gpt-4o-mini", instructions: "judge", input: "good" })
    assert.strictEqual(response.output_text, "0")
    assert.isAbove(response.usage?.input_tokens ?? 0, 0)
    const error = await failureOf(
      client.chat.completions.create({ model: "gpt-4o-mini", messages: [{ role: "user", content: "broken" }] })
    )
    assert.strictEqual(error.status, 400)
    assert.strictEqual(error.code, "context_length_exceeded")
  })

  it("a json_schema answer follows the request's schema, by chat and by responses", async () => {
    const schema = {
      type: "object",
      properties: { label: { type: "integer", enum: [0, 1, 2] }, why: { type: "string" } },
      required: ["label", "why"],
      additionalProperties: false
    }
    const chat = await client.chat.completions.create({
      model: "gpt-4o-mini",
      messages: [{ role: "user", content: "good" }],
      response_format: { type: "json_schema", json_schema: { name: "label", strict: true, schema } }
    })
    assert.deepStrictEqual(JSON.parse(chat.choices[0]?.message.content ?? ""), { label: 0, why: "simulated" })
    const response = await client.responses.create({
      model: "gpt-4o-mini",
      input: "good",
      text: { format: { type: "json_schema", name: "label", strict: true, schema } }
    })
    assert.deepStrictEqual(JSON.parse(response.output_text), { label: 0, why: "simulated" })
  })

  it("models are listed, and a list of models makes the others unknown", async () => {
    assert.isNotEmpty((await client.models.list()).data)
    const few = await start({ models: ["gpt-6-luna"], tokens: "bytes" })
    const sdk = new OpenAI({ apiKey: "sk-any", baseURL: few.url, maxRetries: 0 })
    assert.deepStrictEqual(
      (await sdk.models.list()).data.map((model) => model.id),
      ["gpt-6-luna"]
    )
    assert.strictEqual((await failureOf(sdk.models.retrieve("gpt-4o"))).code, "model_not_found")
    await few.close()
  })
})
