/**
 * What a job will cost and how long it takes, before anything is sent: as a range, with what it rests on.
 *
 * @since 0.1.0
 */
import type * as Problem from "@batchlabel/core/Problem"
import type { ModelEncoding } from "@batchlabel/tokens/Tokens"
import * as Cost from "./Cost.js"
import * as CostProblem from "./CostProblem.js"
import * as Duration from "./Duration.js"
import type { InputTokens } from "./InputTokens.js"
import * as Money from "./Money.js"
import type { OutputTokens, Range } from "./OutputTokens.js"
import * as PriceBook from "./PriceBook.js"
import * as Sampling from "./Sampling.js"

/**
 * What became of the rows of the input: `rows` = `requests` + `duplicates` + `known` + `skipped`. `known` are answered from the cache and
 * cost nothing; `skipped` are blank texts, broken records and rows that are not asked.
 *
 * @since 0.1.0
 * @category models
 */
export interface Rows {
  readonly rows: number
  readonly requests: number
  readonly duplicates: number
  readonly known: number
  readonly skipped: number
}

/**
 * How many prompt tokens of the model may be enqueued at a time, and whose word that is: the user's, the API's own (an earlier refusal), or
 * that of the table for a usage tier. `limit` absent: not known, so all batches are taken to run together.
 *
 * @since 0.1.0
 * @category models
 */
export interface Queue {
  readonly limit: number | undefined
  readonly from: "user" | "api" | Duration.UsageTier
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly model: string
  readonly rows: Rows
  readonly input: InputTokens
  readonly output: OutputTokens
  readonly encoding: ModelEncoding
  readonly book: PriceBook.PriceBook
  /** Goes before the book, as `--price-in` and `--price-out` do. */
  readonly price?: PriceBook.Price | undefined
  readonly queue: Queue
  /** `YYYY-MM-DD`, UTC. */
  readonly today: string
}

/**
 * `costs` is `undefined` where no price is known, `standard` and `saving` where no standard price is. `reasons` say where the time comes
 * from, `warnings` what the user should know before going on.
 *
 * @since 0.1.0
 * @category models
 */
export interface Estimate {
  readonly model: string
  readonly encoding: ModelEncoding
  readonly rows: Rows
  readonly shards: number
  readonly input: Range
  readonly output: Range
  readonly sample: InputTokens["sample"]
  readonly price: PriceBook.Price | undefined
  readonly costs:
    | {
        readonly batch: Range<Cost.Cost>
        readonly standard: Range<Cost.Cost> | undefined
        readonly saving: Money.Money | undefined
      }
    | undefined
  readonly plan: Duration.Plan
  readonly reasons: ReadonlyArray<Problem.Problem>
  readonly warnings: ReadonlyArray<Problem.Problem>
}

const parts = ["low", "mid", "high"] as const

const rangeOf = <A>(of: (part: (typeof parts)[number]) => A): Range<A> => ({ low: of("low"), mid: of("mid"), high: of("high") })

/** Requests above the long-context limit are billed at its rates, with their share of the output. */
const costOf = (price: PriceBook.Price, tier: Cost.Tier, input: InputTokens, output: Range): Range<Cost.Cost> | undefined => {
  const rates = Cost.ratesOf(price, tier)
  if (rates === undefined) return undefined
  return rangeOf((part) => {
    const longOutput = input.requests === 0 ? 0 : Math.round((output[part] * input.long.requests) / input.requests)
    return Cost.plus(
      Cost.ofTokens(rates, Cost.plain(Math.max(0, input.tokens[part] - input.long.tokens), output[part] - longOutput)),
      Cost.ofTokens(Cost.longRates(price, rates), Cost.plain(input.long.tokens, longOutput))
    )
  })
}

const costsOf = (price: PriceBook.Price, input: InputTokens, output: Range): Estimate["costs"] => {
  const batch = costOf(price, "batch", input, output)
  if (batch === undefined) return undefined
  const standard = costOf(price, "standard", input, output)
  return {
    batch,
    standard,
    saving: standard === undefined ? undefined : Money.minus(Cost.total(standard.mid), Cost.total(batch.mid))
  }
}

