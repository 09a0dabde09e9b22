/**
 * When to look, when to rest, what to start: the pure rules of the scheduler.
 *
 * @since 0.1.0
 */
import * as AttemptState from "@batchlabel/job-store/AttemptState"
import type { Attempt, Shard } from "@batchlabel/job-store/Job"
import * as Duration from "effect/Duration"
import type { Settings } from "./LabelingConfig.js"

const hour = 3_600_000

const doubled = (first: Duration.Duration, cap: Duration.Duration, times: number): number =>
  Math.min(Duration.toMillis(cap), Duration.toMillis(first) * 2 ** Math.min(times, 30))

/**
 * How long to wait until a running batch is looked at again, in ms. The interval grows with the age of the batch (a tenth of it), for
 * a batch that has run for hours is not done in seconds; after failed looks it doubles with each of them.
 *
 * @since 0.1.0
 * @category timing
 */
export const pollDelay = (settings: Settings, age: number, failedPolls: number): number => {
  const first = Duration.toMillis(settings.pollInterval)
  const cap = Math.max(first, Duration.toMillis(settings.pollCap))
  return Math.min(
    cap,
    Math.max(first, age / 10, failedPolls === 0 ? 0 : doubled(settings.pollInterval, settings.pollCap, failedPolls))
  )
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
 * How long to wait until results that could not be read for the `failedPolls`-th time in a row are fetched again, in ms: doubled each time, up
 * to the longest rest there is.
 *
 * @since 0.1.0
 * @category timing
 */
export const fetchDelay = (settings: Settings, failedPolls: number): number => {
  const cap = Duration.max(settings.pollCap, settings.backoffCap)
  return doubled(settings.pollInterval, Duration.max(settings.pollInterval, cap), failedPolls)
}

/**
 * How long a step rests that was refused for the `tries`-th time in a row (1, 2, …), in ms: first as a look that failed, then as a shard
 * that the API would not take.
 *
 * @since 0.1.0
 * @category timing
 */
export const restDelay = (settings: Settings, tries: number, random: number): number =>
  tries <= 3 ? pollDelay(settings, 0, tries) : backoffDelay(settings, tries - 3, random)

/**
 * How long a job rests whose pass failed for the `failures`-th time in a row (1, 2, …), in ms: five seconds at first, twice as long each
 * time, five minutes at most.
 *
 * @since 0.1.0
 * @category timing
 */
export const failureDelay = (failures: number): number => doubled(Duration.seconds(5), Duration.minutes(5), failures - 1)

/**
 * Whether the time for something has come. A time farther away than anything ever rests was written by a clock that was wrong.
 *
 * @since 0.1.0
 * @category timing
 */
export const isDue = (settings: Settings, notBefore: number, now: number): boolean => {
  const longest = Math.max(Duration.toMillis(settings.pollCap), Duration.toMillis(settings.backoffCap) * 1.2, hour)
  return notBefore <= now || notBefore > now + longest + hour
}

/** What ended one after the other: of attempts that ran at the same time one counts. */
const countRounds = (attempts: ReadonlyArray<Attempt>): number => {
  let rounds = 0
  let end = Number.NEGATIVE_INFINITY
  for (const { createdAt, updatedAt } of attempts.toSorted((a, b) => a.createdAt - b.createdAt)) {
    if (createdAt < end) continue
    rounds++
    end = updatedAt
  }
  return rounds
}

/**
 * Attempts of a job that came to nothing one after the other, up to now. `since` (unix ms) is when the first of them was planned, `last`
 * the newest.
 *
 * @since 0.1.0
 * @category models
 */
export interface Streak {
  readonly rounds: number
  readonly since: number
  readonly last: Attempt | undefined
}

const findStreak = (
  attempts: ReadonlyArray<Attempt>,
  isFruitless: (attempt: Attempt) => boolean,
  isProgress: (attempt: Attempt) => boolean,
  resumedAt: number
): Streak => {
  const progress = attempts.reduce((last, attempt) => (isProgress(attempt) ? Math.max(last, attempt.createdAt) : last), -1)
  const own = attempts
    .filter((attempt) => isFruitless(attempt) && attempt.createdAt > progress && attempt.updatedAt > resumedAt)
    .toSorted((a, b) => a.updatedAt - b.updatedAt)
  return { rounds: countRounds(own), since: Math.min(...own.map(({ createdAt }) => createdAt)), last: own.at(-1) }
}

/**
 * Batches in a row of which the API took nothing, up to the newest that it took or until the user said to go on (`resumedAt`, unix ms).
 *
 * @since 0.1.0
 * @category timing
 */
export const rejections = (attempts: ReadonlyArray<Attempt>, resumedAt: number): Streak =>
  findStreak(
    attempts,
    ({ state }) => state === "rejected",
    ({ state }) => !AttemptState.isUnaccepted(state),
    resumedAt
  )

const undone: ReadonlySet<string> = new Set(["expired", "cancelled", "missing", "infrastructure"])

const isFruitless = ({ collected, state }: Attempt): boolean =>
  state === "lost" ||
  (collected !== undefined &&
    collected.billed === 0 &&
    collected.labeled === 0 &&
    Object.entries(collected.failed).every(([reason, count]) => count === 0 || undone.has(reason)))

/**
 * Batches in a row that were taken and ended with nothing done, up to the newest of which anything was answered or until the user said to
 * go on (`resumedAt`, unix ms).
 *
 * @since 0.1.0
 * @category timing
 */
export const fruitless = (attempts: ReadonlyArray<Attempt>, resumedAt: number): Streak =>
  findStreak(
    attempts,
    isFruitless,
    (attempt) =>
      (attempt.collected !== undefined && !isFruitless(attempt)) ||
      (attempt.collected === undefined && (attempt.counts?.completed ?? 0) > 0),
    resumedAt
  )

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
    else if (AttemptState.isOver(attempt.state)) count = 0
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

const rests = (settings: Settings, { state, wait }: Shard, now: number): boolean =>
  state === "waiting" && wait?.reason === "backoff" && wait.until !== undefined && !isDue(settings, wait.until, now)

/**
 * The waiting shards that may start now, oldest first: those whose rest is over.
 *
 * @since 0.1.0
 * @category scheduling
 */
export const startable = (settings: Settings, shards: ReadonlyArray<Shard>, now: number): ReadonlyArray<Shard> =>
  shards.filter((shard) => shard.state === "waiting" && !rests(settings, shard, now))

/**
 * How many shards may start at most. After batches of which the API took nothing it is asked with one at a time, and with none while one
 * rests or its fate is not known.
 *
 * @since 0.1.0
 * @category scheduling
 */
export const mostStarts = (
  settings: Settings,
  shards: ReadonlyArray<Shard>,
  attempts: ReadonlyArray<Attempt>,
  now: number,
  resumedAt: number
): number => {
  if (rejections(attempts, resumedAt).rounds === 0) return Number.POSITIVE_INFINITY
  const isProbed = attempts.some(({ state }) => AttemptState.isUnaccepted(state) && AttemptState.isLive(state))
  return isProbed || shards.some((shard) => rests(settings, shard, now)) ? 0 : 1
}

/**
 * Until when (unix ms) shards wait that may not start beside another: until all have rested, or the one that is tried is looked at.
 *
 * @since 0.1.0
 * @category timing
 */
export const turnAt = (
  settings: Settings,
  shards: ReadonlyArray<Shard>,
  attempts: ReadonlyArray<Attempt>,
  now: number
): number => {
  const resting = shards.flatMap((shard) => (rests(settings, shard, now) ? [shard.wait?.until ?? now] : []))
  const tried = attempts.flatMap(({ notBefore, state }) =>
    AttemptState.isUnaccepted(state) && AttemptState.isLive(state) && notBefore > now ? [notBefore] : []
  )
  const times = resting.length > 0 ? [Math.max(...resting)] : tried
  return times.length === 0 ? now + pollDelay(settings, 0, 0) : Math.min(...times)
}

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
export const nextPassAt = (attempts: ReadonlyArray<Attempt>, shards: ReadonlyArray<Shard>): number | undefined => {
  const times: Array<number> = []
  for (const attempt of attempts) {
    if (AttemptState.isLive(attempt.state)) times.push(attempt.notBefore)
  }
  for (const shard of shards) {
    if (shard.state === "waiting" && shard.wait?.until !== undefined) times.push(shard.wait.until)
  }
  return times.length === 0 ? undefined : Math.min(...times)
}
