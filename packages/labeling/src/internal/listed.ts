import type { Batch } from "@batchlabel/openai-batch/Batch"
import type { OpenAiBatchError } from "@batchlabel/openai-batch/OpenAiBatchError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Pass } from "./pass.js"

// This machine's clock and the API's may differ by so much.
const clockSkew = Duration.toMillis("1 hour")
// The order of the list is not documented: only after a whole page of older batches in a row is the rest taken to be older too.
const olderInARow = 100

/** The job's batches of since then (unix ms), as far as the list shows them. */
export const listed = ({ api, job }: Pass, since: number): Effect.Effect<ReadonlyArray<Batch>, OpenAiBatchError> => {
  let older = 0
  return api.list({ pageSize: 100 }).pipe(
    Stream.takeWhile((batch) => {
      older = batch.createdAt < since - clockSkew ? older + 1 : 0
      return older < olderInARow
    }),
    Stream.filter((batch) => batch.metadata["job"] === job.id),
    Stream.runCollect,
    Effect.map((batches) => [...batches])
  )
}
