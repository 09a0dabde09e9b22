/** `batchlabel serve` as a process of its own, to be asked, stopped and killed. */
import { type ChildProcess, spawn } from "node:child_process"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Waiting from "../../../../test/support/eventually.js"
import { bin } from "./Product.js"

const Listening = Schema.parseJson(
  Schema.Struct({ url: Schema.String, token: Schema.optionalWith(Schema.String, { exact: true }) })
)

export interface ServerProcess {
  readonly url: string
  /** The one that was made because there was none. */
  readonly token: string | undefined
  readonly child: ChildProcess
  /** What it has written so far, to either stream. */
  readonly output: () => string
  readonly exited: Promise<number | NodeJS.Signals>
}

/** Starts it and waits until it says where it is. */
export const launch = (
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>>
): Effect.Effect<ServerProcess, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(
      () =>
        new Promise<ServerProcess>((resolve, reject) => {
          const child = spawn(process.execPath, [bin("batchlabel"), "serve", "--json", ...args], {
            env: { PATH: process.env["PATH"] ?? "", ...env },
            stdio: ["ignore", "pipe", "pipe"]
          })
          let output = ""
          const exited = new Promise<number | NodeJS.Signals>((done) =>
            child.once("exit", (code, signal) => done(code ?? signal ?? -1))
          )
          void exited.then((code) => reject(new Error(`it ended with ${code}: ${output}`)))
          child.stderr.on("data", (chunk: Buffer) => (output += chunk))
          child.stdout.on("data", (chunk: Buffer) => {
            output += chunk
            const said = Schema.decodeUnknownOption(Listening)(output.slice(output.indexOf("{")))
            if (said._tag === "Some") {
              resolve({ url: said.value.url, token: said.value.token, child, output: () => output, exited })
            }
          })
        })
    ),
    ({ child, exited }) =>
      Effect.promise(() => {
        child.kill("SIGKILL")
        return exited
      })
  )

/** Looks until it holds; the condition is what is told where it never does. */
export const eventually = <A>(look: Effect.Effect<A, unknown>, holds: (value: A) => boolean): Effect.Effect<A> =>
  Waiting.eventually(String(holds), look, { until: holds })
