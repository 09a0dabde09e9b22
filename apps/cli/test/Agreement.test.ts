/** What a person types at a question decides whether anything is sent: only a whole word of assent pays. See docs/decisions/019. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest"
import type { Streams } from "../src/Screen.js"
import { batchlabel, type Ending } from "./support/InProcess.js"

let api: Simulator.Simulator
let folder = ""

beforeAll(async () => {
  api = await Simulator.start({ rules: { default: 1 } })
})
afterAll(() => api.close())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "batchlabel-agreement-"))
  writeFileSync(join(folder, "news.csv"), "text\n하나\n둘\n셋\n")
  vi.stubEnv("OPENAI_API_KEY", "sk-made-up")
  vi.stubEnv("OPENAI_BASE_URL", api.url)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

const uploads = async (): Promise<number> => (await api.ledger()).uploads

/** A command at a terminal whose person answers each question so; with `isTerminal: false` nobody is there. */
const at = (name: string, args: ReadonlyArray<string>, readLine: Streams["readLine"], isTerminal = true): Promise<Ending> =>
  batchlabel([name, ...args], { readLine, isTerminal })

const typed =
  (line: string | undefined): Streams["readLine"] =>
  () =>
    Promise.resolve(line)

/** Sends, and asks whatever it costs. */
const submission = (...more: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...["--input", join(folder, "news.csv"), "--home", join(folder, "home"), "--guide-files", "none"],
  ...["--confirm-above", "0.000001", ...more]
]

const jobs = (): ReadonlyArray<string> => {
  const path = join(folder, "home", "jobs")
  return existsSync(path) ? readdirSync(path) : []
}

describe("a question about what is to be spent", () => {
  for (const answer of ["maybe", "", "n", "no", "yess", "y es", "ye", "아니요", "예?", "예 아니요", undefined]) {
    it(`takes ${answer === undefined ? "the end of input" : `'${answer}'`} for a no: nothing is sent, nothing is left, exit code 7`, async () => {
      const before = await uploads()
      const ended = await at("submit", submission(), typed(answer))
      expect([ended.code, ended.questions]).toEqual([7, 1])
      expect(ended.err).toContain("[y/N]")
      expect(await uploads()).toBe(before)
      expect(jobs()).toEqual([])
    })
  }

  for (const answer of ["yes", "Y", " YES ", "예", "네", "예".normalize("NFD")]) {
    it(`takes '${answer}' for a yes, and sends`, async () => {
      const before = await uploads()
      const ended = await at("submit", submission(), typed(answer))
      expect([ended.code, ended.questions]).toEqual([0, 1])
      expect(await uploads()).toBe(before + 1)
      expect(jobs()).toHaveLength(1)
    })
  }

  it("is cut short by Ctrl-C: nothing is sent, nothing is left, exit code 130", async () => {
    const before = await uploads()
    const interrupted: Streams["readLine"] = (signal) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => resolve(undefined))
        process.emit("SIGINT")
      })
    expect(await at("submit", submission(), interrupted)).toMatchObject({ code: 130, questions: 1 })
    expect(await uploads()).toBe(before)
    expect(jobs()).toEqual([])
  })

  it("is not asked with --yes, nor below --confirm-above", async () => {
    expect(await at("submit", submission("--yes"), typed("no"))).toMatchObject({ code: 0, questions: 0 })
    rmSync(join(folder, "home"), { recursive: true })
    const cheap = await at("submit", submission().slice(0, -2), typed("no"))
    expect(cheap).toMatchObject({ code: 0, questions: 0 })
  })

  it("is refused where nobody can be asked, and the flag that it names sends", async () => {
    const before = await uploads()
    const refused = await at("submit", submission(), typed("yes"), false)
    expect(refused).toMatchObject({ code: 7, questions: 0 })
    expect(refused.err).toContain("--yes")
    expect(refused.err).toContain("[BL6065]")
    expect(await uploads()).toBe(before)
    expect(jobs()).toEqual([])
    expect(await at("submit", submission("--yes"), typed("no"), false)).toMatchObject({ code: 0, questions: 0 })
    expect(await uploads()).toBe(before + 1)
  })
})

describe("a question about what is to be destroyed", () => {
  it("names the job that cancel would hit, and 'maybe' leaves it as it is", async () => {
    await at("submit", submission("--yes"), typed(undefined))
    const home = ["--home", join(folder, "home")]
    const [job = ""] = jobs()
    const kept = await at("cancel", home, typed("maybe"))
    expect(kept).toMatchObject({ code: 7, questions: 1 })
    expect(kept.out + kept.err).toContain(job)
    const cancelled = await at("cancel", home, typed("yes"))
    expect(cancelled).toMatchObject({ code: 0, questions: 1 })
  })
})
