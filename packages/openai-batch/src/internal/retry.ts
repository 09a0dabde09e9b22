import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import type { RetrySettings } from "../OpenAiBatchConfig.js"
import type { OpenAiBatchError } from "../OpenAiBatchError.js"

/**
 * Milliseconds to wait after `error`, the failure of attempt number `attempt` (0-based). `random` in [0, 1) spreads clients that failed
 * together: backwards for our own waits, forwards for what the server asks for.
 */
export const waitAfter = (settings: RetrySettings, attempt: number, error: OpenAiBatchError, random: number): number => {
  const base = Duration.toMillis(settings.base)
  if (error.retryAfter !== undefined) return Math.max(error.retryAfter, base) * (1 + random / 10)
  return Math.min(base * 2 ** attempt, Duration.toMillis(settings.cap)) * (1 - random / 2)
}

const worthRepeating =
  (settings: RetrySettings) =>
  (error: OpenAiBatchError): boolean =>
    error.retryable && (error.retryAfter ?? 0) <= Duration.toMillis(settings.maxRetryAfter)

/** For those who ask why nothing seems to happen. */
const noted = (error: OpenAiBatchError): Effect.Effect<void> =>
  Effect.logDebug(`${error.operation} failed and may be repeated`).pipe(
    Effect.annotateLogs({ reason: error.reason._tag, target: error.target, requestId: error.requestId })
  )

/** How often a call that was not answered in time is tried: what hangs three times hangs. */
const mostTimeouts = 3

/** The one schedule by which this package repeats calls. */
export const schedule = (settings: RetrySettings): Schedule.Schedule<unknown, OpenAiBatchError> =>
  Schedule.recurs(settings.times).pipe(
    Schedule.intersect(Schedule.identity<OpenAiBatchError>()),
    Schedule.whileInput(worthRepeating(settings)),
    Schedule.tapInput(noted),
    Schedule.whileOutput(([attempt, error]) => error.reason._tag !== "TimedOut" || attempt < mostTimeouts - 1),
    Schedule.addDelayEffect(([attempt, error]) =>
      Effect.map(Random.next, (random) => Duration.millis(waitAfter(settings, attempt, error, random)))
    )
  )
