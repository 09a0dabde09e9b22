/** Sending a webhook: signed, to an address that was checked, and to that very one. */
import { Buffer } from "node:buffer"
import { createHmac, randomBytes } from "node:crypto"
import { lookup } from "node:dns/promises"
import * as Http from "node:http"
import * as Https from "node:https"
import { isIP, type LookupFunction } from "node:net"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { isPublic } from "./publicAddress.js"

interface Address {
  readonly address: string
  readonly family: number
}

/** How names are resolved; another one stands in for it in tests. */
export class Resolver extends Context.Reference<Resolver>()("@batchlabel/http/Resolver", {
  defaultValue:
    () =>
    (host: string): Promise<ReadonlyArray<Address>> =>
      lookup(host, { all: true, verbatim: true })
}) {}

/** The address must not be used; `detail` says why, for the owner of the webhook. */
export class AddressRefused extends Data.TaggedError("AddressRefused")<{ readonly detail: string }> {}

/** Nothing was delivered. */
export class DeliveryFailed extends Data.TaggedError("DeliveryFailed")<{ readonly detail: string }> {}

interface Target {
  readonly url: URL
  readonly address: Address
}

const refuse = (detail: string) => Effect.fail(new AddressRefused({ detail }))

const parse = (url: string): Effect.Effect<URL, AddressRefused> =>
  Effect.try({ try: () => new URL(url), catch: () => new AddressRefused({ detail: "it is no URL" }) })

/**
 * Resolves the address once. What is sent goes to the address that was checked: asking again could give another one (DNS rebinding).
 */
export const check = Effect.fn("Webhook.check")(function* (
  text: string,
  allowPrivate: boolean
): Effect.fn.Return<Target, AddressRefused> {
  const url = yield* parse(text)
  if (url.protocol !== "https:" && !(allowPrivate && url.protocol === "http:")) return yield* refuse("it is not https")
  if (url.username !== "" || url.password !== "") return yield* refuse("it holds a user name or password")
  const host = url.hostname.replace(/^\[|\]$/g, "")
  const resolve = yield* Resolver
  const found: ReadonlyArray<Address> =
    isIP(host) === 0
      ? yield* Effect.tryPromise({
          try: () => resolve(host),
          catch: () => new AddressRefused({ detail: "its host name cannot be resolved" })
        })
      : [{ address: host, family: isIP(host) }]
  const [address] = found
  if (address === undefined) return yield* refuse("its host name cannot be resolved")
  // One bad address is enough: which of them a client picks is not ours to say.
  if (!allowPrivate && !found.every((one) => isPublic(one.address))) return yield* refuse("it leads into a private network")
  return { url, address }
})

/** A new secret, as Standard Webhooks writes them. */
export const newSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`

/** Source: Standard Webhooks, "Signature scheme". */
export const sign = (secret: string, id: string, timestamp: number, body: string): string => {
  const key = Buffer.from(secret.slice("whsec_".length), "base64")
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`
}

interface Delivery {
  readonly id: string
  readonly secret: string
  readonly body: string
  /** Unix milliseconds. */
  readonly at: number
}

const patience = 10_000

/** The HTTP status that the receiver answered with. Redirects are not followed: they would lead past the check. */
export const send = ({ address, url }: Target, { at, body, id, secret }: Delivery): Effect.Effect<number, DeliveryFailed> =>
  Effect.async((resume, signal) => {
    const fixed: LookupFunction = (_host, options, callback) =>
      options.all === true ? callback(null, [address]) : callback(null, address.address, address.family)
    const timestamp = Math.floor(at / 1000)
    const request = (url.protocol === "https:" ? Https : Http).request(url, {
      method: "POST",
      agent: false,
      lookup: fixed,
      signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
      headers: {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        "user-agent": "batchlabel-webhook",
        "webhook-id": id,
        "webhook-timestamp": String(timestamp),
        "webhook-signature": sign(secret, id, timestamp, body)
      }
    })
    request.once("response", (response) => {
      resume(Effect.succeed(response.statusCode ?? 0))
      // What it says beyond the status is of no interest, however long it is.
      response.destroy()
    })
    request.once("error", (error) => resume(Effect.fail(new DeliveryFailed({ detail: error.message }))))
    request.end(body)
  })
