import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as Answer from "../src/Answer.js"
import * as Outcome from "../src/Outcome.js"
import * as Task from "../src/Task.js"
import * as arbitraries from "./arbitraries.js"

const taskOf = (labels: ReadonlyArray<string | number>, answer: Task.Task["answer"] = "text"): Task.Task =>
  Either.getOrThrow(Task.decode({ name: "t", labels, template: "{{ text }}", answer }, "test"))

const stance = taskOf([0, 1, 2], "number")

const chat = (content: unknown, more: object = {}, finish_reason = "stop") => ({
  id: "chatcmpl-1",
  object: "chat.completion",
  choices: [{ index: 0, finish_reason, message: { role: "assistant", content, refusal: null }, logprobs: null, ...more }],
  usage: {
    prompt_tokens: 210,
    completion_tokens: 5,
    total_tokens: 215,
    prompt_tokens_details: { cached_tokens: 128, cache_write_tokens: 64 },
    completion_tokens_details: { reasoning_tokens: 3 }
  }
})

const responses = (content: ReadonlyArray<object>, more: object = {}) => ({
  id: "resp_1",
  object: "response",
  status: "completed",
  error: null,
  incomplete_details: null,
  output: [
    { type: "reasoning", summary: [] },
    { type: "message", role: "assistant", status: "completed", content }
  ],
  usage: {
    input_tokens: 210,
    output_tokens: 5,
    input_tokens_details: { cached_tokens: 128, cache_write_tokens: 64 },
    output_tokens_details: { reasoning_tokens: 3 }
  },
  ...more
})

const outputText = (text: string) => ({ type: "output_text", text, annotations: [] })

const usage: Outcome.Usage = { input: 210, output: 5, cached: 128, cacheWrite: 64, reasoning: 3 }

/** The label of an answer's text, or the reason why it has none; the same on both endpoints. */
const read = (task: Task.Task, text: string): unknown => {
  const reader = Answer.reader(task)
  const [one, other] = [reader(chat(text)), reader(responses([outputText(text)]))]
  assert.deepStrictEqual(one, other)
  return one._tag === "Labeled" ? one.value : one.reason
}

