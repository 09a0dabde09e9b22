/**
 * The SDK's client as a service, so that it can be exchanged for another one: of Azure, behind a proxy, of a test.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { defaultBaseUrl, type OpenAiBatchConfig } from "./OpenAiBatchConfig.js"

/**
 * What is passed with a call. `timeout` is in milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export interface CallOptions {
  readonly maxRetries?: number
  readonly timeout?: number
  readonly signal?: AbortSignal
  readonly headers?: Record<string, string>
  readonly fetchOptions?: { readonly redirect?: "error" }
}

/**
 * A call that was made. Its reply is read here, not by the SDK.
 *
 * @since 0.1.0
 * @category models
 */
export interface PendingCall {
  asResponse(): Promise<Response>
}

/**
 * When a file expires: so many seconds after it was created.
 *
 * @since 0.1.0
 * @category models
 */
export interface ExpiresAfter {
  readonly anchor: "created_at"
  readonly seconds: number
}

/**
 * Which page of a list: `limit` items at most, those after the item with the id `after`.
 *
 * @since 0.1.0
 * @category models
 */
export interface PageQuery {
  readonly limit?: number
  readonly after?: string
}

/**
 * The body of `POST /batches`.
 * Source: https://platform.openai.com/docs/api-reference/batch/create
 *
 * @since 0.1.0
 * @category models
 */
export interface BatchParams {
  readonly input_file_id: string
  readonly endpoint: string
  readonly completion_window: "24h"
  readonly metadata?: Record<string, string> | null
  readonly output_expires_after?: ExpiresAfter
}

/**
 * The body of `POST /files`.
 * Source: https://platform.openai.com/docs/api-reference/files/create
 *
 * @since 0.1.0
 * @category models
 */
export interface FileParams {
  /** A `File` of `node:buffer`. It has another type where a program has the DOM's `File` too, so that no more is asked of it here. */
  readonly file: object
  readonly purpose: string
  readonly expires_after?: ExpiresAfter
}

/**
 * The calls that are made of the SDK's client, by their shape: a client of `openai` 5, 6 or 7 fits, and so does an object of a test with
 * these methods.
 *
 * @since 0.1.0
 * @category models
 */
export interface Client {
  readonly batches: {
    create(params: BatchParams, options?: CallOptions): PendingCall
    retrieve(id: string, options?: CallOptions): PendingCall
    list(query: PageQuery, options?: CallOptions): PendingCall
    cancel(id: string, options?: CallOptions): PendingCall
  }
  readonly files: {
    create(params: FileParams, options?: CallOptions): PendingCall
    retrieve(id: string, options?: CallOptions): PendingCall
    list(query: PageQuery & { readonly purpose?: string }, options?: CallOptions): PendingCall
    delete(id: string, options?: CallOptions): PendingCall
    content(id: string, options?: CallOptions): PendingCall
  }
}

/**
 * The tag of the client.
 *
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
 * `make` as a layer.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (config: OpenAiBatchConfig): Layer.Layer<OpenAiClient> => Layer.effect(OpenAiClient, make(config))
