import { assert, describe, it } from "@effect/vitest"
import { countTokens } from "gpt-tokenizer/encoding/o200k_base"
import OpenAI, { toFile } from "openai"
import { type Options, start } from "../src/Simulator.js"

const withSdk = async (options: Options, test: (client: OpenAI, url: string) => Promise<void>): Promise<void> => {
  const simulator = await start(options)
  try {
    await test(new OpenAI({ apiKey: "sk-any", baseURL: simulator.url, maxRetries: 0 }), simulator.url)
  } finally {
    await simulator.close()
  }
}

const question: { readonly model: string; readonly messages: [{ role: "user"; content: string }] } = {
  model: "gpt-4o-mini",
  messages: [{ role: "user", content: "a question" }]
}

const long = "one two three four five six seven eight nine ten"
const words = { rules: { default: long } }

describe("what a request asks of its answer is obeyed, through the openai SDK", () => {
  it("n gives so many choices and is paid so often", () =>
    withSdk(words, async (client) => {
      const { choices, usage } = await client.chat.completions.create({ ...question, n: 3 })
      assert.deepStrictEqual(
        choices.map(({ index, message }) => [index, message.content]),
        [0, 1, 2].map((index) => [index, long])
      )
      assert.strictEqual(usage?.completion_tokens, 3 * countTokens(long))
    }))

  it("stop ends the answer before the first of its texts", () =>
    withSdk(words, async (client) => {
      const of = async (stop: string | Array<string>) => {
        const [choice] = (await client.chat.completions.create({ ...question, stop })).choices
        return [choice?.message.content, choice?.finish_reason]
      }
      assert.deepStrictEqual(await of(" three"), ["one two", "stop"])
      assert.deepStrictEqual(await of(["nine", "five", "absent"]), ["one two three four ", "stop"])
      assert.deepStrictEqual(await of("absent"), [long, "stop"])
    }))

  it("max_completion_tokens and max_tokens cut the answer: finish_reason length, and no more tokens than the cap", () =>
    withSdk(words, async (client) => {
      for (const cap of [{ max_completion_tokens: 3 }, { max_tokens: 3 }]) {
        const { choices, usage } = await client.chat.completions.create({ ...question, ...cap })
        assert.deepStrictEqual([choices[0]?.message.content, choices[0]?.finish_reason], ["one two three", "length"])
        assert.strictEqual(usage?.completion_tokens, 3)
      }
      const exact = await client.chat.completions.create({ ...question, max_completion_tokens: countTokens(long) })
      assert.deepStrictEqual([exact.choices[0]?.message.content, exact.choices[0]?.finish_reason], [long, "stop"])
    }))

  it("max_output_tokens cuts a response: it is incomplete, with the reason", () =>
    withSdk({ rules: { default: `${long} ${long}` } }, async (client) => {
      const response = await client.responses.create({ model: "gpt-4o-mini", input: "a question", max_output_tokens: 16 })
      assert.deepStrictEqual([response.status, response.incomplete_details?.reason], ["incomplete", "max_output_tokens"])
      assert.deepStrictEqual([response.usage?.output_tokens, countTokens(response.output_text)], [16, 16])
    }))

  it("a cap never leaves half a character", () =>
    withSdk({ rules: { default: "🦜🦜🦜🦜" } }, async (client) => {
      for (let cap = 1; cap <= 8; cap++) {
        const [choice] = (await client.chat.completions.create({ ...question, max_completion_tokens: cap })).choices
        assert.match(choice?.message.content ?? "", /^🦜*$/u)
      }
    }))

  it("logprobs has an entry for every token, and top_logprobs so many alternatives, the likeliest first", () =>
    withSdk(words, async (client) => {
      const { choices } = await client.chat.completions.create({ ...question, logprobs: true, top_logprobs: 3 })
      const entries = choices[0]?.logprobs?.content ?? []
      assert.strictEqual(entries.map(({ token }) => token).join(""), long)
      assert.strictEqual(entries.length, countTokens(long))
      for (const { bytes, logprob, token, top_logprobs } of entries) {
        assert.isAtMost(logprob, 0)
        assert.deepStrictEqual(bytes, [...Buffer.from(token)])
        assert.deepStrictEqual([top_logprobs.length, top_logprobs[0]?.token], [3, token])
        const sorted = top_logprobs.map((one) => one.logprob)
        assert.deepStrictEqual(
          sorted,
          [...sorted].sort((a, b) => b - a)
        )
      }
      const plain = await client.chat.completions.create(question)
      assert.isNull(plain.choices[0]?.logprobs)
    }))

  it("a response carries logprobs when they are included", () =>
    withSdk(words, async (client) => {
      const request = { model: "gpt-4o-mini", input: "a question" }
      const logprobsOf = async (more: Partial<OpenAI.Responses.ResponseCreateParamsNonStreaming>) => {
        const { output } = await client.responses.create({ ...request, ...more })
        const item = output[0]
        const part = item?.type === "message" ? item.content[0] : undefined
        return part?.type === "output_text" ? (part.logprobs ?? []) : []
      }
      assert.deepStrictEqual(await logprobsOf({}), [])
      const included = await logprobsOf({ include: ["message.output_text.logprobs"], top_logprobs: 2 })
      assert.strictEqual(included.map(({ token }) => token).join(""), long)
      assert.isTrue(included.every(({ top_logprobs }) => top_logprobs.length === 2))
    }))

  it("usage counts what was written to the cache", () =>
    withSdk({}, async (client) => {
      const chat = await client.chat.completions.create(question)
      assert.propertyVal(chat.usage?.prompt_tokens_details, "cache_write_tokens", 0)
      const response = await client.responses.create({ model: "gpt-4o-mini", input: "x" })
      assert.propertyVal(response.usage?.input_tokens_details, "cache_write_tokens", 0)
    }))

  it("models say when they will be shut down", () =>
    withSdk({ models: ["gpt-4o-mini", "gpt-6-luna"] }, async (client) => {
      const { data } = await client.models.list()
      assert.deepStrictEqual(
        data.map((model) => [model.id, "shutdown_date" in model ? model.shutdown_date : "absent"]),
        [
          ["gpt-4o-mini", "2027-01-14"],
          ["gpt-6-luna", null]
        ]
      )
      assert.propertyVal(await client.models.retrieve("gpt-4o-mini"), "shutdown_date", "2027-01-14")
    }))
})

