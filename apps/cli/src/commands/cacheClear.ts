/** `cache clear`: forgets the answers that were kept, so that they are asked, and paid for, again. */
import * as SpendingReport from "@batchlabel/cost/SpendingReport"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as Spending from "@batchlabel/labeling/Spending"
import * as Effect from "effect/Effect"
import * as Agreement from "../Agreement.js"
import * as App from "../App.js"
import * as Command from "../Command.js"
import { shownPath } from "../DownloadReport.js"
import { ExitCode } from "../ExitCode.js"
import * as Flags from "../Flags.js"
import * as Format from "../Format.js"
import * as JobLocator from "../JobLocator.js"
import { Screen } from "../Screen.js"

/** How many answers a store keeps, and what its jobs have cost. */
const look = Effect.fnUntraced(function* (home: string) {
  const shared = yield* App.sharedStore
  const found = Effect.gen(function* () {
    const store = yield* JobStore
    const entries = (yield* Spending.ofAll).flatMap((spending) => spending.entries)
    return { answers: yield* store.countAnswers, spent: SpendingReport.total(entries).cost }
  })
  const location = shared ? "PostgreSQL" : shownPath(App.storeFile(home))
  return { home, location, ...(yield* Effect.provide(found, App.store(home))) }
})

export const command = Command.make({
  name: "cache clear",
  flags: { input: Flags.input, home: Flags.home, yes: Flags.spending.yes },
  run: Effect.fnUntraced(function* (values) {
    const { result, say, texts } = yield* Screen
    const { stores } = yield* JobLocator.near({ home: values.home, input: values.input })
    const found = (yield* Effect.forEach(stores, look)).filter(({ answers }) => answers > 0)
    const answers = found.reduce((sum, one) => sum + one.answers, 0)
    if (answers === 0) {
      yield* say(texts.cache.empty)
      yield* result({ removed: 0 })
      return ExitCode.done
    }
    yield* say(...found.map((one) => texts.cache.found(one.answers, one.location, Format.money(one.spent))))
    const question = texts.cache.confirm(answers)
    if (!(yield* Agreement.require({ question, yes: values.yes, command: "batchlabel cache clear" }))) {
      yield* say(texts.cache.kept)
      return ExitCode.declined
    }
    const clear = Effect.flatMap(JobStore, (store) => store.clearAnswers(undefined))
    const counts = yield* Effect.forEach(found, ({ home }) => Effect.provide(clear, App.store(home)))
    const removed = counts.reduce((sum, count) => sum + count, 0)
    yield* say(texts.cache.cleared(removed))
    yield* result({ removed })
    return ExitCode.done
  })
})
