/** `download`: fetches what has ended and writes the labelled file; with nothing but batch ids and the input where no job is known. */

import * as JobId from "@batchlabel/job-store/JobId"
import { isReady } from "@batchlabel/labeling/Download"
import * as JobView from "@batchlabel/labeling/JobView"
import { LabelingError } from "@batchlabel/labeling/LabelingError"
import * as Places from "@batchlabel/labeling/Places"
import * as Reconcile from "@batchlabel/labeling/Reconcile"
import * as Message from "@batchlabel/messages/Message"
import * as Effect from "effect/Effect"
import * as App from "../App.js"
import * as Command from "../Command.js"
import * as DownloadReport from "../DownloadReport.js"
import * as Flags from "../Flags.js"
import * as JobLocator from "../JobLocator.js"
import * as Pipeline from "../Pipeline.js"
import * as Progress from "../Progress.js"
import * as Recovery from "../Recovery.js"
import { Screen } from "../Screen.js"
import * as Submission from "../Submission.js"

const flags = {
  batchId: Flags.batchId,
  input: Flags.input,
  output: Flags.output,
  home: Flags.home,
  partial: Flags.partial,
  matchRows: Flags.matchRows,
  ...Flags.writing,
  ...Flags.reading,
  ...Flags.task,
  ...Flags.prices,
  ...Flags.waits
}

const isDamage = (error: unknown): boolean => error instanceof LabelingError && error.reason._tag === "ResultsDamaged"

export const command = Command.make({
  name: "download",
  flags,
  run: Effect.fnUntraced(function* (values) {
    const { result, texts } = yield* Screen
    const found = yield* JobLocator.find({ id: values.batchId, home: values.home, input: values.input })
    const absent = found._tag === "Absent" ? found : undefined
    if (absent !== undefined && (values.input === undefined || JobId.is(absent.id))) {
      return yield* Command.fail(Message.make("BL6021", { id: absent.id, folders: absent.folders }))
    }
    const located =
      found._tag === "Found"
        ? found
        : yield* Recovery.byBatch(found.id, {
            ...values,
            input: values.input ?? "",
            home: values.home ?? Places.homeBeside(values.input ?? "")
          })
    const { home, job } = located
    const book = yield* Pipeline.bookOf(job, home, values)
    const work = Effect.gen(function* () {
      const report = yield* Progress.ofJob(
        texts.guide.downloading,
        job.id,
        "collected",
        Reconcile.reconcile(job.id, { now: true, start: false, resume: "mended" })
      )
      const trouble = Reconcile.toTrouble(report)
      yield* Pipeline.tell(report, trouble)
      if (trouble !== undefined && !isReady(report.view) && !values.partial) return yield* Command.fail(trouble)
    }).pipe(Effect.provide(Pipeline.layer(home, values, book)))
    const write = Effect.gen(function* () {
      const outputPath = values.output ?? job.outputPath ?? Submission.defaultOutput(values.input ?? job.input.path)
      const { split } = (yield* JobView.load(job.id)).job
      if (split === undefined) return yield* Command.fail(Message.make("BL5004", { job: job.id, status: "preparing" }))
      const { code, json } = yield* DownloadReport.write(job, {
        outputPath: values.output ?? DownloadReport.shownPath(outputPath),
        inputPath: values.input,
        partial: values.partial,
        matchRows: values.matchRows,
        values
      })
      yield* result(json)
      return code
    })
    // Collected files that are damaged are fetched again, which alone needs the API.
    const writeMended = Effect.catchAll(Effect.provide(write, App.store(home)), (error) =>
      isDamage(error) ? Effect.provide(write, Pipeline.layer(home, values, book)) : Effect.fail(error)
    )
    // A job that is over, or has stopped with nothing under way, needs neither key nor network.
    const before = yield* Effect.provide(JobView.load(job.id), App.store(home))
    if (!before.finished && !(job.state === "stopped" && isReady(before))) yield* work
    return yield* writeMended
  })
})
