/**
 * What was truly spent, from the `usage` of each result line. Failed lines carry none and cost nothing; finished lines of expired and
 * cancelled batches carry theirs and do.
 *
 * @since 0.1.0
 */
import type { Usage } from "@batchlabel/core/Outcome"
import * as Cost from "./Cost.js"
import * as Money from "./Money.js"
import type { Price } from "./PriceBook.js"

/**
 * @since 0.1.0
 * @category constants
 */
export const noUsage: Usage = Cost.plain(0, 0)

/**
 * @since 0.1.0
 * @category arithmetic
 */
export const plus = (a: Usage, b: Usage): Usage => ({
  input: a.input + b.input,
  output: a.output + b.output,
  cached: a.cached + b.cached,
  cacheWrite: a.cacheWrite + b.cacheWrite,
  reasoning: a.reasoning + b.reasoning
})

const isCount = (value: unknown): value is number => typeof value === "number" && Number.isSafeInteger(value) && value >= 0

const countOf = (value: unknown, most = Number.MAX_SAFE_INTEGER): number => (isCount(value) ? Math.min(value, most) : 0)

/** Every field a whole number, 0 or more, and the parts no more than their whole. */
const isSound = (usage: Usage): boolean =>
  Object.values(usage).every(isCount) && usage.cached + usage.cacheWrite <= usage.input && usage.reasoning <= usage.output

/** What can be billed of a usage with nonsense in it: a field that is no count is 0, a part is cut to its whole. */
const salvage = (usage: Usage): Usage => {
  const input = countOf(usage.input)
  const output = countOf(usage.output)
  const cached = countOf(usage.cached, input)
  return {
    input,
    output,
    cached,
    cacheWrite: countOf(usage.cacheWrite, input - cached),
    reasoning: countOf(usage.reasoning, output)
  }
}

/**
 * A sum over requests. `long` of them were billed at the long-context tier; `unsound` had a usage that could not be true and was billed as
 * far as it could be.
 *
 * @since 0.1.0
 * @category models
 */
export interface Spending {
  readonly requests: number
  readonly long: number
  readonly unsound: number
  readonly usage: Usage
  readonly cost: Cost.Cost
}

/**
 * Adds up the usage of many lines. `add` never fails and never takes back what was added before.
 *
 * @since 0.1.0
 * @category models
 */
export interface Accumulator {
  readonly add: (usage: Usage) => void
  readonly spending: () => Spending
  /** Input and output together, in whole pico-dollars. */
  readonly total: () => Money.Money
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const accumulator = (price: Price, tier: Cost.Tier = "batch"): Accumulator => {
  const rates = Cost.ratesOf(price, tier)
  // Ordinary and long-context requests are summed apart: at one set of rates the cost of a sum is the sum of the costs.
  let ordinary = noUsage
  let longContext = noUsage
  let requests = 0
  let long = 0
  let unsound = 0
  const cost = (): Cost.Cost =>
    rates === undefined
      ? Cost.zero
      : Cost.plus(Cost.ofTokens(rates, ordinary), Cost.ofTokens(Cost.longRates(price, rates), longContext))
  return {
    add: (usage) => {
      const sound = isSound(usage)
      const billed = sound ? usage : salvage(usage)
      requests++
      if (!sound) unsound++
      if (Cost.isLong(price, billed.input)) {
        long++
        longContext = plus(longContext, billed)
      } else ordinary = plus(ordinary, billed)
    },
    spending: () => ({ requests, long, unsound, usage: plus(ordinary, longContext), cost: cost() }),
    total: () => Cost.total(cost())
  }
}

/**
 * A count in which the lines and the batch differ.
 *
 * @since 0.1.0
 * @category models
 */
export interface Difference {
  readonly field: "input" | "output" | "cached" | "reasoning"
  readonly lines: number
  readonly batch: number
}

/**
 * The sum over the lines held against what the batch says of itself: `undefined` where the batch says nothing (batches created before
 * 2025-09-07, and some compatible servers). Cache writes are not compared, because batches do not report them.
 *
 * @since 0.1.0
 * @category combinators
 */
export const crossCheck = (lines: Usage, batch: Usage | undefined): ReadonlyArray<Difference> | undefined => {
  if (batch === undefined || (batch.input === 0 && batch.output === 0 && lines.input + lines.output > 0)) return undefined
  const fields = ["input", "output", "cached", "reasoning"] as const
  return fields
    .filter((field) => lines[field] !== batch[field])
    .map((field) => ({ field, lines: lines[field], batch: batch[field] }))
}

/**
 * What a batch cost: by its lines, or by what it says of itself where that is more, as it is when lines with a usage were lost. So a bad
 * line makes a bill too high at worst, never too low.
 *
 * @since 0.1.0
 * @category combinators
 */
export const billed = (price: Price, lines: Spending, batch: Usage | undefined): Money.Money => {
  const byLines = Cost.total(lines.cost)
  return batch === undefined ? byLines : Money.max(byLines, Cost.total(Cost.ofTokens(price.batch, salvage(batch))))
}
