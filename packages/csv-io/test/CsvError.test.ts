import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as FastCheck from "effect/FastCheck"
import { CsvError, Reason } from "../src/CsvError.js"

describe("every reason", () => {
  it("has a text in Korean and in English that is filled in", () => {
    FastCheck.assert(
      FastCheck.property(Arbitrary.make(Reason), (reason) => {
        const error = new CsvError({ reason })
        assert.match(error.problem.code, /^BL10\d\d$/)
        for (const lang of ["ko", "en"] as const) assert.notMatch(error.problem.text(lang), /undefined|\[object|NaN/)
        assert.match(error.problem.text("ko"), /[가-힣]/)
        assert.strictEqual(error.message, error.problem.text("en"))
        if ("path" in reason) assert.include(error.message, reason.path)
      }),
      { numRuns: 300 }
    )
  })
})
