/**
 * A clock that is moved by hand. As TestClock, but without its wait of real milliseconds at every step, which lets sleeping fibers settle:
 * the schedules have none to wake, and tens of thousands of steps.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

export interface ManualClock {
  readonly clock: Clock.Clock
  readonly setTime: (ms: number) => void
}

export const make = (): ManualClock => {
  let now = 0
  return {
    clock: {
      ...Clock.make(),
      unsafeCurrentTimeMillis: () => now,
      unsafeCurrentTimeNanos: () => BigInt(Math.floor(now)) * 1_000_000n,
      currentTimeMillis: Effect.sync(() => now),
      currentTimeNanos: Effect.sync(() => BigInt(Math.floor(now)) * 1_000_000n),
      sleep: () => Effect.never
    },
    setTime: (ms) => {
      now = ms
    }
  }
}
