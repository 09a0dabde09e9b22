import type { Kind } from "./catalogue/task.js"
import { nearest } from "./nearest.js"

/** What is wrong with a parameter of a task: nobody knows it, or its value cannot be. */
export type Fault =
  | { readonly _tag: "Unknown"; readonly nearest: string | undefined }
  | { readonly _tag: "Invalid"; readonly expected: Kind }

type Endpoint = "/v1/chat/completions" | "/v1/responses"
type Check = readonly [expected: Kind, accepts: (value: unknown) => boolean]

const isText = (value: unknown): boolean => typeof value === "string"
const isNumberIn = (least: number, most: number) => (value: unknown) =>
  typeof value === "number" && value >= least && value <= most
const isIntegerIn = (least: number, most: number) => (value: unknown) =>
  Number.isSafeInteger(value) && isNumberIn(least, most)(value)
const isOneOf =
  (...words: ReadonlyArray<string>) =>
  (value: unknown) =>
    typeof value === "string" && words.includes(value)
const isList = (value: unknown): boolean => Array.isArray(value)
const isRecord = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value)
const isStop = (value: unknown): boolean =>
  isText(value) || (Array.isArray(value) && value.length >= 1 && value.length <= 4 && value.every(isText))
const isMetadata = (value: unknown): boolean => isRecord(value) && Object.values(Object(value)).every(isText)

const efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"]

const text: Check = ["text", isText]
const flag: Check = ["boolean", (value) => typeof value === "boolean"]
const list: Check = ["list", isList]
const record: Check = ["keys", isRecord]
const count: Check = ["count", isIntegerIn(1, Number.MAX_SAFE_INTEGER)]
const any: Check = ["json", () => true]
const penalty: Check = ["penalty", isNumberIn(-2, 2)]
const effort: Check = ["effort", isOneOf(...efforts)]
const verbosity: Check = ["verbosity", isOneOf("low", "medium", "high")]

/** Source: the request schemas of both endpoints in OpenAI's public description. */
const both: Readonly<Record<string, Check>> = {
  max_completion_tokens: count,
  max_tokens: count,
  metadata: ["text_record", isMetadata],
  moderation: any,
  parallel_tool_calls: flag,
  prompt_cache_key: text,
  prompt_cache_options: record,
  prompt_cache_retention: ["retention", isOneOf("in_memory", "24h")],
  reasoning_effort: effort,
  safety_identifier: text,
  seed: ["integer", (value) => Number.isSafeInteger(value)],
  service_tier: ["service_tier", isOneOf("auto", "default", "flex", "scale", "priority", "fast")],
  temperature: ["temperature", isNumberIn(0, 2)],
  tool_choice: any,
  tools: list,
  top_logprobs: ["top_logprobs", isIntegerIn(0, 20)],
  top_p: ["fraction", isNumberIn(0, 1)],
  user: text,
  verbosity
}

const known: Readonly<Record<Endpoint, Readonly<Record<string, Check>>>> = {
  "/v1/chat/completions": {
    ...both,
    audio: record,
    frequency_penalty: penalty,
    function_call: any,
    functions: list,
    logit_bias: ["bias", (value) => isRecord(value) && Object.values(Object(value)).every(isNumberIn(-100, 100))],
    logprobs: flag,
    modalities: list,
    // A row has one label: further answers would be paid for and thrown away.
    n: ["one", (value) => value === 1],
    prediction: record,
    presence_penalty: penalty,
    stop: ["stop", isStop],
    web_search_options: record
  },
  "/v1/responses": {
    ...both,
    context_management: list,
    conversation: any,
    include: list,
    max_output_tokens: ["output_cap", isIntegerIn(16, Number.MAX_SAFE_INTEGER)],
    max_tool_calls: count,
    previous_response_id: text,
    prompt: record,
    reasoning: record,
    truncation: ["truncation", isOneOf("auto", "disabled")]
  }
}

/** The names that a task may give at an endpoint. */
export const names = (endpoint: Endpoint): ReadonlyArray<string> => Object.keys(known[endpoint])

/** What an endpoint would answer with an error, for every row. `null` stands for the API's own default. */
export const faultOf = (endpoint: Endpoint, name: string, value: unknown): Fault | undefined => {
  const check = Object.hasOwn(known[endpoint], name) ? known[endpoint][name] : undefined
  if (check === undefined) return { _tag: "Unknown", nearest: nearest(name, names(endpoint)) }
  const [expected, accepts] = check
  return value === null || accepts(value) ? undefined : { _tag: "Invalid", expected }
}
