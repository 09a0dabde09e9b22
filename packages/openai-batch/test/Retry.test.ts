import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { retryAfter } from "../src/internal/reasonOfReply.js"
import { schedule, waitAfter } from "../src/internal/retry.js"
import { defaultRetry } from "../src/OpenAiBatchConfig.js"
import { NotFound, OpenAiBatchError, RateLimited, type Reason, ServerError } from "../src/OpenAiBatchError.js"

const failing = (reason: Reason) => new OpenAiBatchError({ operation: "retrieve", reason })
const down = failing(new ServerError({ status: 503, detail: "down" }))
const slow = (millis: number) => failing(new RateLimited({ status: 429, detail: "slow", retryAfter: millis }))

/** When attempts were made, in milliseconds of the test's clock, for a call that always fails. */
const attempts = (error: OpenAiBatchError, retry = defaultRetry) =>
  Effect.gen(function* () {
    const times: Array<number> = []
    const start = yield* TestClock.currentTimeMillis
    const call = Effect.flatMap(TestClock.currentTimeMillis, (now) => {
      times.push(now - start)
      return Effect.fail(error)
    })
    // biome-ignore lint/plugin: what is tested, under the test's clock
    const fiber = yield* Effect.fork(Effect.flip(Effect.retry(call, schedule(retry))))
    yield* TestClock.adjust(Duration.hours(1))
    const last = yield* Fiber.join(fiber)
    assert.strictEqual(last, error)
    return times
  })

const gaps = (times: ReadonlyArray<number>) => times.slice(1).map((time, i) => time - (times[i] ?? 0))

describe("the schedule of repetitions", () => {
  it.effect("waits twice as long each time, jittered down to a half, never longer than the cap", () =>
    Effect.gen(function* () {
      const waits = gaps(yield* attempts(down, { ...defaultRetry, cap: Duration.seconds(3) }))
      assert.strictEqual(waits.length, 5)
      for (const [i, full] of [500, 1_000, 2_000, 3_000, 3_000].entries()) {
        assert.isAtMost(waits[i] ?? 0, full)
        assert.isAtLeast(waits[i] ?? 0, full / 2)
      }
    })
  )

  it.effect("waits at least as long as the server asks, and hardly longer", () =>
    Effect.gen(function* () {
      for (const wait of gaps(yield* attempts(slow(45_000)))) {
        assert.isAtLeast(wait, 45_000)
        assert.isAtMost(wait, 49_500)
      }
    })
  )

  it.effect("gives up at once where the server asks for more than is allowed, and where no repetition helps", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* attempts(slow(121_000))).length, 1)
      assert.strictEqual((yield* attempts(failing(new NotFound({ status: 404, detail: "" })))).length, 1)
    })
  )

  it("a Retry-After of 0 does not become a storm: the base is kept", () => {
    assert.strictEqual(waitAfter(defaultRetry, 0, slow(0), 0), 500)
  })

  it("no wait is ever negative, endless or above its bound", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.nat(1_000),
        FastCheck.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, random) => {
          const wait = waitAfter(defaultRetry, attempt, down, random)
          return wait > 0 && wait <= Duration.toMillis(defaultRetry.cap)
        }
      )
    )
  })
})

describe("what the server asks to wait", () => {
  const ask = (headers: Record<string, string>) => retryAfter(new Headers(headers), Date.UTC(2024, 0, 1))

  it("is read as milliseconds, seconds or a date, in this order", () => {
    assert.strictEqual(ask({ "retry-after-ms": "1500", "retry-after": "9" }), 1_500)
    assert.strictEqual(ask({ "retry-after": "2" }), 2_000)
    assert.strictEqual(ask({ "retry-after": "0.25" }), 250)
    assert.strictEqual(ask({ "retry-after": "Mon, 01 Jan 2024 00:00:30 GMT" }), 30_000)
  })

  it("a date is measured by the server's clock, so that ours may be wrong", () => {
    const headers = { "retry-after": "Mon, 01 Jan 2029 00:00:30 GMT", date: "Mon, 01 Jan 2029 00:00:00 GMT" }
    assert.strictEqual(ask(headers), 30_000)
  })

  it("what cannot be understood is no wish, and the past is now", () => {
    assert.isUndefined(ask({}))
    assert.isUndefined(ask({ "retry-after": "soon" }))
    assert.strictEqual(ask({ "retry-after": "Mon, 01 Jan 2018 00:00:00 GMT" }), 0)
    assert.strictEqual(ask({ "retry-after": "-5" }), 0)
  })
})
