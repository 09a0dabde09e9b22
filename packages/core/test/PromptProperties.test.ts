import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import * as Either from "effect/Either"
import { sized } from "../../../test/support/sized.js"
import * as ByteString from "../src/ByteString.js"
import { liquid } from "../src/internal/template/engine.js"
import { columnsOf, taskScope } from "../src/internal/template/scope.js"
import { renderSegments, segments } from "../src/internal/template/segments.js"
import { interpreted } from "../src/internal/template/template.js"
import * as Presets from "../src/Presets.js"
import * as Prompt from "../src/Prompt.js"
import type * as Task from "../src/Task.js"
import * as arbitraries from "./arbitraries.js"

const preset: Task.Task = Presets.get("news-stance-ko") ?? assert.fail("no preset")

const header = ["text", "title", "기사 제목", "row", "size", "a.b", "text", "", "__proto__"]
const row = fc.array(fc.oneof(fc.constant(""), arbitraries.text), { minLength: 0, maxLength: header.length })

/** Plain outputs: a column, its default, what the task says, in every spelling that LiquidJS has for them. */
const output = fc
  .record({
    path: fc.constantFrom(
      "text",
      "title",
      "제목",
      "size",
      "row.row",
      "row.text",
      'row["기사 제목"]',
      "row['a.b']",
      'row[ "nope" ]',
      'row[""]',
      'row["__proto__"]',
      '["기사 제목"]',
      "absent",
      "task.criteria",
      'task["values"]'
    ),
    fallback: fc.constantFrom(
      "",
      ' | default: "N/A"',
      "|default:'없음'",
      ' | default: ""',
      ' | default: "a\\n\\"\\u00e9"',
      ' | default: "{{ x }}"'
    ),
    left: fc.constantFrom("{{", "{{-", "{{ ", "{{-  "),
    right: fc.constantFrom("}}", "-}}", " }}", " \n -}}")
  })
  .map(
    ({ fallback, left, path, right }) =>
      `${left}${path}${path.match(/absent|제목$|nope/) && fallback === "" ? ' | default: "-"' : fallback}${right}`
  )

const literal = fc.constantFrom('{{ "constant" }}', "{{ 'it''s' }}", '{{- "" -}}')

