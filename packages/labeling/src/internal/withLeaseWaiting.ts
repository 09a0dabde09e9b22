import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

const whileBusy = Duration.millis(100)

/** Does it under the lease of this name; waits while another process holds it, and says so once with `onBusy`. */
export const withLeaseWaiting = <A, E, R>(
  name: string,
  use: Effect.Effect<A, E, R>,
  onBusy: Effect.Effect<void> = Effect.void
): Effect.Effect<A, E | JobStoreError, R | JobStore> =>
  Effect.gen(function* () {
    const store = yield* JobStore
    for (let isNews = true; ; isNews = false) {
      const done = yield* store.withLease(name, use)
      if (done !== undefined) return done.value
      if (isNews) yield* onBusy
      yield* Effect.sleep(whileBusy)
    }
  })
