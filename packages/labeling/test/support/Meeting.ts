/** Races that happen for certain, by events in place of spans of time. */
import type { Service as StoreService } from "@batchlabel/job-store/JobStore"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"

export interface Meeting {
  /** Waits for the other: until it is here as well, or has been told that it is not its turn. */
  readonly arrive: Effect.Effect<void>
  /** The store's leases, which tell of that. */
  readonly leases: (real: StoreService) => Pick<StoreService, "withLease">
}

/** Where two meet in the middle of what they do, unless they take turns. */
export const make: Effect.Effect<Meeting> = Effect.gen(function* () {
  const met = yield* Deferred.make<void>()
  const open = Deferred.succeed(met, undefined)
  let here = 0
  return {
    arrive: Effect.suspend(() => Effect.zipRight(++here < 2 ? Effect.void : open, Deferred.await(met))),
    leases: (real) => ({
      withLease: (name, use) => Effect.tap(real.withLease(name, use), (done) => (done === undefined ? open : Effect.void))
    })
  }
})
