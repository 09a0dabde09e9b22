/** The commands, in this process or as built ones of their own, a simulator over real HTTP, and folders to work in. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import { afterAll, beforeAll } from "vitest"
import * as Here from "./Here.js"

const here = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

export const samplePath = here("sample/unlabeled_news.csv")
export const rulesPath = here("sample/rules.json")

/** Looks like a key and is found in any output that should not have it. */
export const key = "sk-proj-TESTKEYdoNotShowMe0123456789"

export interface Result {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Setting {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>> | undefined
}

export interface ProcessSetting extends Setting {
  /** SIGINT is sent as soon as stdout holds this text. */
  readonly interruptAt?: string | undefined
}

/** The path of a built command. */
export const bin = (name: "batchlabel" | "batch_labeling_openai"): string => {
  const path = here(`dist/${name}.js`)
  if (!existsSync(path)) throw new Error(`${path} is not built: run \`node build.mjs\` in apps/cli`)
  return path
}

/** Nothing of this environment but the path. */
const environmentOf = ({ cwd, env }: Setting): Readonly<Record<string, string>> => ({
  PATH: process.env["PATH"] ?? "",
  HOME: cwd,
  TZ: "Asia/Seoul",
  LANG: "en_US.UTF-8",
  ...env
})

/** Runs a program to its end. */
export const execute = async (program: string, args: ReadonlyArray<string>, setting: ProcessSetting): Promise<Result> => {
  const child = spawn(program, args, {
    cwd: setting.cwd,
    env: environmentOf(setting),
    stdio: ["ignore", "pipe", "pipe"]
  })
  let stdout = ""
  let stderr = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text
    if (setting.interruptAt !== undefined && stdout.includes(setting.interruptAt)) child.kill("SIGINT")
  })
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text
  })
  const [code] = await once(child, "close")
  return { code: typeof code === "number" ? code : null, stdout, stderr }
}

export interface Product {
  readonly simulator: () => Simulator.Simulator
  /** A new folder with the sample in it as `news.csv`; removed at the end. */
  readonly folder: () => string
  /** In this process, one at a time. */
  readonly batchlabel: (args: ReadonlyArray<string>, setting: Setting) => Promise<Result>
  readonly guide: (args: ReadonlyArray<string>, setting: Setting) => Promise<Result>
  /** The built ones, as processes of their own. */
  readonly whole: Readonly<
    Record<"batchlabel" | "guide", (args: ReadonlyArray<string>, setting: ProcessSetting) => Promise<Result>>
  >
  /** What points a process at the simulator, with short waits. */
  readonly environment: () => Readonly<Record<string, string>>
}

const waits = {
  BATCHLABEL_POLL_INTERVAL: "100ms",
  BATCHLABEL_POLL_CAP: "200ms",
  BATCHLABEL_BACKOFF: "100ms",
  BATCHLABEL_LIST_LAG: "300ms",
  BATCHLABEL_OUTPUT_LAG: "300ms"
}

/** For the tests of a file: one simulator, and folders that go with it. */
export const product = (options: Simulator.Options = {}): Product => {
  const folders: Array<string> = []
  let running: Simulator.Simulator | undefined
  const simulator = (): Simulator.Simulator => {
    if (running === undefined) throw new Error("the simulator has not started")
    return running
  }
  beforeAll(async () => {
    running = await Simulator.start({ rules: rulesPath, ...options })
  })
  afterAll(async () => {
    await running?.close()
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  })
  const environment = () => ({ OPENAI_API_KEY: key, OPENAI_BASE_URL: simulator().url, ...waits })
  const pointed = <A extends Setting>(setting: A): A => ({ ...setting, env: { ...environment(), ...setting.env } })
  const inHere =
    (name: "batchlabel" | "guide") =>
    (args: ReadonlyArray<string>, setting: Setting): Promise<Result> =>
      Here.execute(name, args, { cwd: setting.cwd, env: environmentOf(pointed(setting)) })
  const built =
    (name: "batchlabel" | "batch_labeling_openai") =>
    (args: ReadonlyArray<string>, setting: ProcessSetting): Promise<Result> =>
      execute(process.execPath, [bin(name), ...args], pointed(setting))
  return {
    simulator,
    environment,
    folder: () => {
      const folder = mkdtempSync(join(tmpdir(), "batchlabel-cli-"))
      folders.push(folder)
      copyFileSync(samplePath, join(folder, "news.csv"))
      return folder
    },
    batchlabel: inHere("batchlabel"),
    guide: inHere("guide"),
    whole: { batchlabel: built("batchlabel"), guide: built("batch_labeling_openai") }
  }
}
