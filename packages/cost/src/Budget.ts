/**
 * What a shard can cost at worst: the amount that a spending cap sets aside before its batch is created.
 *
 * @since 0.1.0
 */
import * as Cost from "./Cost.js"
import { outputLimits } from "./data/outputLimits.js"
import * as Money from "./Money.js"
import type { Price, TokenRates } from "./PriceBook.js"

/**
 * How many tokens one request can answer with. `stated`: by the task (`max_completion_tokens`), else by the model's own limit.
 *
 * @since 0.1.0
 * @category models
 */
export interface OutputCap {
  readonly tokens: number
  readonly stated: boolean
}

const positive = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : undefined

/**
 * How many answers a request asks for (`n`).
 *
 * @since 0.1.0
 * @category getters
 */
export const answersOf = (parameters: Readonly<Record<string, unknown>>): number => positive(parameters["n"]) ?? 1

/**
 * The cap of a task's requests. `parameters` are those of the task: `max_completion_tokens`, `max_output_tokens`, `max_tokens` (the largest
 * counts, should there be several) and `n`, which asks for as many answers.
 *
 * @since 0.1.0
 * @category constructors
 */
export const outputCap = (model: string, parameters: Readonly<Record<string, unknown>>): OutputCap => {
  const base = model.startsWith("ft:") ? model.slice(3) : model
  const limit = outputLimits.models.find(({ pattern }) => pattern.test(base))?.tokens ?? outputLimits.unknown
  const answers = answersOf(parameters)
  const caps = ["max_completion_tokens", "max_output_tokens", "max_tokens"].flatMap((key) => positive(parameters[key]) ?? [])
  return caps.length === 0 ? { tokens: limit * answers, stated: false } : { tokens: Math.max(...caps) * answers, stated: true }
}

/**
 * What is known of a shard before it is sent. `inputTokens` as counted, 0 where nothing was. `bytes` of its file bound its tokens, since a
 * token is a byte at least. `largestRequest`: the input tokens of its largest request (or its bytes, which are more); absent: not known.
 *
 * @since 0.1.0
 * @category models
 */
export interface ShardSize {
  readonly requests: number
  readonly inputTokens: number
  readonly bytes: number
  readonly largestRequest?: number | undefined
}

/**
 * The margins of the worst case over counted tokens: chat overhead and schemas are billed by rules that OpenAI does not publish in full,
 * and where the encoding is assumed the count itself is. In percent of the count, and in tokens a request.
 *
 * @since 0.1.0
 * @category constants
 */
export const margins = { knownEncoding: 110, assumedEncoding: 200, perRequest: 16 } as const

const worstInputTokens = (shard: ShardSize, assumed: boolean): number => {
  if (shard.inputTokens <= 0) return shard.bytes
  const percent = assumed ? margins.assumedEncoding : margins.knownEncoding
  return Math.min(Math.ceil((shard.inputTokens * percent) / 100) + shard.requests * margins.perRequest, shard.bytes)
}

// All of it new to the cache: writing can cost more than reading, and a hit is never certain.
const dearestInput = (rates: TokenRates): number => Math.max(rates.input, rates.cached, rates.cacheWrite)

/**
 * The most a shard can cost in a batch: all its input at the dearest input rate, every answer as long as the cap. Where a request can be
 * above the long-context limit, the dearer rates hold for all of the input and for as many answers as there can be such requests.
 *
 * @since 0.1.0
 * @category constructors
 */
export const worstCase = (
  price: Price,
  shard: ShardSize,
  cap: OutputCap,
  options: { readonly assumedEncoding?: boolean | undefined } = {}
): Money.Money => {
  const input = worstInputTokens(shard, options.assumedEncoding ?? false)
  const { longContext } = price
  const largest = shard.largestRequest ?? input
  const long =
    longContext !== undefined && largest > longContext.above ? Math.min(shard.requests, Math.floor(input / longContext.above)) : 0
  const longRates = Cost.longRates(price, price.batch)
  const inputRate = long > 0 ? Math.max(dearestInput(longRates), dearestInput(price.batch)) : dearestInput(price.batch)
  const answers = BigInt(shard.requests - long) * BigInt(price.batch.output) + BigInt(long) * BigInt(longRates.output)
  return Money.fromPico(BigInt(input) * BigInt(inputRate) + answers * BigInt(cap.tokens))
}
