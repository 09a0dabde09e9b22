/** `submit`: makes batches of a CSV and sends as many of them as the limits allow. */

import { JobStore } from "@batchlabel/job-store/JobStore"
import { isReady } from "@batchlabel/labeling/Download"
import * as Places from "@batchlabel/labeling/Places"
import * as Reconcile from "@batchlabel/labeling/Reconcile"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as App from "../App.js"
import * as Command from "../Command.js"
import * as Detach from "../Detach.js"
import { ExitCode } from "../ExitCode.js"
import * as Flag from "../Flag.js"
import * as GuideFiles from "../GuideFiles.js"
import * as GuideOutput from "../GuideOutput.js"
import * as JobJson from "../JobJson.js"
import * as Pipeline from "../Pipeline.js"
import * as Progress from "../Progress.js"
import { Screen } from "../Screen.js"
import * as Submission from "../Submission.js"
import * as TaskFlags from "../TaskFlags.js"

const sendJob = Effect.fn("submit.sendJob")(function* (request: Submission.SubmitRequest, { before, job }: Submission.Started) {
  const screen = yield* Screen
  const { result, say, texts } = screen
  const store = yield* JobStore
  const begun = before.batches.some(({ batchId }) => batchId !== undefined)
  if (!begun && before.requests > 0) yield* say("", texts.guide.uploading)
  const report = yield* Reconcile.reconcile(job.id, { now: true, resume: true }).pipe((pass) =>
    Progress.ofJob(texts.guide.uploading, job.id, "sent", pass)
  )
  const { view } = report
  const now = yield* Clock.currentTimeMillis
  const saved = yield* GuideFiles.write(request.guideFiles, view, request.values.input)
  // Of a job that had been sent before, where it stands is the news.
  yield* begun
    ? say(
        "",
        ...GuideOutput.status(view, GuideOutput.idOf(view), isReady(view), screen, now),
        ...(saved === undefined ? [] : ["", texts.guide.infoSaved(saved.info)])
      )
    : say(...GuideOutput.sent(view, yield* store.attempts(job.id), saved?.info, screen, now))
  yield* Pipeline.tell(report, Reconcile.toTrouble(report))
  yield* result(JobJson.detail(view))
  return report
})

const send = Effect.fn("submit.send")(function* (request: Submission.SubmitRequest) {
  const started = yield* Submission.start(request, "batchlabel submit", () => Effect.void)
  if (started === undefined) return ExitCode.declined
  const report = yield* sendJob(request, started).pipe(Detach.withHint(started.job.id, request.values.home))
  return yield* Pipeline.ended(report)
})

export const command = Command.make({
  name: "submit",
  spends: true,
  flags: { ...Submission.flags, input: Flag.required(Submission.flags.input, "submit") },
  run: Effect.fnUntraced(function* (values) {
    const task = yield* TaskFlags.read(values)
    const book = yield* App.priceBook(values, task.model)
    yield* Pipeline.warnOfRetirement(book, task.model)
    yield* Pipeline.requirePrice(book, task.model, values.maxCost)
    const home = values.home ?? Places.homeBeside(values.input)
    const guideFiles = yield* Submission.checkPlaces(home, { ...values, reading: Submission.readOptionsOf(values) })
    yield* Submission.tellRenamed(task, values)
    return yield* send({ values, task, book, home, guideFiles }).pipe(Effect.provide(Pipeline.layer(home, values, book)))
  })
})
