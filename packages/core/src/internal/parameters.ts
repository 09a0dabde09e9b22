import { nearest } from "./nearest.js"

type Endpoint = "/v1/chat/completions" | "/v1/responses"

/** The task's own names that the request builder translates for Responses are known at both. */
const both = [
  "max_completion_tokens",
  "max_tokens",
  "metadata",
  "moderation",
  "parallel_tool_calls",
  "prompt_cache_key",
  "prompt_cache_options",
  "prompt_cache_retention",
  "reasoning_effort",
  "safety_identifier",
  "seed",
  "service_tier",
  "temperature",
  "tool_choice",
  "tools",
  "top_logprobs",
  "top_p",
  "user",
  "verbosity"
]

/** Source: the request schemas of both endpoints in OpenAI's public description. What values they take is in `parameterValues`. */
const known: Readonly<Record<Endpoint, ReadonlyArray<string>>> = {
  "/v1/chat/completions": [
    ...both,
    "audio",
    "frequency_penalty",
    "function_call",
    "functions",
    "logit_bias",
    "logprobs",
    "modalities",
    "n",
    "prediction",
    "presence_penalty",
    "stop",
    "web_search_options"
  ],
  "/v1/responses": [
    ...both,
    "context_management",
    "conversation",
    "include",
    "max_output_tokens",
    "max_tool_calls",
    "previous_response_id",
    "prompt",
    "reasoning",
    "truncation"
  ]
}

export const isKnown = (endpoint: Endpoint, name: string): boolean => known[endpoint].includes(name)

/** The name that was probably meant. */
export const nearestTo = (endpoint: Endpoint, name: string): string | undefined => nearest(name, known[endpoint])
