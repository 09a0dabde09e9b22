import * as Effect from "effect/Effect"

/** Of what has the same key one runs at a time. A lock that nobody holds or waits for is forgotten. */
export const keyedLock = () => {
  const locks = new Map<string, { readonly lock: Effect.Semaphore; users: number }>()
  return (key: string) =>
    <A, E, R>(use: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.acquireUseRelease(
        Effect.sync(() => {
          const held = locks.get(key) ?? { lock: Effect.unsafeMakeSemaphore(1), users: 0 }
          held.users++
          locks.set(key, held)
          return held
        }),
        ({ lock }) => lock.withPermits(1)(use),
        (held) =>
          Effect.sync(() => {
            held.users--
            if (held.users === 0) locks.delete(key)
          })
      )
}
