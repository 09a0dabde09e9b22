/**
 * The bodies of Chat Completions and Responses replies, in OpenAI's shapes: nulls, not absences.
 * Source: `openai` SDK 6.49, resources/chat/completions/completions.ts and resources/responses/responses.ts.
 */
import type { BadKind } from "../Rules.js"
import { type Answer, answerText } from "./answers.js"
import type { JsonObject } from "./json.js"
import { hex } from "./random.js"
import { schemaOf } from "./requestBody.js"
import type { TokenCounter } from "./tokens.js"

export interface Reply {
  /** 0 when the request was lost inside the API. */
  readonly status: number
  readonly body: JsonObject
  readonly outputTokens: number
}

export interface ReplyContext {
  readonly endpoint: string
  readonly tokens: TokenCounter
  /** What ids are drawn from, together with the key. */
  readonly salt: string
  /** Unix seconds. */
  readonly created: number
  /** Unique for the request. */
  readonly key: string
}

// What each model name is served as: OpenAI answers with the dated snapshot.
const snapshots: Readonly<Record<string, string>> = {
  "gpt-4o-mini": "gpt-4o-mini-2024-07-18",
  "gpt-4o": "gpt-4o-2024-08-06",
  "gpt-4.1": "gpt-4.1-2025-04-14",
  "gpt-4.1-mini": "gpt-4.1-mini-2025-04-14"
}

export const servedAs = (model: string): string => snapshots[model] ?? model

interface Said {
  readonly content: string
  readonly refusal: string | null
  readonly cut: boolean
}

const say = (content: string): Said => ({ content, refusal: null, cut: false })

const prose = "이 글은 정부 정책에 대해 0 또는 1로 볼 수 있습니다. (simulated prose)"

/** The reply to a request whose settings are `body` (its texts are not needed); `ending` is added to the answer's text. */
export const makeReply = (
  body: JsonObject,
  answer: Answer,
  inputTokens: number,
  ending: string,
  context: ReplyContext
): Reply => {
  const failure = "bad" in answer ? lineFailure(answer.bad) : undefined
  if (failure !== undefined) return { ...failure, outputTokens: 0 }
  const plain = saidOf(body, answer, context.endpoint)
  const said = ending === "" ? plain : { ...plain, content: plain.content + ending }
  const outputTokens = said.content === "" && said.refusal === null ? 0 : context.tokens.text(said.refusal ?? said.content)
  const make = context.endpoint === "/v1/responses" ? response : chatCompletion
  return { status: 200, body: make(body, said, inputTokens, outputTokens, context), outputTokens }
}

const saidOf = (body: JsonObject, answer: Answer, endpoint: string): Said => {
  const good = answerText(answer.label, schemaOf(endpoint, body))
  if (!("bad" in answer)) return say(good)
  switch (answer.bad) {
    case "prose":
      return say(prose)
    case "ten":
      return say("10")
    case "refusal":
      return { content: "", refusal: "I'm sorry, but I can't assist with that. (simulated refusal)", cut: false }
    case "length":
      return { content: good.slice(0, Math.floor(good.length / 2)), refusal: null, cut: true }
    default:
      return say("")
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

const modelOf = (body: JsonObject): string => servedAs(String(body["model"] ?? ""))

const chatCompletion = (body: JsonObject, said: Said, input: number, output: number, context: ReplyContext): JsonObject => ({
  id: `chatcmpl-${hex(29, context.salt, "completion", context.key)}`,
  object: "chat.completion",
  created: context.created,
  model: modelOf(body),
  choices: [
    {
      index: 0,
      message: {
        role: "assistant",
        content: said.refusal === null ? said.content : null,
        refusal: said.refusal,
        annotations: []
      },
      logprobs: body["logprobs"] === true ? logprobs(said, context) : null,
      finish_reason: said.cut ? "length" : "stop"
    }
  ],
  usage: {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0
    }
  },
  service_tier: "default",
  system_fingerprint: "fp_simulated"
})

// One token holds the whole answer: enough for a reader of confidences, and honest about being made up.
const logprobs = (said: Said, context: ReplyContext): JsonObject => ({
  content:
    said.content === ""
      ? []
      : [
          {
            token: said.content,
            logprob: -Number.parseInt(hex(2, context.salt, "logprob", context.key), 16) / 512,
            bytes: [...Buffer.from(said.content)],
            top_logprobs: []
          }
        ],
  refusal: null
})

const response = (body: JsonObject, said: Said, input: number, output: number, context: ReplyContext): JsonObject => {
  const id = hex(48, context.salt, "response", context.key)
  return {
    id: `resp_${id}`,
    object: "response",
    created_at: context.created,
    status: said.cut ? "incomplete" : "completed",
    background: false,
    error: null,
    incomplete_details: said.cut ? { reason: "max_output_tokens" } : null,
    instructions: body["instructions"] ?? null,
    max_output_tokens: body["max_output_tokens"] ?? null,
    model: modelOf(body),
    output: [
      {
        id: `msg_${id}`,
        type: "message",
        status: said.cut ? "incomplete" : "completed",
        role: "assistant",
        content: [
          said.refusal === null
            ? { type: "output_text", text: said.content, annotations: [], logprobs: [] }
            : { type: "refusal", refusal: said.refusal }
        ]
      }
    ],
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    service_tier: "default",
    store: body["store"] ?? true,
    temperature: body["temperature"] ?? 1,
    text: body["text"] ?? { format: { type: "text" } },
    tool_choice: "auto",
    tools: [],
    top_p: body["top_p"] ?? 1,
    truncation: "disabled",
    usage: {
      input_tokens: input,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: input + output
    },
    user: null,
    metadata: body["metadata"] ?? {}
  }
}
