/**
 * The input tokens of requests: what every request of a task carries is counted once, a row costs the count of its own message.
 *
 * @since 0.1.0
 */
import type { Prompt } from "@batchlabel/core/Prompt"
import * as Tokens from "@batchlabel/tokens/Tokens"
import * as Effect from "effect/Effect"

/**
 * Each message costs three tokens beside its role and content, and three prime the reply.
 * Source: openai-cookbook, How_to_count_tokens_with_tiktoken.
 *
 * @since 0.1.0
 * @category constants
 */
export const PER_MESSAGE = 3

/**
 * @since 0.1.0
 * @category constants
 */
export const PER_REPLY = 3

/**
 * What is the same in every request: the parts of a `Prompt` that matter here.
 *
 * @since 0.1.0
 * @category models
 */
export type Constant = Pick<Prompt, "constantText" | "schemaText">

/**
 * - `constant` the tokens of a request whose user message is empty, the schema included
 * - `schema` the part of it that is the JSON Schema of the answer, counted as text: OpenAI does not document how it is billed, so an
 *   estimate shows it as a range from nothing
 * - `count` all input tokens of the request with this user message
 * - `text` the tokens of a text by itself
 *
 * @since 0.1.0
 * @category models
 */
export interface RequestTokens extends Tokens.ModelEncoding {
  readonly constant: number
  readonly schema: number
  readonly count: (user: string) => number
  readonly text: (text: string) => number
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (counter: Tokens.Counter, constant: Constant, assumed = false): RequestTokens => {
  const schema = constant.schemaText === "" ? 0 : counter.count(constant.schemaText)
  const messages = [...constant.constantText, { role: "user", content: "" }]
  const fixed = messages.reduce(
    (sum, { content, role }) => sum + PER_MESSAGE + counter.count(role) + counter.count(content),
    PER_REPLY + schema
  )
  return {
    encoding: counter.encoding,
    assumed,
    constant: fixed,
    schema,
    count: (user) => fixed + counter.count(user),
    text: counter.count
  }
}

/**
 * Counts the requests of a prompt with the encoding of a model.
 *
 * @since 0.1.0
 * @category constructors
 */
export const forModel = (model: string, constant: Constant): Effect.Effect<RequestTokens> => {
  const { assumed, encoding } = Tokens.encodingOf(model)
  return Effect.map(Tokens.counter(encoding), (counter) => make(counter, constant, assumed))
}
