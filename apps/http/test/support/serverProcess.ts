/** The built server as a process of its own, to be killed. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

const app = fileURLToPath(new URL("../../", import.meta.url))
export const program = `${app}dist/batchlabel-http.js`

/** `npm test` builds first; whoever runs a test by itself need not. */
export const build = (): void => {
  if (!existsSync(program)) execFileSync(process.execPath, [`${app}build.mjs`], { stdio: "ignore" })
}

export interface ServerProcess {
  readonly url: string
  readonly child: ChildProcess
  /** What it has written so far, to either stream. */
  readonly output: () => string
  readonly exited: Promise<number | NodeJS.Signals>
}

export const environmentOf = (apiUrl: string): Record<string, string> => ({
  PATH: process.env["PATH"] ?? "",
  OPENAI_API_KEY: "sk-test-key-of-the-process",
  OPENAI_BASE_URL: apiUrl,
  BATCHLABEL_POLL_INTERVAL: "50ms",
  BATCHLABEL_POLL_CAP: "200ms",
  BATCHLABEL_BACKOFF: "50ms",
  BATCHLABEL_BACKOFF_CAP: "200ms",
  BATCHLABEL_LIST_LAG: "100ms",
  BATCHLABEL_OUTPUT_LAG: "200ms"
})

export const command = (args: ReadonlyArray<string>, env: Record<string, string>): string =>
  execFileSync(process.execPath, [program, ...args], { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim()

/** Starts it and waits until it says where it is. */
export const launch = (
  args: ReadonlyArray<string>,
  env: Record<string, string>
): Effect.Effect<ServerProcess, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(
      () =>
        new Promise<ServerProcess>((resolve, reject) => {
          const child = spawn(process.execPath, [program, ...args], { env, stdio: ["ignore", "pipe", "pipe"] })
          let output = ""
          const exited = new Promise<number | NodeJS.Signals>((done) =>
            child.once("exit", (code, signal) => done(code ?? signal ?? -1))
          )
          void exited.then((code) => reject(new Error(`it ended with ${code}: ${output}`)))
          const hear = (chunk: Buffer): void => {
            output += chunk
            const url = /^(http:\/\/\S+)$/m.exec(output)?.[1]
            if (url !== undefined) resolve({ url, child, output: () => output, exited })
          }
          child.stdout.on("data", hear)
          child.stderr.on("data", hear)
        })
    ),
    ({ child, exited }) =>
      Effect.promise(() => {
        child.kill("SIGKILL")
        return exited
      })
  )
