/**
 * When to look, when to rest, what to start: the pure rules of the scheduler.
 *
 * @since 0.1.0
 */
import type { Attempt, Shard } from "@batchlabel/job-store/Job"
import * as Duration from "effect/Duration"
import type { Settings } from "./LabelingConfig.js"

const doubled = (first: Duration.Duration, cap: Duration.Duration, times: number): number =>
  Math.min(Duration.toMillis(cap), Duration.toMillis(first) * 2 ** Math.min(times, 30))

/**
 * How long to wait until a running batch is looked at again, in ms. The interval grows with the age of the batch (a tenth of it), for
 * a batch that has run for hours is not done in seconds; after failed looks it doubles with each of them.
 *
 * @since 0.1.0
 * @category timing
 */
export const pollDelay = (settings: Settings, age: number, misses: number): number => {
  const first = Duration.toMillis(settings.pollInterval)
  const cap = Math.max(first, Duration.toMillis(settings.pollCap))
  return Math.min(cap, Math.max(first, age / 10, misses === 0 ? 0 : doubled(settings.pollInterval, settings.pollCap, misses)))
}

/**
 * How long a shard rests after the API took nothing for the `rejections`-th time in a row (1, 2, …), in ms. `random` in [0, 1) spreads
 * it over ±20 %.
 *
 * @since 0.1.0
 * @category timing
 */
export const backoffDelay = (settings: Settings, rejections: number, random: number): number =>
  doubled(settings.backoff, settings.backoffCap, Math.max(0, rejections - 1)) * (0.8 + 0.4 * random)

/**
 * How long to wait until results that could not be read for the `misses`-th time in a row are fetched again, in ms: doubled each time, up
 * to the longest rest there is.
 *
 * @since 0.1.0
 * @category timing
 */
export const fetchDelay = (settings: Settings, misses: number): number => {
  const cap = Duration.max(settings.pollCap, settings.backoffCap)
  return doubled(settings.pollInterval, Duration.max(settings.pollInterval, cap), misses)
}

/**
 * How many attempts of a shard in a row, up to the newest that is over, were given back without having been taken.
 *
 * @since 0.1.0
 * @category timing
 */
export const rejectionsInARow = (attempts: ReadonlyArray<Attempt>, shard: number): number => {
  let count = 0
  for (const attempt of attempts) {
    if (attempt.shard !== shard) continue
    if (attempt.state === "rejected") count++
    // The one at hand is not over: whether it makes the row longer, its end will tell.
    else if (attempt.state === "collected" || attempt.state === "lost" || attempt.state === "void") count = 0
  }
  return count
}

/**
 * The file that an earlier, rejected attempt has uploaded for the shard and that can be used again.
 *
 * @since 0.1.0
 * @category scheduling
 */
export const reusableFile = (attempts: ReadonlyArray<Attempt>, shard: number): string | undefined =>
  attempts.findLast((attempt) => attempt.shard === shard && attempt.state === "rejected")?.inputFileId

/**
 * The waiting shards that may start now, oldest first: those whose rest is over.
 *
 * @since 0.1.0
 * @category scheduling
 */
export const startable = (shards: ReadonlyArray<Shard>, now: number): ReadonlyArray<Shard> =>
  shards.filter(
    (shard) =>
      shard.state === "waiting" && !(shard.wait?.reason === "backoff" && shard.wait.until !== undefined && shard.wait.until > now)
  )

/**
 * How many enqueued prompt tokens of a model may be used: the smallest of what is configured and what the API was heard to say, less the
 * share that is kept free. `undefined`: not limited.
 *
 * @since 0.1.0
 * @category scheduling
 */
export const tokenLimit = (
  settings: Settings,
  configured: number | undefined,
  learned: number | undefined
): number | undefined => {
  const limit = configured === undefined ? learned : learned === undefined ? configured : Math.min(configured, learned)
  return limit === undefined ? undefined : Math.floor(limit * settings.queueShare)
}

/**
 * When a job should be looked at again (unix ms): when the first running batch is due, or the first resting shard is rested. `undefined`:
 * nothing is under way and nothing waits for time alone.
 *
 * @since 0.1.0
 * @category timing
 */
export const nextLook = (attempts: ReadonlyArray<Attempt>, shards: ReadonlyArray<Shard>): number | undefined => {
  const times: Array<number> = []
  for (const attempt of attempts) {
    if (attempt.state !== "collected" && attempt.state !== "rejected" && attempt.state !== "lost" && attempt.state !== "void") {
      times.push(attempt.notBefore)
    }
  }
  for (const shard of shards) {
    if (shard.state === "waiting" && shard.wait?.until !== undefined) times.push(shard.wait.until)
  }
  return times.length === 0 ? undefined : Math.min(...times)
}
