import { assert, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { ByteString, Prompt, Task, TemplateLimits } from "../src/index.js"

const task = (template: string): Task.Task =>
  Either.getOrThrow(Task.decode({ name: "t", labels: [0, 1], answer: "number", template }, "test"))

it("narrower limits hold from the moment they are set, for templates compiled before as well", () => {
  const template = "{% assign letters = text | split: '' %}{% for l in letters %}{{ l }}{% endfor %}"
  const prompt = Either.getOrThrow(Prompt.compile(task(template), ["text"]))
  const row = ["x".repeat(5_000)]
  assert.isUndefined(prompt.render(row).failure)
  TemplateLimits.set({ ...TemplateLimits.defaults, milliseconds: 1_000, memory: 1_000 })
  try {
    assert.match(prompt.render(row).failure ?? "", /memory alloc limit exceeded/)
    assert.isUndefined(prompt.render(["short"]).failure)
    const loop = Prompt.compile(task("{{ text }}{% for i in (1..100000) %}x{% endfor %}"), ["text"])
    assert.isTrue(Either.isLeft(loop))
  } finally {
    TemplateLimits.set(TemplateLimits.defaults)
  }
  assert.isUndefined(prompt.render(row).failure)
})

const limit = TemplateLimits.defaults.bytes
const hundredKilobytes = `${"가".repeat(34_133)}x`

/** A row that takes a minute or gigabytes ends the test by its own time limit or the process. */
const failureOf = (template: string, cell: string): string => {
  const compiled = Prompt.compile(task(template), ["text"])
  return Either.isLeft(compiled) ? compiled.left.message : (compiled.right.render([cell]).failure ?? "none")
}

it("a message longer than a model could read is not made, however the template makes it", () => {
  const templates = [
    "{{text}}".repeat(3_000),
    `{{ text | upcase }}${"{{text}}".repeat(3_000)}`,
    "{% for i in (1..3000) %}{{ text }}{% endfor %}",
    "{% capture all %}{% for i in (1..3000) %}{{ text }}{% endfor %}{% endcapture %}{{ all }}",
    "{% assign all = text %}{% for i in (1..3000) %}{% capture all %}{{ all }}{{ text }}{% endcapture %}{% endfor %}{{ all }}",
    "{% assign all = text %}{% for i in (1..40) %}{% assign all = all | append: all %}{% endfor %}{{ all }}",
    "{% assign list = text | split: '|' %}{% for i in (1..24) %}{% assign list = list | concat: list %}{% endfor %}{{ list }}",
    "{{ text | split: '' | join: text }}",
    "{{ '2026-01-01' | date: '%99999999Y' }}{{ text }}{{ text }}",
    "{% tablerow i in (1..3000) %}{{ text }}{% endtablerow %}",
    "{% cycle text, text %}".repeat(3_000)
  ]
  for (const template of templates) {
    assert.match(failureOf(template, hundredKilobytes), /limit exceeded/, template.slice(0, 60))
  }
})

it("what a row makes ends at the same byte, whether it is rendered as text or written as bytes", () => {
  for (const letter of ["x", "é", "가", "😀"]) {
    const bytes = Buffer.byteLength(letter)
    const prompt = Either.getOrThrow(Prompt.compile(task("{{text}}{{text}}!"), ["text"]))
    const fits = letter.repeat(Math.floor((limit - 1) / 2 / bytes))
    const over = `${fits}${letter}`
    assert.isUndefined(prompt.render([fits]).failure)
    assert.match(prompt.render([over]).failure ?? "", /rendered text limit exceeded: a message may take 10485760 bytes/)
    assert.isFalse(prompt.plain?.isTooLong([ByteString.fromText(fits)]))
    assert.isTrue(prompt.plain?.isTooLong([ByteString.fromText(over)]))
  }
})

it("a template of more pieces than anybody writes, or nested more deeply, is refused before it costs its square", () => {
  const refusalOf = (template: string): string => {
    const compiled = Prompt.compile(task(template), ["text"])
    return Either.isLeft(compiled) ? compiled.left.message : "rendered"
  }
  const nested = (depth: number): string => `${"{% if text %}".repeat(depth)}{{ text }}${"{% endif %}".repeat(depth)}`
  assert.strictEqual(refusalOf("{{text}}".repeat(10_000)), "rendered")
  assert.match(refusalOf("{{text}}".repeat(10_001)), /it has more than 10000 outputs and tags/)
  assert.match(refusalOf("{{text}}{% assign a = 1 %}".repeat(40_000)), /it has more than 10000 outputs and tags/)
  assert.strictEqual(refusalOf(nested(100)), "rendered")
  for (const depth of [101, 40_000]) assert.match(refusalOf(nested(depth)), /more than 100 tags are nested in one another/)
  assert.strictEqual(refusalOf("{% if text %}x{% endif %}{{ text }}".repeat(2_000)), "rendered")
})
