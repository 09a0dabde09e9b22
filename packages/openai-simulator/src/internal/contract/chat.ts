/**
 * The body of `POST /v1/chat/completions`. Source: OpenAI's public OpenAPI description, CreateChatCompletionRequest.
 */
import { cacheBreakpoint, effort, modelRequest, schemaFields, schemaName, topLogprobs, verbosity } from "./common.js"
import {
  anything,
  array,
  boolean,
  type Fields,
  integer,
  nullable,
  number,
  object,
  oneOf,
  record,
  type Shape,
  string,
  tagged,
  textOr
} from "./shape.js"

const textPart = object({ type: oneOf("text"), text: string() }, { prompt_cache_breakpoint: cacheBreakpoint })

const userParts: Fields = {
  text: textPart,
  image_url: object(
    { type: oneOf("image_url"), image_url: object({ url: string() }, { detail: oneOf("auto", "low", "high") }) },
    { prompt_cache_breakpoint: cacheBreakpoint }
  ),
  input_audio: object(
    { type: oneOf("input_audio"), input_audio: object({ data: string(), format: oneOf("wav", "mp3") }) },
    { prompt_cache_breakpoint: cacheBreakpoint }
  ),
  file: object(
    { type: oneOf("file"), file: object({}, { filename: string(), file_data: string(), file_id: string() }) },
    { prompt_cache_breakpoint: cacheBreakpoint }
  )
}

const texts = textOr(string(), array(tagged("type", { text: textPart }), 1))

const toolCall = tagged("type", {
  function: object({ id: string(), type: oneOf("function"), function: object({ name: string(), arguments: string() }) }),
  custom: object({ id: string(), type: oneOf("custom"), custom: object({ name: string(), input: string() }) })
})

const messageOf = (role: string, required: Fields, optional: Fields = {}): Shape =>
  object({ role: oneOf(role), ...required }, { name: string(), ...optional })

const message = tagged("role", {
  system: messageOf("system", { content: texts }),
  assistant: messageOf(
    "assistant",
    {},
    {
      content: nullable(
        textOr(
          string(),
          array(tagged("type", { text: textPart, refusal: object({ type: oneOf("refusal"), refusal: string() }) }), 1)
        )
      ),
      refusal: nullable(string()),
      audio: nullable(object({ id: string() })),
      tool_calls: array(toolCall),
      function_call: nullable(object({ arguments: string(), name: string() }))
    }
  ),
  user: messageOf("user", { content: textOr(string(), array(tagged("type", userParts), 1)) }),
  function: messageOf("function", { content: nullable(string()), name: string() }),
  tool: object({ role: oneOf("tool"), content: texts, tool_call_id: string() }),
  developer: messageOf("developer", { content: texts })
})

const responseFormat = tagged("type", {
  text: object({ type: oneOf("text") }),
  json_schema: object({ type: oneOf("json_schema"), json_schema: object({ name: schemaName }, schemaFields) }),
  json_object: object({ type: oneOf("json_object") })
})

const named = object({ name: string() })

const tool = tagged("type", {
  function: object({
    type: oneOf("function"),
    function: object({ name: string() }, { description: string(), parameters: record(anything), strict: nullable(boolean) })
  }),
  custom: object({
    type: oneOf("custom"),
    custom: object(
      { name: string() },
      {
        description: string(),
        format: tagged("type", {
          text: object({ type: oneOf("text") }),
          grammar: object({
            type: oneOf("grammar"),
            grammar: object({ definition: string(), syntax: oneOf("lark", "regex") })
          })
        })
      }
    )
  })
})

const toolChoice = textOr(
  oneOf("none", "auto", "required"),
  tagged("type", {
    function: object({ type: oneOf("function"), function: named }),
    custom: object({ type: oneOf("custom"), custom: named }),
    allowed_tools: object({
      type: oneOf("allowed_tools"),
      allowed_tools: object({ mode: oneOf("auto", "required"), tools: array(record(anything)) })
    })
  }),
  "one of a string or an object"
)

const approximateLocation = object({
  type: oneOf("approximate"),
  approximate: object({}, { country: string(), region: string(), city: string(), timezone: string() })
})

export const chatRequired: Fields = { model: string(), messages: array(message, 1) }

export const chatOptional: Fields = {
  ...modelRequest,
  service_tier: nullable(oneOf("auto", "default", "flex", "scale", "priority", "fast")),
  modalities: nullable(array(oneOf("text", "audio"))),
  verbosity,
  reasoning_effort: effort,
  max_completion_tokens: nullable(integer(1)),
  max_tokens: nullable(integer(1)),
  frequency_penalty: nullable(number(-2, 2)),
  presence_penalty: nullable(number(-2, 2)),
  web_search_options: object(
    {},
    { user_location: nullable(approximateLocation), search_context_size: oneOf("low", "medium", "high") }
  ),
  logprobs: nullable(boolean),
  top_logprobs: topLogprobs,
  response_format: responseFormat,
  audio: nullable(
    object({
      voice: textOr(string(), object({ id: string() }), "one of a string or an object"),
      format: oneOf("wav", "aac", "mp3", "flac", "opus", "pcm16")
    })
  ),
  stop: nullable(textOr(string(), array(string(), 1, 4), "one of a string or an array of strings")),
  logit_bias: nullable(record(integer())),
  n: nullable(integer(1, 128)),
  prediction: nullable(object({ type: oneOf("content"), content: textOr(string(), array(textPart, 1)) })),
  seed: nullable(integer(-9_223_372_036_854_776_000, 9_223_372_036_854_776_000)),
  stream_options: nullable(object({}, { include_usage: boolean, include_obfuscation: boolean })),
  tools: array(tool),
  tool_choice: toolChoice,
  parallel_tool_calls: boolean,
  function_call: textOr(oneOf("none", "auto"), named, "one of a string or an object"),
  functions: array(object({ name: string() }, { description: string(), parameters: record(anything) }), 1, 128)
}
