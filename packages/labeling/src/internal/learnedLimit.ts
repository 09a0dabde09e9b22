/** The limit of enqueued tokens that the API was heard to say for a model. It is believed for a while, for limits are raised. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { ReconcileContext } from "./reconcileContext.js"
import { tokenLimit } from "./settings.js"

type Needs = Pick<ReconcileContext, "settings" | "store">

export const learnLimit = Effect.fnUntraced(function* ({ store }: Needs, model: string, limit: number) {
  yield* store.settings.set(tokenLimit, model, { limit, at: yield* Clock.currentTimeMillis })
})

export const forgetLimit = ({ store }: Needs, model: string) => store.settings.remove(tokenLimit, model)

export const learnedLimit = Effect.fnUntraced(function* ({ settings, store }: Needs, model: string) {
  const learned = yield* store.settings.get(tokenLimit, model)
  if (learned === undefined) return undefined
  const age = Math.abs((yield* Clock.currentTimeMillis) - learned.at)
  return age > Duration.toMillis(settings.limitMemory) ? undefined : learned.limit
})
