/**
 * What the requests of several endpoints share. Source: OpenAI's public OpenAPI description (openai/openai-openapi), read and written anew.
 */
import { anything, boolean, type Fields, integer, nullable, number, object, oneOf, record, string } from "./shape.js"

export const metadata = nullable(record(string({ max: 512 }), 16, 64))

export const effort = nullable(oneOf("none", "minimal", "low", "medium", "high", "xhigh", "max"))

export const verbosity = nullable(oneOf("low", "medium", "high"))

const moderation = nullable(
  object(
    { model: string() },
    {
      policy: nullable(
        object(
          {},
          {
            input: nullable(object({ mode: oneOf("score", "block") })),
            output: nullable(object({ mode: oneOf("score", "block") }))
          }
        )
      )
    }
  )
)

/** Every request to a model may carry these. */
export const modelRequest: Fields = {
  metadata,
  moderation,
  temperature: nullable(number(0, 2)),
  top_p: nullable(number(0, 1)),
  user: string(),
  safety_identifier: nullable(string({ max: 64 })),
  prompt_cache_key: nullable(string()),
  prompt_cache_retention: nullable(oneOf("in_memory", "24h")),
  prompt_cache_options: object({}, { ttl: oneOf("30m"), mode: oneOf("implicit", "explicit") }),
  stream: nullable(boolean),
  store: nullable(boolean)
}

export const cacheBreakpoint = object({ mode: oneOf("explicit") })

/** The name, schema and strictness of a structured answer; `schema` has rules of its own. */
export const schemaFields: Fields = {
  description: string(),
  schema: record(anything),
  strict: nullable(boolean)
}

export const schemaName = string({ min: 1, max: 64, pattern: /^[a-zA-Z0-9_-]+$/ })

export const topLogprobs = integer(0, 20)