const hours = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(1))

const reasonsOf = ({ model, queue }: Options, plan: Duration.Plan): ReadonlyArray<Problem.Problem> => {
  if (plan.waves.length === 0) return []
  const shards = plan.waves.reduce((sum, wave) => sum + wave.shards, 0)
  const requests = plan.waves.reduce((sum, wave) => sum + wave.requests, 0)
  const { bound, high, low } = plan.hours
  const reasons = [
    CostProblem.make("BL5310", {
      requests,
      shards,
      waves: plan.waves.length,
      low: hours(low),
      high: hours(high),
      bound: hours(bound)
    })
  ]
  if (queue.limit === undefined) reasons.push(CostProblem.make("BL5311", { model }))
  else if (typeof queue.from === "number")
    reasons.push(CostProblem.make("BL5312", { model, limit: queue.limit, tier: queue.from }))
  else reasons.push(CostProblem.make("BL5313", { model, limit: queue.limit }))
  if (plan.oversize > 0) reasons.push(CostProblem.make("BL5314", { shards: plan.oversize, limit: queue.limit ?? 0 }))
  return reasons
}

const warningsOf = (options: Options, price: PriceBook.Price | undefined): ReadonlyArray<Problem.Problem> => {
  const { book, encoding, input, model, output, today } = options
  const warnings: Array<Problem.Problem> = []
  const retirement = PriceBook.retirementProblem(PriceBook.retirement(book, model, today))
  if (retirement !== undefined) warnings.push(retirement)
  if (price === undefined) warnings.push(CostProblem.make("BL5302", { model }))
  if (price?.derived === true) warnings.push(CostProblem.make("BL5306", { model }))
  if (price?.note !== undefined) warnings.push(CostProblem.make("BL5307", { model, note: price.note }))
  if (input.schema > 0) warnings.push(CostProblem.make("BL5317", { tokens: input.schema }))
  if (encoding.assumed) warnings.push(CostProblem.make("BL5308", { model, encoding: encoding.encoding }))
  if (output.reasoning !== undefined && output.reasoning.high > 0) {
    const { effort, high, low } = output.reasoning
    warnings.push(CostProblem.make("BL5309", { model, effort, low, high }))
  }
  if (!output.cap.stated) warnings.push(CostProblem.make("BL5316", { model, tokens: output.cap.tokens }))
  if (input.long.requests > 0 && price?.longContext !== undefined) {
    warnings.push(CostProblem.make("BL5315", { requests: input.long.requests, above: price.longContext.above }))
  }
  return warnings
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options): Estimate => {
  const { book, encoding, input, model, queue, rows } = options
  const price = options.price ?? PriceBook.lookup(book, model)
  const output = rangeOf((part) => Math.round(options.output.total[part] * input.requests))
  const plan = Duration.plan(input.shards, queue.limit)
  return {
    model,
    encoding,
    rows,
    shards: input.shards.length,
    input: input.tokens,
    output,
    sample: input.sample,
    price,
    costs: price === undefined ? undefined : costsOf(price, input, output),
    plan,
    reasons: reasonsOf(options, plan),
    warnings: warningsOf(options, price)
  }
}

/**
 * What a whole job will cost, from what the requests of a uniform sample of it did: `costs` one a request, failed ones as zero. `undefined`
 * for a sample of fewer than two.
 *
 * @since 0.1.0
 * @category constructors
 */
export const project = (
  costs: ReadonlyArray<Money.Money>,
  requests: number
): (Range<Money.Money> & { readonly n: number; readonly exact: boolean }) | undefined => {
  const interval = Sampling.totalOf(costs.map(Number), requests)
  if (interval === undefined) return undefined
  const { exact, n } = interval
  return { ...rangeOf((part) => Money.fromPico(BigInt(Math.max(0, Math.round(interval[part]))))), n, exact }
}
