/**
 * Log probabilities of an answer's tokens, made up: the first token carries the answer's doubt, those after it follow from the first.
 */
import type { JsonObject } from "./json.js"
import { hex } from "./random.js"
import type { TokenCounter } from "./tokens.js"

export interface Draw {
  readonly salt: string
  readonly key: string
  readonly tokens: TokenCounter
}

const entry = (token: string, logprob: number) => ({ token, logprob, bytes: [...Buffer.from(token)] })

/** Other tokens share what the likeliest leaves, each with half of what the one before it has. */
const alternatives = (token: string, logprob: number, count: number): ReadonlyArray<JsonObject> => {
  const left = Math.max(1e-9, 1 - Math.exp(logprob))
  return Array.from({ length: count }, (_, i) =>
    i === 0 ? entry(token, logprob) : entry(`(other ${i})`, Math.min(logprob, Math.log(left / 2 ** i)))
  )
}

export const logprobsOf = (content: string, top: unknown, { key, salt, tokens }: Draw): ReadonlyArray<JsonObject> =>
  content === ""
    ? []
    : tokens.pieces(content).map((token, i) => {
        const draw = Number.parseInt(hex(2, salt, "logprob", key, ...(i === 0 ? [] : [i])), 16)
        const logprob = -draw / (i === 0 ? 512 : 512_000)
        return { ...entry(token, logprob), top_logprobs: alternatives(token, logprob, typeof top === "number" ? top : 0) }
      })
