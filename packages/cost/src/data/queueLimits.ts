/**
 * How many prompt tokens of a model an organisation may have enqueued over all its open batches, by usage tier. Not to be learnt from the
 * API: these are what model pages and error texts said, and a user's own figure goes before them. `undefined` is not known.
 *
 * @since 0.1.0
 */

/**
 * @since 0.1.0
 * @category models
 */
export interface QueueLimits {
  readonly date: string
  readonly source: string
  readonly models: ReadonlyArray<{
    readonly models: ReadonlyArray<string>
    /** Tiers 1 to 5. */
    readonly tiers: readonly [number | undefined, number | undefined, number | undefined, number | undefined, number | undefined]
  }>
}

const K = 1_000
const M = 1_000_000
const G = 1_000_000_000

/**
 * @since 0.1.0
 * @category data
 */
export const queueLimits: QueueLimits = {
  date: "2026-11-24",
  source: "model pages at developers.openai.com, and the API's own error texts as users reported them",
  models: [
    {
      models: ["gpt-6-luna", "gpt-5.6-luna", "gpt-5.4-mini", "gpt-5-mini", "gpt-5.1-codex-mini"],
      tiers: [5 * M, 20 * M, 40 * M, G, 15 * G]
    },
    { models: ["gpt-5-nano"], tiers: [2 * M, 20 * M, 40 * M, G, 15 * G] },
    { models: ["gpt-4o-mini"], tiers: [2 * M, undefined, undefined, G, undefined] },
    { models: ["gpt-4o"], tiers: [90 * K, 1350 * K, undefined, 200 * M, undefined] },
    { models: ["gpt-4.1"], tiers: [900 * K, 1350 * K, undefined, undefined, undefined] },
    { models: ["gpt-4.1-mini", "gpt-4.1-nano", "o4-mini"], tiers: [2 * M, undefined, undefined, undefined, undefined] },
    { models: ["gpt-5"], tiers: [900 * K, undefined, undefined, undefined, undefined] }
  ]
}
