/** `watch`: follows a job to its end, keeping it going. */
import * as Effect from "effect/Effect"
import * as Command from "../Command.js"
import { ExitCode } from "../ExitCode.js"
import * as Flags from "../Flags.js"
import * as Follow from "../Follow.js"
import * as GuideOutput from "../GuideOutput.js"
import * as JobJson from "../JobJson.js"
import * as JobLocator from "../JobLocator.js"
import * as Pipeline from "../Pipeline.js"
import { Screen } from "../Screen.js"

export const command = Command.make({
  name: "watch",
  spends: true,
  positionals: { name: "job", least: 0, most: 1 },
  flags: { input: Flags.input, home: Flags.home, strict: Flags.strict, ...Flags.prices, ...Flags.waits },
  run: Effect.fnUntraced(function* (values, [id]) {
    const screen = yield* Screen
    const { home, job } = yield* JobLocator.locate({ id, home: values.home, input: values.input })
    const book = yield* Pipeline.bookOf(job, home, values)
    const report = yield* Follow.follow(job.id, values.home).pipe(Effect.provide(Pipeline.layer(home, values, book)))
    const { view } = report
    yield* screen.say("", ...GuideOutput.status(view, job.id, view.finished, screen, Date.now()))
    yield* screen.result(JobJson.detail(view))
    if (view.job.state === "stopped") return yield* Pipeline.ended(report)
    if (view.status === "failed") return ExitCode.api
    return values.strict && view.failedTotal > 0 ? ExitCode.rowsFailed : ExitCode.done
  })
})