describe("streams, through the openai SDK", () => {
  it("a chat completion comes token by token, with usage at the end when asked for, and says what the whole one says", () =>
    withSdk(words, async (client) => {
      const stream = await client.chat.completions.create({ ...question, stream: true, stream_options: { include_usage: true } })
      const chunks: Array<OpenAI.ChatCompletionChunk> = []
      for await (const chunk of stream) chunks.push(chunk)
      const deltas = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "")
      assert.strictEqual(deltas.join(""), long)
      assert.strictEqual(deltas.filter((delta) => delta !== "").length, countTokens(long))
      assert.deepStrictEqual(chunks[0]?.choices[0]?.delta.role, "assistant")
      assert.deepStrictEqual(chunks.at(-2)?.choices[0]?.finish_reason, "stop")
      assert.deepStrictEqual([chunks.at(-1)?.choices, chunks.at(-1)?.usage?.completion_tokens], [[], countTokens(long)])
      const helped = await client.chat.completions.stream({ ...question, n: 2 }).finalChatCompletion()
      assert.deepStrictEqual(
        helped.choices.map(({ message }) => message.content),
        [long, long]
      )
    }))

  it("a response comes as its events, numbered in order, and ends with the whole of it", () =>
    withSdk(words, async (client) => {
      const stream = await client.responses.create({ model: "gpt-4o-mini", input: "x", stream: true })
      const events: Array<OpenAI.Responses.ResponseStreamEvent> = []
      for await (const event of stream) events.push(event)
      assert.deepStrictEqual(
        events.map((event) => event.sequence_number),
        events.map((_, i) => i)
      )
      assert.deepStrictEqual(
        events.map(({ type }) => type).filter((type, i, all) => type !== all[i - 1]),
        [
          "response.created",
          "response.in_progress",
          "response.output_item.added",
          "response.content_part.added",
          "response.output_text.delta",
          "response.output_text.done",
          "response.content_part.done",
          "response.output_item.done",
          "response.completed"
        ]
      )
      const last = events.at(-1)
      assert.strictEqual(last?.type === "response.completed" ? last.response.status : last?.type, "completed")
      const helped = await client.responses.stream({ model: "gpt-4o-mini", input: "x" }).finalResponse()
      assert.strictEqual(helped.output_text, long)
    }))

  it("a refused call is no stream but 400, and a garbled stream breaks off", () =>
    withSdk(
      { ...words, scenario: { faults: [{ on: "chat.completions", when: { nth: 2 }, do: { fault: "garbled" } }] } },
      async (client) => {
        const refused = await client.chat.completions
          .create({ ...question, n: 200, stream: true })
          .catch((error: unknown) => error)
        assert.instanceOf(refused, OpenAI.BadRequestError)
        const broken = await client.chat.completions.create({ ...question, stream: true })
        let said = ""
        const outcome = await (async () => {
          for await (const chunk of broken) said += chunk.choices[0]?.delta.content ?? ""
          return "ended"
        })().catch((error: unknown) => error)
        assert.instanceOf(outcome, Error)
        assert.isBelow(said.length, long.length)
      }
    ))
})

