import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Format from "../src/text/Format.js"
import { preferred } from "../src/text/Lang.js"

const ko = Format.make("ko")
const en = Format.make("en")

describe("numbers and times in words", () => {
  it("a share is never told as all or nothing where it is neither", () => {
    assert.strictEqual(ko.percent(1, 100_000), "0.1%")
    assert.strictEqual(ko.percent(99_999, 100_000), "99.9%")
    assert.strictEqual(ko.percent(95, 300), "31.7%")
    assert.strictEqual(ko.percent(0, 0), "0%")
    FastCheck.assert(
      FastCheck.property(FastCheck.nat(1_000_000), FastCheck.integer({ min: 1, max: 1_000_000 }), (part, whole) => {
        const share = Format.percentOf(part, whole)
        assert.strictEqual(share === 0, part === 0)
        assert.strictEqual(share === 100, part >= whole)
      })
    )
  })

  it("a duration is told in its largest two units", () => {
    const second = 1_000
    for (const [ms, korean, english] of [
      [0, "0초", "0 s"],
      [59 * second, "59초", "59 s"],
      [90 * second, "1분 30초", "1 min 30 s"],
      [2 * 3600 * second + 10 * 60 * second + 29 * second, "2시간 10분", "2 h 10 min"],
      [24 * 3600 * second, "1일", "1 d"],
      [26 * 3600 * second + 59 * second, "1일 2시간", "1 d 2 h"],
      [-5, "0초", "0 s"]
    ] as const) {
      assert.strictEqual(ko.duration(ms), korean)
      assert.strictEqual(en.duration(ms), english)
    }
  })

  it("a time of today is told without its date, any other with it", () => {
    const now = new Date(2026, 10, 25, 9, 0).getTime()
    assert.strictEqual(ko.moment(new Date(2026, 10, 25, 15, 40).getTime(), now), "15:40")
    assert.include(ko.moment(new Date(2026, 10, 26, 15, 40).getTime(), now), "26")
    assert.include(en.moment(new Date(2026, 10, 26, 15, 40).getTime(), now), "26 Nov")
  })

  it("sizes and large counts are short", () => {
    assert.strictEqual(ko.bytes(577_800), "577.8 KB")
    assert.strictEqual(ko.bytes(999), "999 B")
    assert.strictEqual(en.compact(418_000), "418K")
    assert.strictEqual(ko.compact(418_000), "41.8만")
    assert.strictEqual(ko.hours(4.444), "4.4")
    assert.strictEqual(ko.hours(13.331), "13")
  })
})

describe("the language", () => {
  it("is the first of the browser's that the page speaks, else English", () => {
    assert.strictEqual(preferred(["ko-KR", "en"]), "ko")
    assert.strictEqual(preferred(["fr", "ko"]), "ko")
    assert.strictEqual(preferred(["fr", "en-GB", "ko"]), "en")
    assert.strictEqual(preferred(["kok"]), "en")
    assert.strictEqual(preferred([]), "en")
  })
})
