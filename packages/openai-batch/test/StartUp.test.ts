import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { vi } from "vitest"

const loaded = vi.hoisted(() => ({ sdk: 0 }))

vi.mock("openai", async (original) => {
  loaded.sdk++
  return { ...(await original()) }
})

describe("start-up", () => {
  it.scopedLive("the SDK, a tenth of a second, is loaded when the layer is built and not before", () =>
    Effect.gen(function* () {
      const { OpenAiBatch } = yield* Effect.promise(() => import("../src/index.js"))
      const layer = OpenAiBatch.layer({ apiKey: Redacted.make("sk-test") })
      assert.strictEqual(loaded.sdk, 0)
      yield* Layer.build(layer)
      assert.strictEqual(loaded.sdk, 1)
    })
  )
})
