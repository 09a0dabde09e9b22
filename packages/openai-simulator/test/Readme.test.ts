import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { parse } from "yaml"
import * as Rules from "../src/Rules.js"
import * as Scenario from "../src/Scenario.js"

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")

const example = (name: string): unknown => parse(new RegExp(`\`\`\`yaml\n(# ${name}\n[^]*?)\`\`\``).exec(readme)?.[1] ?? "")

describe("the README", () => {
  it("its rules and its scenario can be used as they stand", () => {
    const rules = Rules.decode(example("rules"))
    assert.isTrue(Either.isRight(rules), String(rules))
    const scenario = Scenario.decode(example("scenario"))
    assert.isTrue(Either.isRight(scenario), String(scenario))
    assert.lengthOf(Either.getOrThrow(scenario).faults, 7)
  })

  it("it names every operation, every fault and every kind of line", () => {
    const faults = [...Scenario.CallFault.members, ...Scenario.BatchFault.members].map(
      (member) => member.fields.fault.literals[0]
    )
    for (const name of [...faults, ...Scenario.Operation.literals, ...Scenario.LineFault.literals, ...Rules.BadKind.literals]) {
      assert.include(readme, `\`${name}\``)
    }
  })
})
