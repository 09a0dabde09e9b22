import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as OpenAiBatch from "../src/OpenAiBatch.js"
import { apiError, type Behaviour, batchJson, json, script, serviceAgainst, settings } from "./server.js"

const retrieved = (...replies: ReadonlyArray<Behaviour>) =>
  Effect.gen(function* () {
    const { server, service } = yield* serviceAgainst(script(...replies))
    const result = yield* Effect.either(service.retrieve("batch_1"))
    return { result, requests: server.seen.length, seen: server.seen }
  })

const failed = (...replies: ReadonlyArray<Behaviour>) =>
  Effect.gen(function* () {
    const { requests, result } = yield* retrieved(...replies)
    assert.strictEqual(result._tag, "Left")
    if (result._tag !== "Left") return yield* Effect.die("unreachable")
    return { error: result.left, requests }
  })

describe("a call that is safe to repeat", () => {
  it.scopedLive("sends the key, organization and project, and reads the batch", () =>
    Effect.gen(function* () {
      const { server } = yield* serviceAgainst(script(json(batchJson())))
      const layer = OpenAiBatch.layer({ ...settings(server.baseUrl), organization: "org-1", project: "proj_1" })
      const service = yield* Effect.provide(OpenAiBatch.OpenAiBatch, layer)
      const batch = yield* service.retrieve("batch_1")
      assert.strictEqual(batch.status, "in_progress")
      assert.strictEqual(batch.createdAt, 1_711_471_533_000)
      const [request] = server.seen
      assert.strictEqual(request?.path, "/batches/batch_1")
      assert.strictEqual(request?.headers.authorization, "Bearer made-up-0123456789abcdef")
      assert.strictEqual(request?.headers["openai-organization"], "org-1")
      assert.strictEqual(request?.headers["openai-project"], "proj_1")
    })
  )

  for (const [name, reply] of [
    ["a 429", apiError(429, "rate_limit_exceeded", "slow down")],
    ["a 429 with retry-after-ms", apiError(429, null, "slow down", { "retry-after-ms": "2" })],
    ["a 429 with Retry-After", apiError(429, null, "slow down", { "retry-after": "0.002" })],
    ["a 500", apiError(500, null, "oops")],
    ["a 502 that is a web page", { status: 502, body: "<html><body>Bad gateway</body></html>" }],
    ["a 503", { status: 503 }],
    ["a 408", { status: 408 }],
    ["a connection that breaks before the reply", "reset"],
    ["an empty body under status 200", {}],
    ["a web page under status 200", { body: "<!doctype html><title>Login</title>" }],
    ["a reply that is cut", { body: JSON.stringify(batchJson()), cutAfter: 20 }],
    ["a rate limit under status 200", json({ error: { code: "rate_limit_exceeded", message: "slow down" } })]
  ] as ReadonlyArray<[string, Behaviour]>) {
    it.scopedLive(`is repeated after ${name}`, () =>
      Effect.gen(function* () {
        const { requests, result } = yield* retrieved(reply, reply, json(batchJson()))
        assert.strictEqual(result._tag, "Right")
        assert.strictEqual(requests, 3)
      })
    )
  }

  it.scopedLive("is repeated as often as the settings say, and the last failure is told with its request id", () =>
    Effect.gen(function* () {
      const { error, requests } = yield* failed(apiError(503, null, "the engine is overloaded"))
      assert.strictEqual(requests, 4)
      assert.strictEqual(error.reason._tag, "ServerError")
      assert.strictEqual(error.requestId, "req_503")
      assert.strictEqual(error.target, "batch_1")
      assert.include(error.message, "the engine is overloaded")
      assert.include(error.message, "req_503")
    })
  )

  it.scopedLive("a reply that hangs ends after the configured time and is repeated", () =>
    Effect.gen(function* () {
      const { server, service } = yield* serviceAgainst(script("hang", json(batchJson())), {
        timeouts: { request: Duration.millis(60) }
      })
      const batch = yield* service.retrieve("batch_1")
      assert.strictEqual(batch.id, "batch_1")
      assert.strictEqual(server.seen.length, 2)
    })
  )

  it.scopedLive("a body that hangs counts as well", () =>
    Effect.gen(function* () {
      const { service } = yield* serviceAgainst(script({ body: JSON.stringify(batchJson()), stallAfter: 10 }), {
        timeouts: { request: Duration.millis(40) },
        retry: { times: 1 }
      })
      const error = yield* Effect.flip(service.retrieve("batch_1"))
      assert.strictEqual(error.reason._tag, "TimedOut")
      assert.isTrue(error.retryable)
    })
  )

  it.scopedLive("a wait longer than allowed is left to the caller, who is told how long", () =>
    Effect.gen(function* () {
      const { error, requests } = yield* failed(apiError(429, null, "slow down", { "retry-after": "3600" }))
      assert.strictEqual(requests, 1)
      assert.strictEqual(error.reason._tag, "RateLimited")
      assert.strictEqual(error.retryAfter, 3_600_000)
      assert.include(error.message, "3600 s")
    })
  )

  it.scopedLive("x-should-retry has the last word", () =>
    Effect.gen(function* () {
      const no = yield* failed(apiError(500, null, "no", { "x-should-retry": "false" }))
      assert.strictEqual(no.requests, 1)
      const yes = yield* retrieved(apiError(409, null, "lock", { "x-should-retry": "true" }), json(batchJson()))
      assert.strictEqual(yes.requests, 2)
    })
  )
})

