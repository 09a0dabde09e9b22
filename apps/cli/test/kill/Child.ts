/** The built command as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"

const built = process.env["BATCHLABEL_CLI"] ?? fileURLToPath(new URL("../../dist/batchlabel.js", import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface Child {
  readonly ended: Promise<Ended>
  readonly isOver: () => boolean
  /** What it has printed so far, on both streams. */
  readonly output: () => string
  /** Resolves when it has printed a text that matches, `false` if it ends without. */
  readonly printed: (pattern: RegExp) => Promise<boolean>
  readonly signal: (signal: NodeJS.Signals) => void
  /** `kill -9`, and waits until it is gone. */
  readonly kill: () => Promise<Ended>
}

export interface Options {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** After so many ms it is taken to hang. */
  readonly patience?: number
}

const defaultPatience = 120_000

export const start = (args: ReadonlyArray<string>, { cwd, env, patience = defaultPatience }: Options): Child => {
  if (!existsSync(built)) throw new Error(`${built} is not built: run \`node build.mjs\` in apps/cli`)
  const child: ChildProcess = spawn(process.execPath, [built, ...args], {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", HOME: cwd, TZ: "Asia/Seoul", LANG: "en_US.UTF-8", ...env },
    stdio: ["ignore", "pipe", "pipe"]
  })
  let output = ""
  let over = false
  const watchers = new Set<() => void>()
  const tell = () => {
    for (const watcher of watchers) watcher()
  }
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text
      tell()
    })
  }
  // biome-ignore lint/plugin: a guard, nothing is waited for
  const hung = setTimeout(() => child.kill("SIGKILL"), patience)
  const ended = once(child, "close").then(([code, signal]): Ended => {
    clearTimeout(hung)
    over = true
    tell()
    return { code, signal }
  })
  return {
    ended,
    isOver: () => over,
    output: () => output,
    printed: (pattern) =>
      new Promise((resolve) => {
        const look = () => {
          const found = pattern.test(output)
          if (!found && !over) return
          watchers.delete(look)
          resolve(found)
        }
        watchers.add(look)
        look()
      }),
    signal: (signal) => void child.kill(signal),
    kill: () => {
      child.kill("SIGKILL")
      return ended
    }
  }
}
