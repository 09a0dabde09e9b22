/** `estimate`: cost, tokens and time of a job, from its input alone. Needs no key and sends nothing. */

import * as Cost from "@batchlabel/cost/Cost"
import type * as Estimate from "@batchlabel/cost/Estimate"
import * as Money from "@batchlabel/cost/Money"
import * as EstimateInput from "@batchlabel/labeling/EstimateInput"
import * as Places from "@batchlabel/labeling/Places"
import * as Prices from "@batchlabel/labeling/Prices"
import * as Message from "@batchlabel/messages/Message"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as App from "../App.js"
import * as Command from "../Command.js"
import { ExitCode } from "../ExitCode.js"
import * as Flag from "../Flag.js"
import * as Flags from "../Flags.js"
import * as Format from "../Format.js"
import * as Progress from "../Progress.js"
import { Screen, type Service } from "../Screen.js"
import * as Submission from "../Submission.js"
import * as TaskFlags from "../TaskFlags.js"

const flags = {
  input: Flag.required(Flags.input, "estimate"),
  home: Flags.home,
  noCache: Flags.identity.noCache,
  ...Flags.reading,
  ...Flags.task,
  ...Flags.shards,
  ...Flags.prices
}

const noWaits: App.Waits = {
  pollInterval: undefined,
  pollCap: undefined,
  backoff: undefined,
  backoffCap: undefined,
  listLag: undefined,
  outputLag: undefined,
  createPatience: undefined
}

// Below this the guide's rounding leaves nothing to add up.
const leastSum = Money.fromDollars(0.001)

const totals = (of: { readonly low: Cost.Cost; readonly high: Cost.Cost }) => ({
  low: Cost.total(of.low),
  high: Cost.total(of.high)
})

const costLines = ({ costs }: Estimate.Estimate, { texts }: Service): ReadonlyArray<string> => {
  const { estimate } = texts
  if (costs === undefined) return [estimate.noPrice]
  const { batch, saving, standard } = costs
  return [
    estimate.batchCost(Format.range(totals(batch), Format.amount, texts)),
    ...(Cost.total(batch.mid) < leastSum ? [] : [estimate.sum(Money.formatSum(batch.mid.input, batch.mid.output))]),
    ...(standard === undefined || saving === undefined
      ? []
      : [estimate.normalCost(Format.range(totals(standard), Format.amount, texts), Format.amount(saving))])
  ]
}

/** The estimate as lines. */
export const lines = (of: Estimate.Estimate, screen: Service): ReadonlyArray<string> => {
  const { lang, texts } = screen
  const { estimate } = texts
  const { duplicates, known, requests, rows, skipped } = of.rows
  return [
    estimate.heading,
    estimate.rows(rows, requests, duplicates, known, skipped),
    estimate.batches(of.shards),
    estimate.input(Format.range(of.input, Format.grouped, texts), of.encoding.encoding, of.encoding.assumed),
    estimate.output(Format.range(of.output, Format.grouped, texts)),
    of.sample === undefined ? estimate.counted : estimate.sampled(of.sample.n),
    ...costLines(of, screen),
    ...of.reasons.map((reason) => `   ${Message.forCommand(reason, lang)}`)
  ]
}

const rangeJson = ({ high, low, mid }: { readonly low: Cost.Cost; readonly mid: Cost.Cost; readonly high: Cost.Cost }) => ({
  low: Format.dollars(Cost.total(low)),
  mid: Format.dollars(Cost.total(mid)),
  high: Format.dollars(Cost.total(high))
})

const json = (of: Estimate.Estimate): Record<string, unknown> => ({
  model: of.model,
  encoding: of.encoding,
  rows: of.rows,
  batches: of.shards,
  inputTokens: of.input,
  outputTokens: of.output,
  sample: of.sample ?? null,
  cost:
    of.costs === undefined
      ? null
      : {
          batch: rangeJson(of.costs.batch),
          standard: of.costs.standard === undefined ? null : rangeJson(of.costs.standard),
          saving: of.costs.saving === undefined ? null : Format.dollars(of.costs.saving)
        },
  hours: of.plan.hours,
  waves: of.plan.waves.length,
  reasons: of.reasons.map(({ code }) => code),
  warnings: of.warnings.map(({ code }) => code)
})

export const command = Command.make({
  name: "estimate",
  flags,
  run: Effect.fnUntraced(function* (values) {
    const screen = yield* Screen
    const fs = yield* FileSystem.FileSystem
    const task = yield* TaskFlags.read(values)
    const book = yield* App.priceBook(values, task.model)
    const home = values.home ?? Places.homeBeside(values.input)
    const work = Progress.bar(screen.texts.live.reading, (onProgress) =>
      EstimateInput.estimate({
        inputPath: values.input,
        task,
        textColumn: values.textColumn,
        ...Submission.readOptionsOf(values),
        ...Submission.pacing({ ...values, maxCost: undefined }),
        onProgress
      })
    ).pipe(Effect.provide(Layer.merge(App.settings(noWaits), Prices.layer(book))))
    // A store that is not there knows no answers, and is not made for an estimate.
    const kept = (yield* App.sharedStore) || (yield* Effect.orElseSucceed(fs.exists(App.storeFile(home)), () => false))
    const estimate = yield* kept ? Effect.provide(work, App.store(home)) : work
    yield* screen.say(...lines(estimate, screen))
    yield* Effect.forEach(estimate.warnings, screen.warn, { discard: true })
    yield* screen.result(json(estimate))
    return ExitCode.done
  })
})
