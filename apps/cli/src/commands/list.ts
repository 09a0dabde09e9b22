/** `list`: the jobs of the folders that are near, the newest first. */
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as JobView from "@batchlabel/labeling/JobView"
import * as Effect from "effect/Effect"
import * as App from "../App.js"
import * as Command from "../Command.js"
import { shownPath } from "../DownloadReport.js"
import { ExitCode } from "../ExitCode.js"
import * as Flags from "../Flags.js"
import * as Format from "../Format.js"
import * as JobJson from "../JobJson.js"
import * as JobLocator from "../JobLocator.js"
import { Screen } from "../Screen.js"

const usual = 20

/** The newest jobs of one store. */
const newest = Effect.fnUntraced(function* (limit: number | undefined) {
  const store = yield* JobStore
  return yield* JobView.ofJobs(yield* store.jobs({ limit }))
})

export const command = Command.make({
  name: "list",
  flags: { input: Flags.input, home: Flags.home, limit: Flags.limit, all: Flags.all },
  run: Effect.fnUntraced(function* (values) {
    const { result, say, texts } = yield* Screen
    const { stores } = yield* JobLocator.near({ home: values.home, input: values.input })
    const limit = values.all ? undefined : (values.limit ?? usual)
    const perStore = yield* Effect.forEach(stores, (home) => Effect.provide(newest(limit), App.store(home)))
    const views = perStore
      .flat()
      .toSorted((a, b) => (a.job.id < b.job.id ? 1 : -1))
      .slice(0, limit)
    const rows = views.map((view) => [
      view.job.id,
      Format.time(view.job.createdAt),
      texts.status(view.status),
      String(view.job.split?.rows ?? 0),
      String(view.requests),
      String(view.labeled),
      String(view.failedTotal),
      Format.roundMoney(view.spent),
      shownPath(view.job.input.path)
    ])
    yield* say(...(rows.length === 0 ? [texts.job.none] : Format.table([texts.list.header, ...rows], [3, 4, 5, 6, 7])))
    yield* result({ jobs: views.map(JobJson.summary) })
    return ExitCode.done
  })
})
