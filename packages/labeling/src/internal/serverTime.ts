import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { ReconcileContext } from "./reconcileContext.js"

/** The time at the API (unix ms), by which the times of batches are judged: this machine's clock may be wrong by a day. */
export const serverNow = ({ api }: Pick<ReconcileContext, "api">): Effect.Effect<number> =>
  Effect.zipWith(Clock.currentTimeMillis, api.clockOffset, (now, offset) => now + offset)