describe("a reply about something else", () => {
  for (const [name, other] of [
    ["another batch", batchJson({ id: "batch_2" })],
    ["a file", { id: "batch_1", object: "file", status: "processed" }]
  ] as const) {
    it.scopedLive(`is not taken for the batch, and asked for again: ${name}`, () =>
      Effect.gen(function* () {
        const { requests } = yield* retrieved(json(other), json(batchJson()))
        assert.strictEqual(requests, 2)
      })
    )
  }
})

describe("a call that cannot succeed", () => {
  for (const [name, reply, tag] of [
    ["401", apiError(401, "invalid_api_key", "Incorrect API key"), "Unauthorized"],
    ["403", apiError(403, null, "no access"), "PermissionDenied"],
    ["404", apiError(404, null, "No such batch"), "NotFound"],
    ["400", apiError(400, "bad", "wrong"), "BadRequest"],
    ["409", apiError(409, null, "state"), "Conflict"],
    ["413", { status: 413, body: "<html>Request Entity Too Large</html>" }, "PayloadTooLarge"],
    ["422", { status: 422, body: "" }, "BadRequest"],
    ["501", apiError(501, null, "not implemented"), "ServerError"],
    ["402", { status: 402 }, "QuotaExceeded"],
    ["429 insufficient_quota", apiError(429, "insufficient_quota", "You exceeded your current quota"), "QuotaExceeded"],
    ["429 billing_hard_limit_reached", apiError(429, "billing_hard_limit_reached", "limit"), "QuotaExceeded"],
    [
      "a missing credit under status 200",
      json({ error: { type: "insufficient_quota", code: null, message: "You exceeded your current quota" } }),
      "QuotaExceeded"
    ],
    ["a missing batch under status 200", json({ error: { code: "not_found", message: "No batch" } }), "NotFound"]
  ] as ReadonlyArray<[string, Behaviour, string]>) {
    it.scopedLive(`is not repeated: ${name}`, () =>
      Effect.gen(function* () {
        const { error, requests } = yield* failed(reply)
        assert.strictEqual(error.reason._tag, tag)
        assert.strictEqual(requests, 1)
        assert.isFalse(error.retryable)
        assert.include(error.message, "batch_1")
      })
    )
  }

  it.scopedLive("a web page is told in plain words, not in tags", () =>
    Effect.gen(function* () {
      const { error } = yield* failed({
        status: 404,
        body: "<!DOCTYPE html><html><head><style>p{}</style></head><body><h1>Not here</h1></body></html>"
      })
      assert.include(error.message, "Not here")
      assert.notInclude(error.message, "<h1>")
      assert.notInclude(error.message, "p{}")
    })
  )

  it.scopedLive("an address where nobody listens: the request was never sent", () =>
    Effect.gen(function* () {
      const { server } = yield* Effect.scoped(serviceAgainst(script("reset")))
      const service = yield* Effect.provide(
        OpenAiBatch.OpenAiBatch,
        OpenAiBatch.layer(settings(server.baseUrl, { retry: { times: 1 } }))
      )
      const error = yield* Effect.flip(service.retrieve("batch_1"))
      assert.strictEqual(error.reason._tag, "ConnectionFailed")
      assert.strictEqual(error.reason._tag === "ConnectionFailed" && error.reason.code, "ECONNREFUSED")
      assert.strictEqual(error.acted, "no")
    })
  )
})
