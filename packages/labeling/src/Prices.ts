/**
 * The prices by which a pipeline reserves and accounts: the built-in book, corrected by the user's own file where there is one.
 *
 * @since 0.1.0
 */
import * as PriceBook from "@batchlabel/cost/PriceBook"
import type { Job, StatedPrice } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/**
 * The price book in use; the built-in one where none is provided.
 *
 * @since 0.1.0
 * @category references
 */
export class Prices extends Context.Reference<Prices>()("@batchlabel/labeling/Prices", {
  defaultValue: (): PriceBook.PriceBook => PriceBook.builtin
}) {}

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = (book: PriceBook.PriceBook = PriceBook.builtin): Layer.Layer<Prices> => Layer.succeed(Prices, book)

/**
 * The price of a job: what its user has stated for it, else that of the book here.
 *
 * @since 0.1.0
 * @category lookups
 */
export const ofJob = ({ model, settings }: Pick<Job, "model" | "settings">): Effect.Effect<PriceBook.Price | undefined> =>
  Effect.map(Prices, (book) =>
    settings.price === undefined ? PriceBook.lookup(book, model) : PriceBook.explicit(model, settings.price)
  )

const perMillion = (pico: number): number => pico / 1e6

/**
 * What a book says of a model beyond the built-in one: the price that goes with a job, for others may not have that book.
 *
 * @since 0.1.0
 * @category lookups
 */
export const statedIn = (book: PriceBook.PriceBook, model: string): StatedPrice | undefined => {
  const price = PriceBook.lookup(book, model)
  if (price === undefined) return undefined
  const known = PriceBook.lookup(PriceBook.builtin, model)
  const worth = ({ batch, longContext }: PriceBook.Price): string => JSON.stringify([batch, longContext])
  if (known !== undefined && worth(known) === worth(price)) return undefined
  const { cached, cacheWrite, input, output } = price.batch
  return {
    input: perMillion(input),
    output: perMillion(output),
    cached: perMillion(cached),
    cacheWrite: perMillion(cacheWrite),
    ...(price.longContext === undefined ? {} : { longContext: price.longContext })
  }
}

/**
 * Makes a price the job's own: whoever goes on with it counts by it from now on.
 *
 * @since 0.1.0
 * @category combinators
 */
export const state = Effect.fn("Prices.state")(function* (
  jobId: string,
  price: StatedPrice
): Effect.fn.Return<void, JobStoreError, JobStore> {
  const store = yield* JobStore
  const { settings } = yield* store.job(jobId)
  yield* store.updateJob(jobId, ["preparing", "open", "stopped", "cancelling"], { settings: { ...settings, price } })
})
