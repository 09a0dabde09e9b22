import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import * as TaskError from "../src/TaskError.js"

describe("TaskError", () => {
  it("has a plain sentence, and a code of its own for every reason", () => {
    const codes = new Map<string, string>()
    fc.assert(
      fc.property(Arbitrary.make(TaskError.Reason), (reason) => {
        const { problem } = new TaskError.TaskError({ reason })
        codes.set(reason._tag, problem.code)
        assert.match(problem.code, /^BL20\d\d$/)
        assert.notMatch(problem.message, /undefined/, reason._tag)
      }),
      { numRuns: 1000 }
    )
    assert.strictEqual(codes.size, TaskError.Reason.members.length)
    assert.strictEqual(new Set(codes.values()).size, codes.size)
  })

  it("survives being stored and read back", () => {
    const error = new TaskError.TaskError({
      reason: new TaskError.KeyMissing({ path: "task.yaml", line: undefined, key: "labels" })
    })
    const back = Schema.decodeUnknownSync(TaskError.TaskError)(
      JSON.parse(JSON.stringify(Schema.encodeSync(TaskError.TaskError)(error)))
    )
    assert.strictEqual(back.message, error.message)
  })
})
