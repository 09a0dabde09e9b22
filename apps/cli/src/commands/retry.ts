/** `retry`: asks again only what got no label, perhaps of another model or with another task. */
import * as Task from "@batchlabel/core/Task"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as Reconcile from "@batchlabel/labeling/Reconcile"
import * as Retry from "@batchlabel/labeling/Retry"
import * as SpendPlan from "@batchlabel/labeling/SpendPlan"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as App from "../App.js"
import * as Command from "../Command.js"
import * as Detach from "../Detach.js"
import { ExitCode } from "../ExitCode.js"
import * as Flags from "../Flags.js"
import * as GuideFiles from "../GuideFiles.js"
import * as GuideOutput from "../GuideOutput.js"
import * as JobJson from "../JobJson.js"
import * as JobLocator from "../JobLocator.js"
import * as Pipeline from "../Pipeline.js"
import * as Progress from "../Progress.js"
import { Screen } from "../Screen.js"
import * as Spend from "../Spend.js"
import * as Submission from "../Submission.js"
import * as TaskFlags from "../TaskFlags.js"

const flags = {
  batchId: Flags.batchId,
  input: Flags.input,
  home: Flags.home,
  guideFiles: Flags.guideFiles,
  noCache: Flags.identity.noCache,
  ...Flags.spending,
  ...Flags.task,
  ...Flags.shards,
  ...Flags.prices,
  ...Flags.waits
}

export const command = Command.make({
  name: "retry",
  spends: true,
  positionals: { name: "job", least: 0, most: 1 },
  flags,
  run: Effect.fnUntraced(function* (values, [id]) {
    const screen = yield* Screen
    const { result, say, texts } = screen
    const { home, job } = yield* JobLocator.locate({ id: id ?? values.batchId, home: values.home, input: values.input })
    const saved = yield* Effect.flatten(Effect.sync(() => Task.restore(JSON.parse(job.task), job.directory)))
    const named = values.task !== undefined || values.preset !== undefined
    const task = named ? yield* TaskFlags.read(values) : TaskFlags.change(saved, values)
    const book = yield* App.priceBook(values, task.model)
    yield* Pipeline.warnOfRetirement(book, task.model)
    const guideFiles = yield* Submission.checkPlaces(home, { guideFiles: values.guideFiles })
    const work = Effect.gen(function* () {
      const store = yield* JobStore
      const prepared = yield* Retry.retry(job.id, {
        home,
        task,
        ...Submission.pacing(values),
        unconfirmed: yield* Spend.waitsForWord(values)
      })
      const asked = prepared.job
      const found = yield* SpendPlan.waiting(asked.id)
      yield* say(
        prepared.reused ? texts.job.reused(asked.id) : texts.job.retrying(asked.id, job.id, found.rows),
        ...(yield* Spend.lines(found, asked.model))
      )
      const isAgreed = prepared.reused && asked.settings.unconfirmed !== true
      if (!isAgreed && !(yield* Spend.agree(asked.id, found, values, `batchlabel retry ${job.id}`))) return ExitCode.declined
      const sending = Effect.gen(function* () {
        yield* say("", texts.guide.uploading)
        const report = yield* Progress.ofJob(
          texts.guide.uploading,
          asked.id,
          "sent",
          Reconcile.reconcile(asked.id, { now: true, resume: true })
        )
        const saved = yield* GuideFiles.write(guideFiles, report.view, job.input.path)
        const attempts = yield* store.attempts(asked.id)
        yield* say(...GuideOutput.sent(report.view, attempts, saved?.info, screen, yield* Clock.currentTimeMillis))
        yield* Pipeline.tell(report, Reconcile.toTrouble(report))
        yield* result(JobJson.detail(report.view))
        return report
      })
      return yield* Pipeline.ended(yield* Detach.withHint(asked.id, values.home)(sending))
    })
    return yield* Effect.provide(work, Pipeline.layer(home, values, book))
  })
})
