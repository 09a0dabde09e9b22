/**
 * What the model says: the answer's text as the request's limits leave it. `stop` cuts it before a text, a cap on tokens after so many.
 */
import { type Answer, answerText } from "./answers.js"
import { isString, type JsonObject } from "./json.js"
import { schemaOf } from "./requestBody.js"
import type { TokenCounter } from "./tokens.js"

export interface Said {
  readonly content: string
  readonly refusal: string | null
  /** The answer is longer than it may be. */
  readonly cut: boolean
  readonly tokens: number
}

// Short, so that the cap of a labelling task does not cut it: it is meant to be read and to be no label.
const prose = "0 또는 1 (simulated prose)"
const refusal = "I'm sorry, but I can't assist with that. (simulated refusal)"

const textOf = (answer: Exclude<Answer, { readonly fixed: unknown }>, schema: JsonObject | undefined): string => {
  if (!("bad" in answer)) return answerText(answer.label, schema)
  switch (answer.bad) {
    case "prose":
      return prose
    case "ten":
      return "10"
    case "length": {
      const good = answerText(answer.label, schema)
      return good.slice(0, Math.floor(good.length / 2))
    }
    default:
      return ""
  }
}

/** Before the first of the texts that stop an answer. */
const stopped = (text: string, stop: unknown): string => {
  const ends = (Array.isArray(stop) ? stop : [stop])
    .filter(isString)
    .map((one) => (one === "" ? -1 : text.indexOf(one)))
    .filter((at) => at !== -1)
  return ends.length === 0 ? text : text.slice(0, Math.min(...ends))
}

/** The cap on an answer's tokens, by the name that the endpoint has for it. */
const capOf = (endpoint: string, body: JsonObject): number => {
  const cap = endpoint === "/v1/responses" ? body["max_output_tokens"] : (body["max_completion_tokens"] ?? body["max_tokens"])
  return typeof cap === "number" ? cap : Number.POSITIVE_INFINITY
}

/** The answer to a request whose settings are `body`; `ending` is added to its text. */
export const sayAnswer = (
  endpoint: string,
  body: JsonObject,
  answer: Exclude<Answer, { readonly fixed: unknown }>,
  ending: string,
  tokens: TokenCounter
): Said => {
  const bad = "bad" in answer ? answer.bad : undefined
  if (bad === "refusal") return { content: "", refusal, cut: false, tokens: tokens.text(refusal) }
  const whole = stopped(textOf(answer, schemaOf(endpoint, body)) + ending, body["stop"])
  const count = whole === "" ? 0 : tokens.text(whole)
  const cap = capOf(endpoint, body)
  return count > cap
    ? { content: tokens.head(whole, cap), refusal: null, cut: true, tokens: cap }
    : { content: whole, refusal: null, cut: bad === "length", tokens: count }
}
