/** What a job whose input is split will cost, by the tokens that were counted on the way. */
import type { Task } from "@batchlabel/core/Task"
import * as Cost from "@batchlabel/cost/Cost"
import type * as Money from "@batchlabel/cost/Money"
import * as OutputTokens from "@batchlabel/cost/OutputTokens"
import * as PriceBook from "@batchlabel/cost/PriceBook"
import * as Tokens from "@batchlabel/cost/Tokens"
import type { SplitSummary } from "@batchlabel/job-store/Job"
import * as Effect from "effect/Effect"

/** `undefined` where no price is known. */
export const ofSplit = Effect.fn("Expected.ofSplit")(function* (
  split: SplitSummary,
  task: Task,
  book: PriceBook.PriceBook
): Effect.fn.Return<Money.Money | undefined> {
  const price = PriceBook.lookup(book, task.model)
  if (price === undefined) return undefined
  const counter = yield* Tokens.counter(Tokens.encodingOf(task.model).encoding)
  const answer = OutputTokens.perRequest(task, counter.count).total.mid
  return Cost.total(Cost.ofTokens(price.batch, Cost.plain(split.inputTokens, Math.round(answer * split.requests))))
})
