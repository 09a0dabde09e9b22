import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { isRecord, readText } from "./lenient.js"

/** A page of a list, and where the next one begins. */
export interface Page<A> {
  readonly items: ReadonlyArray<A>
  readonly next: string | undefined
}

/**
 * Reads a page of at most `limit` items. One item that cannot be read fails the page: to pass over it could mean to miss the batch one
 * looks for, and to pay for it again.
 */
export const decodePage =
  <A extends { readonly id: string }>(
    decodeItem: (item: unknown) => Either.Either<A, string>,
    limit: number,
    after: string | undefined
  ) =>
  (json: unknown): Either.Either<Page<A>, string> => {
    const data = isRecord(json) ? json["data"] : undefined
    if (!isRecord(json) || !Array.isArray(data)) return Either.left("the reply is no list")
    return Either.map(Either.all(data.map((item: unknown) => decodeItem(item))), (items) => {
      const more = typeof json["has_more"] === "boolean" ? json["has_more"] : items.length >= limit
      const next = items.at(-1)?.id ?? readText(json["last_id"])
      // A server that ignores `after` would send the same page for ever.
      return { items, next: more && next !== after ? next : undefined }
    })
  }

/** All items, a page being asked for only when the one before is used up. */
export const allPages = <A, E>(fetchPage: (after: string | undefined) => Effect.Effect<Page<A>, E>): Stream.Stream<A, E> =>
  Stream.paginateChunkEffect(Option.none<string>(), (after) =>
    Effect.map(fetchPage(Option.getOrUndefined(after)), ({ items, next }) => [
      Chunk.fromIterable(items),
      next === undefined ? Option.none() : Option.some(Option.some(next))
    ])
  )
