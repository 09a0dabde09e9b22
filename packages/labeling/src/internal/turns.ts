/** Work that is done in the server's own thread, a slice at a time: between two slices, whoever else has asked is answered. */
import * as Effect from "effect/Effect"

const oneAtATime = Effect.unsafeMakeSemaphore(1)

/** Ends when whatever came in meanwhile has been looked at. */
export const breath: Effect.Effect<void> = Effect.async((resume) => {
  setImmediate(() => resume(Effect.void))
})

/** However many requests have slices to do, one is done in a turn of the event loop. */
export const slice = <A>(work: () => A): Effect.Effect<A> => oneAtATime.withPermits(1)(Effect.zipLeft(Effect.sync(work), breath))
