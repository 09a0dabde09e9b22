/**
 * What a reply needs to know besides its request.
 */
import type { JsonObject } from "./json.js"
import type { TokenCounter } from "./tokens.js"

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

export const modelOf = (body: JsonObject): string => servedAs(String(body["model"] ?? ""))
