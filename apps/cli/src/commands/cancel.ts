/** `cancel`: ends a job early. What was paid for is kept and can be downloaded. */
import * as Cancel from "@batchlabel/labeling/Cancel"
import * as JobView from "@batchlabel/labeling/JobView"
import * as Effect from "effect/Effect"
import * as Agreement from "../Agreement.js"
import * as App from "../App.js"
import * as Command from "../Command.js"
import { shownPath } from "../DownloadReport.js"
import { ExitCode } from "../ExitCode.js"
import * as Flags from "../Flags.js"
import * as Format from "../Format.js"
import * as JobJson from "../JobJson.js"
import * as JobLocator from "../JobLocator.js"
import * as Pipeline from "../Pipeline.js"
import { Screen } from "../Screen.js"
import type { Texts } from "../Texts.js"

/** What a cancel would hit. */
const hit = (view: JobView.JobView, texts: Texts): ReadonlyArray<string> => {
  const { job } = view
  const atWork = view.batches.filter(({ batchId, collected }) => batchId !== undefined && collected === undefined)
  return [
    texts.job.toCancel(job.id, texts.status(view.status), shownPath(job.input.path), job.split?.rows ?? 0),
    texts.job.toCancelDetail(view.open, atWork.length, Format.money(view.spent), Format.money(view.reserved))
  ]
}

export const command = Command.make({
  name: "cancel",
  positionals: { name: "job", least: 0, most: 1 },
  flags: {
    batchId: Flags.batchId,
    input: Flags.input,
    home: Flags.home,
    yes: Flags.spending.yes,
    ...Flags.prices,
    ...Flags.waits
  },
  run: Effect.fnUntraced(function* (values, [id]) {
    const { result, say, texts } = yield* Screen
    const wanted = { id: id ?? values.batchId, home: values.home, input: values.input }
    const { home, job } = yield* JobLocator.locate(wanted)
    if (job.state === "done" || job.state === "cancelled") {
      const view = yield* Effect.provide(JobView.load(job.id), App.store(home))
      yield* say(texts.job.alreadyOver(job.id, texts.status(view.status)))
      yield* result(JobJson.detail(view))
      return ExitCode.done
    }
    const before = yield* Effect.provide(JobView.load(job.id), App.store(home))
    yield* say(...hit(before, texts))
    const question = texts.job.confirmCancel(job.id)
    if (!(yield* Agreement.require({ question, yes: values.yes, command: `batchlabel cancel ${job.id}` }))) {
      yield* say(texts.job.notCancelled)
      return ExitCode.declined
    }
    const book = yield* Pipeline.bookOf(job, home, values)
    const report = yield* Cancel.cancel(job.id).pipe(Effect.provide(Pipeline.layer(home, values, book)))
    const { view } = report
    yield* say(view.finished ? texts.job.cancelled(job.id) : texts.job.cancelling(job.id))
    yield* Pipeline.tell(report)
    yield* result(JobJson.detail(view))
    return ExitCode.done
  })
})
