import { assert, describe, it } from "@effect/vitest"
import { type Endpoint, requestFault } from "../src/internal/contract/request.js"
import { type Failure, requestLine, withSimulator } from "./plainClient.js"

const chat = (more: object = {}) => ({ model: "gpt-4o-mini", messages: [{ role: "user", content: "hi" }], ...more })
const response = (more: object = {}) => ({ model: "gpt-4o-mini", input: "hi", ...more })
const embedding = (more: object = {}) => ({ model: "text-embedding-3-small", input: "hi", ...more })

const schema = (properties: object, more: object = {}) => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...more
})
const label = { type: "number", enum: [0, 1] }
const structured = (of: object, strict = true) => ({ type: "json_schema", json_schema: { name: "answer", strict, schema: of } })
const nested = (levels: number): object => (levels === 1 ? schema({ label }) : schema({ deep: nested(levels - 1) }))

/** body, code, param, and the message or its beginning */
type Case = readonly [endpoint: Endpoint, body: object, code: string | null, param: string | null, message: string]

const refused: ReadonlyArray<Case> = [
  // what is not there, and what nobody knows
  ["/v1/chat/completions", { messages: [] }, "missing_required_parameter", "model", "Missing required parameter: 'model'."],
  [
    "/v1/chat/completions",
    { model: "gpt-4o-mini" },
    "missing_required_parameter",
    "messages",
    "Missing required parameter: 'messages'."
  ],
  ["/v1/chat/completions", chat({ temperture: 0 }), null, null, "Unrecognized request argument supplied: temperture"],
  [
    "/v1/chat/completions",
    chat({ a: 1, max_output_tokens: 16 }),
    null,
    null,
    "Unrecognized request arguments supplied: a, max_output_tokens"
  ],
  ["/v1/chat/completions", chat({ input: "hi" }), null, null, "Unrecognized request argument supplied: input"],
  [
    "/v1/chat/completions",
    chat({ messages: [{ role: "user", content: "hi", when: 1 }] }),
    "unknown_parameter",
    "messages[0].when",
    "Unknown parameter: 'messages[0].when'."
  ],
  [
    "/v1/responses",
    response({ max_completion_tokens: 16 }),
    "unknown_parameter",
    "max_completion_tokens",
    "Unknown parameter: 'max_completion_tokens'."
  ],
  ["/v1/responses", response({ n: 2 }), "unknown_parameter", "n", "Unknown parameter: 'n'."],
  ["/v1/responses", { model: "gpt-4o-mini" }, "missing_required_parameter", "input", "Missing required parameter: 'input'."],
  ["/v1/embeddings", embedding({ temperature: 0 }), null, null, "Unrecognized request argument supplied: temperature"],
  // types, values, ranges
  [
    "/v1/chat/completions",
    chat({ messages: [] }),
    "empty_array",
    "messages",
    "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead."
  ],
  [
    "/v1/chat/completions",
    chat({ messages: "hi" }),
    "invalid_type",
    "messages",
    "Invalid type for 'messages': expected an array, but got a string instead."
  ],
  [
    "/v1/chat/completions",
    chat({ messages: [{ role: "judge", content: "hi" }] }),
    "invalid_value",
    "messages[0].role",
    "Invalid value: 'judge'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'."
  ],
  [
    "/v1/chat/completions",
    chat({ messages: [{ role: "user", content: 1 }] }),
    "invalid_type",
    "messages[0].content",
    "Invalid type for 'messages[0].content': expected one of a string or an array of objects, but got an integer instead."
  ],
  [
    "/v1/chat/completions",
    chat({ temperature: 2.5 }),
    "decimal_above_max_value",
    "temperature",
    "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 2.5 instead."
  ],
  [
    "/v1/chat/completions",
    chat({ temperature: "0" }),
    "invalid_type",
    "temperature",
    "Invalid type for 'temperature': expected a decimal, but got a string instead."
  ],
  [
    "/v1/chat/completions",
    chat({ n: 0 }),
    "integer_below_min_value",
    "n",
    "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead."
  ],
  [
    "/v1/chat/completions",
    chat({ stop: ["a", "b", "c", "d", "e"] }),
    "array_above_max_length",
    "stop",
    "Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length 5 instead."
  ],
  [
    "/v1/chat/completions",
    chat({ max_completion_tokens: 1.5 }),
    "invalid_type",
    "max_completion_tokens",
    "Invalid type for 'max_completion_tokens': expected an integer, but got a decimal number instead."
  ],
  [
    "/v1/responses",
    response({ max_output_tokens: 5 }),
    "integer_below_min_value",
    "max_output_tokens",
    "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 5 instead."
  ],
  ["/v1/embeddings", embedding({ input: [] }), null, null, "'$.input' is invalid."],
  ["/v1/embeddings", embedding({ input: ["a", ""] }), null, null, "'$.input' cannot be an empty string."],
  [
    "/v1/embeddings",
    embedding({ dimensions: 4096 }),
    null,
    null,
    "Invalid value for 'dimensions' = 4096. Must be less than or equal to 1536."
  ],
  // parts that need each other
  [
    "/v1/chat/completions",
    chat({ top_logprobs: 2 }),
    "invalid_value",
    "top_logprobs",
    "Invalid value for 'top_logprobs': 'logprobs' must be set to true"
  ],
  [
    "/v1/chat/completions",
    chat({ stream_options: { include_usage: true } }),
    null,
    "stream_options",
    "The 'stream_options' parameter is only allowed when 'stream' is enabled."
  ],
  [
    "/v1/chat/completions",
    chat({ response_format: { type: "json_object" } }),
    null,
    "messages",
    "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."
  ],
  [
    "/v1/chat/completions",
    chat({ max_tokens: 5, max_completion_tokens: 5 }),
    "invalid_parameter_combination",
    "max_tokens",
    "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported."
  ],
  // structured outputs
  [
    "/v1/chat/completions",
    chat({ response_format: structured({ type: "array", items: label }) }),
    null,
    "response_format",
    "Invalid schema for response_format 'answer': schema must be a JSON Schema of 'type: \"object\"', got 'type: \"array\"'."
  ],
  [
    "/v1/chat/completions",
    chat({ response_format: structured(schema({ label }, { additionalProperties: true })) }),
    null,
    "response_format",
    "Invalid schema for response_format 'answer': In context=(), 'additionalProperties' is required to be supplied and to be false."
  ],
  [
    "/v1/chat/completions",
    chat({ response_format: structured(schema({ label }, { required: [] })) }),
    null,
    "response_format",
    "Invalid schema for response_format 'answer': In context=(), 'required' is required to be supplied and to be an array including every key in properties. Missing 'label'."
  ],
  [
    "/v1/chat/completions",
    chat({ response_format: structured(schema({ label: { allOf: [label] } })) }),
    null,
    "response_format",
    "Invalid schema for response_format 'answer': In context=('properties', 'label'), 'allOf' is not permitted."
  ],
  [
    "/v1/chat/completions",
    chat({ response_format: structured(schema({ label: { description: "x" } })) }),
    null,
    "response_format",
    "Invalid schema for response_format 'answer': In context=('properties', 'label'), schema must have a 'type' key."
  ],
  [
    "/v1/chat/completions",
    chat({ response_format: structured(nested(11)) }),
    null,
    "response_format",
    "Invalid schema for response_format 'answer': 10 levels of nesting exceeded."
  ],
  [
    "/v1/chat/completions",
    chat({ response_format: structured(schema({ label: { type: "number", enum: Array.from({ length: 1001 }, (_, i) => i) } })) }),
    null,
    "response_format",
    "Invalid schema for response_format 'answer': Expected at most 1000 enum values"
  ],
  [
    "/v1/chat/completions",
    chat({ response_format: { type: "json_schema", json_schema: { name: "two words", schema: {} } } }),
    "invalid_value",
    "response_format.json_schema.name",
    "Invalid 'response_format.json_schema.name': string does not match pattern."
  ],
  [
    "/v1/responses",
    response({ text: { format: { type: "json_schema", name: "answer", strict: true, schema: { type: "object" } } } }),
    "invalid_json_schema",
    "text.format.schema",
    "Invalid schema for response_format 'answer': In context=(), 'additionalProperties'"
  ],
  // reasoning models
  [
    "/v1/chat/completions",
    chat({ model: "gpt-5-nano", temperature: 0 }),
    "unsupported_value",
    "temperature",
    "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported."
  ],
  [
    "/v1/chat/completions",
    chat({ model: "gpt-6-luna", temperature: 0 }),
    "unsupported_value",
    "temperature",
    "Unsupported value: 'temperature' does not support 0"
  ],
  [
    "/v1/chat/completions",
    chat({ model: "o3", top_p: 0.5 }),
    "unsupported_value",
    "top_p",
    "Unsupported value: 'top_p' does not support 0.5"
  ],
  [
    "/v1/chat/completions",
    chat({ model: "gpt-5.4-mini", logprobs: true }),
    "unsupported_parameter",
    "logprobs",
    "Unsupported parameter: 'logprobs' is not supported with this model."
  ],
  [
    "/v1/chat/completions",
    chat({ model: "gpt-5-mini", stop: "x" }),
    "unsupported_parameter",
    "stop",
    "Unsupported parameter: 'stop' is not supported with this model."
  ],
  [
    "/v1/chat/completions",
    chat({ model: "gpt-5-mini", max_tokens: 5 }),
    "unsupported_parameter",
    "max_tokens",
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
  ],
  [
    "/v1/chat/completions",
    chat({ model: "gpt-5", reasoning_effort: "none" }),
    "unsupported_value",
    "reasoning_effort",
    "Unsupported value: 'reasoning_effort' does not support 'none' with this model. Supported values are: 'minimal', 'low', 'medium', and 'high'."
  ],
  [
    "/v1/chat/completions",
    chat({ model: "gpt-6.1-sol", reasoning_effort: "none" }),
    "unsupported_value",
    "reasoning_effort",
    "Unsupported value: 'reasoning_effort' does not support 'none'"
  ],
  [
    "/v1/chat/completions",
    chat({ reasoning_effort: "low" }),
    null,
    null,
    "Unrecognized request argument supplied: reasoning_effort"
  ],
  [
    "/v1/chat/completions",
    chat({ verbosity: "low" }),
    "unsupported_value",
    "verbosity",
    "Unsupported value: 'verbosity' does not support 'low' with this model. Supported values are: 'medium'."
  ],
  [
    "/v1/chat/completions",
    chat({ model: "ft:gpt-5-mini:org::1", temperature: 0 }),
    "unsupported_value",
    "temperature",
    "Unsupported value: 'temperature'"
  ],
  [
    "/v1/chat/completions",
    chat({ model: "gpt-3.5-turbo", response_format: structured(schema({ label })) }),
    null,
    null,
    "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."
  ],
  [
    "/v1/responses",
    response({ model: "gpt-5-mini", temperature: 1 }),
    "unsupported_parameter",
    "temperature",
    "Unsupported parameter: 'temperature' is not supported with this model."
  ],
  [
    "/v1/responses",
    response({ model: "gpt-5.1", reasoning: { effort: "minimal" } }),
    "unsupported_value",
    "reasoning.effort",
    "Unsupported value: 'minimal' is not supported with the 'gpt-5.1' model. Supported values are: 'none', 'low', 'medium', and 'high'."
  ],
  [
    "/v1/responses",
    response({ reasoning: { effort: "low" } }),
    "unsupported_parameter",
    "reasoning.effort",
    "Unsupported parameter: 'reasoning.effort' is not supported with this model."
  ]
]

