import * as Message from "@batchlabel/messages/Message"
import { describe, expect, it } from "vitest"
import * as Catalogue from "../src/Catalogue.js"
import { ExitCode, ofProblem } from "../src/ExitCode.js"
import { withoutSecrets } from "../src/Failure.js"
import * as Help from "../src/Help.js"
import * as Texts from "../src/Texts.js"

const langs = ["ko", "en"] as const

describe("the help", () => {
  it("lists every command, every exit code and the environment, in both languages", () => {
    for (const lang of langs) {
      const texts = Texts.of(lang)
      const help = Help.overview(texts, "1.2.3", false)
      for (const name of Catalogue.names) expect(help).toContain(`  ${name} `)
      for (const code of Object.values(ExitCode)) {
        if (code !== ExitCode.terminated) expect(help).toMatch(new RegExp(`^ {2}${code} `, "m"))
      }
      expect(help).toContain("OPENAI_API_KEY")
      expect([...Catalogue.names].sort()).toEqual(Object.keys(texts.commands).sort())
    }
  })

  it("shows every flag of a command with its meaning", async () => {
    for (const name of Catalogue.names) {
      const command = await Catalogue.load(name)
      expect(command.name).toBe(name)
      for (const lang of langs) {
        const texts = Texts.of(lang)
        const help = Help.ofCommand(command, texts, false)
        for (const flag of command.flags) {
          expect(help).toContain(`--${flag.name}`)
          expect(help).toContain(texts.flags[flag.name])
        }
      }
    }
  })

  it("uses colours only when asked", () => {
    expect(Help.overview(Texts.of("en"), "1.2.3", false)).not.toContain("\u001b")
    expect(Help.overview(Texts.of("en"), "1.2.3", true)).toContain("\u001b[1m")
  })
})

describe("exit codes", () => {
  it("follow the family of a problem, with the exceptions that are documented", () => {
    const usage = Message.make("BL6001", { flag: "--x", nearest: undefined, command: "" })
    const key = Message.make("BL3001", {})
    const missing = Message.make("BL5015", { id: "job_1" })
    const pending = Message.make("BL5004", { job: "job_1", status: "in_progress" })
    const cap = Message.make("BL5305", { cap: "1", spent: "0", reserved: "0", needed: "2" })
    expect([usage, key, missing, pending, cap].map(ofProblem)).toEqual([2, 4, 3, 75, 4])
  })

  it("keep secrets out of what is said of an unexpected error", () => {
    expect(withoutSecrets("could not reach postgresql://me:hunter22@db", ["postgresql://me:hunter22@db", ""])).toBe(
      "could not reach <redacted>"
    )
  })
})
