/**
 * Reads what a request says: its messages, how many tokens they are, and the form its answer must take.
 */
import { embeddingText, embeddingTokens } from "./embeddingBody.js"
import { arrayOf, isObject, isString, type JsonObject, objectOf } from "./json.js"
import type { TokenCounter } from "./tokens.js"

export interface Message {
  readonly role: string
  readonly content: string
}

export const messagesOf = (endpoint: string, body: JsonObject): ReadonlyArray<Message> => {
  if (endpoint === "/v1/embeddings") return [{ role: "user", content: embeddingText(body) }]
  if (endpoint !== "/v1/responses") return arrayOf(body["messages"]).map(message)
  const instructions = body["instructions"]
  const opening = isString(instructions) ? [{ role: "system", content: instructions }] : []
  const input = body["input"]
  return isString(input) ? [...opening, { role: "user", content: input }] : [...opening, ...arrayOf(input).map(message)]
}

/** The tokens that a request is billed as input. */
export const promptTokens = (
  endpoint: string,
  body: JsonObject,
  messages: ReadonlyArray<Message>,
  tokens: TokenCounter
): number => (endpoint === "/v1/embeddings" ? embeddingTokens(body, tokens) : tokens.messages(messages))

const message = (u: unknown): Message => {
  const item = objectOf(u)
  const role = item["role"]
  const content = item["content"]
  const text = isString(content)
    ? content
    : arrayOf(content)
        .map((part) => objectOf(part)["text"])
        .filter(isString)
        .join("\n")
  return { role: isString(role) ? role : "user", content: text }
}

/** The JSON Schema that the answer must follow, if the request asks for `json_schema`. */
export const schemaOf = (endpoint: string, body: JsonObject): JsonObject | undefined => {
  const format = endpoint === "/v1/responses" ? objectOf(objectOf(body["text"])["format"]) : objectOf(body["response_format"])
  if (format["type"] !== "json_schema") return undefined
  const schema = endpoint === "/v1/responses" ? format["schema"] : objectOf(format["json_schema"])["schema"]
  return isObject(schema) ? schema : {}
}
