import type { Problem } from "@batchlabel/core/Problem"
import * as TaskError from "@batchlabel/core/TaskError"
import * as CsvError from "@batchlabel/csv-io/CsvError"
import * as LabelingError from "@batchlabel/labeling/LabelingError"
import * as BatchErrorCode from "@batchlabel/openai-batch/BatchErrorCode"
import * as OpenAiBatchError from "@batchlabel/openai-batch/OpenAiBatchError"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as FastCheck from "effect/FastCheck"
import type * as Schema from "effect/Schema"
import { kinds } from "../src/internal/catalogue/task.js"
import * as Message from "../src/Message.js"

const langs = ["ko", "en"] as const

describe("the text of an error", () => {
  it("is filled in, in Korean and in English, for every reason of a task, a CSV and a job", () => {
    const each = <A, I>(schema: Schema.Schema<A, I>, problemOf: (reason: A) => Problem) =>
      FastCheck.assert(
        FastCheck.property(Arbitrary.make(schema), (reason) => {
          const problem = problemOf(reason)
          for (const say of [Message.forCommand, Message.forPage]) {
            for (const lang of langs) assert.notMatch(say(problem, lang), /undefined|\[object/)
            assert.match(say(problem, "ko"), /[가-힣]{2}/)
          }
        }),
        { numRuns: 300 }
      )
    each(TaskError.Reason, (reason) => new TaskError.TaskError({ reason }).problem)
    each(CsvError.Reason, (reason) => new CsvError.CsvError({ reason }).problem)
    each(LabelingError.Reason, (reason) => new LabelingError.LabelingError({ reason }).problem)
  })

  it("names the file, the place and the flag that helps, in a terminal", () => {
    const badRow = new CsvError.BadRow({
      path: "input.csv",
      row: 2,
      line: 4,
      column: 8,
      fault: "stray_quote",
      expected: 2,
      found: 2
    })
    const { problem } = new CsvError.CsvError({ reason: badRow })
    for (const part of ["input.csv:4:8", "data row 2", "quote", "--on-bad-row skip"])
      assert.include(Message.forCommand(problem, "en"), part)
    for (const part of ["input.csv:4:8", "데이터 2행", "따옴표", "--on-bad-row skip"])
      assert.include(Message.forCommand(problem, "ko"), part)
  })

  it("says after a create of unknown outcome that nothing is paid twice", () => {
    const comfort = { ko: "두 번 결제되지 않습니다", en: "nothing is paid twice" }
    for (const sent of [true, false]) {
      const reason = new OpenAiBatchError.ConnectionFailed({ detail: "reset", sent })
      const { problem } = new OpenAiBatchError.OpenAiBatchError({ operation: "create", reason })
      for (const lang of langs) assert.strictEqual(Message.forCommand(problem, lang).includes(comfort[lang]), sent)
    }
  })

  it("of a failed batch gives the API's own code, message and line first, then what to do", () => {
    for (const code of ["token_limit_exceeded", "invalid_json_line", "model_not_found", "insufficient_quota", "never_heard_of"]) {
      const problem = BatchErrorCode.problem({ code, message: "the API's words", line: 17 })
      for (const lang of langs) {
        const [first, ...rest] = Message.forCommand(problem, lang).split("\n")
        assert.include(first ?? "", `[${code}] the API's words`)
        assert.include(first ?? "", "17")
        assert.isNotEmpty(rest.join("").trim())
      }
    }
    for (const problem of BatchErrorCode.problems([])) {
      for (const lang of langs) {
        for (const part of ["UTF-8", "text", "batch_openai.jsonl"]) assert.include(Message.forCommand(problem, lang), part)
      }
    }
  })

  it("has words in both languages for everything that a key of a task may need", () => {
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
      Message.forCommand(problem, "ko"),
      `작업 't'의 template 3번째 줄이 쓰는 '기사제목' 열이 없습니다.
   있는 열: 'text', '기사 제목'
   혹시 {{ row["기사 제목"] }}인가요?
   없을 수도 있는 열이면 기본값을 주세요: {{ … | default: "N/A" }}`
    )
    assert.include(Message.forCommand(problem, "en"), `Did you mean {{ row["기사 제목"] }}?`)
  })

  it("of a stored problem whose code this version does not know is its stored sentence", () => {
    const restored = Message.restore({ code: "BL9999", params: {}, text: "Something new" })
    for (const lang of langs) assert.include(Message.forCommand(restored, lang), "[BL9999] Something new")
  })
})
