/** `cancel`: ends a job early. What was paid for is kept and can be downloaded. */
import * as Cancel from "@batchlabel/labeling/Cancel"
import * as JobView from "@batchlabel/labeling/JobView"
import * as Effect from "effect/Effect"
import * as App from "../App.js"
import * as Command from "../Command.js"
import { ExitCode } from "../ExitCode.js"
import * as Flags from "../Flags.js"
import * as JobJson from "../JobJson.js"
import * as JobLocator from "../JobLocator.js"
import * as Pipeline from "../Pipeline.js"
import { Screen } from "../Screen.js"

export const command = Command.make({
  name: "cancel",
  positionals: { name: "job", least: 0, most: 1 },
  flags: { batchId: Flags.batchId, input: Flags.input, home: Flags.home, ...Flags.prices, ...Flags.waits },
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
    const book = yield* Pipeline.bookOf(job, home, values)
    const report = yield* Cancel.cancel(job.id).pipe(Effect.provide(Pipeline.layer(home, values, book)))
    const { view } = report
    yield* say(view.finished ? texts.job.cancelled(job.id) : texts.job.cancelling(job.id))
    yield* Pipeline.tell(report)
    yield* result(JobJson.detail(view))
    return ExitCode.done
  })
})
