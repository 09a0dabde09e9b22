/**
 * How long a job takes: the guide's table, and waves where the queue of the organisation cannot hold all its batches at once.
 *
 * @since 0.1.0
 */
import { queueLimits } from "./data/queueLimits.js"

/**
 * A range of hours, and the bound after which an API that keeps its word has answered or given up.
 *
 * @since 0.1.0
 * @category models
 */
export interface Hours {
  readonly low: number
  readonly high: number
  readonly bound: number
}

/**
 * The completion window of a batch, the only one the API offers.
 *
 * @since 0.1.0
 * @category constants
 */
export const WINDOW_HOURS = 24

/**
 * The guide's table: 100 rows 1–3 h, 300 rows 2–6 h, 1,000 rows 4–12 h, 10,000 rows 8–24 h.
 *
 * @since 0.1.0
 * @category constants
 */
export const table: ReadonlyArray<{ readonly requests: number; readonly low: number; readonly high: number }> = [
  { requests: 100, low: 1, high: 3 },
  { requests: 300, low: 2, high: 6 },
  { requests: 1_000, low: 4, high: 12 },
  { requests: 10_000, low: 8, high: 24 }
]

const between = (a: number, b: number, share: number): number => a + (b - a) * share

/**
 * The range for so many requests that run together. Exactly the guide's table at its rows; between them straight lines over the logarithm
 * of the count, so that more requests never take less time; below 100 the first row (a handful is often done in minutes, but nothing
 * promises it), above 10,000 the last one, for no batch outlives 24 hours.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofRequests = (requests: number): Hours => {
  if (requests <= 0) return { low: 0, high: 0, bound: 0 }
  let below = table[0]
  for (const row of table) {
    if (requests <= row.requests) {
      if (below === undefined || below === row) return { low: row.low, high: row.high, bound: WINDOW_HOURS }
      const share = Math.log(requests / below.requests) / Math.log(row.requests / below.requests)
      return { low: between(below.low, row.low, share), high: between(below.high, row.high, share), bound: WINDOW_HOURS }
    }
    below = row
  }
  return { low: below?.low ?? 0, high: below?.high ?? WINDOW_HOURS, bound: WINDOW_HOURS }
}

/**
 * What the scheduler would enqueue: the requests and the prompt tokens of a shard.
 *
 * @since 0.1.0
 * @category models
 */
export interface Shard {
  readonly requests: number
  readonly inputTokens: number
}

/**
 * Shards that run together.
 *
 * @since 0.1.0
 * @category models
 */
export interface Wave {
  readonly shards: number
  readonly requests: number
  readonly inputTokens: number
}

/**
 * The waves in which shards pass a queue that holds `limit` prompt tokens, and the time of all of them. `oversize` are the shards that
 * fit no queue of that size by themselves; they are counted as a wave each. `limit` undefined: one wave.
 *
 * @since 0.1.0
 * @category models
 */
export interface Plan {
  readonly hours: Hours
  readonly waves: ReadonlyArray<Wave>
  readonly oversize: number
  readonly limit: number | undefined
}

/**
 * Plans as the scheduler works: in order, each shard into the earliest wave with room. A wave's time is that of its requests; waves follow
 * each other, so ranges and 24 h bounds add up. The real scheduler starts a shard as soon as tokens come free, so this is an upper plan.
 *
 * @since 0.1.0
 * @category constructors
 */
export const plan = (shards: ReadonlyArray<Shard>, limit: number | undefined): Plan => {
  const waves: Array<{ shards: number; requests: number; inputTokens: number }> = []
  let oversize = 0
  for (const shard of shards) {
    if (shard.requests <= 0) continue
    const room = limit ?? Number.POSITIVE_INFINITY
    if (shard.inputTokens > room) oversize++
    const wave = waves.find((wave) => wave.inputTokens + shard.inputTokens <= room)
    if (wave === undefined) {
      waves.push({ shards: 1, requests: shard.requests, inputTokens: shard.inputTokens })
    } else {
      wave.shards++
      wave.requests += shard.requests
      wave.inputTokens += shard.inputTokens
    }
  }
  let hours: Hours = { low: 0, high: 0, bound: 0 }
  for (const wave of waves) {
    const one = ofRequests(wave.requests)
    hours = { low: hours.low + one.low, high: hours.high + one.high, bound: hours.bound + one.bound }
  }
  return { hours, waves, oversize, limit }
}

/**
 * The usage tiers of an organisation: 1 after $5 paid, up to 5 after $1,000 and 30 days.
 *
 * @since 0.1.0
 * @category models
 */
export type UsageTier = 1 | 2 | 3 | 4 | 5

/**
 * The enqueued-token limit to assume for a model and tier: the listed one, else that of the nearest lower tier that is listed (a higher
 * tier never has less), else `undefined`. Dated snapshots share their model's limit.
 *
 * @since 0.1.0
 * @category lookups
 */
export const enqueuedTokenLimit = (model: string, tier: UsageTier): number | undefined => {
  const name = model.replace(/-(\d{4}-\d{2}-\d{2}|\d{4})$/, "")
  const row = queueLimits.models.find((row) => row.models.includes(name))
  if (row === undefined) return undefined
  for (let at = tier - 1; at >= 0; at--) {
    const limit = row.tiers[at]
    if (limit !== undefined) return limit
  }
  return undefined
}
