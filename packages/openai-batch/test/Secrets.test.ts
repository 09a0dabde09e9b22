import { tmpdir } from "node:os"
import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { scrubber } from "../src/internal/scrub.js"
import * as OpenAiBatch from "../src/OpenAiBatch.js"
import * as OpenAiBatchConfig from "../src/OpenAiBatchConfig.js"
import * as OpenAiClient from "../src/OpenAiClient.js"
import { apiError, type Behaviour, json, KEY, script, serve, serviceAgainst, settings } from "./server.js"

const deep = { depth: 50, showHidden: true, getters: true, maxStringLength: null, maxArrayLength: null } as const

/** JSON as it would be if circles were let out; the SDK's client is full of them. */
const jsonOf = (value: unknown): string => {
  const seen = new WeakSet<object>()
  const text: string | undefined = JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== "object" || part === null) return part
    if (seen.has(part)) return undefined
    seen.add(part)
    return part
  })
  return text ?? ""
}

/** Everything a value can show of itself. */
const shown = (value: unknown): string =>
  [
    inspect(value, deep),
    inspect(value),
    String(value),
    jsonOf(value),
    value instanceof Error ? `${value.message}\n${value.stack}\n${inspect(value.cause, deep)}` : ""
  ].join("\n")

const assertSilent = (value: unknown, secret = KEY): void => {
  const text = shown(value)
  assert.notInclude(text, secret)
  assert.notMatch(text, /Bearer (?!<redacted>|redacted)/)
}

// Servers and proxies that repeat what they were sent.
const echo = `You sent Authorization: Bearer ${KEY}. Incorrect API key provided: ${KEY}.`
const shapes: ReadonlyArray<[string, Behaviour]> = [
  ["a 401 that repeats the key", apiError(401, "invalid_api_key", echo)],
  ["a 400 with the key as code", apiError(400, KEY, echo)],
  ["a 403", apiError(403, null, echo)],
  ["a 404 web page", { status: 404, body: `<html><body>${echo}</body></html>` }],
  ["a 429", apiError(429, "rate_limit_exceeded", echo, { "retry-after": "600" })],
  ["a 429 without credit", apiError(429, "insufficient_quota", echo)],
  ["a 409", apiError(409, null, echo)],
  ["a 413", { status: 413, body: echo }],
  ["a 500", apiError(500, null, echo)],
  ["a 500 whose error is a text", json({ error: echo }, { status: 500 })],
  ["a 500 whose error is something else", json({ error: { detail: [echo] } }, { status: 500 })],
  ["JSON without an error", json({ seen: echo })],
  ["an error under status 200", json({ error: { message: echo, code: KEY } })],
  ["a web page under status 200", { body: `<html>${echo}</html>` }],
  ["a broken connection", "reset"],
  ["no reply", "hang"],
  ["a cut reply", { body: echo, cutAfter: 10 }]
]

