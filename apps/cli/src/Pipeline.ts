/** What a command that talks to the API runs on, and one look at a job. */
import type * as Problem from "@batchlabel/core/Problem"
import type { CostError } from "@batchlabel/cost/CostError"
import type * as PriceBook from "@batchlabel/cost/PriceBook"
import * as PriceBooks from "@batchlabel/cost/PriceBook"
import type { Job } from "@batchlabel/job-store/Job"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as Prices from "@batchlabel/labeling/Prices"
import * as Reconcile from "@batchlabel/labeling/Reconcile"
import * as Message from "@batchlabel/messages/Message"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as App from "./App.js"
import type { Failure } from "./Command.js"
import { ExitCode } from "./ExitCode.js"
import { Screen } from "./Screen.js"

/** The store, the API, the waits and the prices. */
export const layer = (home: string, waits: App.Waits, book: PriceBook.PriceBook) =>
  Layer.mergeAll(App.store(home), App.api, App.settings(waits), Prices.layer(book))

/** The prices for a job that is there. A price that is stated now becomes the job's own; else that with which it was started holds. */
export const bookOf = Effect.fnUntraced(function* (
  job: Job,
  home: string,
  flags: App.PriceFlags
): Effect.fn.Return<PriceBook.PriceBook, Failure | CostError | JobStoreError, FileSystem.FileSystem> {
  const book = yield* App.priceBook(flags, job.model)
  if (flags.priceIn === undefined || flags.priceOut === undefined) return book
  const price = { input: flags.priceIn, output: flags.priceOut }
  yield* Effect.provide(Prices.state(job.id, price), App.store(home))
  return book
})

/** Says that a model is near its end, or past it. */
export const warnOfRetirement = Effect.fnUntraced(function* (book: PriceBook.PriceBook, model: string) {
  const { warn } = yield* Screen
  const now = yield* Clock.currentTimeMillis
  const today = new Date(now).toISOString().slice(0, 10)
  const problem = PriceBooks.retirementProblem(PriceBooks.retirement(book, model, today))
  if (problem !== undefined) yield* warn(problem)
})

/** A cap can only be kept where the price is known. */
export const requirePrice = (
  book: PriceBook.PriceBook,
  model: string,
  maxCost: bigint | undefined
): Effect.Effect<void, Failure> =>
  maxCost !== undefined && PriceBooks.lookup(book, model) === undefined
    ? Effect.fail({ problem: Message.make("BL5302", { model }) })
    : Effect.void

/** Tells the notices of a pass, each once, but for the one that ends the command and is told as its error. */
export const tell = Effect.fnUntraced(function* (report: Reconcile.Report, ending?: Problem.Problem) {
  const { note, texts, warn } = yield* Screen
  const told = new Set<string>(ending === undefined ? [] : [Message.forCommand(ending, "en")])
  for (const notice of report.notices) {
    const text = Message.forCommand(notice, "en")
    if (!told.has(text)) yield* warn(notice)
    told.add(text)
  }
  if (report.busy) yield* note(texts.job.busyElsewhere)
})

/** Ends a command by what the last pass found. */
export const ended = (report: Reconcile.Report): Effect.Effect<ExitCode, Failure> => {
  const trouble = Reconcile.toTrouble(report)
  return trouble === undefined ? Effect.succeed(ExitCode.done) : Effect.fail({ problem: trouble })
}
