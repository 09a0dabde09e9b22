import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as Format from "../src/Format.js"
import * as Texts from "../src/Texts.js"

describe("numbers and tables", () => {
  it("rounds shares as the guide does", () => {
    expect([95, 103, 100].map((count) => Format.percent(count, 300))).toEqual(["31.7%", "34.3%", "33.3%"])
    expect(Format.percent(0, 0)).toBe("0.0%")
  })

  it("shows spans in the units that matter", () => {
    const texts = Texts.of("en")
    expect([0, 42_000, 120_000, 11_100_000].map((ms) => Format.span(ms, texts))).toEqual(["0 s", "42 s", "2 min", "3 h 5 min"])
  })

  it("shows one amount where the ends of a range look alike", () => {
    const texts = Texts.of("en")
    expect(Format.range({ low: 1, high: 2 }, String, texts)).toBe("1 to 2")
    expect(Format.range({ low: 1.01, high: 1.02 }, (amount) => amount.toFixed(1), texts)).toBe("1.0")
  })

  it("aligns columns by the width a terminal gives to Hangul", () => {
    expect(
      Format.table(
        [
          ["상태", "행"],
          ["done", "300"]
        ],
        [1]
      )
    ).toEqual(["상태   행", "done  300"])
  })

  it("never lets a line grow beyond the columns there are", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.fullUnicodeString(), FastCheck.integer({ min: 2, max: 40 }), (text, columns) => {
        expect(Format.width(Format.cut(text, columns))).toBeLessThanOrEqual(columns)
      })
    )
  })

  it("keeps every digit of money", () => {
    expect(Format.money(8_010_600_000n)).toBe("$0.0080106")
    expect(Format.amount(16_200_000_000n)).toBe("$0.0162")
    expect(Format.amount(2_679_432_675_000n)).toBe("$2.68")
    expect(Format.amount(1_000n)).toBe("<$0.0001")
    expect(Format.dollars(5_000_000_000_000n)).toBe("5.00")
  })
})
