import type { Batch } from "@batchlabel/openai-batch/Batch"
import type { OpenAiBatchError } from "@batchlabel/openai-batch/OpenAiBatchError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { ReconcileContext } from "./reconcileContext.js"

// This machine's clock and the API's may differ by so much.
const clockSkew = Duration.toMillis("1 hour")
// The order of the list is not documented: only after a whole page of older batches in a row is the rest taken to be older too.
const olderInARow = 100

/** What the list shows from since then on (unix ms), newest first. */
const since = (
  { api }: Pick<ReconcileContext, "api">,
  from: number,
  pageSize: number
): Stream.Stream<Batch, OpenAiBatchError> => {
  let older = 0
  return Stream.unwrap(
    Effect.map(api.clockOffset, (offset) => {
      // Batches have the server's times; which clock the other one was, then and now, is not known.
      const oldest = Math.min(from, from + offset) - clockSkew
      return Stream.takeWhile(api.list({ pageSize }), (batch) => {
        older = batch.createdAt < oldest ? older + 1 : 0
        return older < olderInARow
      })
    })
  )
}

// Pages of another size are another question, which no cache in between has the answer to.
const pageSizes = [100, 99] as const

/** The job's batches of since then, as far as the list shows them. */
export const listed = (
  context: Pick<ReconcileContext, "api" | "job">,
  from: number,
  pageSize: number = pageSizes[0]
): Effect.Effect<ReadonlyArray<Batch>, OpenAiBatchError> =>
  since(context, from, pageSize).pipe(
    Stream.filter((batch) => batch.metadata["job"] === context.job.id),
    Stream.runCollect,
    Effect.map((batches) => [...batches])
  )

/**
 * The same, asked for twice: what one reply leaves out the other may show. For whoever creates a batch because there is none, one empty
 * list is not enough.
 */
export const listedTwice = (
  context: Pick<ReconcileContext, "api" | "job">,
  from: number
): Effect.Effect<ReadonlyArray<Batch>, OpenAiBatchError> =>
  Effect.gen(function* () {
    const first = yield* listed(context, from, pageSizes[0])
    const second = yield* listed(context, from, pageSizes[1])
    const known = new Set(second.map(({ id }) => id))
    return [...second, ...first.filter(({ id }) => !known.has(id))]
  })

/** A batch as the list shows it, where it does. */
export const shown = (
  context: Pick<ReconcileContext, "api">,
  from: number,
  batchId: string
): Effect.Effect<Batch | undefined, OpenAiBatchError> =>
  since(context, from, pageSizes[0]).pipe(
    Stream.filter(({ id }) => id === batchId),
    Stream.runHead,
    Effect.map(Option.getOrUndefined)
  )
