/**
 * The prices by which a pipeline reserves and accounts: the built-in book, corrected by the user's own file where there is one.
 *
 * @since 0.1.0
 */
import * as PriceBook from "@batchlabel/cost/PriceBook"
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"

/**
 * @since 0.1.0
 * @category tags
 */
export class Prices extends Context.Tag("@batchlabel/labeling/Prices")<Prices, PriceBook.PriceBook>() {}

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = (book: PriceBook.PriceBook = PriceBook.builtin): Layer.Layer<Prices> => Layer.succeed(Prices, book)
