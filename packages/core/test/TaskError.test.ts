import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import { kinds } from "../src/internal/catalogue/task.js"
import * as TaskError from "../src/TaskError.js"

describe("TaskError", () => {
  it("says what is wrong and what to do, in Korean and in English, with a code of its own for every reason", () => {
    const codes = new Map<string, string>()
    fc.assert(
      fc.property(Arbitrary.make(TaskError.Reason), (reason) => {
        const { problem } = new TaskError.TaskError({ reason })
        codes.set(reason._tag, problem.code)
        assert.match(problem.code, /^BL20\d\d$/)
        assert.match(problem.text("ko"), /[가-힣]{2}/)
        for (const lang of ["ko", "en"] as const) {
          assert.isAtLeast(problem.text(lang).split("\n").length, 2, reason._tag)
          assert.notMatch(problem.text(lang), /undefined/, reason._tag)
        }
      }),
      { numRuns: 1000 }
    )
    assert.strictEqual(codes.size, TaskError.Reason.members.length)
    assert.strictEqual(new Set(codes.values()).size, codes.size)
  })

  it("has words in both languages for everything that a key may need", () => {
    for (const { en, ko } of Object.values(kinds)) {
      assert.isNotEmpty(en)
      assert.isNotEmpty(ko)
    }
  })

  it("shows how to write a column whose name is no plain word", () => {
    const reason = new TaskError.VariableUnknown({
      task: "t",
      part: "template",
      variable: "기사제목",
      line: 3,
      columns: ["text", "기사 제목"],
      nearest: "기사 제목"
    })
    const { problem } = new TaskError.TaskError({ reason })
    assert.strictEqual(
      problem.text("ko"),
      `작업 't'의 template 3번째 줄이 쓰는 '기사제목' 열이 없습니다.
   있는 열: 'text', '기사 제목'
   혹시 {{ row["기사 제목"] }}인가요?
   없을 수도 있는 열이면 기본값을 주세요: {{ … | default: "N/A" }}`
    )
    assert.include(problem.text("en"), `Did you mean {{ row["기사 제목"] }}?`)
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
