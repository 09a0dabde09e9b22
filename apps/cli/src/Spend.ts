/** What a job is about to spend: told before anything is sent, and agreed to. */
import type { Task } from "@batchlabel/core/Task"
import * as Money from "@batchlabel/cost/Money"
import * as PriceBook from "@batchlabel/cost/PriceBook"
import type { Job } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as JobView from "@batchlabel/labeling/JobView"
import * as Prepare from "@batchlabel/labeling/Prepare"
import * as Effect from "effect/Effect"
import * as Agreement from "./Agreement.js"
import * as Expected from "./Expected.js"
import * as Format from "./Format.js"
import { Screen } from "./Screen.js"

const defaultAbove = Money.fromDollars(5)

export interface Flags {
  readonly yes: boolean
  readonly confirmAbove: bigint | undefined
}

/** What waits to be sent; pico-dollars. `expected` is `undefined` where no price is known. */
export interface Outlook {
  readonly requests: number
  readonly rows: number
  readonly expected: bigint | undefined
  readonly cap: bigint | undefined
  /** Of the job and of those before it, with which it shares the cap. */
  readonly spent: bigint
}

/** The book with the price that the job itself carries. */
const priceOf = ({ model, settings }: Job, book: PriceBook.PriceBook): PriceBook.Price | undefined =>
  settings.price === undefined ? PriceBook.lookup(book, model) : PriceBook.explicit(model, settings.price)

const spentWith = (job: Job): Effect.Effect<bigint, JobStoreError, JobStore> =>
  Effect.gen(function* () {
    const store = yield* JobStore
    const { spent } = yield* JobView.load(job.id)
    const older = job.settings.retryOf ?? job.settings.continueOf
    return older === undefined ? spent : spent + (yield* spentWith(yield* store.job(older)))
  })

/** By what the store holds of the job. */
export const outlook = Effect.fn("Spend.outlook")(function* (jobId: string, task: Task, book: PriceBook.PriceBook) {
  const store = yield* JobStore
  const job = yield* store.job(jobId)
  const waiting = (yield* store.shards(jobId)).filter(({ state }) => state === "waiting")
  const requests = waiting.reduce((sum, shard) => sum + shard.requests, 0)
  const inputTokens = waiting.reduce((sum, shard) => sum + shard.tokens, 0)
  const expected = yield* Expected.ofRequests({ requests, inputTokens }, task, priceOf(job, book))
  const isWhole = requests === job.split?.requests
  const rows = isWhole ? requests + (job.split?.duplicates ?? 0) : requests
  const found: Outlook = { requests, rows, expected, cap: job.maxCost, spent: yield* spentWith(job) }
  return found
})

/** Rows, cost and cap, one line each. */
export const lines = Effect.fnUntraced(function* (found: Outlook, model: string) {
  const { texts } = yield* Screen
  if (found.requests === 0) return []
  const { cap, expected, requests, rows, spent } = found
  return [
    texts.job.toSend(rows, requests),
    expected === undefined ? texts.job.unpriced(model) : texts.job.expected(Format.roundMoney(expected), requests),
    cap === undefined ? texts.job.noCap : texts.job.cap(Format.money(cap), Format.money(spent))
  ]
})

const question = Effect.fnUntraced(function* ({ expected, requests }: Outlook) {
  const { texts } = yield* Screen
  return expected === undefined ? texts.job.confirmUnpriced(requests) : texts.job.confirm(requests, Format.roundMoney(expected))
})

/** Whether a job that is made now is to wait for the word of the person at the terminal. */
export const waitsForWord = (flags: Flags): Effect.Effect<boolean, never, Screen> =>
  Effect.map(Screen, (screen) => Agreement.canAsk(screen) && !flags.yes)

/**
 * Asks where much is expected, or nobody knows how much. The guide's form never asks; without a terminal, what nobody knows is sent, for
 * the command line has asked for it.
 */
const agreed = Effect.fnUntraced(function* (found: Outlook, flags: Flags, command: string) {
  const screen = yield* Screen
  const { expected, requests } = found
  if (requests === 0 || screen.style === "guide") return true
  if (expected === undefined ? !Agreement.canAsk(screen) : expected <= (flags.confirmAbove ?? defaultAbove)) return true
  return yield* Agreement.require({ question: yield* question(found), yes: flags.yes, command })
})

/**
 * Whether the job may be sent. One that is declined, or whose question is cut short, leaves nothing behind if nothing of it was ever sent.
 */
export const agree = Effect.fn("Spend.agree")(function* (jobId: string, found: Outlook, flags: Flags, command: string) {
  const { say, texts } = yield* Screen
  const forget = Effect.ignore(Prepare.discard(jobId))
  const may = yield* agreed(found, flags, command).pipe(
    Effect.onInterrupt(() => forget),
    Effect.tapError(() => forget)
  )
  if (may) {
    yield* Prepare.confirm(jobId)
    return true
  }
  yield* forget
  yield* say(texts.job.declined)
  return false
})
