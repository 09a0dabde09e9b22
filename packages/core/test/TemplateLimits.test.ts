import { assert, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { Prompt, Task, TemplateLimits } from "../src/index.js"

const task = (template: string): Task.Task =>
  Either.getOrThrow(Task.decode({ name: "t", labels: [0, 1], answer: "number", template }, "test"))

it("narrower limits hold from the moment they are set, for templates compiled before as well", () => {
  const template = "{% assign letters = text | split: '' %}{% for l in letters %}{{ l }}{% endfor %}"
  const prompt = Either.getOrThrow(Prompt.compile(task(template), ["text"]))
  const row = ["x".repeat(5_000)]
  assert.isUndefined(prompt.render(row).failure)
  TemplateLimits.set({ milliseconds: 1_000, memory: 1_000 })
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
