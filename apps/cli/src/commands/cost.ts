/** `cost`: what a job, or all jobs, have really cost. */

import * as SpendingReport from "@batchlabel/cost/SpendingReport"
import * as CsvWriter from "@batchlabel/csv-io/CsvWriter"
import * as Spending from "@batchlabel/labeling/Spending"
import * as Message from "@batchlabel/messages/Message"
import * as Effect from "effect/Effect"
import * as App from "../App.js"
import * as Command from "../Command.js"
import * as CostLines from "../CostLines.js"
import { ExitCode } from "../ExitCode.js"
import * as Flags from "../Flags.js"
import * as Format from "../Format.js"
import * as JobLocator from "../JobLocator.js"
import { Screen } from "../Screen.js"

const flags = { input: Flags.input, home: Flags.home, all: Flags.all, csv: Flags.csv }

/** The spending of every job near here, the newest first. */
const everything = Effect.fnUntraced(function* (wanted: {
  readonly home: string | undefined
  readonly input: string | undefined
}) {
  const { stores } = yield* JobLocator.near(wanted)
  const perStore = yield* Effect.forEach(stores, (home) => Effect.provide(Spending.ofAll, App.store(home)))
  return perStore.flat().toSorted((a, b) => (a.job.id < b.job.id ? 1 : -1))
})

const one = Effect.fnUntraced(function* (
  id: string | undefined,
  wanted: { readonly home: string | undefined; readonly input: string | undefined }
) {
  const { home, job } = yield* JobLocator.locate({ id, ...wanted })
  return yield* Effect.provide(Spending.ofJob(job.id), App.store(home))
})

export const command = Command.make({
  name: "cost",
  positionals: { name: "job", least: 0, most: 1 },
  flags,
  run: Effect.fnUntraced(function* (values, [id]) {
    const screen = yield* Screen
    if (values.csv && screen.json) return yield* Command.fail(Message.make("BL6009", { one: "--csv", other: "--json" }))
    if (values.all && id !== undefined) return yield* Command.fail(Message.make("BL6009", { one: "--all", other: id }))
    const spendings = values.all ? yield* everything(values) : [yield* one(id, values)]
    const entries = spendings.flatMap((spending) => spending.entries)
    if (values.csv) {
      const text = CsvWriter.stringify([SpendingReport.columns, ...entries.map(SpendingReport.row)])
      yield* screen.say(text.trimEnd())
      return ExitCode.done
    }
    const total = SpendingReport.total(entries)
    yield* screen.say(
      ...spendings.flatMap((spending) => CostLines.ofJob(spending, screen)),
      ...(values.all ? ["", screen.texts.cost.allJobs(spendings.length, Format.money(total.cost), total.unpriced)] : [])
    )
    const [first] = spendings
    yield* screen.result(values.all || first === undefined ? { jobs: spendings.map(CostLines.json) } : CostLines.json(first))
    return ExitCode.done
  })
})
