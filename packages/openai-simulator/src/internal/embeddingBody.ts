/**
 * The body of an Embeddings reply. A text has always the same vector, of length 1; equal texts have equal vectors, others have nothing to do
 * with each other.
 */
import { dimensionsOf } from "./contract/embeddings.js"
import { arrayOf, isString, type JsonObject } from "./json.js"
import { hash32, stream } from "./random.js"
import type { TokenCounter } from "./tokens.js"

/** The inputs of a request: texts, or tokens that stand for a text. */
const inputsOf = (body: JsonObject): ReadonlyArray<string | ReadonlyArray<unknown>> => {
  const { input } = body
  if (isString(input)) return [input]
  const all = arrayOf(input)
  return all.every((one) => typeof one === "number") ? [all] : all.map((one) => (isString(one) ? one : arrayOf(one)))
}

/** What each input's vector is drawn from. */
export const seedsOf = (body: JsonObject): ReadonlyArray<number> =>
  inputsOf(body).map((input) => hash32(isString(input) ? input : JSON.stringify(input)))

export const embeddingTokens = (body: JsonObject, tokens: TokenCounter): number =>
  inputsOf(body).reduce((sum, input) => sum + (isString(input) ? tokens.text(input) : input.length), 0)

/** The texts, for rules that look at them. */
export const embeddingText = (body: JsonObject): string => inputsOf(body).filter(isString).join("\n")

const vectorOf = (seed: number, dimensions: number): Float32Array => {
  const next = stream(seed)
  const vector = Float32Array.from({ length: dimensions }, () => next() - 0.5)
  const length = Math.hypot(...vector)
  return vector.map((part) => part / length)
}

// Six digits are what a float of this size holds.
const numbersOf = (vector: Float32Array): ReadonlyArray<number> => Array.from(vector, (part) => Number(part.toFixed(8)))

export const embeddingBody = (body: JsonObject, seeds: ReadonlyArray<number>, input: number): JsonObject => {
  const model = String(body["model"])
  const dimensions = dimensionsOf(model, body["dimensions"])
  const written = (vector: Float32Array): unknown =>
    body["encoding_format"] === "base64" ? Buffer.from(vector.buffer).toString("base64") : numbersOf(vector)
  return {
    object: "list",
    data: seeds.map((seed, index) => ({ object: "embedding", index, embedding: written(vectorOf(seed, dimensions)) })),
    model,
    usage: { prompt_tokens: input, total_tokens: input }
  }
}
