import * as Presets from "@batchlabel/core/Presets"
import * as Prompt from "@batchlabel/core/Prompt"
import * as Tokens from "@batchlabel/tokens/Tokens"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { get_encoding } from "tiktoken"
import * as OutputTokens from "../src/OutputTokens.js"
import * as RequestTokens from "../src/RequestTokens.js"
import { preset } from "./support.js"

const header = ["text", "title", "source", "date"]
const cells = ["정부의 새로운 부동산 정책이 시장에서 긍정적인 평가를 받고 있다. 😀", "부동산 정책 효과", "조선일보", "2024-01-15"]

const compile = (changes: Parameters<typeof preset>[0] = {}) => Either.getOrThrow(Prompt.compile(preset(changes), header))

describe("tokens of a request", () => {
  it.scoped("are those of its messages by the cookbook's rule, the constant part counted once", () =>
    Effect.gen(function* () {
      const tiktoken = yield* Effect.acquireRelease(
        Effect.sync(() => get_encoding("o200k_base")),
        (encoding) => Effect.sync(() => encoding.free())
      )
      const prompt = compile({ examples: Presets.examples(Presets.defaultName) })
      assert.isAbove(prompt.constantText.length, 2)
      const tokens = yield* RequestTokens.forModel("gpt-4o-mini", prompt)
      const { body, user } = prompt.render(cells)
      const parsed: { messages: ReadonlyArray<{ role: string; content: string }> } = JSON.parse(body)
      const expected = parsed.messages.reduce(
        (sum, { content, role }) => sum + 3 + tiktoken.encode_ordinary(role).length + tiktoken.encode_ordinary(content).length,
        3
      )
      assert.strictEqual(tokens.count(user), expected)
      assert.strictEqual(tokens.count(""), tokens.constant)
      assert.isFalse(tokens.assumed)
    })
  )

  it.effect("include the schema of a structured answer once, and say how much of them it is", () =>
    Effect.gen(function* () {
      const plain = yield* RequestTokens.forModel("gpt-4o-mini", compile())
      const structured = yield* RequestTokens.forModel("gpt-4o-mini", compile({ answer: "json_schema" }))
      assert.strictEqual(plain.schema, 0)
      assert.isAbove(structured.schema, 10)
      assert.strictEqual(structured.constant, plain.constant + structured.schema)
    })
  )

  it.effect("are counted with an assumed encoding where the model is not known", () =>
    Effect.gen(function* () {
      const tokens = yield* RequestTokens.forModel("gpt-6-luna", compile())
      assert.deepStrictEqual([tokens.encoding, tokens.assumed], ["o200k_base", true])
    })
  )
})

describe("tokens of an answer", () => {
  const perRequest = (changes: Parameters<typeof preset>[0]) =>
    Effect.map(Tokens.counter("o200k_base"), ({ count }) => OutputTokens.perRequest(preset(changes), count))

  it.effect("are one for a digit, with room for what a model adds", () =>
    Effect.gen(function* () {
      const { reasoning, total, visible } = yield* perRequest({})
      assert.deepStrictEqual(visible, { low: 1, mid: 1, high: 5 })
      assert.deepStrictEqual(total, visible)
      assert.isUndefined(reasoning)
    })
  )

  it.effect("follow the labels and the form of the answer", () =>
    Effect.gen(function* () {
      const labels = ["card_arrival", "위로금", "x"].map((value) => ({ value, name: value, criteria: [] }))
      const { count } = yield* Tokens.counter("o200k_base")
      const text = yield* perRequest({ labels, answer: "text", parameters: {} })
      assert.strictEqual(text.visible.low, 1)
      assert.strictEqual(text.visible.high, Math.max(count("card_arrival"), count("위로금")) + 4)
      const json = yield* perRequest({ labels, answer: "json_schema", parameters: {} })
      assert.strictEqual(json.visible.low, count('{"label":"x"}'))
    })
  )

  it.effect("of a reasoning model hold an assumption by its effort, never above the cap", () =>
    Effect.gen(function* () {
      const low = yield* perRequest({ model: "gpt-5-mini", parameters: { reasoning_effort: "low" } })
      assert.deepStrictEqual(low.reasoning, { effort: "low", low: 64, mid: 192, high: 768 })
      assert.strictEqual(low.total.mid, 193)
      const unstated = yield* perRequest({ model: "o3", parameters: {} })
      assert.deepStrictEqual([unstated.reasoning?.effort, unstated.reasoning?.low], [undefined, 0])
      const none = yield* perRequest({ model: "gpt-6-luna", parameters: { reasoning_effort: "none" } })
      assert.strictEqual(none.total.high, 5)
      const capped = yield* perRequest({
        model: "gpt-5-mini",
        parameters: { reasoning: { effort: "high" }, max_completion_tokens: 300 }
      })
      assert.deepStrictEqual([capped.reasoning?.effort, capped.total], ["high", { low: 300, mid: 300, high: 300 }])
      assert.isUndefined((yield* perRequest({ model: "gpt-5.2-chat-latest", parameters: {} })).reasoning)
    })
  )

  it.effect("are as many times more as answers are asked for", () =>
    Effect.gen(function* () {
      const { total } = yield* perRequest({ parameters: { n: 3 } })
      assert.deepStrictEqual(total, { low: 3, mid: 3, high: 15 })
    })
  )
})
