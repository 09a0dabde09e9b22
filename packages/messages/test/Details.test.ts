import * as Answer from "@batchlabel/core/Answer"
import * as Presets from "@batchlabel/core/Presets"
import * as CsvProblem from "@batchlabel/csv-io/CsvProblem"
import * as LocalOutcome from "@batchlabel/dataset/LocalOutcome"
import { assert, describe, it } from "@effect/vitest"
import * as Details from "../src/Details.js"
import * as Message from "../src/Message.js"

const task = Presets.get("sentiment") ?? assert.fail("there is no such preset")

const chat = (content: string | null, finish = "stop", more: object = {}) => ({
  choices: [{ finish_reason: finish, message: { content, ...more } }]
})

describe("the detail of a failed row", () => {
  it("is Korean for a Korean reader, whatever an answer failed of, and keeps the model's own words", () => {
    const read = Answer.reader(task)
    const bodies = [
      chat("no label at all"),
      chat(""),
      chat("negative", "length"),
      chat(null, "stop", { refusal: "I cannot" }),
      chat("negative", "content_filter"),
      { choices: [...chat("negative").choices, ...chat("positive").choices] },
      { nothing: true }
    ]
    for (const body of bodies) {
      const outcome = read(body)
      if (outcome._tag !== "Failed") return assert.fail(JSON.stringify(body))
      assert.match(Details.detail(outcome.detail, "ko"), /[가-힣]/, outcome.detail)
      assert.strictEqual(Details.detail(outcome.detail, "en"), outcome.detail)
    }
    assert.include(Details.detail("the answer is not one of the labels: 'no label at all'", "ko"), "no label at all")
  })

  it("is Korean for rows that were not sent", () => {
    const limits = { bytes: 10, tokens: 10 }
    const outcomes = [LocalOutcome.tooLarge(11, 1, limits), LocalOutcome.tooLarge(1, 11, limits), LocalOutcome.unrenderable("x")]
    for (const outcome of outcomes) {
      if (outcome?._tag === "Failed") assert.match(Details.detail(outcome.detail, "ko"), /[가-힣]/, outcome.detail)
    }
    for (const fault of ["stray_quote", "text_after_quote", "unclosed_quote", "too_few_cells", "too_many_cells"] as const) {
      const { message } = CsvProblem.make("BL1020", { fault, expected: 2, found: 3 })
      assert.match(Details.detail(`line 4, column 8: ${message}`, "ko"), /^4번째 줄 8번째 글자: .*[가-힣]/)
    }
  })

  it("of the API stays as the API said it", () => {
    const said = "HTTP 400 invalid_request_error: Unknown model"
    assert.strictEqual(Details.detail(said, "ko"), said)
  })

  it("of a request that does not fit the schema is Korean on the Korean page", () => {
    for (const detail of ["limit: is missing", "Expected a number, actual 5", 'sort: Expected "newest", actual "x"']) {
      const [, line = ""] = Message.forPage(Message.make("BL7006", { detail }), "ko").split("\n")
      assert.match(line, /[가-힣]/, detail)
    }
  })
})
