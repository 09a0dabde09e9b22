/** Real processes over one store: a worker program, bundled once, and what it is told. */
import { type ChildProcess, spawn } from "node:child_process"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { build, type Plugin } from "esbuild"
import type { Place } from "./backends.js"

/** What a worker does; it prints a line of JSON for each thing worth knowing and ends with 0. */
export type Order =
  /** Opens the store and leaves a fact. */
  | { readonly do: "open"; readonly name: string }
  /** Takes jobs with others from shard to shard until all is settled. */
  | {
      readonly do: "work"
      readonly jobs: ReadonlyArray<string>
      readonly seed: number
      readonly tokenLimit: number
      readonly answers: number
    }
  /** Adds one to a fact so many times, reading and writing apart, under a lease. */
  | { readonly do: "count"; readonly lease: string; readonly times: number }
  /** Takes a lease and stays in it. */
  | { readonly do: "stay"; readonly lease: string }

export interface Assignment {
  readonly kind: Place["kind"]
  readonly address: string
  readonly leaseTtl: number
  readonly order: Order
}

const drivers: ReadonlyArray<string> = ["better-sqlite3", "pg", "pg-cursor", "pg-connection-string"]

// The drivers are not bundled (one is native): they are imported from where their importer finds them.
const driversByPath: Plugin = {
  name: "drivers-by-path",
  setup: (setup) => {
    setup.onResolve(
      { filter: /^(better-sqlite3|pg(-cursor|-connection-string)?)$/ },
      async ({ kind, path, pluginData, resolveDir }) => {
        if (pluginData === drivers) return undefined
        const found = await setup.resolve(path, { kind, pluginData: drivers, resolveDir })
        return { path: found.path, external: true }
      }
    )
  }
}

/** Has workers begin in the same moment, when all have been loaded. */
export const together = (workers: ReadonlyArray<Worker>): Effect.Effect<void> =>
  Effect.promise(async () => {
    await Promise.all(workers.map(({ next }) => next("ready")))
    for (const { go } of workers) go()
  })

/** Bundles the worker, since Node 20 runs no TypeScript; its path. */
export const bundle = async (folder: string): Promise<string> => {
  const outfile = join(folder, "worker.mjs")
  await build({
    entryPoints: [fileURLToPath(new URL("worker.ts", import.meta.url))],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "error",
    plugins: [driversByPath]
  })
  return outfile
}

export interface Worker {
  readonly child: ChildProcess
  /** Has it begin; until then it only loads. */
  readonly go: () => void
  /** Resolves with the next line that has this `event`. */
  readonly next: (event: string) => Promise<Readonly<Record<string, unknown>>>
  readonly lines: ReadonlyArray<Readonly<Record<string, unknown>>>
  /** The exit code, or the signal. */
  readonly ended: Promise<number | string>
}

export const start = (script: string, assignment: Assignment): Effect.Effect<Worker, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(process.execPath, [script, JSON.stringify(assignment)], { stdio: ["pipe", "pipe", "inherit"] })
      // It may be dead by then.
      child.stdin.on("error", () => {})
      const lines: Array<Readonly<Record<string, unknown>>> = []
      const waiting: Array<() => void> = []
      createInterface({ input: child.stdout }).on("line", (line) => {
        lines.push(JSON.parse(line))
        for (const look of waiting) look()
      })
      const ended = new Promise<number | string>((resolve) =>
        child.once("close", (code, signal) => resolve(code ?? signal ?? "?"))
      )
      const next = (event: string) =>
        new Promise<Readonly<Record<string, unknown>>>((resolve, reject) => {
          const look = () => {
            const found = lines.find((line) => line["event"] === event)
            if (found !== undefined) resolve(found)
          }
          waiting.push(look)
          look()
          void ended.then((code) => reject(new Error(`the worker ended with ${code} before it said ${event}`)))
        })
      return { child, go: () => void child.stdin.write("go\n"), next, lines, ended }
    }),
    ({ child, ended }) =>
      Effect.promise(async () => {
        child.kill("SIGKILL")
        await ended
      })
  )
