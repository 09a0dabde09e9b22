/**
 * The reply to a request: a failure of the line, a body that was fixed, or the endpoint's own with the answer in it.
 */
import type { BadKind } from "../Rules.js"
import type { Answer, FixedReply } from "./answers.js"
import { chatBody, choicesOf } from "./chatBody.js"
import { embeddingBody } from "./embeddingBody.js"
import { type JsonObject, objectOf } from "./json.js"
import type { ReplyContext } from "./replyContext.js"
import { responseBody } from "./responseBody.js"
import { sayAnswer } from "./said.js"

export interface Reply {
  /** 0 when the request was lost inside the API. */
  readonly status: number
  readonly body: JsonObject
  readonly usage: { readonly input: number; readonly output: number }
}

/** A request without its texts, and what was found out while they were there. */
export interface Asked {
  readonly settings: JsonObject
  readonly answer: Answer
  readonly inputTokens: number
  /** Of an embedding request: what each vector is drawn from. */
  readonly seeds?: ReadonlyArray<number> | undefined
}

/** `ending` is added to the answer's text. */
export const makeReply = ({ answer, inputTokens, seeds, settings }: Asked, ending: string, context: ReplyContext): Reply => {
  if ("fixed" in answer) return fixedReply(answer.fixed, inputTokens)
  const failure = "bad" in answer ? lineFailure(answer.bad) : undefined
  if (failure !== undefined) return { ...failure, usage: { input: 0, output: 0 } }
  if (context.endpoint === "/v1/embeddings") {
    return { status: 200, body: embeddingBody(settings, seeds ?? [], inputTokens), usage: { input: inputTokens, output: 0 } }
  }
  const said = sayAnswer(context.endpoint, settings, answer, ending, context.tokens)
  const chat = context.endpoint === "/v1/chat/completions"
  const make = chat ? chatBody : responseBody
  return {
    status: 200,
    body: make(settings, said, inputTokens, context),
    usage: { input: inputTokens, output: said.tokens * (chat ? choicesOf(settings) : 1) }
  }
}

/** A fixed body's own usage counts, if it has one. */
const fixedReply = ({ body, status }: FixedReply, inputTokens: number): Reply => {
  const usage = objectOf(body["usage"])
  const count = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise)
  return {
    status,
    body,
    usage: {
      input: count(usage["prompt_tokens"] ?? usage["input_tokens"], inputTokens),
      output: count(usage["completion_tokens"] ?? usage["output_tokens"], 0)
    }
  }
}

const failed = (status: number, message: string, type: string, code: string | null, param: string | null = null) => ({
  status,
  body: { error: { message, type, param, code } }
})

const lineFailure = (kind: BadKind): { readonly status: number; readonly body: JsonObject } | undefined => {
  switch (kind) {
    case "bad_request":
      return failed(
        400,
        "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens. (simulated)",
        "invalid_request_error",
        "context_length_exceeded",
        "messages"
      )
    case "rate_limited":
      return failed(429, "Rate limit reached for requests. (simulated)", "requests", "rate_limit_exceeded")
    case "server_error":
      return failed(500, "The server had an error while processing your request. (simulated)", "server_error", null)
    case "lost":
      return { status: 0, body: {} }
    default:
      return undefined
  }
}
