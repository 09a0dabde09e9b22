import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import * as Presets from "../src/Presets.js"
import * as RequestRules from "../src/RequestRules.js"
import * as Task from "../src/Task.js"

const preset = Presets.get("news-stance-ko") ?? assert.fail("no preset")

const task = (parts: object): Task.Task => Either.getOrThrow(Task.decode({ ...preset, parameters: {}, ...parts }, "task.yaml"))

const refusal = (parts: object) => {
  const checked = RequestRules.check(task(parts))
  return Either.isLeft(checked) ? checked.left.problem : undefined
}

const codeOf = (parts: object) => refusal(parts)?.code

describe("RequestRules.check", () => {
  it("takes the presets on both endpoints as they are", () => {
    for (const one of Presets.names.flatMap((name) => Presets.get(name) ?? [])) {
      for (const endpoint of ["/v1/chat/completions", "/v1/responses"] as const) {
        assert.isTrue(Either.isRight(RequestRules.check({ ...one, endpoint })), `${one.name} ${endpoint}`)
      }
    }
  })

  it("a cap below 16 tokens is refused for Responses, which takes no less, and is fine for Chat Completions", () => {
    const responses = { endpoint: "/v1/responses" }
    for (const cap of ["max_completion_tokens", "max_output_tokens", "max_tokens"]) {
      assert.strictEqual(codeOf({ ...responses, parameters: { [cap]: 15 } }), "BL2082")
      assert.isUndefined(codeOf({ ...responses, parameters: { [cap]: 16 } }))
    }
    assert.isUndefined(codeOf({ parameters: { max_completion_tokens: 5 } }))
    const problem = refusal({ ...responses, parameters: { max_completion_tokens: 5 } })
    assert.deepInclude(problem?.params, {
      endpoint: "/v1/responses",
      parameter: "max_completion_tokens",
      value: "5",
      expected: "≥ 16"
    })
  })

  it("what a reasoning model refuses is refused, unless the task turns reasoning off", () => {
    for (const parameters of [{ temperature: 0 }, { top_p: 0.5 }, { logprobs: true }, { stop: "x" }, { logit_bias: {} }]) {
      for (const model of ["o3", "gpt-5-mini", "gpt-5.4-mini", "gpt-6-luna", "ft:gpt-5-mini:org::1"]) {
        assert.strictEqual(codeOf({ model, parameters }), "BL2080", `${model} ${JSON.stringify(parameters)}`)
      }
      assert.isUndefined(codeOf({ model: "gpt-6-luna", parameters: { ...parameters, reasoning_effort: "none" } }))
      assert.isUndefined(codeOf({ model: "gpt-4o-mini", parameters }))
      assert.isUndefined(codeOf({ model: "gpt-5-chat-latest", parameters }))
      assert.isUndefined(codeOf({ model: "somebody/else", parameters }))
    }
  })

  it("names the remedy that works for the model", () => {
    const remedy = (model: string, parameters: object) => refusal({ model, parameters })?.params
    assert.deepInclude(remedy("gpt-6-luna", { temperature: 0 }), { parameter: "temperature", value: "0", remedy: "effort_none" })
    assert.deepInclude(remedy("o3", { temperature: 0 }), { remedy: "remove" })
    assert.deepInclude(remedy("gpt-5-mini", { max_tokens: 5 }), { parameter: "max_tokens", remedy: "max_completion_tokens" })
    assert.deepInclude(remedy("gpt-4o-mini", { reasoning_effort: "low" }), { parameter: "reasoning_effort", remedy: "remove" })
  })

  it("the default of a reasoning model may be said aloud in Chat Completions, not in Responses", () => {
    const parameters = { temperature: 1 }
    assert.isUndefined(codeOf({ model: "gpt-5-mini", parameters }))
    assert.strictEqual(codeOf({ model: "gpt-5-mini", parameters, endpoint: "/v1/responses" }), "BL2080")
  })

  it("an effort that the model does not have is refused, with those it has", () => {
    const problem = refusal({ model: "gpt-5-mini", parameters: { reasoning_effort: "none" } })
    assert.strictEqual(problem?.code, "BL2081")
    assert.deepInclude(problem?.params, { value: "none", supported: ["minimal", "low", "medium", "high"] })
    assert.strictEqual(codeOf({ model: "gpt-6.1-sol", parameters: { reasoning_effort: "none" } }), "BL2081")
    const inside = { endpoint: "/v1/responses", model: "gpt-5.1", parameters: { reasoning: { effort: "minimal" } } }
    assert.strictEqual(codeOf(inside), "BL2081")
  })

  it("values that the endpoint does not take are refused, and null stands for the default", () => {
    assert.strictEqual(codeOf({ parameters: { n: 0 } }), "BL2082")
    assert.strictEqual(codeOf({ parameters: { stop: ["a", "b", "c", "d", "e"] } }), "BL2082")
    assert.strictEqual(codeOf({ parameters: { reasoning_effort: "hihg" } }), "BL2082")
    assert.isUndefined(codeOf({ parameters: { n: null, stop: null } }))
  })

  it("parameters that need or exclude each other are refused", () => {
    assert.strictEqual(codeOf({ parameters: { top_logprobs: 3 } }), "BL2083")
    assert.isUndefined(codeOf({ parameters: { logprobs: true, top_logprobs: 3 } }))
    assert.strictEqual(codeOf({ parameters: { max_tokens: 5, max_completion_tokens: 5 } }), "BL2084")
  })

  it("a model without structured outputs is not asked for any", () => {
    assert.deepInclude(refusal({ model: "gpt-3.5-turbo", answer: "json_schema" })?.params, {
      parameter: "answer",
      remedy: "answer"
    })
  })
})
