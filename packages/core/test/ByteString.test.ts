import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import * as ByteString from "../src/ByteString.js"

describe("a byte string", () => {
  it("is the bytes of its text, and gives the text back", () => {
    fc.assert(
      fc.property(fc.fullUnicodeString(), (any) => {
        const text = Buffer.from(any, "utf8").toString()
        const bytes = ByteString.fromText(text)
        assert.deepStrictEqual(Buffer.from(bytes, "latin1"), Buffer.from(text, "utf8"))
        assert.strictEqual(ByteString.toText(bytes), text)
      })
    )
    const long = "가나다".repeat(50_000)
    assert.strictEqual(ByteString.toText(ByteString.fromText(long)), long)
  })

  it("is blank exactly when its text is trimmed to nothing, of whatever characters", () => {
    const wrong: Array<string> = []
    for (let point = 0; point < 0x30000; point++) {
      if (point === 0xd800) point = 0xe000
      const text = String.fromCodePoint(point)
      if (ByteString.isBlank(ByteString.fromText(text)) !== (text.trim() === "")) wrong.push(`U+${point.toString(16)}`)
    }
    assert.deepStrictEqual(wrong, [])
    const some = fc.constantFrom(" ", "\t", "\u00a0", "\u3000", "\ufeff", "\u2028", "가", "à", "x", "\u0085")
    fc.assert(
      fc.property(fc.stringOf(some, { maxLength: 6 }), (text) => {
        assert.strictEqual(ByteString.isBlank(ByteString.fromText(text)), text.trim() === "")
      })
    )
  })
})
