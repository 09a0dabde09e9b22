/** What a library or the server says holds no flag, no command and no backtick; what the command says may. */
import * as TaskProblem from "@batchlabel/core/TaskProblem"
import * as CostProblem from "@batchlabel/cost/CostProblem"
import * as CsvProblem from "@batchlabel/csv-io/CsvProblem"
import * as DatasetProblem from "@batchlabel/dataset/DatasetProblem"
import * as StoreProblem from "@batchlabel/job-store/StoreProblem"
import * as JobProblem from "@batchlabel/labeling/JobProblem"
import * as OpenAiProblem from "@batchlabel/openai-batch/OpenAiProblem"
import { assert, describe, it } from "@effect/vitest"
import * as Message from "../src/Message.js"

/** Names of data that hold one of a few words, not any text. */
const words: Readonly<Record<string, ReadonlyArray<string>>> = {
  fault: ["stray_quote", "text_after_quote", "unclosed_quote", "too_few_cells", "too_many_cells"],
  expected: ["name", "count"],
  remedy: ["remove", "effort_none", "max_completion_tokens", "answer"],
  operation: ["read", "write"],
  access: ["read", "write"],
  what: ["upload", "create", "batch", "queue"]
}

/** A value that can be read as a text, as a number and as a list. */
const anything = (text: string) =>
  Object.assign(new String(text), {
    join: (separator: string) => ["a", "b"].join(separator),
    map: (each: (item: string) => unknown) => ["a", "b"].map(each),
    toLocaleString: () => "1,000"
  })

/** Data of any code: every name that its text may read, with each of the closed words in turn. */
const samples = (variant: number): object =>
  new Proxy(
    {},
    {
      get: (_, name) => {
        if (name === "minutes") return 30
        const choice = words[String(name)]
        return anything(choice?.[variant % choice.length] ?? `sample-${String(name)}`)
      }
    }
  )

const families = [TaskProblem, CostProblem, CsvProblem, DatasetProblem, StoreProblem, JobProblem, OpenAiProblem]

const forbidden = /(?<![\w-])--[a-z]|\bbatchlabel [a-z]+\b|\bsubmit\b|`|\[object|undefined|NaN/

describe("what is said where", () => {
  it("a library's sentence names no flag, no command and no variable of the environment, for every code", () => {
    let seen = 0
    for (const { sentences } of families) {
      for (const [code, sentence] of Object.entries(sentences)) {
        for (let variant = 0; variant < 24; variant++) {
          const text = (sentence as (data: object) => string)(samples(variant))
          assert.notMatch(text, forbidden, code)
          assert.notMatch(text, /\b(?:OPENAI|BATCHLABEL)_/, code)
          assert.notInclude(text, "\n", code)
        }
        seen++
      }
    }
    assert.isAbove(seen, 110)
  })

  it("the page's text names no flag, no command and no backtick, for every code, in both languages", () => {
    // The codes of usage are the command line's own; the server tells none of them but the unexpected.
    const told = Message.codes.filter((code) => !code.startsWith("BL6") || code === "BL6070")
    for (const code of told) {
      for (const lang of ["ko", "en"] as const) {
        for (let variant = 0; variant < 24; variant++) {
          const problem = { code, params: samples(variant), message: "fallback" }
          const text = Message.forPage(problem, lang)
          assert.notStrictEqual(text, "fallback", code)
          assert.notMatch(text.replaceAll(/sample-\w+/g, ""), forbidden, `${code} ${lang}`)
          if (lang === "ko") assert.match(text, /[가-힣]/, code)
        }
      }
    }
  })

  it("the command's text has a remedy wherever the page's has one", () => {
    for (const code of Message.codes) {
      const problem = { code, params: samples(0), message: "fallback" }
      for (const lang of ["ko", "en"] as const) {
        const [page, command] = [Message.forPage(problem, lang), Message.forCommand(problem, lang)]
        assert.isAtLeast(command.split("\n").length, page.split("\n").length, code)
      }
    }
  })
})
