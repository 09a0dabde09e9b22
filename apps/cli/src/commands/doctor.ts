/** `doctor`: is everything in place? Each question with what was seen. */

import { resolve } from "node:path"
import type * as Problem from "@batchlabel/core/Problem"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as Doctor from "@batchlabel/labeling/Doctor"
import * as Places from "@batchlabel/labeling/Places"
import * as Message from "@batchlabel/messages/Message"
import * as OpenAiBatchConfig from "@batchlabel/openai-batch/OpenAiBatchConfig"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as App from "../App.js"
import * as Command from "../Command.js"
import { ExitCode, ofProblem } from "../ExitCode.js"
import * as Flags from "../Flags.js"
import * as Format from "../Format.js"
import * as GuideFiles from "../GuideFiles.js"
import { Screen, type Service } from "../Screen.js"
import * as Submission from "../Submission.js"
import * as TaskFlags from "../TaskFlags.js"

const flags = {
  input: Flags.input,
  output: Flags.output,
  home: Flags.home,
  guideFiles: Flags.guideFiles,
  ...Flags.reading,
  ...Flags.task,
  ...Flags.shards
}

/** A finding of the pipeline's doctor, or one of the folder of jobs. */
interface Line {
  readonly check: keyof Service["texts"]["doctor"]["names"]
  readonly state: Doctor.Finding["state"]
  readonly seen: Doctor.Finding["seen"]
  readonly problem?: Problem.Problem | undefined
}

const marks = { good: "✅", doubtful: "⚠️", bad: "❌" } as const

const seenText = ({ check, seen }: Line, { texts }: Service): string => {
  const { doctor } = texts
  const text = (key: string): string => String(seen[key] ?? "")
  const number = (key: string): number => Number(seen[key] ?? 0)
  switch (check) {
    case "api":
      return doctor.api
    case "clock":
      return doctor.clock(number("seconds"))
    case "input":
      return doctor.input(text("path"), text("encoding"), text("delimiter"), Format.bytes(number("bytes")))
    case "column":
      return doctor.column(text("column"))
    case "disk":
      return doctor.disk(Format.bytes(number("free")), Format.bytes(number("needed")))
    case "home":
      return doctor.home(text("path"))
    case "output":
      return doctor.output(text("path"))
    case "guide":
      return doctor.guide(text("path"))
    case "limit":
      return seen["tokens"] === undefined
        ? doctor.noLimit(text("model"))
        : doctor.limit(text("model"), Format.grouped(number("tokens")))
    case "store":
      return doctor.store(text("path"))
  }
}

const lineOf = (line: Line, screen: Service): string => {
  const said =
    line.problem === undefined
      ? seenText(line, screen)
      : `${Message.forCommand(line.problem, screen.lang)} [${line.problem.code}]`
  return `${marks[line.state]} ${screen.texts.doctor.names[line.check]}: ${said}`
}

/** The API's own time, by the `Date` header of any answer of its server. */
const serverTime = Effect.gen(function* () {
  const { baseUrl } = yield* OpenAiBatchConfig.load()
  const response = yield* Effect.tryPromise((signal) =>
    fetch(`${baseUrl ?? OpenAiBatchConfig.defaultBaseUrl}/models`, { method: "HEAD", signal })
  )
  const at = Date.parse(response.headers.get("date") ?? "")
  return Number.isNaN(at) ? undefined : at
}).pipe(
  Effect.timeout("10 seconds"),
  Effect.orElseSucceed(() => undefined)
)

/** Whether the store of jobs can be opened and is sound; nothing where there is none yet, for none is made to be examined. */
const store = Effect.fnUntraced(function* (home: string) {
  const fs = yield* FileSystem.FileSystem
  const database = yield* Effect.either(App.database)
  if (Either.isLeft(database)) return [{ check: "store", state: "bad", seen: {}, problem: database.left.problem } satisfies Line]
  const shared = Option.isSome(database.right)
  const path = Option.match(database.right, { onNone: () => App.storeFile(home), onSome: ({ variable }) => variable })
  if (!shared && !(yield* Effect.orElseSucceed(fs.exists(path), () => false))) return []
  const checked = yield* Effect.flatMap(JobStore, (jobs) => jobs.check).pipe(Effect.provide(App.store(home)), Effect.either)
  const fault = Either.isLeft(checked) ? checked.left.problem : checked.right[0]
  const finding: Line = { check: "store", state: fault === undefined ? "good" : "bad", seen: { path }, problem: fault }
  return [finding]
})

/** Whether the guide's files can be placed; doubtful where a submit would go on without them. */
const guideFiles = Effect.fnUntraced(function* (folder: string | undefined) {
  if (folder === GuideFiles.nowhere) return []
  const tried = yield* Effect.either(GuideFiles.probe(folder))
  const seen = { path: resolve(folder ?? ".") }
  const finding: Line = Either.isRight(tried)
    ? { check: "guide", state: "good", seen }
    : { check: "guide", state: folder === undefined ? "doubtful" : "bad", seen, problem: tried.left.problem }
  return [finding]
})

export const command = Command.make({
  name: "doctor",
  flags,
  run: Effect.fnUntraced(function* (values) {
    const screen = yield* Screen
    const { result, say, texts } = screen
    const task = yield* TaskFlags.read(values)
    const home = resolve(values.home ?? (values.input === undefined ? ".batchlabel" : Places.homeBeside(values.input)))
    const outputPath = values.output ?? (values.input === undefined ? undefined : Submission.defaultOutput(values.input))
    const pacing = Submission.pacing({ ...values, maxCost: undefined, noCache: false })
    const key = yield* Effect.either(OpenAiBatchConfig.load())
    const options: Doctor.DoctorOptions = {
      task,
      inputPath: values.input,
      textColumn: values.textColumn,
      read: Submission.readOptionsOf(values),
      home,
      outputPath,
      guideFolder: values.guideFiles === GuideFiles.nowhere ? undefined : (values.guideFiles ?? "."),
      reads: values.task === undefined ? [] : [values.task],
      tier: pacing.tier ?? 1,
      enqueuedTokenLimit: pacing.enqueuedTokenLimit,
      serverTime
    }
    yield* Effect.ignore(App.noteIgnoredDatabase)
    const findings: Array<Line> = Either.isLeft(key)
      ? [{ check: "api", state: "bad", seen: {}, problem: key.left.problem }, ...(yield* Doctor.examineLocal(options))]
      : [...(yield* Doctor.examine(options).pipe(Effect.provide(App.api)))]
    findings.push(...(yield* guideFiles(values.guideFiles)), ...(yield* store(home)))
    yield* say(...findings.map((line) => lineOf(line, screen)))
    const bad = findings.filter(({ state }) => state === "bad")
    yield* say("", bad.length === 0 ? texts.doctor.allGood : texts.doctor.someBad(bad.length))
    yield* result({
      findings: findings.map(({ check, problem, seen, state }) => ({
        check,
        state,
        seen,
        ...(problem === undefined ? {} : { problem: { code: problem.code, message: Message.forCommand(problem, screen.lang) } })
      }))
    })
    const [worst] = bad
    if (worst === undefined) return ExitCode.done
    return worst.problem === undefined ? ExitCode.configuration : ofProblem(worst.problem)
  })
})
