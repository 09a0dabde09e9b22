import { assert, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { attachment } from "../src/internal/attachment.js"
import { langOf } from "../src/internal/responses.js"
import * as TokenBucket from "../src/internal/tokenBucket.js"

it("the language is the one that is liked best of the two there are", () => {
  for (const [header, lang] of [
    [undefined, "en"],
    ["", "en"],
    ["ko", "ko"],
    ["ko-KR,ko;q=0.9,en;q=0.8", "ko"],
    ["en-US,en;q=0.9,ko;q=0.8", "en"],
    ["fr, ko;q=0.2", "ko"],
    ["en;q=0.1, ko;q=0.5", "ko"],
    ["de", "en"],
    ["*", "en"],
    ["ko;q=0", "en"],
    [";;;,,,q=1", "en"]
  ] as const) {
    assert.strictEqual(langOf(header), lang, String(header))
  }
})

it("a bucket lets through its burst at once and its rate for long, and no more", () => {
  FastCheck.assert(
    FastCheck.property(
      FastCheck.array(FastCheck.nat(2_000), { minLength: 1, maxLength: 200 }),
      FastCheck.integer({ min: 1, max: 20 }),
      FastCheck.integer({ min: 1, max: 50 }),
      (pauses, perSecond, burst) => {
        const limiter = TokenBucket.make(perSecond, burst)
        let now = 0
        let passed = 0
        for (const pause of pauses) {
          now += pause
          const wait = limiter.take("key", now)
          if (wait === 0) passed++
          assert.isAtMost(passed, burst + (now / 1000) * perSecond + 1e-6)
          // Who waits as long as he is told gets through.
          if (wait > 0) {
            now += wait * 1000
            assert.strictEqual(limiter.take("key", now), 0)
            passed++
          }
        }
      }
    )
  )
})

it("buckets of different keys do not share, and made-up keys do not fill the memory", () => {
  const limiter = TokenBucket.make(1, 1)
  assert.strictEqual(limiter.take("a", 0), 0)
  assert.isAbove(limiter.take("a", 0), 0)
  assert.strictEqual(limiter.take("b", 0), 0)
  for (let i = 0; i < 20_000; i++) limiter.take(`made up ${i}`, 0)
  // The oldest were forgotten, and so have a full bucket again.
  assert.strictEqual(limiter.take("a", 0), 0)
})

it("a client's name for its file can add nothing to the header it is sent back in", () => {
  FastCheck.assert(
    FastCheck.property(FastCheck.fullUnicodeString({ maxLength: 300 }), (name) => {
      const header = attachment(name, "_labeled.csv")
      assert.match(
        header,
        /^attachment; filename="[A-Za-z0-9 ._-]*_labeled\.csv"; filename\*=UTF-8''[A-Za-z0-9!#$&+.^_`|~%-]*_labeled\.csv$/
      )
    })
  )
  assert.strictEqual(
    attachment("뉴스.csv", "_labeled.csv"),
    `attachment; filename="___labeled.csv"; filename*=UTF-8''${encodeURIComponent("뉴스_labeled.csv")}`
  )
  assert.include(attachment('a"\r\nSet-Cookie: x=1.csv', ""), 'filename="a___Set-Cookie_ x_1"')
})
