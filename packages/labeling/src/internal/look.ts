/** Looks at one batch. What would give up paid work is believed only when a second way says the same. */
import type { Batch } from "@batchlabel/openai-batch/Batch"
import type { OpenAiBatchError } from "@batchlabel/openai-batch/OpenAiBatchError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { shown } from "./listed.js"
import { type Pass, stopsJob } from "./pass.js"

/** After so many looks in a row that saw no batch, the list is asked, the user is told, and past its window it may be given up. */
export const manyLooks = 3

export type Look =
  | { readonly batch: Batch }
  | { readonly batch?: never; readonly error: OpenAiBatchError; readonly isGone: boolean }

/** An end that leaves requests undone: to believe it of a batch that has done them would pay for them again. */
export const hasEndedBadly = ({ status }: Pick<Batch, "status">): boolean =>
  status === "failed" || status === "expired" || status === "cancelled"

/** Of two sights of a batch, the one in which more is done. */
const better = (one: Batch, other: Batch): Batch => {
  if (!hasEndedBadly(one)) return one
  if (!hasEndedBadly(other)) return other
  return one.status === "failed" || (one.outputFileId === undefined && other.outputFileId !== undefined) ? other : one
}

/** A bad end, seen a second way: in the list, or where that does not show the batch, by asking again. */
const confirmed = Effect.fnUntraced(function* (pass: Pass, batch: Batch, from: number) {
  const inList = yield* Effect.either(shown(pass, from, batch.id))
  const other =
    Either.isRight(inList) && inList.right !== undefined
      ? Either.right(inList.right)
      : yield* Effect.either(pass.api.retrieve(batch.id))
  const look: Look = Either.isRight(other) ? { batch: better(batch, other.right) } : { error: other.left, isGone: false }
  return look
})

/**
 * The batch, or why it was not seen; `misses` looks before this one saw none. One look that fails proves nothing: the list is asked as
 * well. Past its window the API may have forgotten the batch, and then what it held cannot be had any more.
 */
export const look = Effect.fnUntraced(function* (
  pass: Pass,
  batchId: string,
  { from, isPastWindow, misses }: { readonly from: number; readonly isPastWindow: boolean; readonly misses: number }
): Effect.fn.Return<Look> {
  const looked = yield* Effect.either(pass.api.retrieve(batchId))
  if (Either.isRight(looked)) {
    return hasEndedBadly(looked.right) ? yield* confirmed(pass, looked.right, from) : { batch: looked.right }
  }
  const error = looked.left
  const mayBeGone = isPastWindow && error.reason._tag === "NotFound"
  if (stopsJob(error) || (!mayBeGone && misses + 1 < manyLooks)) return { error, isGone: false }
  const inList = yield* Effect.either(shown(pass, from, batchId))
  if (Either.isLeft(inList)) return { error: inList.left, isGone: false }
  if (inList.right === undefined) return { error, isGone: mayBeGone }
  return hasEndedBadly(inList.right) ? yield* confirmed(pass, inList.right, from) : { batch: inList.right }
})
