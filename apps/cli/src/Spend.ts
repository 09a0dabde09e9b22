/** What a job is about to spend: told before anything is sent, and agreed to. */
import * as Money from "@batchlabel/cost/Money"
import * as Forget from "@batchlabel/labeling/Forget"
import * as SpendPlan from "@batchlabel/labeling/SpendPlan"
import * as Effect from "effect/Effect"
import * as Agreement from "./Agreement.js"
import * as Format from "./Format.js"
import { Screen } from "./Screen.js"

const defaultAbove = Money.fromDollars(5)

export interface Flags {
  readonly yes: boolean
  readonly confirmAbove: bigint | undefined
}

/** Rows, cost and cap, one line each. */
export const lines = Effect.fnUntraced(function* (found: SpendPlan.Waiting, model: string) {
  const { texts } = yield* Screen
  if (found.requests === 0) return []
  const { cap, expected, requests, rows, spent } = found
  return [
    texts.job.toSend(rows, requests),
    expected === undefined ? texts.job.unpriced(model) : texts.job.expected(Format.roundMoney(expected.mid), requests),
    cap === undefined ? texts.job.noCap : texts.job.cap(Format.money(cap), Format.money(spent))
  ]
})

const question = Effect.fnUntraced(function* ({ expected, requests }: SpendPlan.Waiting) {
  const { texts } = yield* Screen
  return expected === undefined
    ? texts.job.confirmUnpriced(requests)
    : texts.job.confirm(requests, Format.roundMoney(expected.mid))
})

/** Whether a job that is made now is to wait for the word of the person at the terminal. */
export const waitsForWord = (flags: Flags): Effect.Effect<boolean, never, Screen> =>
  Effect.map(Screen, (screen) => Agreement.canAsk(screen) && !flags.yes)

/**
 * Asks where much is expected, or nobody knows how much. The guide's form never asks; without a terminal, what nobody knows is sent, for
 * the command line has asked for it.
 */
const agreed = Effect.fnUntraced(function* (found: SpendPlan.Waiting, flags: Flags, command: string) {
  const screen = yield* Screen
  const { expected, requests } = found
  if (requests === 0 || screen.style === "guide") return true
  if (expected === undefined ? !Agreement.canAsk(screen) : expected.mid <= (flags.confirmAbove ?? defaultAbove)) return true
  return yield* Agreement.require({ question: yield* question(found), yes: flags.yes, command })
})

/**
 * Whether the job may be sent. One that is declined, or whose question is cut short, leaves nothing behind if nothing of it was ever sent.
 */
export const agree = Effect.fn("Spend.agree")(function* (jobId: string, found: SpendPlan.Waiting, flags: Flags, command: string) {
  const { say, texts } = yield* Screen
  const forget = Effect.ignore(Forget.discard(jobId))
  const may = yield* agreed(found, flags, command).pipe(
    Effect.onInterrupt(() => forget),
    Effect.tapError(() => forget)
  )
  if (may) {
    yield* SpendPlan.confirm(jobId)
    return true
  }
  yield* forget
  yield* say(texts.job.declined)
  return false
})
