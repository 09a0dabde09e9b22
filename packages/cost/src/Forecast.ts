/**
 * The part of an estimate that is kept with a job, so that what was spent can be held against it later.
 *
 * @since 0.1.0
 */
import type { Usage } from "@batchlabel/core/Outcome"
import * as Schema from "effect/Schema"
import * as Cost from "./Cost.js"
import type { Estimate } from "./Estimate.js"
import * as Money from "./Money.js"
import type { Range } from "./OutputTokens.js"

const rangeOf = <A, I>(schema: Schema.Schema<A, I>) => Schema.Struct({ low: schema, mid: schema, high: schema })

/**
 * Tokens and dollars of a whole job. `cost` is absent where no price was known; `sampled` is how many draws the input was estimated from,
 * absent where it was counted.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Forecast = Schema.Struct({
  model: Schema.String,
  requests: Schema.Number,
  input: rangeOf(Schema.Number),
  output: rangeOf(Schema.Number),
  cost: Schema.optionalWith(rangeOf(Money.Dollars), { exact: true }),
  sampled: Schema.optionalWith(Schema.Number, { exact: true })
})

/**
 * @since 0.1.0
 * @category models
 */
export type Forecast = typeof Forecast.Type

/**
 * @since 0.1.0
 * @category constructors
 */
export const of = ({ costs, input, model, output, rows, sample }: Estimate): Forecast => ({
  model,
  requests: rows.requests,
  input,
  output,
  ...(costs === undefined
    ? {}
    : { cost: { low: Cost.total(costs.batch.low), mid: Cost.total(costs.batch.mid), high: Cost.total(costs.batch.high) } }),
  ...(sample === undefined ? {} : { sampled: sample.n })
})

/**
 * An amount against its forecast. `off` is the share by which it differs from the middle: 0.1 for ten percent more.
 *
 * @since 0.1.0
 * @category models
 */
export interface Compared<A> {
  readonly forecast: Range<A>
  readonly actual: A
  readonly inside: boolean
  readonly off: number
}

/**
 * `share` of the forecast's requests were answered and billed; where that is not 1, the forecast is scaled to it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Comparison {
  readonly share: number
  readonly input: Compared<number>
  readonly output: Compared<number>
  readonly cost: Compared<Money.Money> | undefined
}

const offOf = (mid: number, actual: number): number =>
  mid === 0 ? (actual === 0 ? 0 : Number.POSITIVE_INFINITY) : actual / mid - 1

const tokens = ({ high, low, mid }: Range, actual: number, share: number): Compared<number> => {
  const forecast = { low: Math.floor(low * share), mid: Math.round(mid * share), high: Math.ceil(high * share) }
  return { forecast, actual, inside: forecast.low <= actual && actual <= forecast.high, off: offOf(forecast.mid, actual) }
}

const money = (
  { high, low, mid }: Range<Money.Money>,
  actual: Money.Money,
  billed: number,
  requests: number
): Compared<Money.Money> => {
  const [numerator, denominator] = [BigInt(billed), BigInt(requests)]
  const forecast = {
    low: Money.fromPico((low * numerator) / denominator),
    mid: Money.fromPico((mid * numerator) / denominator),
    high: Money.fromPico((high * numerator + denominator - 1n) / denominator)
  }
  const inside = forecast.low <= actual && actual <= forecast.high
  return { forecast, actual, inside, off: offOf(Number(forecast.mid), Number(actual)) }
}

/**
 * Holds what was spent against the forecast. `requests` are those with a usage; `cost` is `undefined` where no price is known.
 *
 * @since 0.1.0
 * @category combinators
 */
export const compare = (
  forecast: Forecast,
  spent: { readonly requests: number; readonly usage: Usage; readonly cost: Money.Money | undefined }
): Comparison => {
  const share = forecast.requests === 0 ? 1 : spent.requests / forecast.requests
  return {
    share,
    input: tokens(forecast.input, spent.usage.input, share),
    output: tokens(forecast.output, spent.usage.output, share),
    cost:
      forecast.cost === undefined || spent.cost === undefined
        ? undefined
        : money(forecast.cost, spent.cost, spent.requests, Math.max(1, forecast.requests))
  }
}
