import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Core from "../src/index.js"
import * as example from "./example.js"

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8")

describe("README", () => {
  const readme = read("../README.md")

  it("shows an example that compiles and does what it says", () => {
    assert.include(readme, `\`\`\`ts\n${read("./example.ts")}\`\`\``)
    assert.deepStrictEqual(example.outcome, { _tag: "Labeled", value: "bug", raw: "Bug." })
    assert.match(example.customId, /^r0-[0-9a-f]{24}$/)
    assert.deepInclude(example.body, { model: "gpt-4o-mini" })
  })

  it("lists every module", () => {
    for (const name of Object.keys(Core)) assert.include(readme, `| \`${name}\` |`)
  })
})
