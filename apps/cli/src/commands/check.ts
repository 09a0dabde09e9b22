/** `check`: one look at a job. What has ended is collected, and what its turn has come for is sent. */

import type * as Problem from "@batchlabel/core/Problem"
import * as JobId from "@batchlabel/job-store/JobId"
import { isReady } from "@batchlabel/labeling/Download"
import * as Reconcile from "@batchlabel/labeling/Reconcile"
import * as Message from "@batchlabel/messages/Message"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Command from "../Command.js"
import { ExitCode, ofProblem } from "../ExitCode.js"
import * as Expiring from "../Expiring.js"
import * as Flags from "../Flags.js"
import * as GuideOutput from "../GuideOutput.js"
import * as JobJson from "../JobJson.js"
import * as JobLocator from "../JobLocator.js"
import * as Pipeline from "../Pipeline.js"
import * as RemoteBatch from "../RemoteBatch.js"
import { Screen } from "../Screen.js"

/** What the status means for `--exit-status`. */
const exitOf = ({ view }: Reconcile.Report): ExitCode => {
  if (view.status === "failed" || (view.failed["results_unreadable"] ?? 0) > 0) return ExitCode.api
  return view.finished || isReady(view) ? ExitCode.done : ExitCode.notFinished
}

/** Batches that the API did not know this time; a watch waits before it says so, a person asks now. */
const unknownBatches = ({ notices, view }: Reconcile.Report): ReadonlyArray<Problem.Problem> => {
  if (notices.length > 0 || view.finished) return []
  return view.batches.flatMap(({ batchId, collected, failedPolls }) =>
    failedPolls > 0 && collected === undefined && batchId !== undefined ? [Message.make("BL5012", { batch: batchId })] : []
  )
}

export const command = Command.make({
  name: "check",
  spends: true,
  flags: {
    batchId: Flags.batchId,
    input: Flags.input,
    home: Flags.home,
    exitStatus: Flags.exitStatus,
    ...Flags.prices,
    ...Flags.waits
  },
  run: Effect.fnUntraced(function* (values) {
    const screen = yield* Screen
    const found = yield* JobLocator.find({ id: values.batchId, home: values.home, input: values.input })
    if (found._tag === "Absent") {
      if (JobId.is(found.id)) return yield* Command.fail(Message.make("BL6021", { id: found.id, folders: found.folders }))
      const status = yield* RemoteBatch.check(found.id)
      return values.exitStatus ? RemoteBatch.exitOf(status) : ExitCode.done
    }
    const { home, job } = found
    const book = yield* Pipeline.bookOf(job, home, values)
    const report = yield* Reconcile.reconcile(job.id, { now: true, resume: "mended" }).pipe(
      Effect.provide(Pipeline.layer(home, values, book))
    )
    const { view } = report
    const id = values.batchId ?? GuideOutput.idOf(view)
    const now = yield* Clock.currentTimeMillis
    yield* screen.say(...GuideOutput.status(view, id, isReady(view), screen, now))
    const trouble = Reconcile.toTrouble(report)
    yield* Pipeline.tell(report, trouble)
    yield* Effect.forEach(unknownBatches(report), screen.warn, { discard: true })
    yield* Expiring.warn(view, now)
    yield* screen.result(JobJson.detail(view))
    // Why a job has stopped was told with its status.
    if (trouble !== undefined && (view.job.state !== "stopped" || trouble.code === "BL5059")) return yield* Command.fail(trouble)
    if (!values.exitStatus) return ExitCode.done
    return trouble === undefined ? exitOf(report) : ofProblem(trouble)
  })
})
