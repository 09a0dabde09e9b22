/** `recover`: lists the jobs that the API knows, or brings one back to this machine. */

import * as RequestRules from "@batchlabel/core/RequestRules"
import type { Task } from "@batchlabel/core/Task"
import * as JobId from "@batchlabel/job-store/JobId"
import { JobStore } from "@batchlabel/job-store/JobStore"
import { isReady } from "@batchlabel/labeling/Download"
import * as Places from "@batchlabel/labeling/Places"
import * as Reconcile from "@batchlabel/labeling/Reconcile"
import * as Recover from "@batchlabel/labeling/Recover"
import * as SpendPlan from "@batchlabel/labeling/SpendPlan"
import * as Message from "@batchlabel/messages/Message"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Agreement from "../Agreement.js"
import * as App from "../App.js"
import * as Command from "../Command.js"
import { ExitCode } from "../ExitCode.js"
import * as Flags from "../Flags.js"
import * as Format from "../Format.js"
import * as GuideOutput from "../GuideOutput.js"
import * as JobJson from "../JobJson.js"
import * as Pipeline from "../Pipeline.js"
import * as Recovery from "../Recovery.js"
import { Screen } from "../Screen.js"
import * as Spend from "../Spend.js"
import * as TaskFlags from "../TaskFlags.js"

const flags = {
  input: Flags.input,
  output: Flags.output,
  home: Flags.home,
  matchRows: Flags.matchRows,
  ...Flags.reading,
  ...Flags.task,
  ...Flags.spending,
  ...Flags.prices,
  ...Flags.waits
}

const listed = Effect.gen(function* () {
  const { result, say, texts } = yield* Screen
  const jobs = yield* Recover.find
  const rows = jobs.map(({ batches, jobId }) => {
    const statuses = [...new Set(batches.map(({ status }) => texts.status(status)))]
    const requests = batches.reduce((sum, { counts }) => sum + (counts?.total ?? 0), 0)
    return [`  ${jobId}`, Format.time(batches[0]?.createdAt ?? 0), String(batches.length), String(requests), statuses.join(", ")]
  })
  yield* say(
    ...(rows.length === 0
      ? [texts.job.noneAtApi]
      : [texts.job.recoverable(rows.length), ...Format.table([texts.job.recoverHeader, ...rows], [2, 3]), texts.job.recoverHint])
  )
  yield* result({
    jobs: jobs.map(({ batches, input, jobId, task }) => ({
      id: jobId,
      input,
      task,
      batches: batches.map(({ id, status }) => ({ batchId: id, status }))
    }))
  })
  return ExitCode.done
}).pipe(Effect.provide(App.api))

/**
 * Requests that no batch holds are not sent before somebody has seen them and their cost; `undefined`: there are none, or nobody can be
 * asked, and then they wait.
 */
const agreeToRest = Effect.fnUntraced(function* (
  jobId: string,
  task: Task,
  values: Spend.Flags & { readonly input: string; readonly maxCost: bigint | undefined }
) {
  const screen = yield* Screen
  const store = yield* JobStore
  const job = yield* store.job(jobId)
  if (job.settings.unconfirmed !== true) return undefined
  if (values.maxCost !== undefined) yield* store.updateJob(jobId, [job.state], { maxCost: values.maxCost })
  const found = yield* SpendPlan.waiting(jobId)
  if (found.requests === 0) {
    yield* SpendPlan.confirm(jobId)
    return undefined
  }
  // What was sent is collected by now, whatever the rules say; what was not is held against them as a new job is.
  yield* RequestRules.check(task)
  yield* screen.say(...(yield* Spend.lines(found, job.model)))
  if (!values.yes && !Agreement.canAsk(screen)) {
    yield* screen.warn(Message.make("BL5065", { job: jobId, path: values.input }))
    return undefined
  }
  return yield* Spend.agree(jobId, found, values, `batchlabel recover ${jobId}`)
})

export const command = Command.make({
  name: "recover",
  spends: true,
  positionals: { name: "job", least: 0, most: 1 },
  flags,
  run: Effect.fnUntraced(function* (values, [id]) {
    const screen = yield* Screen
    if (id === undefined) return yield* listed
    const { input } = values
    if (input === undefined) {
      return yield* Command.fail(Message.make("BL6006", { flag: "--input", metavar: "FILE", command: "batchlabel recover" }))
    }
    const home = values.home ?? Places.homeBeside(input)
    const task = yield* TaskFlags.read(values)
    const book = yield* App.priceBook(values, task.model)
    const { agreed, report } = yield* Effect.gen(function* () {
      const found = JobId.is(id) ? (yield* Recover.find).find(({ jobId }) => jobId === id) : yield* Recover.findByBatch(id)
      if (found === undefined) return yield* Command.fail(Message.make("BL5015", { id }))
      const here = yield* Recover.known(found.jobId)
      const isWhole = here !== undefined && here.settings.recovering !== true
      if (!isWhole) yield* Recovery.rebuild(found, { ...values, input, home })
      const report = yield* Reconcile.reconcile(found.jobId, { now: true, start: false, resume: "mended" })
      return { report, agreed: yield* agreeToRest(found.jobId, task, { ...values, input }) }
    }).pipe(Effect.provide(Pipeline.layer(home, values, book)))
    const { view } = report
    yield* screen.say(...GuideOutput.status(view, view.job.id, isReady(view), screen, yield* Clock.currentTimeMillis))
    yield* Pipeline.tell(report)
    yield* screen.result(JobJson.detail(view))
    return agreed === false ? ExitCode.declined : ExitCode.done
  })
})
