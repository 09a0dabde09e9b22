/**
 * The simulator's clock: real time plus what it was advanced by. The advance is kept with the state, so that a restart does not go back.
 */
import type { Store } from "./store.js"

export interface Clock {
  /** Unix ms. */
  readonly now: () => number
  readonly advance: (ms: number) => void
}

export const makeClock = (store: Store): Clock => {
  const kept = store.read("clock")
  let ahead = typeof kept === "number" ? kept : 0
  return {
    now: () => Date.now() + ahead,
    advance: (ms) => {
      ahead += ms
      store.write("clock", ahead)
    }
  }
}
