/** `demo`: the guide's three steps with the guide's own command, over real HTTP, answered by a simulator on this machine. */
import { spawn } from "node:child_process"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import * as CsvReader from "@batchlabel/csv-io/CsvReader"
import * as Folder from "@batchlabel/csv-io/Folder"
import { toFailedPath } from "@batchlabel/labeling/Download"
import * as Message from "@batchlabel/messages/Message"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Command from "../Command.js"
import { shownPath } from "../DownloadReport.js"
import { ExitCode } from "../ExitCode.js"
import * as Flags from "../Flags.js"
import { Screen } from "../Screen.js"

// The bundle lies in dist/chunks, the commands and the sample beside it.
const beside = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url))

const files = {
  input: "unlabeled_news.csv",
  labeled: "labeled_news.csv",
  info: "batch_info_openai.json",
  requests: "batch_openai.jsonl"
}

// Long enough to be seen at work, short enough not to be waited for.
const phases = { validating: 300, perRequest: 8, finalizing: 200 }
const mostChecks = 40

interface Ended {
  readonly code: number
  readonly output: string
}

/** The environment of the steps: this one's, with nothing in it that would lead elsewhere than to the simulator. */
const environment = (url: string): NodeJS.ProcessEnv => {
  const kept = Object.entries(process.env).filter(([name]) => !/^(OPENAI_|BATCHLABEL_|DATABASE_URL$)/.test(name))
  return { ...Object.fromEntries(kept), OPENAI_BASE_URL: url, OPENAI_API_KEY: "sk-demo-of-the-simulator" }
}

/** Runs the guide's command in the folder. */
const step = (folder: string, url: string, args: ReadonlyArray<string>): Effect.Effect<Ended, Command.Failure> =>
  Effect.async((resume) => {
    const child = spawn(process.execPath, [beside("batch_labeling_openai.js"), ...args], {
      cwd: folder,
      env: environment(url),
      stdio: ["ignore", "pipe", "pipe"]
    })
    let output = ""
    let errors = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text))
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text))
    child.on("error", (error) => resume(Command.fail(Message.make("BL6070", { detail: error.message }))))
    child.on("close", (code) => {
      if (code === 0) resume(Effect.succeed({ code, output }))
      else resume(Command.fail(Message.make("BL6070", { detail: errors.trim() || `exit code ${code}` })))
    })
    return Effect.sync(() => child.kill())
  })

const completed = (output: string): boolean => /^ +(상태|Status): completed$/m.test(output)

const countRows = (path: string) =>
  Effect.gen(function* () {
    const source = yield* CsvReader.open(path)
    return yield* Stream.runFold(source.batches, 0, (sum, { rows }) => sum + rows.length)
  })

const prepareFolder = (wanted: string | undefined): Effect.Effect<string, Command.Failure, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const folder = wanted === undefined ? yield* fs.makeTempDirectory({ prefix: "batchlabel-demo-" }) : resolve(wanted)
    yield* Folder.make(folder)
    yield* fs.copyFile(beside(`sample/${files.input}`), join(folder, files.input))
    return folder
  }).pipe(Effect.mapError(({ message }) => ({ problem: Message.make("BL6025", { path: wanted ?? tmpdir(), detail: message }) })))

export const command = Command.make({
  name: "demo",
  flags: { output: Flags.output },
  run: Effect.fnUntraced(function* (values) {
    const { result, say, texts } = yield* Screen
    const { demo } = texts
    const began = Date.now()
    const folder = yield* prepareFolder(values.output)
    const { url } = yield* Simulator.scoped({ rules: beside("sample/rules.json"), clock: { phases } }).pipe(
      Effect.mapError((error) => ({ problem: Message.make("BL6026", { detail: error.message }) }))
    )
    // The guide speaks Korean unless it is told otherwise.
    const lang = values.lang === undefined ? [] : ["--lang", values.lang]
    const run = Effect.fnUntraced(function* (...args: ReadonlyArray<string>) {
      yield* say("", demo.step(`batch_labeling_openai ${args.join(" ")}`))
      return yield* step(folder, url, [...args, ...lang])
    })
    yield* say(demo.intro, demo.folder(folder))
    const submitted = yield* run("--input", files.input, "--mode", "submit", "--new")
    yield* say(submitted.output.trimEnd())
    const id = /batch_[0-9a-f]+/.exec(submitted.output)?.[0] ?? ""
    const check = run("--mode", "check", "--batch-id", id)
    let checked = yield* check
    yield* say(checked.output.trimEnd())
    if (!completed(checked.output)) {
      const quiet = step(folder, url, ["--mode", "check", "--batch-id", id, ...lang])
      for (let tries = 0; tries < mostChecks && !completed(checked.output); tries++) {
        yield* Effect.sleep("500 millis")
        checked = yield* quiet
      }
      yield* say("", demo.step(`batch_labeling_openai --mode check --batch-id ${id}`), checked.output.trimEnd())
    }
    const ended = yield* run("--mode", "download", "--batch-id", id, "--input", files.input, "--output", files.labeled, "--force")
    yield* say(ended.output.trimEnd())
    const rows = yield* countRows(join(folder, files.labeled))
    const seconds = ((Date.now() - began) / 1000).toFixed(1)
    const failed = toFailedPath(files.labeled)
    const { kinds } = demo
    const written = [
      [files.input, kinds.input],
      [files.labeled, kinds.labeled],
      [failed, kinds.failed],
      [files.info, kinds.info],
      [files.requests, kinds.requests]
    ] as const
    yield* say(
      "",
      demo.outro(rows, seconds),
      demo.files,
      ...written.map(([name, kind]) => demo.file(shownPath(join(folder, name)), kind)),
      demo.next
    )
    yield* result({ folder, files: written.map(([name]) => name), rows, seconds: Number(seconds), simulated: true })
    return ExitCode.done
  }, Effect.scoped)
})
