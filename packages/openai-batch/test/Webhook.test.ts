import { Buffer } from "node:buffer"
import { createHmac } from "node:crypto"
import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import * as Webhook from "../src/Webhook.js"

const bytes = Buffer.from("a made-up secret of 32 bytes ....")
const SECRET = `whsec_${bytes.toString("base64")}`
const secret = Redacted.make(SECRET)
const AT = 1_711_471_533

const payload = JSON.stringify({
  id: "evt_1",
  object: "event",
  created_at: AT - 2,
  type: "batch.completed",
  data: { id: "batch_1" }
})

/** Signs as OpenAI does: HMAC-SHA-256 over id, time and body. */
const sign = (body: string, at = AT, key: Buffer = bytes, id = "wh_1") => ({
  "webhook-id": id,
  "webhook-timestamp": String(at),
  "webhook-signature": `v1,${createHmac("sha256", key).update(`${id}.${at}.${body}`).digest("base64")}`
})

const verify = (body: string, headers: Webhook.Headers, options?: Webhook.VerifyOptions) =>
  TestClock.setTime(AT * 1_000).pipe(Effect.andThen(Webhook.verify(body, headers, secret, options)))

const refused = (body: string, headers: Webhook.Headers, options?: Webhook.VerifyOptions) =>
  Effect.map(Effect.flip(verify(body, headers, options)), (error) => error.reason._tag)

describe("a webhook", () => {
  it.effect("that OpenAI signed is believed, and names its event and batch", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* verify(payload, sign(payload)), {
        id: "evt_1",
        type: "batch.completed",
        batchId: "batch_1",
        createdAt: (AT - 2) * 1_000,
        deliveryId: "wh_1"
      })
    })
  )

  it.effect("may have header names in any case, lists of values, and several signatures while a secret changes", () =>
    Effect.gen(function* () {
      const headers = sign(payload)
      const event = yield* verify(payload, {
        "Webhook-Id": [headers["webhook-id"]],
        "WEBHOOK-TIMESTAMP": headers["webhook-timestamp"],
        "Webhook-Signature": `v1,${Buffer.alloc(32).toString("base64")} ${headers["webhook-signature"]}`
      })
      assert.strictEqual(event.batchId, "batch_1")
    })
  )

  it.effect("whose body, id, time, signature or secret is another one is refused", () =>
    Effect.gen(function* () {
      const headers = sign(payload)
      for (const [body, change] of [
        [`${payload} `, headers],
        [payload.replace("batch_1", "batch_2"), headers],
        [payload, { ...headers, "webhook-id": "wh_2" }],
        [payload, { ...headers, "webhook-timestamp": String(AT + 1) }],
        [payload, { ...headers, "webhook-timestamp": `${AT}abc` }],
        [payload, { ...headers, "webhook-timestamp": "soon" }],
        [payload, { ...headers, "webhook-signature": "v1," }],
        [payload, { ...headers, "webhook-signature": "v1,not base64 at all!" }],
        [payload, sign(payload, AT, Buffer.from("another secret"))]
      ] as const) {
        assert.strictEqual(yield* refused(body, change), "SignatureMismatch")
      }
    })
  )

  it.effect("sent again later, or from the future, is refused at the border of the tolerance", () =>
    Effect.gen(function* () {
      for (const off of [-300, 300]) assert.strictEqual((yield* verify(payload, sign(payload, AT + off))).id, "evt_1")
      for (const off of [-301, 301, -1_000_000])
        assert.strictEqual(yield* refused(payload, sign(payload, AT + off)), "OutsideTolerance")
      assert.strictEqual(yield* refused(payload, sign(payload, AT - 11), { tolerance: "10 seconds" }), "OutsideTolerance")
    })
  )

  it.effect("without one of its headers is refused, and the header is named", () =>
    Effect.gen(function* () {
      for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"]) {
        const error = yield* Effect.flip(verify(payload, { ...sign(payload), [name]: undefined }))
        assert.strictEqual(error.reason._tag, "MissingHeader")
        assert.include(error.message, name)
      }
    })
  )

  it.effect("that is signed and no event, or a batch event without a batch, is malformed", () =>
    Effect.gen(function* () {
      for (const body of ["", "no JSON", "[]", "{}", '{"id":"evt_1","type":"batch.failed","data":{}}']) {
        assert.strictEqual(yield* refused(body, sign(body)), "MalformedEvent")
      }
    })
  )

  it.effect("about something else is an event without a batch", () =>
    Effect.gen(function* () {
      const body = '{"id":"evt_2","type":"response.completed","created_at":1711471533,"data":{"id":"resp_1"}}'
      const event = yield* verify(body, sign(body))
      assert.strictEqual(event.type, "response.completed")
      assert.isUndefined(event.batchId)
    })
  )

  it.effect("is refused when the secret is empty: an empty key would sign for everybody", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(AT * 1_000)
      for (const empty of ["", " ", "whsec_", "whsec_!"]) {
        const headers = sign(payload, AT, Buffer.alloc(0))
        const error = yield* Effect.flip(Webhook.verify(payload, headers, Redacted.make(empty)))
        assert.strictEqual(error.reason._tag, "InvalidSecret")
      }
    })
  )

  it.effect("that is refused tells nothing about the secret", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(verify("x", sign(payload)))
      for (const text of [inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error), error.message]) {
        assert.notInclude(text, SECRET.slice(6))
      }
    })
  )
})
