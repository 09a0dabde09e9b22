/** What the value of a parameter may be: its words for an error, and the test. */
export interface ValueRule {
  /** Short and in symbols, so that it needs no translation: `1…128`, `low, medium, high`. */
  readonly expected: string
  readonly holds: (value: unknown) => boolean
}

const numbers = (min: number, max: number): ValueRule => ({
  expected: `${min}…${max}`,
  holds: (value) => typeof value === "number" && value >= min && value <= max
})

const integers = (min: number, max = Number.POSITIVE_INFINITY): ValueRule => ({
  expected: max === Number.POSITIVE_INFINITY ? `≥ ${min}` : `${min}…${max}`,
  holds: (value) => typeof value === "number" && Number.isInteger(value) && value >= min && value <= max
})

const words = (...values: ReadonlyArray<string>): ValueRule => ({
  expected: values.join(", "),
  holds: (value) => typeof value === "string" && values.includes(value)
})

const flags: ValueRule = { expected: "true, false", holds: (value) => typeof value === "boolean" }

const text = (longest = Number.POSITIVE_INFINITY): ValueRule => ({
  expected: longest === Number.POSITIVE_INFINITY ? '"…"' : `"…" (≤ ${longest})`,
  holds: (value) => typeof value === "string" && value.length <= longest
})

const isText = (value: unknown): boolean => typeof value === "string"

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value)

const shared: Readonly<Record<string, ValueRule>> = {
  temperature: numbers(0, 2),
  top_p: numbers(0, 1),
  top_logprobs: integers(0, 20),
  user: text(),
  safety_identifier: text(64),
  prompt_cache_key: text(),
  prompt_cache_retention: words("in_memory", "24h"),
  metadata: {
    expected: '{ "…": "…" } (≤ 16)',
    holds: (value) =>
      isObject(value) &&
      Object.entries(value).length <= 16 &&
      Object.entries(value).every(([key, one]) => key.length <= 64 && typeof one === "string" && one.length <= 512)
  },
  parallel_tool_calls: flags,
  reasoning_effort: words("none", "minimal", "low", "medium", "high", "xhigh", "max"),
  verbosity: words("low", "medium", "high")
}

const seedRange = 2 ** 63

/** The values that an endpoint takes. Source: the request schemas of OpenAI's public API description. Other parameters are any JSON. */
export const valueRules: Readonly<Record<"/v1/chat/completions" | "/v1/responses", Readonly<Record<string, ValueRule>>>> = {
  "/v1/chat/completions": {
    ...shared,
    max_completion_tokens: integers(1),
    max_tokens: integers(1),
    n: integers(1, 128),
    logprobs: flags,
    frequency_penalty: numbers(-2, 2),
    presence_penalty: numbers(-2, 2),
    seed: integers(-seedRange, seedRange),
    service_tier: words("auto", "default", "flex", "scale", "priority", "fast"),
    stop: {
      expected: '"…", ["…"] (≤ 4)',
      holds: (value) =>
        isText(value) || (Array.isArray(value) && value.length >= 1 && value.length <= 4 && value.every((one) => isText(one)))
    },
    logit_bias: {
      expected: '{ "50256": -100 }',
      holds: (value) => isObject(value) && Object.values(value).every((one) => Number.isInteger(one))
    }
  },
  "/v1/responses": {
    ...shared,
    // The API's own least. A task's cap on tokens is sent as max_output_tokens, whatever name it has there.
    max_output_tokens: integers(16),
    max_completion_tokens: integers(16),
    max_tokens: integers(16),
    max_tool_calls: { expected: "1, 2, 3 …", holds: Number.isInteger },
    service_tier: words("auto", "default", "flex", "scale", "priority", "fast", "ultrafast"),
    truncation: words("auto", "disabled")
  }
}

/** Parameters that may not be null. All others take null for their default. */
export const neverNull: ReadonlySet<string> = new Set(["user", "top_logprobs", "parallel_tool_calls"])
