/**
 * OpenAI's webhooks, verified: signed after Standard Webhooks with a secret of the project. An event only says that a batch has ended; what
 * became of it has to be asked.
 *
 * @since 0.1.0
 */

import { Buffer } from "node:buffer"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as lenient from "./internal/lenient.js"
import {
  InvalidSecret,
  MalformedEvent,
  MissingHeader,
  OutsideTolerance,
  SignatureMismatch,
  WebhookError
} from "./WebhookError.js"

/**
 * An event. `deliveryId` is the same for every repetition of a delivery: who must not act twice remembers it for as long as the
 * tolerance. `batchId` is absent for events that are about something else.
 *
 * @since 0.1.0
 * @category models
 */
export interface Event {
  readonly id: string
  readonly type: "batch.completed" | "batch.failed" | "batch.expired" | "batch.cancelled" | (string & {})
  readonly batchId: string | undefined
  /** Unix milliseconds. */
  readonly createdAt: number
  readonly deliveryId: string
}

/**
 * Headers of a request; names in any case, as `node:http`, `fetch` and `@effect/platform` give them.
 *
 * @since 0.1.0
 * @category models
 */
export type Headers = Readonly<Record<string, string | ReadonlyArray<string> | undefined>>

/**
 * What a webhook is verified with.
 *
 * @since 0.1.0
 * @category models
 */
export interface VerifyOptions {
  /** How far the request's time may be from ours; 5 minutes unless told. */
  readonly tolerance?: Duration.DurationInput | undefined
}

const Wire = Schema.Struct({
  id: Schema.NonEmptyString,
  type: Schema.NonEmptyString,
  created_at: lenient.instant,
  data: lenient.record
})

const decodeWire = Schema.decodeUnknownEither(Schema.parseJson(Wire))

const fail = (reason: WebhookError["reason"]) => Effect.fail(new WebhookError({ reason }))

const header = (headers: Headers, name: string): Effect.Effect<string, WebhookError> => {
  for (const [key, value] of Object.entries(headers)) {
    if (key.toLowerCase() !== name) continue
    const text = typeof value === "string" ? value : value?.join(" ")
    if (text !== undefined && text !== "") return Effect.succeed(text)
  }
  return fail(new MissingHeader({ header: name }))
}

/** The key's bytes, as the SDK will read them, must be some: an empty key signs whatever anybody likes. */
const isSecret = (secret: string): boolean =>
  secret.startsWith("whsec_") ? Buffer.from(secret.slice("whsec_".length), "base64").length > 0 : secret !== ""

const withinTolerance = (timestamp: string, now: number, tolerance: Duration.Duration): Effect.Effect<void, WebhookError> => {
  if (!/^\d{1,12}$/.test(timestamp)) return fail(new SignatureMismatch())
  const seconds = Math.abs(Math.floor(now / 1000) - Number(timestamp))
  return seconds <= Duration.toSeconds(tolerance)
    ? Effect.void
    : fail(new OutsideTolerance({ seconds, tolerance: Duration.toSeconds(tolerance) }))
}

/**
 * Verifies a request of a webhook and reads its event. `payload` is the body as it came, byte for byte: not parsed and written again.
 * Source: OpenAI's webhooks guide; the signature is checked by the SDK, the time by the current `Clock`.
 *
 * @since 0.1.0
 * @category verification
 */
export const verify = Effect.fn("Webhook.verify")(function* (
  payload: string,
  headers: Headers,
  secret: Redacted.Redacted,
  options?: VerifyOptions
): Effect.fn.Return<Event, WebhookError> {
  const key = Redacted.value(secret).trim()
  if (!isSecret(key)) return yield* fail(new InvalidSecret())
  const deliveryId = yield* header(headers, "webhook-id")
  const timestamp = yield* header(headers, "webhook-timestamp")
  const signature = yield* header(headers, "webhook-signature")
  const now = yield* Clock.currentTimeMillis
  yield* withinTolerance(timestamp, now, Duration.decode(options?.tolerance ?? "5 minutes"))

  const sdk = yield* Effect.promise(() => import("openai"))
  const { webhooks } = new sdk.OpenAI({ apiKey: "not used", adminAPIKey: null, logLevel: "off" })
  yield* Effect.tryPromise({
    try: () =>
      webhooks.verifySignature(
        payload,
        { "webhook-id": deliveryId, "webhook-timestamp": timestamp, "webhook-signature": signature },
        key,
        Number.POSITIVE_INFINITY
      ),
    catch: () => new WebhookError({ reason: new SignatureMismatch() })
  })

  const event = decodeWire(payload)
  if (Either.isLeft(event)) return yield* fail(new MalformedEvent({ detail: "the body is no event" }))
  const { created_at: createdAt, data, id, type } = event.right
  const batchId = type.startsWith("batch.") ? lenient.readText(data?.["id"]) : undefined
  if (type.startsWith("batch.") && batchId === undefined) {
    return yield* fail(new MalformedEvent({ detail: "the event names no batch" }))
  }
  return { id, type, batchId, createdAt: createdAt ?? now, deliveryId }
})
