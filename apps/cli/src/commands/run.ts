/** `run`: a CSV in, the labelled CSV out. Started again with the same input it goes on where it was. */

import type { Job } from "@batchlabel/job-store/Job"
import * as Download from "@batchlabel/labeling/Download"
import * as JobView from "@batchlabel/labeling/JobView"
import * as Places from "@batchlabel/labeling/Places"
import * as Projection from "@batchlabel/labeling/Projection"
import * as Sample from "@batchlabel/labeling/Sample"
import * as Message from "@batchlabel/messages/Message"
import * as Effect from "effect/Effect"
import * as App from "../App.js"
import * as Command from "../Command.js"
import * as Detach from "../Detach.js"
import * as DownloadReport from "../DownloadReport.js"
import { ExitCode } from "../ExitCode.js"
import * as Flag from "../Flag.js"
import * as Flags from "../Flags.js"
import * as Follow from "../Follow.js"
import * as Format from "../Format.js"
import * as GuideFiles from "../GuideFiles.js"
import * as GuideOutput from "../GuideOutput.js"
import * as Pipeline from "../Pipeline.js"
import { Screen } from "../Screen.js"
import * as Submission from "../Submission.js"
import * as TaskFlags from "../TaskFlags.js"

const flags = {
  ...Submission.flags,
  input: Flag.required(Submission.flags.input, "run"),
  ...Flags.sample,
  ...Flags.writing
}

type Values = Flag.ValuesOf<typeof flags>

/** Which rows are sampled, if any. */
const chosenRows = Effect.fnUntraced(function* (values: Values) {
  if (values.sample === undefined) return undefined
  const { say, texts } = yield* Screen
  const seed = values.sampleSeed ?? 1
  const { of, rows } = yield* Sample.size(values.sample, values.input, Submission.readOptionsOf(values))
  yield* say(texts.sample.chosen(rows, of, seed))
  return { rows, seed }
})

/** After a sample: what all of the file would cost, and how to go on. */
const afterSample = Effect.fnUntraced(function* (job: Job, values: Values) {
  const { texts } = yield* Screen
  const projected = yield* Projection.ofSample(job.id)
  const { input, output } = values
  const rest = ["--input", input, ...(output === undefined ? [] : ["--output", output]), "--continue"]
  return {
    lines: [
      "",
      ...(projected === undefined
        ? []
        : [texts.sample.projected(Format.range(projected, Format.roundMoney, texts), projected.n, projected.requests)]),
      texts.sample.next(Detach.commandLine("run", ...rest))
    ],
    json: {
      projection:
        projected === undefined
          ? null
          : {
              low: Format.dollars(projected.low),
              mid: Format.dollars(projected.mid),
              high: Format.dollars(projected.high),
              sampled: projected.n,
              requests: projected.requests
            }
    }
  }
})

/** With `--continue`: the sample, whose cap holds for the rest as well. */
const goingOnFrom = Effect.fnUntraced(function* (request: Submission.SubmitRequest, values: Values) {
  if (!values.continue) return request
  const sample = yield* Sample.findFinished(Places.realPath(values.input), request.task)
  return { ...request, continueOf: sample.id, maxCost: sample.maxCost }
})

const work = Effect.fn("run.work")(function* (asked: Submission.SubmitRequest, values: Values) {
  const screen = yield* Screen
  const { say } = screen
  const request = yield* goingOnFrom(asked, values)
  const outputPath = Submission.outputOf(values)
  const started = yield* Submission.start(request, "batchlabel run", (job) =>
    values.force ? Effect.void : Download.checkOutput(job, outputPath)
  )
  if (started === undefined) return ExitCode.declined
  const { job } = started
  yield* GuideFiles.write(request.guideFiles, yield* JobView.load(job.id), values.input)
  const report = yield* Follow.follow(job.id, values.home)
  yield* GuideFiles.write(request.guideFiles, report.view, values.input)
  if (report.view.job.state === "stopped") {
    yield* say(...GuideOutput.status(report.view, job.id, false, screen, Date.now()))
    return yield* Pipeline.ended(report)
  }
  yield* say("")
  const delivered = yield* DownloadReport.write(job, {
    outputPath,
    inputPath: values.input,
    matchRows: values.matchRows,
    values,
    renamedTold: true
  })
  const sampled = request.sample === undefined ? { lines: [], json: {} } : yield* afterSample(job, values)
  yield* say(...sampled.lines)
  yield* screen.result({ ...delivered.json, ...sampled.json })
  return delivered.code
})

export const command = Command.make({
  name: "run",
  spends: true,
  flags,
  run: Effect.fnUntraced(function* (values) {
    if (values.sample !== undefined && values.continue) {
      return yield* Command.fail(Message.make("BL6009", { one: "--sample", other: "--continue" }))
    }
    if (values.continue && values.noCache) {
      return yield* Command.fail(Message.make("BL6009", { one: "--continue", other: "--no-cache" }))
    }
    const task = yield* TaskFlags.read(values)
    const book = yield* App.priceBook(values, task.model)
    yield* Pipeline.warnOfRetirement(book, task.model)
    yield* Pipeline.requirePrice(book, task.model, values.maxCost)
    const home = values.home ?? Places.homeBeside(values.input)
    const output = Submission.outputOf(values)
    const guideFiles = yield* Submission.checkPlaces(home, { ...values, output, reading: Submission.readOptionsOf(values) })
    yield* Submission.tellRenamed(task, values)
    const sample = yield* chosenRows(values)
    return yield* work({ values: { ...values, output }, task, book, home, guideFiles, sample }, values).pipe(
      Effect.provide(Pipeline.layer(home, values, book))
    )
  })
})
