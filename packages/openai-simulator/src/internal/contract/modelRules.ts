/**
 * What the models themselves refuse, beyond the shape of a request. Names that are not OpenAI's are refused nothing: a compatible server
 * has rules of its own. Sources: OpenAI's reasoning guide and model pages, and the errors that users report.
 */
import { ApiError } from "../apiError.js"
import { type JsonObject, objectOf } from "../json.js"
import { listed } from "./shape.js"

type Effort = "none" | "minimal" | "low" | "medium" | "high" | "xhigh" | "max"

interface Family {
  readonly matches: RegExp
  /** The efforts it takes; none at all: it does not reason. */
  readonly efforts: ReadonlyArray<Effort>
}

// The first that matches counts.
const families: ReadonlyArray<Family> = [
  { matches: /^(gpt-3\.5|gpt-4|chatgpt-)/, efforts: [] },
  { matches: /^gpt-\d.*-chat\b/, efforts: [] },
  { matches: /^o\d/, efforts: ["low", "medium", "high"] },
  { matches: /^gpt-5-pro\b/, efforts: ["high"] },
  { matches: /^gpt-5\.\d+-pro\b/, efforts: ["medium", "high", "xhigh"] },
  { matches: /^gpt-5(-|$)/, efforts: ["minimal", "low", "medium", "high"] },
  { matches: /^gpt-5\.1-codex-max/, efforts: ["none", "low", "medium", "high", "xhigh"] },
  { matches: /^gpt-5\.1\b/, efforts: ["none", "low", "medium", "high"] },
  { matches: /^gpt-5\.[2-5]\b/, efforts: ["none", "low", "medium", "high", "xhigh"] },
  { matches: /^gpt-6\.1-sol\b/, efforts: ["minimal", "low", "medium", "high", "xhigh", "max"] },
  { matches: /^gpt-([6-9]|5\.[6-9])/, efforts: ["none", "minimal", "low", "medium", "high", "xhigh", "max"] }
]

/** A fine-tuned model follows its base: `ft:gpt-4o-mini-2024-07-18:org::id`. */
const baseOf = (model: string): string => (model.startsWith("ft:") ? (model.split(":")[1] ?? model) : model)

const familyOf = (model: string): Family | undefined => families.find(({ matches }) => matches.test(baseOf(model)))

const unsupportedParameter = (path: string, advice = ""): ApiError =>
  new ApiError(400, `Unsupported parameter: '${path}' is not supported with this model.${advice}`, "unsupported_parameter", path)

/** What a reasoning model takes only at its default, if at all. */
const chatDefaults: Readonly<Record<string, number>> = { temperature: 1, top_p: 1, presence_penalty: 0, frequency_penalty: 0 }

const given = (value: unknown): boolean => value !== undefined && value !== null

const reasoningFault = (endpoint: string, body: JsonObject): ApiError | undefined => {
  const chat = endpoint === "/v1/chat/completions"
  for (const [name, only] of Object.entries(chatDefaults)) {
    const value = body[name]
    if (!given(value)) continue
    if (!chat) return unsupportedParameter(name)
    if (value !== only) {
      return new ApiError(
        400,
        `Unsupported value: '${name}' does not support ${String(value)} with this model. Only the default (${only}) value is supported.`,
        "unsupported_value",
        name
      )
    }
  }
  const refused = ["top_logprobs", "logit_bias", "stop"].find((name) => given(body[name]))
  if (refused !== undefined) return unsupportedParameter(refused)
  return body["logprobs"] === true ? unsupportedParameter("logprobs") : undefined
}

const effortFault = (model: string, endpoint: string, effort: unknown, efforts: ReadonlyArray<string>): ApiError | undefined => {
  if (!given(effort)) return undefined
  const chat = endpoint === "/v1/chat/completions"
  if (efforts.length === 0) {
    // What does not reason does not know the word.
    return chat ? unrecognized(["reasoning_effort"]) : unsupportedParameter("reasoning.effort")
  }
  if (efforts.includes(String(effort))) return undefined
  const supported = `Supported values are: ${listed(efforts)}.`
  return chat
    ? new ApiError(
        400,
        `Unsupported value: 'reasoning_effort' does not support '${String(effort)}' with this model. ${supported}`,
        "unsupported_value",
        "reasoning_effort"
      )
    : new ApiError(
        400,
        `Unsupported value: '${String(effort)}' is not supported with the '${model}' model. ${supported}`,
        "unsupported_value",
        "reasoning.effort"
      )
}

const verbosityFault = (model: string, endpoint: string, verbosity: unknown): ApiError | undefined => {
  if (!given(verbosity) || verbosity === "medium") return undefined
  return endpoint === "/v1/chat/completions"
    ? new ApiError(
        400,
        `Unsupported value: 'verbosity' does not support '${String(verbosity)}' with this model. Supported values are: 'medium'.`,
        "unsupported_value",
        "verbosity"
      )
    : new ApiError(
        400,
        `Unsupported value: '${String(verbosity)}' is not supported with the '${model}' model. Supported values are: 'medium'.`,
        "unsupported_value",
        "text.verbosity"
      )
}

// Structured outputs came with gpt-4o-2024-08-06.
const unstructured = /^(gpt-3\.5|gpt-4(-|$)|gpt-4o-2024-05-13|o1-mini|o1-preview|chatgpt-4o)/

const structureFault = (model: string, endpoint: string, body: JsonObject): ApiError | undefined => {
  const chat = endpoint === "/v1/chat/completions"
  const format = chat ? objectOf(body["response_format"]) : objectOf(objectOf(body["text"])["format"])
  if (format["type"] !== "json_schema" || !unstructured.test(model)) return undefined
  const param = chat ? "response_format" : "text.format"
  return new ApiError(
    400,
    `Invalid parameter: '${param}' of type 'json_schema' is not supported with this model. Learn more about supported models at the Structured Outputs guide: https://platform.openai.com/docs/guides/structured-outputs`,
    null,
    chat ? null : param
  )
}

/** Arguments that the endpoint does not know. */
export const unrecognized = (names: ReadonlyArray<string>): ApiError =>
  new ApiError(400, `Unrecognized request argument${names.length === 1 ? "" : "s"} supplied: ${names.join(", ")}`)

/** The first thing in a request of a good shape that its model refuses. */
export const modelFault = (endpoint: string, body: JsonObject): ApiError | undefined => {
  const model = baseOf(String(body["model"]))
  const family = familyOf(model)
  if (family === undefined) return undefined
  const chat = endpoint === "/v1/chat/completions"
  const effort = chat ? body["reasoning_effort"] : objectOf(body["reasoning"])["effort"]
  const verbosity = chat ? body["verbosity"] : objectOf(body["text"])["verbosity"]
  const fault = effortFault(model, endpoint, effort, family.efforts) ?? structureFault(model, endpoint, body)
  if (fault !== undefined) return fault
  if (family.efforts.length === 0) return verbosityFault(model, endpoint, verbosity)
  if (chat && given(body["max_tokens"])) return unsupportedParameter("max_tokens", " Use 'max_completion_tokens' instead.")
  return effort === "none" ? undefined : reasoningFault(endpoint, body)
}
