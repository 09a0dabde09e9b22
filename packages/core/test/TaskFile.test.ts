import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import * as Either from "effect/Either"
import { parse as parseYaml } from "yaml"
import * as TaskSchema from "../src/internal/taskSchema.js"
import * as Presets from "../src/Presets.js"
import type * as Task from "../src/Task.js"
import * as TaskFile from "../src/TaskFile.js"
import * as arbitraries from "./arbitraries.js"

const minimal = ["name: yes or no", "labels: [yes, no]", 'template: "{{ text }}"', ""].join("\n")

const parsed = (text: string): Task.Task => Either.getOrThrow(TaskFile.parse(text, "task.yaml"))

const reasonOf = (text: string) => {
  const result = TaskFile.parse(text, "task.yaml")
  return Either.isLeft(result) ? result.left.reason : undefined
}

const preset = (name: string): Task.Task => Presets.get(name) ?? assert.fail(`no preset ${name}`)

describe("TaskFile.parse", () => {
  it("reads YAML, where yes, no and on are texts", () => {
    assert.deepStrictEqual(
      parsed(minimal).labels.map(({ value }) => value),
      ["yes", "no"]
    )
  })

  it("reads JSON, indented by tabs or not", () => {
    const task = preset("news-stance-ko")
    assert.deepStrictEqual(parsed(JSON.stringify(task)), task)
    assert.deepStrictEqual(parsed(JSON.stringify(task, null, "\t")), task)
  })

  it("lets a JSON file name its schema for the editor", () => {
    const task = preset("topic")
    assert.deepStrictEqual(parsed(JSON.stringify({ $schema: "./task.schema.json", ...task })), task)
  })

  it("takes a byte order mark and Windows line ends for what they are", () => {
    assert.deepStrictEqual(parsed(`\ufeff${minimal.replaceAll("\n", "\r\n")}`), parsed(minimal))
  })

  const faults: ReadonlyArray<readonly [string, string, object]> = [
    ["an unclosed list", "name: x\nlabels: [a, b\ntemplate: t\n", { _tag: "SyntaxInvalid", line: 3 }],
    ["a key that is there twice", `${minimal}model: a\nmodel: b\n`, { _tag: "SyntaxInvalid", line: 5 }],
    ["an alias without its anchor", `${minimal}system: *x\n`, { _tag: "SyntaxInvalid" }],
    ["a tag that would make an object", `${minimal}system: !!js/function x\n`, { _tag: "SyntaxInvalid", line: 4 }],
    ["a misspelt key", `${minimal}\n\nmodle: x\n`, { _tag: "KeyUnknown", line: 6, nearest: "model" }],
    [
      "a bad value deep inside",
      `${minimal}parameters:\n  top_p: 1\n  temperature: hot\n`,
      { _tag: "ValueInvalid", line: 6, actual: '"hot"' }
    ],
    [
      "a label without its value",
      "name: x\ntemplate: t\nlabels:\n  - value: 1\n  - name: two\n",
      { _tag: "KeyMissing", line: 5, key: "labels[1].value" }
    ],
    ["a doubled label", "name: x\ntemplate: t\nlabels:\n  - 1\n  - 2\n  - 1\n", { _tag: "LabelDuplicate", line: 6 }],
    [
      "an example with an unknown label",
      `${minimal}examples:\n  - input: a\n    label: maybe\n`,
      { _tag: "ExampleLabelUnknown", line: 6 }
    ],
    ["a reserved parameter", `${minimal}parameters:\n  stream: true\n`, { _tag: "ParameterReserved", line: 5 }],
    ["a file of prose", "Dear model, please label these.\n", { _tag: "NotATask", path: "task.yaml" }],
    ["an empty file", "", { _tag: "NotATask", path: "task.yaml" }]
  ]
  for (const [what, text, reason] of faults) {
    it(`names the line of ${what}`, () => {
      assert.deepInclude(reasonOf(text), reason)
    })
  }

  it("never throws, whatever the text", () => {
    const pieces = fc.constantFrom(
      "name: x\n",
      "labels:\n",
      "  - a\n",
      "- ",
      "*a ",
      "&a ",
      "{",
      "}",
      "[",
      "]",
      "? ",
      "!!set ",
      "|\n",
      ">-\n",
      "%YAML 1.2\n",
      "---\n",
      "\t",
      "'",
      '"',
      "<<: ",
      "#"
    )
    const text = fc.oneof(
      fc.fullUnicodeString(),
      fc.array(pieces).map((list) => list.join(""))
    )
    fc.assert(
      fc.property(text, (text) => assert.isBoolean(Either.isRight(TaskFile.parse(text, "x")))),
      { numRuns: 500 }
    )
  })

  it("refuses a file that grows without bound when its aliases are followed", () => {
    const levels = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for (const [from, to] of ["ab", "bc", "cd", "de", "ef", "fg"].map((pair) => [...pair])) {
      levels.push(`${to}: &${to} [${Array.from({ length: 10 }, () => `*${from}`).join(", ")}]`)
    }
    assert.deepInclude(reasonOf(levels.join("\n")), { _tag: "SyntaxInvalid" })
  })

  it("refuses a file that nests deeply, however it is written, and names the line", () => {
    const nested: ReadonlyArray<readonly [string, string]> = [
      ["[", "]"],
      ["{a: ", "}"],
      ['{"a":', "}"],
      ["- ", ""],
      ["? ", ""],
      ["[", ""]
    ]
    for (const [open, close] of nested) {
      for (const depth of [100, 1_000, 20_000]) {
        const text = `${minimal}system:\n  ${open.repeat(depth)}x${close.repeat(depth)}\n`
        assert.deepInclude(reasonOf(text), { _tag: "SyntaxInvalid", line: 5, detail: "it nests more than 64 levels deep" })
      }
    }
    const blocks = Array.from({ length: 1_000 }, (_, level) => `${" ".repeat(level)}a:`).join("\n")
    assert.deepInclude(reasonOf(`${minimal}${blocks} x\n`), {
      _tag: "SyntaxInvalid",
      detail: "it nests more than 64 levels deep"
    })
  })

  it("refuses aliases that nest deeper than the text, or within their own anchor", () => {
    const deep = (name: string, inner: string) => `  - &${name} ${"[".repeat(40)}${inner}${"]".repeat(40)}\n`
    const chain = `${minimal}parameters:\n  x:\n${deep("a", "x")}${deep("b", "*a")}`
    assert.deepInclude(reasonOf(chain), { _tag: "SyntaxInvalid", detail: "it nests more than 64 levels deep" })
    for (const own of ["parameters: &p {x: *p}", "parameters: {x: &l [0, *l]}", "labels: &l [0, [*l]]"]) {
      const reason = reasonOf(`${minimal.replace("labels: [yes, no]\n", "")}${own}\n`)
      assert.match(reason?._tag === "SyntaxInvalid" ? reason.detail : "", /^an alias \(\*\) stands within/, own)
    }
  })

  it("refuses a file that is too long or has too many keys before it spends the time to read it", () => {
    const began = performance.now()
    const keys = Array.from({ length: 60_000 }, (_, i) => `k${i}: 1`).join("\n")
    assert.deepInclude(reasonOf(keys), { _tag: "SyntaxInvalid", line: 1, detail: "an object has more than 1,000 keys" })
    const flow = `{${Array.from({ length: 60_000 }, (_, i) => `k${i}: 1`).join(", ")}}`
    assert.deepInclude(reasonOf(flow), { _tag: "SyntaxInvalid", line: 1, detail: "an object has more than 1,000 keys" })
    const long = reasonOf(`${minimal}system: ${"x".repeat(2_000_000)}\n`)
    assert.match(long?._tag === "SyntaxInvalid" ? long.detail : "", /longer than 1,048,576 characters/)
    assert.isBelow(performance.now() - began, 20_000)
  })

  it("takes as many examples as anybody writes", () => {
    const examples = Array.from({ length: 3_000 }, (_, i) => `- { input: "text ${i}", label: yes }\n`).join("")
    assert.strictEqual(parsed(`${minimal}examples:\n${examples}`).examples.length, 3_000)
  })
})

