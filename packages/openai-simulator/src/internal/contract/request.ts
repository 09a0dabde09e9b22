/**
 * Whether OpenAI would take a request: its shape, what its parts mean together, and what its model refuses. What is refused is 400 on a
 * call, and an error line in a batch.
 */
import { ApiError } from "../apiError.js"
import { isObject, isString, type JsonObject, objectOf } from "../json.js"
import { chatOptional, chatRequired } from "./chat.js"
import { dimensionsFault, embeddingsOptional, embeddingsRequired } from "./embeddings.js"
import { modelFault, unrecognized } from "./modelRules.js"
import { responsesOptional, responsesRequired } from "./responses.js"
import { type Fields, missing, object, type Shape } from "./shape.js"
import { schemaRefusal, strictSchemaFault } from "./strictSchema.js"

/** The endpoints that the simulator plays. */
export const endpoints = ["/v1/chat/completions", "/v1/responses", "/v1/embeddings"] as const

export type Endpoint = (typeof endpoints)[number]

type Check = (body: JsonObject) => ApiError | undefined

/** A body of these fields; arguments that the endpoint does not know are named all at once, before anything else. */
const withArguments = (required: Fields, optional: Fields): Check => {
  const shape = object(required, optional)
  const known = new Set([...Object.keys(required), ...Object.keys(optional)])
  return (body) => {
    for (const name in body) {
      if (!known.has(name)) return unrecognized(Object.keys(body).filter((one) => !known.has(one)))
    }
    return shape(body, "")
  }
}

const chatShape = withArguments(chatRequired, chatOptional)
const responsesShape: Shape = object(responsesRequired, responsesOptional)
const embeddingsShape = withArguments(embeddingsRequired, embeddingsOptional)

const mentionsJson = (texts: unknown): boolean => /json/i.test(JSON.stringify(texts ?? ""))

const noJson = (name: string, param: string, form: string): ApiError =>
  new ApiError(400, `'${name}' must contain the word 'json' in some form, to use '${form}' of type 'json_object'.`, null, param)

/** The rules for the schema of a structured answer. Only a strict one is looked into. */
const schemaFault = (format: JsonObject, param: string): ApiError | undefined => {
  if (format["strict"] !== true) return undefined
  const { name, schema } = format
  if (!isObject(schema)) return missing(param === "response_format" ? "response_format.json_schema.schema" : "text.format.schema")
  const fault = strictSchemaFault(schema)
  return fault === undefined ? undefined : schemaRefusal(String(name), fault, param)
}

const streamOptionsFault = (body: JsonObject): ApiError | undefined =>
  isObject(body["stream_options"]) && body["stream"] !== true
    ? new ApiError(400, "The 'stream_options' parameter is only allowed when 'stream' is enabled.", null, "stream_options")
    : undefined

const chatFault: Check = (body) => {
  const fault = chatShape(body) ?? streamOptionsFault(body)
  if (fault !== undefined) return fault
  if (body["top_logprobs"] !== undefined && body["top_logprobs"] !== null && body["logprobs"] !== true) {
    return new ApiError(
      400,
      "Invalid value for 'top_logprobs': 'logprobs' must be set to true to use 'top_logprobs'.",
      "invalid_value",
      "top_logprobs"
    )
  }
  if (typeof body["max_tokens"] === "number" && typeof body["max_completion_tokens"] === "number") {
    return new ApiError(
      400,
      "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
      "invalid_parameter_combination",
      "max_tokens"
    )
  }
  const format = objectOf(body["response_format"])
  if (format["type"] === "json_object" && !mentionsJson(body["messages"]))
    return noJson("messages", "messages", "response_format")
  return (
    modelFault("/v1/chat/completions", body) ??
    (format["type"] === "json_schema" ? schemaFault(objectOf(format["json_schema"]), "response_format") : undefined)
  )
}

const sources = ["input", "prompt", "previous_response_id", "conversation"]

const responsesFault: Check = (body) => {
  const fault = responsesShape(body, "") ?? streamOptionsFault(body)
  if (fault !== undefined) return fault
  if (sources.every((name) => body[name] === undefined || body[name] === null)) {
    return new ApiError(
      400,
      "Missing required parameter: 'input'. One of 'input', 'previous_response_id', 'prompt' or 'conversation' must be provided.",
      "missing_required_parameter",
      "input"
    )
  }
  const format = objectOf(objectOf(body["text"])["format"])
  const texts = [body["input"], body["instructions"]]
  if (format["type"] === "json_object" && !mentionsJson(texts)) return noJson("input", "input", "text.format")
  return (
    modelFault("/v1/responses", body) ??
    (format["type"] === "json_schema" ? schemaFault(format, "text.format.schema") : undefined)
  )
}

const embeddingsFault: Check = (body) => embeddingsShape(body) ?? dimensionsFault(String(body["model"]), body["dimensions"])

const checks: Readonly<Record<Endpoint, Check>> = {
  "/v1/chat/completions": chatFault,
  "/v1/responses": responsesFault,
  "/v1/embeddings": embeddingsFault
}

/** Why OpenAI would refuse a request, if it would. */
export const requestFault = (endpoint: Endpoint, body: JsonObject): ApiError | undefined => checks[endpoint](body)

export const isEndpoint = (value: unknown): value is Endpoint => isString(value) && endpoints.some((one) => one === value)
