/**
 * What tokens cost: exact arithmetic over the prices of `PriceBook` and the tokens of a request, a sum of requests, or an estimate.
 *
 * @since 0.1.0
 */
import type { Usage } from "@batchlabel/core/Outcome"
import * as Money from "./Money.js"
import type { Price, TokenRates } from "./PriceBook.js"

/**
 * Whether the tokens are those of the Batch API or of the normal one.
 *
 * @since 0.1.0
 * @category models
 */
export type Tier = "batch" | "standard"

/**
 * The money of some tokens. `input` includes cached and written tokens, `output` includes reasoning.
 *
 * @since 0.1.0
 * @category models
 */
export interface Cost {
  readonly input: Money.Money
  readonly output: Money.Money
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const zero: Cost = { input: Money.zero, output: Money.zero }

/**
 * @since 0.1.0
 * @category arithmetic
 */
export const plus = (a: Cost, b: Cost): Cost => ({ input: Money.plus(a.input, b.input), output: Money.plus(a.output, b.output) })

/**
 * @since 0.1.0
 * @category arithmetic
 */
export const total = (cost: Cost): Money.Money => Money.plus(cost.input, cost.output)

/**
 * The rates of a tier, or `undefined` where the price has none (a batch price stated by hand says nothing of the standard one).
 *
 * @since 0.1.0
 * @category lookups
 */
export const ratesOf = (price: Price, tier: Tier): TokenRates | undefined => (tier === "batch" ? price.batch : price.standard)

/**
 * Whether a request of so many input tokens is billed at the long-context tier.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isLong = (price: Price, inputTokens: number): boolean =>
  price.longContext !== undefined && inputTokens > price.longContext.above

/**
 * The rates of requests above the long-context limit; the ordinary ones where the model has no such tier.
 *
 * @since 0.1.0
 * @category lookups
 */
export const longRates = (price: Price, rates: TokenRates): TokenRates => {
  const { longContext } = price
  if (longContext === undefined) return rates
  return {
    input: Math.round(rates.input * longContext.input),
    cached: Math.round(rates.cached * longContext.input),
    cacheWrite: Math.round(rates.cacheWrite * longContext.input),
    output: Math.round(rates.output * longContext.output)
  }
}

/**
 * The exact cost of whole counts of tokens at given rates. `cached` and `cacheWrite` are part of `input`, `reasoning` is part of `output`
 * (source: the usage objects of the API), so what is ordinary input is `input - cached - cacheWrite`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofTokens = (rates: TokenRates, tokens: Usage): Cost => {
  const ordinary = Math.max(0, tokens.input - tokens.cached - tokens.cacheWrite)
  return {
    input: Money.fromPico(
      BigInt(ordinary) * BigInt(rates.input) +
        BigInt(tokens.cached) * BigInt(rates.cached) +
        BigInt(tokens.cacheWrite) * BigInt(rates.cacheWrite)
    ),
    output: Money.fromPico(BigInt(tokens.output) * BigInt(rates.output))
  }
}

/**
 * Tokens in and out with no cache hit and no reasoning shown apart.
 *
 * @since 0.1.0
 * @category constructors
 */
export const plain = (input: number, output: number): Usage => ({ input, output, cached: 0, cacheWrite: 0, reasoning: 0 })