const plain = arbitraries.text.filter((text) => !/\{[{%]/.test(text))

const template = fc
  .array(fc.oneof({ weight: 3, arbitrary: output }, { weight: 2, arbitrary: plain }, literal), { maxLength: 8 })
  .map((pieces) => pieces.join(""))

describe("Prompt", () => {
  it("renders plain templates to the same text as LiquidJS, for any template and any row", () => {
    const columns = columnsOf(header, "title")
    const scope = taskScope(preset)
    let compared = 0
    fc.assert(
      fc.property(template, fc.array(row, { minLength: 1, maxLength: 4 }), (source, rows) => {
        let parsed: ReturnType<ReturnType<typeof liquid>["parse"]>
        try {
          parsed = liquid().parse(source)
        } catch {
          return
        }
        const found = segments(parsed, columns, scope)
        if (found === undefined) return
        const fast = renderSegments(found)
        const slow = interpreted(parsed, columns, scope)
        for (const cells of rows) assert.strictEqual(fast(cells), slow(cells), source)
        compared++
      }),
      { numRuns: sized(500, 2000) }
    )
    // Almost every template here is plain: if that were not seen, nothing would have been compared.
    assert.isAbove(compared, sized(300, 1500))
  })

  it("renders every preset without LiquidJS", () => {
    for (const name of Presets.names) {
      const task = Presets.get(name) ?? assert.fail(name)
      const found = segments(liquid().parse(task.template), columnsOf(["text"], "text"), taskScope(task))
      assert.isDefined(found, name)
    }
  })

  it("writes plain requests in bytes as it renders them in text", () => {
    let compared = 0
    fc.assert(
      fc.property(template, fc.array(row, { minLength: 1, maxLength: 4 }), (source, rows) => {
        const compiled = Prompt.compile({ ...preset, template: source }, header, "title")
        if (Either.isLeft(compiled) || compiled.right.plain === undefined) return
        const { plain, render } = compiled.right
        for (const any of rows) {
          // What is read from a file is well formed.
          const cells = any.map((cell) => Buffer.from(cell, "utf8").toString())
          const { body, digest, user } = render(cells)
          const bytes = cells.map((cell, index) => (plain.columns.includes(index) ? ByteString.fromText(cell) : "not read"))
          const json = Buffer.from(plain.json(bytes), "latin1")
          assert.strictEqual(Buffer.concat([plain.before, json, plain.after]).toString(), body)
          assert.strictEqual(createHash("sha256").update(plain.seed).update(json).digest("hex").slice(0, 24), digest)
          assert.strictEqual(ByteString.toText(plain.user(bytes)), user)
        }
        compared++
      }),
      { numRuns: sized(500, 2000) }
    )
    assert.isAbove(compared, sized(150, 600))
  })

  it("has nothing plain of a template with half a surrogate pair, or with more than cells and text", () => {
    const plainOf = (template: string) => Either.getOrThrow(Prompt.compile({ ...preset, template }, ["text"])).plain
    assert.isDefined(plainOf("{{ text }} \ud83d\ude00"))
    assert.isUndefined(plainOf('{{ text | default: "\ud83d" }}\ude00'))
    assert.isUndefined(plainOf("{{ text | strip }}"))
  })

  it("puts the rendered text into a valid body, for any row and any task", () => {
    fc.assert(
      fc.property(arbitraries.task, row, (task, cells) => {
        const prompt = Either.getOrThrow(Prompt.compile(task, header))
        const { body, digest, failure, user } = prompt.render(cells)
        assert.isUndefined(failure)
        assert.notMatch(body, /[\n\r\u2028\u2029\p{Surrogate}]/u)
        const parsed = JSON.parse(body)
        const messages = task.endpoint === "/v1/responses" ? parsed.input : parsed.messages
        assert.strictEqual(messages.at(-1).content, user)
        const expected = (cells[0] ?? "") + task.template.slice("{{ text }}".length)
        assert.strictEqual(user, expected.replace(/\p{Surrogate}/gu, "\ufffd"))
        assert.strictEqual(parsed.model, task.model)
        assert.match(digest, /^[0-9a-f]{24}$/)
        assert.strictEqual(
          Buffer.byteLength(body),
          prompt.constantBytes + Buffer.byteLength(JSON.stringify(user).replace(/[\u2028\u2029]/g, "xxxxxx"))
        )
      }),
      { numRuns: 300 }
    )
  })

  it("gives two rows one digest exactly when they are asked the same", () => {
    const task = { ...preset, template: '{{ title | default: "N/A" }}{{ text }}' }
    const prompt = Either.getOrThrow(Prompt.compile(task, ["text", "title"]))
    const cell = fc.oneof(fc.constantFrom("", "N/A", "a", "N", "/Aa", "\ud83d", "\ude00", "\ufffd", "\u2028"), arbitraries.text)
    fc.assert(
      fc.property(fc.array(cell, { minLength: 4, maxLength: 4 }), ([a = "", b = "", c = "", d = ""]) => {
        const [one, other] = [prompt.render([a, b]), prompt.render([c, d])]
        assert.strictEqual(one.digest === other.digest, one.body === other.body)
      }),
      { numRuns: sized(500, 2000) }
    )
  })

  it("gives two tasks one digest exactly when they ask the same of a row", () => {
    const small = fc.record({
      system: fc.constantFrom("", "s"),
      template: fc.constantFrom("{{ text }}", '{{ text | default: "x" }}', "{{ text }}!", "{% if text %}{{ text }}{% endif %}"),
      model: fc.constantFrom("a", "b"),
      endpoint: fc.constantFrom("/v1/chat/completions" as const, "/v1/responses" as const),
      answer: fc.constantFrom("text" as const, "json_schema" as const),
      parameters: fc.constantFrom({}, { temperature: 0 }, { seed: 1 })
    })
    const request = (change: Partial<Task.Task>, cells: ReadonlyArray<string>) => {
      const task = { ...preset, ...change }
      return { ...Either.getOrThrow(Prompt.compile(task, ["text"])).render(cells), endpoint: task.endpoint }
    }
    fc.assert(
      fc.property(small, small, fc.constantFrom("", "x", "y"), (left, right, text) => {
        const [one, other] = [request(left, [text]), request(right, [text])]
        assert.strictEqual(one.digest === other.digest, one.body === other.body && one.endpoint === other.endpoint)
      }),
      { numRuns: 500 }
    )
  })
})
