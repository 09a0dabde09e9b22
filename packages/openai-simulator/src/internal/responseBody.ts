/**
 * The body of a Responses reply, in OpenAI's shape. Source: `openai` SDK 6.49, resources/responses/responses.ts.
 */
import { arrayOf, type JsonObject, objectOf } from "./json.js"
import { logprobsOf } from "./logprobs.js"
import { hex } from "./random.js"
import { modelOf, type ReplyContext } from "./replyContext.js"
import type { Said } from "./said.js"

const wantsLogprobs = (body: JsonObject): boolean =>
  arrayOf(body["include"]).includes("message.output_text.logprobs") || Number(body["top_logprobs"] ?? 0) > 0

const partOf = (body: JsonObject, said: Said, { key, salt, tokens }: ReplyContext): JsonObject =>
  said.refusal === null
    ? {
        type: "output_text",
        text: said.content,
        annotations: [],
        logprobs: wantsLogprobs(body) ? logprobsOf(said.content, body["top_logprobs"], { salt, key, tokens }) : []
      }
    : { type: "refusal", refusal: said.refusal }

/** What was asked, with its defaults, as the reply repeats it. */
const echoOf = (body: JsonObject): JsonObject => {
  const text = objectOf(body["text"])
  return {
    instructions: body["instructions"] ?? null,
    max_output_tokens: body["max_output_tokens"] ?? null,
    max_tool_calls: body["max_tool_calls"] ?? null,
    metadata: body["metadata"] ?? {},
    parallel_tool_calls: body["parallel_tool_calls"] ?? true,
    previous_response_id: body["previous_response_id"] ?? null,
    prompt_cache_key: body["prompt_cache_key"] ?? null,
    reasoning: { effort: null, summary: null, ...objectOf(body["reasoning"]) },
    safety_identifier: body["safety_identifier"] ?? null,
    store: body["store"] ?? true,
    temperature: body["temperature"] ?? 1,
    text: { verbosity: "medium", ...text, format: text["format"] ?? { type: "text" } },
    tool_choice: body["tool_choice"] ?? "auto",
    tools: body["tools"] ?? [],
    top_logprobs: body["top_logprobs"] ?? 0,
    top_p: body["top_p"] ?? 1,
    truncation: body["truncation"] ?? "disabled"
  }
}

export const responseBody = (body: JsonObject, said: Said, input: number, context: ReplyContext): JsonObject => {
  const id = hex(48, context.salt, "response", context.key)
  const status = said.cut ? "incomplete" : "completed"
  return {
    id: `resp_${id}`,
    object: "response",
    created_at: context.created,
    status,
    background: false,
    completed_at: said.cut ? null : context.created,
    error: null,
    incomplete_details: said.cut ? { reason: "max_output_tokens" } : null,
    model: modelOf(body),
    output: [{ id: `msg_${id}`, type: "message", status, role: "assistant", content: [partOf(body, said, context)] }],
    service_tier: "default",
    ...echoOf(body),
    usage: {
      input_tokens: input,
      input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      output_tokens: said.tokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: input + said.tokens
    }
  }
}
