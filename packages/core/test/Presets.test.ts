import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as Answer from "../src/Answer.js"
import * as Presets from "../src/Presets.js"
import * as Prompt from "../src/Prompt.js"
import * as Task from "../src/Task.js"

const guideHeader = ["text", "title", "source", "date", "topic"]

const compiled = (task: Task.Task, header: ReadonlyArray<string>): Prompt.Prompt =>
  Either.getOrThrow(Prompt.compile(task, header))

describe("Presets", () => {
  it("are the guide's prompt first, then its English, sentiment and topic", () => {
    assert.deepStrictEqual(Presets.names, ["news-stance-ko", "news-stance-en", "sentiment", "topic"])
    assert.strictEqual(Presets.defaultName, "news-stance-ko")
  })

  for (const name of Presets.names) {
    const task = Presets.get(name) ?? assert.fail(name)

    it(`${name} is a valid task of that name without examples`, () => {
      assert.deepStrictEqual(Either.getOrThrow(Task.decode(task, name)), task)
      assert.strictEqual(task.name, name)
      assert.deepStrictEqual(task.examples, [])
    })

    it(`${name} has few-shot examples that are valid, and each label of them reads back`, () => {
      const examples = Presets.examples(name)
      assert.isAtLeast(examples.length, 3)
      const taught = Either.getOrThrow(Task.decode({ ...task, examples }, name))
      const read = Answer.reader(task)
      const assistants = compiled(taught, guideHeader).constantText.filter(({ role }) => role === "assistant")
      assert.deepStrictEqual(
        assistants.map(({ content }) => {
          const outcome = read({ choices: [{ finish_reason: "stop", message: { content } }] })
          return outcome._tag === "Labeled" ? outcome.value : outcome.detail
        }),
        examples.map(({ label }) => label)
      )
    })

    it(`${name} works on the guide's columns and on a text column alone`, () => {
      for (const header of [guideHeader, ["text"]]) {
        const { failure, user } = compiled(task, header).render(header.map((column) => `<${column}>`))
        assert.isUndefined(failure)
        assert.include(user, "<text>")
        for (const { criteria, value } of task.labels) {
          assert.include(user, String(value))
          for (const criterion of criteria) assert.include(user, criterion)
        }
      }
    })
  }

  it("the default asks what the guide asks, with N/A for what the row does not have", () => {
    const task = Presets.get("news-stance-ko") ?? assert.fail("no default")
    const { body, user } = compiled(task, guideHeader).render([
      "정부의 새로운 정책이 효과적이다.",
      "",
      "조선일보",
      "2024-01-15",
      "부동산정책"
    ])
    assert.deepStrictEqual(
      task.labels.map(({ name, value }) => [value, name]),
      [
        [0, "옹호 (Support)"],
        [1, "중립 (Neutral)"],
        [2, "비판 (Oppose)"]
      ]
    )
    for (const line of ["제목: N/A", "언론사: 조선일보", "날짜: 2024-01-15", "정부의 새로운 정책이 효과적이다."])
      assert.include(user.split("\n"), line)
    for (const word of ["'효과적', '성공적'", "'문제', '우려'", "객관적인 사실", "(0, 1, 2)"]) assert.include(user, word)
    const request = JSON.parse(body)
    assert.strictEqual(request.model, "gpt-4o-mini")
    assert.strictEqual(request.temperature, 0)
    assert.match(request.messages[0].content, /^당신은 정치 뉴스 분석 전문가입니다\./)
  })

  it("a name that is no preset is an error that names the nearest one", () => {
    assert.isUndefined(Presets.get("news-stance"))
    assert.deepStrictEqual(Presets.examples("news-stance"), [])
    const found = Presets.find("news-stance-kr")
    assert.deepInclude(Either.isLeft(found) ? found.left.reason : undefined, { _tag: "PresetUnknown", nearest: "news-stance-ko" })
    assert.isTrue(Either.isRight(Presets.find("topic")))
  })
})
