import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Money from "../src/text/Money.js"

describe("dollars", () => {
  it("are shown in cents from a dollar on and with three significant digits below", () => {
    for (const [text, shown] of [
      ["0", "$0.00"],
      ["0.00", "$0.00"],
      ["0.016500", "$0.0165"],
      ["0.0318421", "$0.0318"],
      ["0.000000123456", "$0.000000123"],
      ["0.5", "$0.50"],
      ["0.999999", "$1.00"],
      ["1", "$1.00"],
      ["1.005", "$1.01"],
      ["1234567.891", "$1,234,567.89"],
      ["-2.5", "−$2.50"]
    ] as const) {
      assert.strictEqual(Money.dollars(text), shown, text)
    }
  })

  it("are read exactly, to the last of twelve decimals", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.bigInt({ min: 0n, max: 10n ** 20n }), (pico) => {
        const digits = pico.toString().padStart(13, "0")
        assert.strictEqual(Money.toPico(`${digits.slice(0, -12)}.${digits.slice(-12)}`), pico)
      })
    )
  })

  it("never differ from what they stand for by more than half of the last digit shown", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.bigInt({ min: 0n, max: 10n ** 18n }), (pico) => {
        const digits = pico.toString().padStart(13, "0")
        const shown = Money.dollars(`${digits.slice(0, -12)}.${digits.slice(-12)}`).replace(/[$,]/g, "")
        const difference = Money.toPico(shown) - pico
        const digit = pico >= 10n ** 12n ? 10n ** 10n : 10n ** BigInt(Math.min(10, Math.max(0, String(pico).length - 3)))
        assert.isTrue((difference < 0n ? -difference : difference) * 2n <= digit, shown)
      })
    )
  })

  it("are a cap only where they are an amount above nothing", () => {
    for (const good of ["1", "0.5", "12.3456"]) assert.isTrue(Money.isCap(good), good)
    for (const bad of ["", "0", "0.00", "-1", "1e3", "1,5", ".5", "1.", "1.23456", "abc"]) assert.isFalse(Money.isCap(bad), bad)
  })
})