describe("embeddings, through the openai SDK", () => {
  it("a text has always the same vector of length 1, and as many numbers as are asked for", () =>
    withSdk({}, async (client) => {
      const of = async (input: string | Array<string>, more: object = {}) =>
        (await client.embeddings.create({ model: "text-embedding-3-small", input, ...more })).data.map((one) => one.embedding)
      const [a, b, again] = await of(["a", "b", "a"])
      assert.strictEqual(a?.length, 1536)
      assert.deepStrictEqual(a, again)
      assert.notDeepEqual(a, b)
      assert.closeTo(Math.hypot(...(a ?? [])), 1, 1e-5)
      const [short] = await of("a", { dimensions: 8 })
      assert.strictEqual(short?.length, 8)
      const [floats] = await of("a", { dimensions: 8, encoding_format: "float" })
      for (const [i, part] of (floats ?? []).entries()) assert.closeTo(part, short?.[i] ?? 9, 1e-6)
      const { usage } = await client.embeddings.create({ model: "text-embedding-3-small", input: ["one two", [1, 2, 3].join()] })
      assert.strictEqual(usage.prompt_tokens, countTokens("one two") + countTokens("1,2,3"))
    }))

  it("a batch of embeddings is answered line by line, and its bad lines are 400", () =>
    withSdk({}, async (client) => {
      const line = (custom_id: string, body: object) =>
        JSON.stringify({ custom_id, method: "POST", url: "/v1/embeddings", body: { model: "text-embedding-3-small", ...body } })
      const lines = [
        line("a", { input: "x", dimensions: 4 }),
        line("b", { input: ["x", "y"], dimensions: 4 }),
        line("c", { input: "" })
      ]
      const file = await client.files.create({ file: await toFile(Buffer.from(lines.join("\n")), "in.jsonl"), purpose: "batch" })
      const { id } = await client.batches.create({ input_file_id: file.id, endpoint: "/v1/embeddings", completion_window: "24h" })
      const batch = await client.batches.retrieve(id)
      assert.deepStrictEqual(batch.request_counts, { total: 3, completed: 2, failed: 1 })
      assert.strictEqual(batch.usage?.output_tokens, 0)
      const text = await (await client.files.content(batch.output_file_id ?? "")).text()
      const results = new Map(
        text
          .trimEnd()
          .split("\n")
          .map((one) => JSON.parse(one))
          .map((one) => [one.custom_id, one.response.body.data])
      )
      assert.deepStrictEqual(results.get("a")[0].embedding, results.get("b")[0].embedding)
      assert.strictEqual(results.get("b").length, 2)
    }))
})
