/**
 * The commands in this process, with a working directory, an environment and streams of their own for as long as they run: as the built ones,
 * but loaded once, not once a command. What only a process can show (signals, a reader that goes away, a crash) is shown by whole ones.
 */
import { vi } from "vitest"
import { batchlabel, guide } from "../../src/Main.js"

export interface Place {
  readonly cwd: string
  /** All that it finds in its environment. */
  readonly env: Readonly<Record<string, string>>
}

export interface Said {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const become = (env: NodeJS.ProcessEnv): void => {
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
}

const listening = (): ReadonlyArray<readonly [NodeJS.WriteStream, ReadonlySet<unknown>]> =>
  [process.stdout, process.stderr].map((stream) => [stream, new Set(stream.listeners("error"))])

/** A process listens to its streams until it ends; here they outlive the command. */
const unlisten = (before: ReturnType<typeof listening>): void => {
  for (const [stream, known] of before)
    for (const listener of stream.listeners("error")) if (!known.has(listener)) stream.removeListener("error", Object(listener))
}

let isBusy = false

/** Runs one to its end; one at a time, for what it is run in belongs to all. */
export const execute = async (name: "batchlabel" | "guide", args: ReadonlyArray<string>, { cwd, env }: Place): Promise<Said> => {
  if (isBusy) throw new Error("another command runs in this process: wait for it, or run this one as a whole process")
  isBusy = true
  const before = { cwd: process.cwd(), env: { ...process.env }, listening: listening() }
  const said = { stdout: "", stderr: "" }
  const streams = (["stdout", "stderr"] as const).map((stream) =>
    vi.spyOn(process[stream], "write").mockImplementation((text) => {
      said[stream] += String(text)
      return true
    })
  )
  try {
    become(env)
    process.chdir(cwd)
    process.exitCode = undefined
    await (name === "guide" ? guide(args) : batchlabel(args))
    return { code: Number(process.exitCode ?? 0), ...said }
  } finally {
    process.exitCode = undefined
    process.chdir(before.cwd)
    become(before.env)
    for (const stream of streams) stream.mockRestore()
    unlisten(before.listening)
    isBusy = false
  }
}
