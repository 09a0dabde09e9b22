/**
 * The lines of a batch's input file, strict: what is written here is accepted by the API.
 * Source: OpenAI's batch guide, section 2 (the input file), and the schema `BatchRequestInput` of its specification.
 *
 * @since 0.1.0
 */

/**
 * What a request line is made of. `body` is the endpoint's request body: its JSON text, or the object itself.
 *
 * @since 0.1.0
 * @category models
 */
export interface RequestLine {
  readonly customId: string
  readonly url: string
  readonly body: string | object
}

// Both end a line for some readers of JSON Lines; in JSON they stand inside strings only.
const escapeSeparators = (json: string): string => json.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029")

/** JSON knows no BigInt: one that a number can hold is written as a number, a larger one by its digits as a string. */
const withoutBigInt = (_key: string, value: unknown): unknown => {
  if (typeof value !== "bigint") return value
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}

/** A value as JSON on one line; `null` for what JSON has no text for, such as `undefined`. */
const toJson = (value: unknown): string => escapeSeparators(JSON.stringify(value, withoutBigInt) ?? "null")

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** In JSON a line end stands between tokens only, and half a surrogate pair has no bytes in UTF-8. */
const onOneLine = (json: string): string =>
  escapeSeparators(json.replaceAll(/[\r\n]+/g, " ").replaceAll(/\p{Surrogate}/gu, "\ufffd"))

const bodyText = (body: unknown): string => (typeof body === "string" && isJson(body) ? onOneLine(body) : toJson(body))

/**
 * The line of a request, its keys in the order of the API's documentation, without a line end. Always one line of valid JSON: JSON text
 * with line breaks is joined, U+2028 and U+2029 are escaped, half a surrogate pair in JSON text becomes U+FFFD. A text that is not JSON is
 * written as a JSON string, which the API refuses by its line. Throws a `TypeError` for an object that refers to itself.
 *
 * @example
 * ```ts
 * import * as RequestLine from "@batchlabel/openai-batch/RequestLine"
 *
 * const line = RequestLine.encode({
 *   customId: "row-1",
 *   url: "/v1/chat/completions",
 *   body: { model: "gpt-4o-mini", messages: [{ role: "user", content: "Is water wet?\nAnswer yes or no." }] }
 * })
 *
 * console.log(line.split("\n").length) // 1
 * ```
 *
 * @since 0.1.0
 * @category encoding
 */
export const encode = (line: RequestLine): string =>
  `{"custom_id":${toJson(line.customId)},"method":"POST","url":${toJson(line.url)},"body":${bodyText(line.body)}}`
