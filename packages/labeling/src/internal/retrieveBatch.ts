/** Looks at one batch. What would give up paid work is believed only when a second way says the same. */
import type { Batch } from "@batchlabel/openai-batch/Batch"
import type { OpenAiBatchError } from "@batchlabel/openai-batch/OpenAiBatchError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { shown } from "./listed.js"
import { blocksJob, type ReconcileContext } from "./reconcileContext.js"

/** After so many looks in a row that saw no batch, the list is asked, the user is told, and past its window it may be given up. */
export const manyFailedPolls = 3

export type Retrieval =
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
const confirmed = Effect.fnUntraced(function* (context: ReconcileContext, batch: Batch, from: number) {
  const inList = yield* Effect.either(shown(context, from, batch.id))
  const other =
    Either.isRight(inList) && inList.right !== undefined
      ? Either.right(inList.right)
      : yield* Effect.either(context.api.retrieve(batch.id))
  const retrieval: Retrieval = Either.isRight(other)
    ? { batch: better(batch, other.right) }
    : { error: other.left, isGone: false }
  return retrieval
})

/**
 * The batch, or why it was not seen; `failedPolls` looks before this one saw none. One look that fails proves nothing: the list is asked as
 * well. Past its window the API may have forgotten the batch, and then what it held cannot be had any more.
 */
export const retrieveBatch = Effect.fnUntraced(function* (
  context: ReconcileContext,
  batchId: string,
  { from, isPastWindow, failedPolls }: { readonly from: number; readonly isPastWindow: boolean; readonly failedPolls: number }
): Effect.fn.Return<Retrieval> {
  const retrieved = yield* Effect.either(context.api.retrieve(batchId))
  if (Either.isRight(retrieved)) {
    return hasEndedBadly(retrieved.right) ? yield* confirmed(context, retrieved.right, from) : { batch: retrieved.right }
  }
  const error = retrieved.left
  const mayBeGone = isPastWindow && error.reason._tag === "NotFound"
  if (blocksJob(error) || (!mayBeGone && failedPolls + 1 < manyFailedPolls)) return { error, isGone: false }
  const inList = yield* Effect.either(shown(context, from, batchId))
  if (Either.isLeft(inList)) return { error: inList.left, isGone: false }
  if (inList.right === undefined) return { error, isGone: mayBeGone }
  return hasEndedBadly(inList.right) ? yield* confirmed(context, inList.right, from) : { batch: inList.right }
})