const taken: ReadonlyArray<readonly [endpoint: Endpoint, body: object]> = [
  ["/v1/chat/completions", chat({ temperature: 0, max_tokens: 5, n: 3, stop: ["a"], logprobs: true, top_logprobs: 3, seed: 1 })],
  ["/v1/chat/completions", chat({ response_format: structured(schema({ label })) })],
  ["/v1/chat/completions", chat({ response_format: structured({ allOf: [] }, false) })],
  ["/v1/chat/completions", chat({ response_format: structured(nested(10)) })],
  ["/v1/chat/completions", chat({ model: "gpt-5-nano", temperature: 1, max_completion_tokens: 5, reasoning_effort: "minimal" })],
  [
    "/v1/chat/completions",
    chat({ model: "gpt-6-luna", reasoning_effort: "none", temperature: 0, logprobs: true, top_logprobs: 5 })
  ],
  ["/v1/chat/completions", chat({ model: "gpt-5-chat-latest", temperature: 0 })],
  ["/v1/chat/completions", chat({ model: "some/other-model", temperature: 0, reasoning_effort: "max", max_tokens: 5 })],
  ["/v1/responses", response({ max_output_tokens: 16, reasoning: { summary: null }, text: { verbosity: null } })],
  [
    "/v1/responses",
    response({
      input: [
        { role: "developer", content: "a" },
        { role: "user", content: [{ type: "input_text", text: "b" }] }
      ]
    })
  ],
  ["/v1/embeddings", embedding({ input: [[1, 2], [3]], dimensions: 8, encoding_format: "base64", user: "u" })]
]

