/**
 * The SDK's client as a service, so that it can be exchanged for another one: of Azure, behind a proxy, of a test.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { OpenAI } from "openai"
import { defaultBaseUrl, type OpenAiBatchConfig } from "./OpenAiBatchConfig.js"

/**
 * The part of the SDK's client that is used.
 *
 * @since 0.1.0
 * @category models
 */
export type Client = Pick<OpenAI, "batches" | "files">

/**
 * @since 0.1.0
 * @category tags
 */
export class OpenAiClient extends Context.Tag("@batchlabel/openai-batch/OpenAiClient")<OpenAiClient, Client>() {}

// The client shows its key to whoever prints it, so it gets this one; the real key is put in its place as a request leaves.
const PLACEHOLDER = "redacted"

const fetchWith =
  (apiKey: Redacted.Redacted): typeof fetch =>
  (input, init) => {
    const headers = new Headers(init?.headers)
    // A gateway's own authorization (OPENAI_CUSTOM_HEADERS) stays.
    if (headers.get("authorization") === `Bearer ${PLACEHOLDER}`) headers.set("authorization", `Bearer ${Redacted.value(apiKey)}`)
    return fetch(input, { ...init, headers })
  }

/**
 * A client of the `openai` SDK that never retries, logs nothing, reads no key from the environment and does not hold the key in a
 * property. The SDK is imported here and not before, since it takes a tenth of a second.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (config: OpenAiBatchConfig): Effect.Effect<Client> =>
  Effect.map(
    Effect.promise(() => import("openai")),
    (sdk) =>
      new sdk.OpenAI({
        apiKey: PLACEHOLDER,
        adminAPIKey: null,
        webhookSecret: null,
        baseURL: config.baseUrl ?? defaultBaseUrl,
        organization: config.organization ?? null,
        project: config.project ?? null,
        maxRetries: 0,
        logLevel: "off",
        fetch: fetchWith(config.apiKey)
      })
  )

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = (config: OpenAiBatchConfig): Layer.Layer<OpenAiClient> => Layer.effect(OpenAiClient, make(config))