describe("TaskFile.commented", () => {
  it("reads back as the same task, for every preset in both languages", () => {
    for (const name of Presets.names) {
      for (const lang of ["ko", "en"] as const)
        assert.deepStrictEqual(parsed(TaskFile.commented(preset(name), lang)), preset(name))
    }
  })

  it("reads back as the same task, whatever texts it holds", () => {
    fc.assert(
      fc.property(arbitraries.task, fc.constantFrom("ko" as const, "en" as const), (task, lang) => {
        assert.deepStrictEqual(parsed(TaskFile.commented(task, lang)), task)
      }),
      { numRuns: 300 }
    )
  })

  it("reads back the blank lines at the end of a text, and no more", () => {
    const task = { ...preset("news-stance-ko"), system: "one\n\n" }
    assert.strictEqual(parsed(TaskFile.commented(task, "en")).system, "one\n\n")
  })

  it("explains every key above it", () => {
    const task = { ...preset("news-stance-ko"), allow_unknown_parameters: true, allow_retired_model: true }
    const text = TaskFile.commented(task, "ko")
    for (const key of Object.keys(TaskSchema.Task.fields)) assert.match(text, new RegExp(`^# [^\\n]+\\n${key}:`, "m"))
  })

  it("offers the preset's examples, ready to be uncommented", () => {
    const text = TaskFile.commented(preset("news-stance-ko"), "en")
    const offered = text.slice(text.indexOf("# examples:"), text.indexOf("# Any model"))
    const uncommented = offered.replaceAll(/^# /gm, "")
    assert.deepStrictEqual(parseYaml(uncommented), { examples: Presets.examples("news-stance-ko") })
  })
})

describe("TaskFile.jsonSchema", () => {
  const schema = JSON.parse(JSON.stringify(TaskFile.jsonSchema()))

  it("describes every key of a task, and refuses others", () => {
    const { $schema, ...properties } = schema.properties
    assert.deepStrictEqual($schema, { type: "string" })
    assert.deepStrictEqual(Object.keys(properties), Object.keys(TaskSchema.Task.fields))
    for (const [key, property] of Object.entries(properties)) assert.property(property, "description", key)
    assert.deepStrictEqual(schema.required, ["name", "labels", "template"])
    assert.isFalse(schema.additionalProperties)
  })

  it("lists the values of the keys that have a closed set", () => {
    assert.deepStrictEqual(schema.properties.answer.enum, ["number", "text", "json_schema"])
    assert.deepStrictEqual(schema.properties.endpoint.enum, ["/v1/chat/completions", "/v1/responses"])
  })
})
