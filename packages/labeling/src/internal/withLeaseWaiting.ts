import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

const whileBusy = Duration.millis(100)

/** Does it under the lease of this name; waits while another process holds it. */
export const withLeaseWaiting = <A, E, R>(
  name: string,
  use: Effect.Effect<A, E, R>
): Effect.Effect<A, E | JobStoreError, R | JobStore> =>
  Effect.gen(function* () {
    const store = yield* JobStore
    for (;;) {
      const done = yield* store.withLease(name, use)
      if (done !== undefined) return done.value
      yield* Effect.sleep(whileBusy)
    }
  })
