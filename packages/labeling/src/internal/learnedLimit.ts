/** The limit of enqueued tokens that the API was heard to say for a model. It is believed for a while, for limits are raised. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { ReconcileContext } from "./reconcileContext.js"

type Needs = Pick<ReconcileContext, "settings" | "store">

const nameOf = (model: string): string => `limit:${model}`

export const learnLimit = Effect.fnUntraced(function* ({ store }: Needs, model: string, limit: number) {
  yield* store.setFact(nameOf(model), `${limit} ${yield* Clock.currentTimeMillis}`)
})

export const forgetLimit = ({ store }: Needs, model: string) => store.setFact(nameOf(model), "")

export const learnedLimit = Effect.fnUntraced(function* ({ settings, store }: Needs, model: string) {
  const fact = yield* store.fact(nameOf(model))
  if (fact === undefined || fact === "") return undefined
  const [limit = Number.NaN, at = 0] = fact.split(" ").map(Number)
  const now = yield* Clock.currentTimeMillis
  const isOld = Math.abs(now - at) > Duration.toMillis(settings.limitMemory)
  return Number.isNaN(limit) || isOld ? undefined : limit
})
