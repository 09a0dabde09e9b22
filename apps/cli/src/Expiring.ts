/** Result files vanish 30 days after their batch; until they are here that is worth a word. */

import type { JobView } from "@batchlabel/labeling/JobView"
import * as Message from "@batchlabel/messages/Message"
import * as Effect from "effect/Effect"
import { Screen } from "./Screen.js"

const day = 24 * 60 * 60 * 1000
const kept = 30 * day
const soon = 10 * day

/** Days until the first uncollected results are gone; `undefined` where that is far off. */
export const daysLeft = (view: JobView, now: number): number | undefined => {
  const ends = view.batches.flatMap(({ collected, endedAt }) =>
    collected === undefined && endedAt !== undefined ? [endedAt + kept - now] : []
  )
  const first = Math.min(...ends)
  return first > soon ? undefined : Math.max(0, Math.floor(first / day))
}

export const warn = Effect.fnUntraced(function* (view: JobView, now: number) {
  const days = daysLeft(view, now)
  if (days === undefined) return
  const screen = yield* Screen
  yield* screen.warn(Message.make("BL5017", { job: view.job.id, days }))
})
