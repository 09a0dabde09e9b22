import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import OpenAI from "openai"
import { parse } from "yaml"
import * as Rules from "../src/Rules.js"
import * as Scenario from "../src/Scenario.js"
import * as Simulator from "../src/Simulator.js"

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")

const example = (name: string): unknown => parse(new RegExp(`\`\`\`yaml\n(# ${name}\n[^]*?)\`\`\``).exec(readme)?.[1] ?? "")

/** The code of an example in TypeScript, without its imports, as the body of a function. */
const code = (n: number): string => (readme.split("```ts\n")[n + 1]?.split("```")[0] ?? "").replaceAll(/^import .*\n/gm, "")

const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor

describe("the README", () => {
  it("its first example runs and prints what it says", async () => {
    const printed: Array<string> = []
    await new AsyncFunction("Simulator", "OpenAI", "console", code(0))(Simulator, OpenAI, {
      log: (value: unknown) => printed.push(String(value))
    })
    assert.deepStrictEqual(printed, ["0", "1"])
  })

  it("its function answers as it says", async () => {
    const run = new AsyncFunction("Simulator", `${code(1)}\nreturn simulator`)
    const simulator: Simulator.Simulator = await run(Simulator)
    const client = new OpenAI({ apiKey: "any", baseURL: simulator.url })
    const asked = (content: string) =>
      client.chat.completions
        .create({ model: "gpt-4o-mini", messages: [{ role: "user", content }] })
        .then(({ choices }) => choices[0]?.message.content)
    assert.deepStrictEqual([await asked("모두가 환영했다"), await asked("조용했다")], ["0", "1"])
    await simulator.close()
  })

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
