import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as OpenAiBatch from "../src/OpenAiBatch.js"
import { apiError, type Behaviour, batchJson, json, script, serviceAgainst, settings } from "./server.js"

const options = {
  inputFileId: "file-in",
  endpoint: "/v1/chat/completions",
  metadata: { tool: "batchlabel", job: "job_1", shard: "1" }
}

describe("creating a batch", () => {
  it.scopedLive("sends what the API documents, and nothing else", () =>
    Effect.gen(function* () {
      const { server, service } = yield* serviceAgainst(script(json(batchJson({ status: "validating" }))))
      const batch = yield* service.create({ ...options, outputExpiresAfterSeconds: 86_400 })
      assert.strictEqual(batch.status, "validating")
      assert.deepStrictEqual(JSON.parse(server.seen[0]?.body.toString() ?? ""), {
        input_file_id: "file-in",
        endpoint: "/v1/chat/completions",
        completion_window: "24h",
        metadata: { tool: "batchlabel", job: "job_1", shard: "1" },
        output_expires_after: { anchor: "created_at", seconds: 86_400 }
      })
    })
  )

  for (const [name, reply, acted] of [
    ["a 500", apiError(500, null, "oops"), "unknown"],
    ["a 503 that says to retry", apiError(503, null, "oops", { "x-should-retry": "true", "retry-after": "0" }), "unknown"],
    ["a connection that breaks before the reply", "reset", "unknown"],
    ["an empty body", {}, "unknown"],
    ["a web page", { body: "<html></html>" }, "unknown"],
    ["a reply that is cut", { body: JSON.stringify(batchJson()), cutAfter: 30 }, "unknown"],
    ["an error under status 200", json({ error: { code: "rate_limit_exceeded", message: "slow" } }), "unknown"],
    ["a 408 of a proxy", { status: 408 }, "unknown"],
    ["a 400", apiError(400, "invalid_request", "no"), "no"],
    ["a 401", apiError(401, null, "no"), "no"],
    ["a 409", apiError(409, null, "no"), "no"],
    ["a 413", apiError(413, null, "larger than the 209715200 maximum"), "no"],
    ["a 429", apiError(429, "rate_limit_exceeded", "slow"), "no"],
    ["a 429 without credit", apiError(429, "insufficient_quota", "no"), "no"]
  ] as ReadonlyArray<[string, Behaviour, "no" | "unknown"]>) {
    it.scopedLive(`is asked for once only after ${name}, and whether it acted is "${acted}"`, () =>
      Effect.gen(function* () {
        const { server, service } = yield* serviceAgainst(script(reply, json(batchJson())))
        const error = yield* Effect.flip(service.create(options))
        assert.strictEqual(server.seen.length, 1)
        assert.strictEqual(error.acted, acted)
        assert.strictEqual(error.message.includes("the batch may have been created"), acted === "unknown")
      })
    )
  }

  it.scopedLive("is asked for once only when the reply does not come in time", () =>
    Effect.gen(function* () {
      const { server, service } = yield* serviceAgainst(script("hang"), { timeouts: { create: Duration.millis(50) } })
      const error = yield* Effect.flip(service.create(options))
      assert.strictEqual(error.reason._tag, "TimedOut")
      assert.strictEqual(error.acted, "unknown")
      assert.strictEqual(server.seen.length, 1)
    })
  )

  it.scopedLive("did not act where the connection was refused or the host does not exist", () =>
    Effect.gen(function* () {
      const { server } = yield* Effect.scoped(serviceAgainst(script("reset")))
      for (const baseUrl of [server.baseUrl, "http://no-such-host.invalid/v1"]) {
        const service = yield* Effect.provide(OpenAiBatch.OpenAiBatch, OpenAiBatch.layer(settings(baseUrl)))
        const error = yield* Effect.flip(service.create(options))
        assert.strictEqual(error.reason._tag, "ConnectionFailed")
        assert.strictEqual(error.acted, "no")
      }
    })
  )

  it.scopedLive("metadata beyond the API's limits is refused before anything is sent", () =>
    Effect.gen(function* () {
      const { server, service } = yield* serviceAgainst(script(json(batchJson())))
      const tooMany = Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, "v"]))
      for (const metadata of [tooMany, { ["k".repeat(65)]: "v" }, { k: "v".repeat(513) }]) {
        const error = yield* Effect.flip(service.create({ ...options, metadata }))
        assert.strictEqual(error.reason._tag, "BadRequest")
        assert.strictEqual(error.acted, "no")
      }
      assert.strictEqual(server.seen.length, 0)
    })
  )

  it.scopedLive("an interrupted call closes its connection", () =>
    Effect.gen(function* () {
      const { server, service } = yield* serviceAgainst(script("hang"))
      const fiber = yield* Effect.fork(service.create(options))
      yield* Effect.repeat(Effect.yieldNow(), { until: () => server.seen.length === 1 })
      yield* Fiber.interrupt(fiber)
      yield* Effect.repeat(Effect.yieldNow(), { until: () => server.open() === 0 })
    })
  )
})
