/** What requests will cost that wait to be sent, by the tokens that were counted when they were made. */
import type { Task } from "@batchlabel/core/Task"
import * as Cost from "@batchlabel/cost/Cost"
import type * as Money from "@batchlabel/cost/Money"
import * as OutputTokens from "@batchlabel/cost/OutputTokens"
import type * as PriceBook from "@batchlabel/cost/PriceBook"
import type { SplitSummary } from "@batchlabel/job-store/Job"
import * as Tokens from "@batchlabel/tokens/Tokens"
import * as Effect from "effect/Effect"

/** `undefined` where no price is known. */
export const ofRequests = Effect.fn("Expected.ofRequests")(function* (
  { inputTokens, requests }: Pick<SplitSummary, "requests" | "inputTokens">,
  task: Task,
  price: PriceBook.Price | undefined
): Effect.fn.Return<Money.Money | undefined> {
  if (price === undefined) return undefined
  const counter = yield* Tokens.counter(Tokens.encodingOf(task.model).encoding)
  const answer = OutputTokens.perRequest(task, counter.count).total.mid
  return Cost.total(Cost.ofTokens(price.batch, Cost.plain(inputTokens, Math.round(answer * requests))))
})
