import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as OpenAiBatch from "../src/OpenAiBatch.js"
import * as OpenAiBatchConfig from "../src/OpenAiBatchConfig.js"
import { KEY } from "./server.js"

const load = (values: Readonly<Record<string, string>>) =>
  Effect.withConfigProvider(OpenAiBatchConfig.load(), ConfigProvider.fromMap(new Map(Object.entries(values))))

describe("the settings", () => {
  it.effect("are read by the SDK's names, trimmed, the base URL without its last slash", () =>
    Effect.gen(function* () {
      const config = yield* load({
        OPENAI_API_KEY: ` ${KEY}\r`,
        OPENAI_BASE_URL: "http://127.0.0.1:8080/v1/ ",
        OPENAI_ORG_ID: "org-1",
        OPENAI_PROJECT_ID: "proj_1"
      })
      assert.strictEqual(Redacted.value(config.apiKey), KEY)
      assert.strictEqual(config.baseUrl, "http://127.0.0.1:8080/v1")
      assert.strictEqual(config.organization, "org-1")
      assert.strictEqual(config.project, "proj_1")
    })
  )

  it.effect("blank ones are absent", () =>
    Effect.gen(function* () {
      const config = yield* load({ OPENAI_API_KEY: KEY, OPENAI_BASE_URL: "", OPENAI_ORG_ID: " ", OPENAI_PROJECT_ID: "" })
      assert.deepStrictEqual(Object.keys(config), ["apiKey"])
    })
  )

  for (const values of [{}, { OPENAI_API_KEY: "" }, { OPENAI_API_KEY: "  " }]) {
    it.effect(`a missing key (${JSON.stringify(values)}) is told as the guide tells it`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(load(values))
        assert.strictEqual(error.reason._tag, "MissingKey")
        assert.strictEqual(error.problem.code, "BL3001")
      })
    )
  }

  for (const key of ['"sk-quoted"', "sk-한글", "sk-a b", "sk-ａ"]) {
    it.effect(`a key that was copied badly is noticed: ${JSON.stringify(key)}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(load({ OPENAI_API_KEY: key }))
        assert.strictEqual(error.reason._tag, "InvalidKey")
      })
    )
  }

  for (const url of ["api.openai.com/v1", "ftp://example.test", "https://user:pw@example.test/v1"]) {
    it.effect(`a base URL that is none is noticed: ${url}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(load({ OPENAI_API_KEY: KEY, OPENAI_BASE_URL: url }))
        assert.strictEqual(error.reason._tag, "InvalidSetting")
        assert.deepInclude(error.problem.params, { name: "OPENAI_BASE_URL" })
      })
    )
  }

  it.effect("layerConfig fails with the same errors, and gives the service otherwise", () =>
    Effect.gen(function* () {
      const build = (values: ReadonlyArray<readonly [string, string]>) =>
        Effect.scoped(Layer.build(OpenAiBatch.layerConfig())).pipe(
          Effect.withConfigProvider(ConfigProvider.fromMap(new Map(values)))
        )
      const error = yield* Effect.flip(build([]))
      assert.strictEqual(error.problem.code, "BL3001")
      yield* build([["OPENAI_API_KEY", KEY]])
    })
  )
})
