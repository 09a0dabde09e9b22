import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import * as YamlFile from "../src/YamlFile.js"

const faultOf = (text: string): string =>
  Either.match(YamlFile.parse(text), { onLeft: (detail) => detail, onRight: (value) => `read: ${JSON.stringify(value)}` })

describe("YamlFile.parse", () => {
  it("reads YAML and JSON, with a byte order mark or without", () => {
    assert.strictEqual(faultOf("models:\n  - {model: x}\n"), 'read: {"models":[{"model":"x"}]}')
    assert.strictEqual(faultOf('\ufeff{"a": [1, 2]}'), 'read: {"a":[1,2]}')
  })

  it("refuses what is too long, too deep, has too many keys, or has no end, before it costs time or memory", () => {
    assert.include(faultOf(`a: ${"x".repeat(2_000_000)}`), "longer than")
    assert.include(faultOf(`${"[".repeat(5_000)}${"]".repeat(5_000)}`), "levels deep")
    assert.include(faultOf(Array.from({ length: 1_001 }, (_, n) => `k${n}: 1`).join("\n")), "keys")
    const laughs = ["a0: &a0 [x, x]", ...Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`)]
    assert.notInclude(faultOf(laughs.join("\n")), "read:")
    assert.include(faultOf("a: &a [*a]\n"), "no end")
    assert.notInclude(faultOf("a: [1"), "read:")
  })
})