describe("Answer.reader, on what the model wrote", () => {
  for (const [text, label] of [
    ["0", 0],
    [" 2 ", 2],
    ["\n1\n", 1],
    ['"1"', 1],
    ["'1'", 1],
    ["`2`", 2],
    ["“2”", 2],
    ["1.", 1],
    ['"1."', 1],
    ['"1".', 1],
    ["1。", 1],
    ['{"label":2}', 2],
    [' {"label": 2}\n', 2],
    ['{"label":"2"}', 2]
  ] as const) {
    it(`takes ${JSON.stringify(text)} for the label ${label}`, () => {
      assert.strictEqual(read(stance, text), label)
    })
  }

  for (const text of [
    "10",
    "-1",
    "3",
    "0 또는 1",
    "0, 1",
    "0 1",
    "00",
    "01",
    "1.0",
    "+1",
    "1)",
    "(1)",
    "라벨: 1",
    "1 (중립)",
    "중립",
    "이 기사는 중립적입니다.",
    '"1',
    "1..",
    '""',
    "''1''",
    ".",
    "",
    "   ",
    "null",
    "true",
    "[1]",
    '{"label":3}',
    '{"label":null}',
    '{"label":[1]}',
    '{"label":true}',
    '{"stance":1}',
    '{"label":1,"other":2}',
    '{"label":1',
    "{}",
    "１"
  ]) {
    it(`never makes a label of ${JSON.stringify(text)}`, () => {
      assert.strictEqual(read(stance, text), "invalid_answer")
    })
  }

  it("reads labels of text up to case, quotes and a final full stop", () => {
    const task = taskOf(["positive", "negative", "card_arrival", "U.S."])
    for (const [text, label] of [
      ["positive", "positive"],
      ["Positive.", "positive"],
      [' "NEGATIVE" ', "negative"],
      ["card_arrival", "card_arrival"],
      ["U.S.", "U.S."],
      ["u.s.", "U.S."],
      ['{"label":"card_arrival"}', "card_arrival"]
    ] as const) {
      assert.strictEqual(read(task, text), label)
    }
    for (const text of ["posit", "very positive", "positive negative", "card arrival", "U.S", "positive!"]) {
      assert.strictEqual(read(task, text), "invalid_answer")
    }
  })

  it("does not guess between labels that differ in case alone", () => {
    const task = taskOf(["us", "US", "x"])
    assert.strictEqual(read(task, "us"), "us")
    assert.strictEqual(read(task, "US"), "US")
    assert.strictEqual(read(task, "Us"), "invalid_answer")
  })

  it("prefers the label that is the text to the label that the text might wrap", () => {
    const task = taskOf(["a", "a.", '"a"'])
    for (const label of ["a", "a.", '"a"']) assert.strictEqual(read(task, label), label)
  })

  it("reads Korean in whichever Unicode form the model writes it", () => {
    assert.strictEqual(read(taskOf(["찬성", "반대"]), "찬성".normalize("NFD")), "찬성")
    assert.strictEqual(read(taskOf(["찬성".normalize("NFD"), "반대"]), "찬성"), "찬성".normalize("NFD"))
  })

  it("never gives a label outside the set, for any text", () => {
    const nearly = fc.oneof(
      arbitraries.text,
      fc.stringMatching(/^[\s"'`.]{0,3}[0-9a]{0,2}[\s"'`.]{0,3}$/),
      fc.tuple(arbitraries.labelValue, fc.constantFrom("", " ", ".", '"', "!", "0")).map(([value, end]) => `${value}${end}`),
      fc.json(),
      fc.record({ label: fc.jsonValue() }).map((value) => JSON.stringify(value))
    )
    fc.assert(
      fc.property(arbitraries.task, nearly, (task, text) => {
        const outcome = Answer.reader(task)(chat(text))
        if (outcome._tag === "Labeled")
          assert.include(
            task.labels.map(({ value }) => value),
            outcome.value
          )
        else assert.strictEqual(outcome.reason, "invalid_answer")
      }),
      { numRuns: 1000 }
    )
  })

  it("reads every label of every task back from its own spelling and from its object", () => {
    fc.assert(
      fc.property(arbitraries.task, (task) => {
        for (const { value } of task.labels) {
          for (const text of [String(value), ` ${value}\n`, JSON.stringify({ label: value })])
            assert.strictEqual(read(task, text), value)
        }
      })
    )
  })
})

describe("Answer.reader, on what the API says about the answer", () => {
  const reader = Answer.reader(stance)

  it("keeps the model's text and the usage with a label", () => {
    assert.deepStrictEqual(reader(chat(" 2 ")), { _tag: "Labeled", value: 2, raw: " 2 ", usage })
    assert.deepStrictEqual(reader(responses([outputText(" 2 ")])), { _tag: "Labeled", value: 2, raw: " 2 ", usage })
  })

  it("keeps the model's text and the usage with a failure", () => {
    const outcome = reader(chat("0 또는 1"))
    assert.deepInclude(outcome, { _tag: "Failed", reason: "invalid_answer", raw: "0 또는 1", usage })
  })

  it("an invalid answer is final at temperature 0, where asking again would only be paid for again", () => {
    for (const [parameters, retryable] of [
      [{ temperature: 0 }, false],
      [{ temperature: 0.3 }, true],
      [{}, true]
    ] as const) {
      const again = Answer.reader({ ...stance, parameters })
      for (const text of ["0 또는 1", ""]) assert.deepInclude(again(chat(text)), { reason: "invalid_answer", retryable })
    }
  })

  it("has no usage where the response has none, and zeros where it tells only a part", () => {
    assert.notProperty(reader({ ...chat("1"), usage: null }), "usage")
    assert.notProperty(reader({ choices: [{ message: { content: "1" }, finish_reason: "stop" }] }), "usage")
    assert.deepInclude(reader({ ...chat("1"), usage: { prompt_tokens: 7, completion_tokens: "5" } }), {
      usage: { input: 7, output: 0, cached: 0, cacheWrite: 0, reasoning: 0 }
    })
  })

  it("a refusal is refused, not invalid", () => {
    const refused = chat(null, { message: { content: null, refusal: "I'm sorry, I can't help with that." } })
    assert.deepInclude(reader(refused), { reason: "refused", raw: "I'm sorry, I can't help with that.", retryable: false, usage })
    const content = [{ type: "refusal", refusal: "I'm sorry." }]
    assert.deepInclude(reader(responses(content)), { reason: "refused", raw: "I'm sorry.", retryable: false })
  })

  it("an answer that a content filter withheld is refused, even if a label is left of it", () => {
    assert.deepInclude(reader(chat("1", {}, "content_filter")), { reason: "refused", raw: "1" })
    const incomplete = { status: "incomplete", incomplete_details: { reason: "content_filter" } }
    assert.deepInclude(reader(responses([outputText("1")], incomplete)), { reason: "refused", raw: "1" })
  })

  it("an answer that was cut is truncated, even if what is left looks like a label", () => {
    assert.deepInclude(reader(chat("1", {}, "length")), { reason: "truncated", raw: "1", retryable: false, usage })
    const incomplete = { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } }
    assert.deepInclude(reader(responses([outputText("1")], incomplete)), { reason: "truncated", raw: "1" })
    assert.deepInclude(reader({ ...responses([], incomplete), output: [] }), { reason: "truncated" })
    assert.deepInclude(reader(chat("", {}, "length")), { reason: "truncated" })
  })

  it("an empty answer is invalid, however it is empty", () => {
    for (const body of [
      chat(""),
      chat(null),
      chat([]),
      { ...chat("1"), choices: [] },
      responses([]),
      { ...responses([]), output: [] }
    ]) {
      assert.deepInclude(reader(body), { _tag: "Failed", reason: "invalid_answer" })
    }
  })

  it("several choices are one answer only if they agree", () => {
    const choices = (...texts: ReadonlyArray<string>) => ({ ...chat(""), choices: texts.flatMap((text) => chat(text).choices) })
    assert.deepInclude(reader(choices("1", "1.")), { _tag: "Labeled", value: 1 })
    assert.deepInclude(reader(choices("1", "2")), { reason: "invalid_answer", raw: "1\n2" })
    assert.deepInclude(reader(choices("1", "prose")), { reason: "invalid_answer" })
    assert.deepInclude(reader(responses([outputText("1"), outputText("2")])), { reason: "invalid_answer" })
    const twelve = Answer.reader(taskOf([1, 2, 12]))
    assert.deepInclude(twelve(responses([outputText("1"), outputText("2")])), { reason: "invalid_answer" })
  })

  it("reads content that a compatible server sends in parts", () => {
    assert.deepInclude(reader(chat([{ type: "text", text: "1" }])), { _tag: "Labeled", value: 1 })
  })

  it("a response that says it failed is an error of the API", () => {
    const failed = { status: "failed", output: [], error: { code: "server_error", message: "try again" } }
    const outcome = reader(responses([], failed))
    assert.deepInclude(outcome, { reason: "api_error", retryable: true })
    assert.include(outcome._tag === "Failed" ? outcome.detail : "", "server_error: try again")
  })

  it("a body that is no response at all is a fault of the infrastructure", () => {
    for (const body of [undefined, null, "", "1", 1, [], {}, { choices: "1" }, { output: null }, { error: {} }]) {
      assert.deepInclude(reader(body), { _tag: "Failed", reason: "infrastructure", retryable: true })
    }
  })

  it("takes the confidence from log probabilities where there are some", () => {
    const logprobs = {
      content: [
        { token: "1", logprob: Math.log(0.5) },
        { token: ".", logprob: Math.log(0.5) }
      ]
    }
    const outcome = reader(chat("1.", { logprobs }))
    assert.closeTo(outcome._tag === "Labeled" ? (outcome.confidence ?? 0) : 0, 0.25, 1e-12)
    const part = { ...outputText("1"), logprobs: [{ token: "1", logprob: Math.log(0.75) }] }
    const other = reader(responses([part]))
    assert.closeTo(other._tag === "Labeled" ? (other.confidence ?? 0) : 0, 0.75, 1e-12)
    for (const odd of [null, {}, { content: null }, { content: [{ logprob: "0" }] }, { content: [{ logprob: 1 }] }]) {
      assert.notProperty(reader(chat("1", { logprobs: odd })), "confidence")
    }
  })

  it("gives an outcome that its schema accepts, and never throws, whatever the body", () => {
    const accepts = Schema.is(Outcome.Outcome)
    const message = fc.record(
      { content: fc.oneof(fc.constantFrom("1", null, ""), fc.jsonValue()), refusal: fc.jsonValue() },
      { requiredKeys: [] }
    )
    const choice = fc.record(
      {
        message: fc.oneof(message, fc.jsonValue()),
        finish_reason: fc.oneof(fc.constantFrom("stop", "length"), fc.jsonValue()),
        logprobs: fc.jsonValue()
      },
      { requiredKeys: [] }
    )
    const part = fc.record(
      { type: fc.constantFrom("output_text", "refusal"), text: fc.jsonValue(), refusal: fc.jsonValue() },
      { requiredKeys: [] }
    )
    const item = fc.record(
      { type: fc.constantFrom("message", "reasoning"), content: fc.oneof(fc.array(part), fc.jsonValue()) },
      { requiredKeys: [] }
    )
    const details = fc.record(
      {
        usage: fc.oneof(
          fc.dictionary(fc.constantFrom("prompt_tokens", "input_tokens", "prompt_tokens_details"), fc.jsonValue()),
          fc.jsonValue()
        ),
        status: fc.jsonValue(),
        error: fc.jsonValue(),
        incomplete_details: fc.jsonValue()
      },
      { requiredKeys: [] }
    )
    const body = fc.oneof(
      fc.jsonValue(),
      fc.tuple(fc.array(fc.oneof(choice, fc.jsonValue())), details).map(([choices, more]) => ({ ...more, choices })),
      fc.tuple(fc.array(fc.oneof(item, fc.jsonValue())), details).map(([output, more]) => ({ ...more, output }))
    )
    fc.assert(
      fc.property(body, (body) => assert.isTrue(accepts(reader(body)))),
      { numRuns: 1000 }
    )
  })
})
