/**
 * The body of a Chat Completions reply, in OpenAI's shape: nulls, not absences.
 * Source: `openai` SDK 6.49, resources/chat/completions/completions.ts.
 */
import type { JsonObject } from "./json.js"
import { logprobsOf } from "./logprobs.js"
import { hex } from "./random.js"
import { modelOf, type ReplyContext } from "./replyContext.js"
import type { Said } from "./said.js"

const choiceOf = (body: JsonObject, said: Said, index: number, { key, salt, tokens }: ReplyContext): JsonObject => ({
  index,
  message: {
    role: "assistant",
    content: said.refusal === null ? said.content : null,
    refusal: said.refusal,
    annotations: []
  },
  logprobs:
    body["logprobs"] === true
      ? { content: logprobsOf(said.content, body["top_logprobs"], { salt, key, tokens }), refusal: null }
      : null,
  finish_reason: said.cut ? "length" : "stop"
})

/** How many answers a request asks for. */
export const choicesOf = (body: JsonObject): number => (typeof body["n"] === "number" ? body["n"] : 1)

export const chatBody = (body: JsonObject, said: Said, input: number, context: ReplyContext): JsonObject => {
  const choices = choicesOf(body)
  const output = said.tokens * choices
  return {
    id: `chatcmpl-${hex(29, context.salt, "completion", context.key)}`,
    object: "chat.completion",
    created: context.created,
    model: modelOf(body),
    choices: Array.from({ length: choices }, (_, index) => choiceOf(body, said, index, context)),
    usage: {
      prompt_tokens: input,
      completion_tokens: output,
      total_tokens: input + output,
      prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 0, audio_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: 0,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0
      }
    },
    service_tier: "default",
    system_fingerprint: "fp_simulated"
  }
}
