import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { vi } from "vitest"
import { apiError, batchJson, json, script, serviceAgainst } from "./server.js"

// In a file of its own: the SDK remembers the console's methods from its first client on.
describe("the SDK", () => {
  it.scopedLive("prints nothing, not even where OPENAI_LOG asks it to", () =>
    Effect.gen(function* () {
      vi.stubEnv("OPENAI_LOG", "debug")
      const spies = (["debug", "info", "warn", "error", "log"] as const).map((method) => vi.spyOn(console, method))
      const { service } = yield* serviceAgainst(script(apiError(401, null, "no")))
      yield* Effect.exit(service.retrieve("batch_1"))
      for (const spy of spies) assert.strictEqual(spy.mock.calls.length, 0)
    }).pipe(
      Effect.ensuring(
        Effect.sync(() => {
          vi.unstubAllEnvs()
          vi.restoreAllMocks()
        })
      )
    )
  )

  it.scopedLive("takes headers, and the authorization of a gateway, from OPENAI_CUSTOM_HEADERS", () =>
    Effect.gen(function* () {
      vi.stubEnv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer of-the-gateway\nX-Team: labels")
      const { server, service } = yield* serviceAgainst(script(json(batchJson())))
      yield* service.retrieve("batch_1")
      assert.strictEqual(server.seen[0]?.headers.authorization, "Bearer of-the-gateway")
      assert.strictEqual(server.seen[0]?.headers["x-team"], "labels")
    }).pipe(Effect.ensuring(Effect.sync(() => vi.unstubAllEnvs())))
  )
})
