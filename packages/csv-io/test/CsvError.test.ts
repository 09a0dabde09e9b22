import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as FastCheck from "effect/FastCheck"
import { CsvError, Reason } from "../src/CsvError.js"

describe("every reason", () => {
  it("has a code and a plain sentence that is filled in", () => {
    FastCheck.assert(
      FastCheck.property(Arbitrary.make(Reason), (reason) => {
        const error = new CsvError({ reason })
        assert.match(error.problem.code, /^BL10\d\d$/)
        assert.notMatch(error.message, /undefined|\[object|NaN/)
        if ("path" in reason) assert.include(error.message, reason.path)
      }),
      { numRuns: 300 }
    )
  })
})
