/**
 * Spending over batches and jobs: sums by any name, and the rows of a CSV.
 *
 * @since 0.1.0
 */
import type { Usage } from "@batchlabel/core/Outcome"
import * as Actual from "./Actual.js"
import * as Money from "./Money.js"

/**
 * What one batch cost, or a whole job. `cost` is `undefined` where no price is known. `createdAt` in unix milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export interface Entry {
  readonly job: string
  readonly createdAt: number
  readonly model: string
  /** Absent: all shards of the job. */
  readonly shard: number | undefined
  readonly requests: number
  readonly usage: Usage
  readonly cost: Money.Money | undefined
}

/**
 * A sum of entries. `unpriced` of them have no price: their tokens are in, their cost is not.
 *
 * @since 0.1.0
 * @category models
 */
export interface Sum {
  readonly entries: number
  readonly unpriced: number
  readonly requests: number
  readonly usage: Usage
  readonly cost: Money.Money
}

/**
 * @since 0.1.0
 * @category constants
 */
export const empty: Sum = { entries: 0, unpriced: 0, requests: 0, usage: Actual.noUsage, cost: Money.zero }

const add = (sum: Sum, entry: Entry): Sum => ({
  entries: sum.entries + 1,
  unpriced: sum.unpriced + (entry.cost === undefined ? 1 : 0),
  requests: sum.requests + entry.requests,
  usage: Actual.plus(sum.usage, entry.usage),
  cost: Money.plus(sum.cost, entry.cost ?? Money.zero)
})

/**
 * @since 0.1.0
 * @category combinators
 */
export const total = (entries: Iterable<Entry>): Sum => [...entries].reduce(add, empty)

/**
 * Sums by a name of the entry (its model, its job), in the order in which the names come.
 *
 * @since 0.1.0
 * @category combinators
 */
export const totalsBy = (entries: Iterable<Entry>, name: (entry: Entry) => string): ReadonlyMap<string, Sum> => {
  const sums = new Map<string, Sum>()
  for (const entry of entries) sums.set(name(entry), add(sums.get(name(entry)) ?? empty, entry))
  return sums
}

/**
 * The header of the CSV.
 *
 * @since 0.1.0
 * @category formatting
 */
export const columns: ReadonlyArray<string> = [
  "job",
  "created_at",
  "model",
  "shard",
  "requests",
  "input_tokens",
  "cached_tokens",
  "cache_write_tokens",
  "output_tokens",
  "reasoning_tokens",
  "cost_usd"
]

/**
 * A row of it: times in ISO 8601 (UTC), money in decimal dollars, exact; empty where nothing is known.
 *
 * @since 0.1.0
 * @category formatting
 */
export const row = ({ cost, createdAt, job, model, requests, shard, usage }: Entry): ReadonlyArray<string> => [
  job,
  new Date(createdAt).toISOString(),
  model,
  shard === undefined ? "" : String(shard),
  String(requests),
  String(usage.input),
  String(usage.cached),
  String(usage.cacheWrite),
  String(usage.output),
  String(usage.reasoning),
  cost === undefined ? "" : Money.formatExact(cost).replace("$", "")
]