describe("what OpenAI refuses", () => {
  it("is refused in its words, with its code, and names the parameter", () => {
    for (const [endpoint, body, code, param, message] of refused) {
      const fault = requestFault(endpoint, { ...body })
      assert.isDefined(fault, JSON.stringify(body))
      assert.deepStrictEqual([fault?.status, fault?.type], [400, "invalid_request_error"])
      assert.include(fault?.message, message)
      assert.deepStrictEqual([fault?.code, fault?.param], [code, param], message)
    }
  })

  it("what it takes is taken", () => {
    for (const [endpoint, body] of taken) assert.isUndefined(requestFault(endpoint, { ...body })?.message, JSON.stringify(body))
  })

  it("a call that is refused is 400 with an error object, asks no rule and pays nothing", () =>
    withSimulator({}, async (client) => {
      for (const [endpoint, body, code, param, message] of refused) {
        const reply = await client.call<Failure>("POST", endpoint.slice("/v1".length), body)
        assert.strictEqual(reply.status, 400, message)
        assert.deepStrictEqual(Object.keys(reply.json.error), ["message", "type", "param", "code"])
        assert.include(reply.json.error.message, message)
        assert.deepStrictEqual([reply.json.error.code, reply.json.error.param], [code, param])
      }
      assert.strictEqual((await client.simulator.ledger()).calls.paid, 0)
    }))

  it("a line that is refused stands in the error file with status 400, counts as failed and is not paid; its neighbours are answered", () =>
    withSimulator({}, async (client) => {
      const id = await client.submit(
        [requestLine("good"), requestLine("typo", "hi", { temperture: 0 }), requestLine("high", "hi", { temperature: 3 })],
        { job: "j" }
      )
      const batch = await client.batch(id)
      assert.deepStrictEqual([batch.status, batch.request_counts], ["completed", { total: 3, completed: 1, failed: 2 }])
      const failed = await client.lines(batch.error_file_id)
      const shown = failed.map((line) => [
        line.custom_id,
        line.response?.status_code,
        line.response?.body.error?.message,
        line.error
      ])
      assert.sameDeepMembers(shown, [
        ["typo", 400, "Unrecognized request argument supplied: temperture", null],
        ["high", 400, "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead.", null]
      ])
      assert.strictEqual((await client.lines(batch.output_file_id)).length, 1)
      assert.strictEqual((await client.simulator.ledger()).jobs["j"]?.paid, 1)
    }))

  it("a whole batch for a reasoning model that carries a temperature completes without one answer", () =>
    withSimulator({}, async (client) => {
      const lines = ["a", "b"].map((id) => requestLine(id, id, { model: "gpt-5-nano", temperature: 0 }))
      const batch = await client.batch(await client.submit(lines))
      assert.deepStrictEqual(
        [batch.status, batch.output_file_id, batch.request_counts],
        ["completed", null, { total: 2, completed: 0, failed: 2 }]
      )
    }))

  it("unknown parameters of batches and files are refused too", () =>
    withSimulator({}, async (client) => {
      const batch = { input_file_id: "f", endpoint: "/v1/responses", completion_window: "24h", model: "gpt-4o-mini" }
      const refusedBatch = await client.call<Failure>("POST", "/batches", batch)
      assert.deepStrictEqual(
        [refusedBatch.status, refusedBatch.json.error.code, refusedBatch.json.error.param],
        [400, "unknown_parameter", "model"]
      )
      const file = await client.upload<Failure>("{}", "in.jsonl", { purpose: "batch", project: "p" })
      assert.deepStrictEqual([file.status, file.json.error.param], [400, "project"])
    }))
})
