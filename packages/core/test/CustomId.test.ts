import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import * as CustomId from "../src/CustomId.js"

const digest = fc.hexaString({ minLength: 24, maxLength: 24 })
const row = fc.oneof(fc.nat(), fc.maxSafeNat())

describe("CustomId", () => {
  it("gives back the row and the digest it was made of", () => {
    fc.assert(
      fc.property(row, digest, (row, digest) => {
        assert.deepStrictEqual(CustomId.parse(CustomId.make(row, digest)), { row, digest })
      })
    )
  })

  it("is at most 64 printable ASCII characters, whatever the row", () => {
    fc.assert(
      fc.property(row, digest, (row, digest) => {
        assert.match(CustomId.make(row, digest), /^[\x21-\x7e]{26,64}$/)
      })
    )
  })

  it("is undefined for a text that it cannot have made", () => {
    const hex = "0123456789abcdef01234567"
    for (const text of [
      "",
      "r",
      `r-${hex}`,
      `R1-${hex}`,
      `r01-${hex}`,
      `r1-${hex}0`,
      `r1-${hex.slice(1)}`,
      `r1-${hex.toUpperCase()}`,
      ` r1-${hex}`,
      `r1-${hex}\n`,
      `rzzzzzzzzzzzzz-${hex}`,
      "request-1"
    ]) {
      assert.isUndefined(CustomId.parse(text), text)
    }
  })

  it("reads back only what it would write, for any text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^r[0-9a-z]{1,3}-[0-9a-f]{23,25}$/)), (text) => {
        const parsed = CustomId.parse(text)
        if (parsed !== undefined) assert.strictEqual(CustomId.make(parsed.row, parsed.digest), text)
      })
    )
  })
})
