import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/**
 * Lets so many run at a time. What takes longer than `slowAfter` goes on without counting as one of them, so that what is slow does not hold
 * up the rest.
 */
export const admission = (count: number, slowAfter: Duration.DurationInput) =>
  Effect.map(Effect.makeSemaphore(count), (places) => {
    const take = Effect.map(places.take(1), () => {
      let isHeld = true
      return Effect.suspend(() => {
        if (!isHeld) return Effect.void
        isHeld = false
        return Effect.asVoid(places.release(1))
      })
    })
    return <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.acquireUseRelease(
        Effect.interruptible(take),
        (release) =>
          Effect.scoped(Effect.zipRight(Effect.forkScoped(Effect.interruptible(Effect.delay(release, slowAfter))), work)),
        (release) => release
      )
  })