describe("the key", () => {
  for (const [name, reply] of shapes) {
    it.scopedLive(`is in no error, cause or log after ${name}`, () =>
      Effect.gen(function* () {
        const logged: Array<unknown> = []
        const logger = Logger.make(({ annotations, cause, message, spans }) => {
          logged.push(message, annotations, spans, Cause.pretty(cause))
        })
        const { service } = yield* serviceAgainst(script(reply), {
          retry: { times: 1 },
          timeouts: {
            request: Duration.millis(40),
            create: Duration.millis(40),
            upload: Duration.millis(40),
            idle: Duration.millis(40)
          }
        })
        const downloading = service.download({ fileId: "file-1", path: `${tmpdir()}/batchlabel-secret-${process.pid}.jsonl` })
        const calls: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
          service.retrieve("batch_1"),
          service.create({ inputFileId: "file-1", endpoint: "/v1/chat/completions", metadata: {} }),
          service.cancel("batch_1"),
          service.file("file-1"),
          downloading,
          Stream.runDrain(service.list())
        ]
        for (const call of calls) {
          const exit = yield* Effect.exit(
            call.pipe(
              Effect.tapErrorCause((cause) => Effect.logError("failed", cause)),
              Effect.withSpan("x"),
              Logger.withMinimumLogLevel(LogLevel.All),
              Effect.provide(Logger.replace(Logger.defaultLogger, logger))
            )
          )
          // Any text may be a file's content: whether it is the right one, its reader sees.
          if (call !== downloading) assert.strictEqual(exit._tag, "Failure")
          assertSilent(exit)
          if (exit._tag !== "Failure") continue
          assertSilent(Cause.squash(exit.cause))
          assert.notInclude(Cause.pretty(exit.cause, { renderErrorCause: true }), KEY)
          for (const error of Cause.failures(exit.cause)) {
            assertSilent(error)
            if (error !== null && typeof error === "object" && "problem" in error) assertSilent(error.problem)
          }
        }
        assert.isNotEmpty(logged)
        assertSilent(logged)
      })
    )
  }

  it.scopedLive("is not in the settings, the client, the service or the context, however deep one looks", () =>
    Effect.gen(function* () {
      const server = yield* serve(script("reset"))
      const config = settings(server.baseUrl)
      const client = yield* OpenAiClient.make(config)
      const context = yield* Layer.build(OpenAiBatch.layer(config))
      for (const value of [config, client, context, Context.get(context, OpenAiBatch.OpenAiBatch)]) assertSilent(value)
    })
  )

  it.scopedLive("that cannot be sent is not in the error it causes", () =>
    Effect.gen(function* () {
      for (const bad of ["sk-한글-secret-0123", "sk-secret\n0123456789", "sk-secret\u0000-0123456789"]) {
        const layer = OpenAiBatch.layer({ apiKey: Redacted.make(bad), baseUrl: "http://127.0.0.1:9/v1", retry: { times: 0 } })
        const service = yield* Effect.provide(OpenAiBatch.OpenAiBatch, layer)
        const error = yield* Effect.flip(service.retrieve("batch_1"))
        assert.notInclude(shown(error), "secret")
        const checked = OpenAiBatchConfig.validate({ apiKey: Redacted.make(bad) })
        assert.isTrue(Either.isLeft(checked))
        assert.notInclude(shown(checked), "secret")
      }
    })
  )

  it.scopedLive("goes to no other server that the first one points at", () =>
    Effect.gen(function* () {
      const other = yield* serve(script("reset"))
      const { service } = yield* serviceAgainst(script({ status: 302, headers: { location: `${other.baseUrl}/stolen` } }))
      yield* Effect.exit(service.retrieve("batch_1"))
      assert.isAtLeast(other.seen.length, 1)
      assert.isTrue(other.seen.every(({ headers }) => headers.authorization === undefined))
    })
  )

  it.effect("in a base URL or a bad setting is not told either", () =>
    Effect.gen(function* () {
      const provider = ConfigProvider.fromMap(
        new Map([
          ["OPENAI_API_KEY", KEY],
          ["OPENAI_BASE_URL", "https://user:hunter2-secret@example.test/v1"]
        ])
      )
      const error = yield* Effect.flip(Effect.withConfigProvider(OpenAiBatchConfig.load(), provider))
      assertSilent(error)
      assertSilent(error, "hunter2")
    })
  )
})

describe("the filter for texts from outside", () => {
  const scrub = scrubber([KEY])

  it("takes out the key, other keys, and the value of an authorization", () => {
    assert.strictEqual(scrub(`key ${KEY}.`), "key <redacted>.")
    assert.strictEqual(scrub("Incorrect API key provided: sk-proj-****abcd"), "Incorrect API key provided: sk-<redacted>")
    assert.strictEqual(scrub('{"authorization":"Bearer abc.def"}'), '{"authorization":"Bearer <redacted>"}')
  })

  it("leaves other texts as they are, on one line and not too long", () => {
    assert.strictEqual(scrub("No such batch: batch_1"), "No such batch: batch_1")
    assert.strictEqual(scrub("a\n\n  b"), "a b")
    assert.isAtMost(scrub("x".repeat(10_000)).length, 501)
  })
})
