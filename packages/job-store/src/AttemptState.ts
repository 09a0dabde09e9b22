/**
 * The states of an attempt, and what holds in each: who is in flight, has ended, holds tokens, holds money.
 *
 *     planned → uploading → uploaded → creating → validating → in_progress → finalizing → completed | expired | cancelled → collected
 *                                                                           (validating → failed → collected | rejected)
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * `creating` means: the intent to create a batch is stored and its outcome is not known. `rejected`: the API took nothing (queue full, file
 * not yet visible), so the shard waits for another attempt and none is used up. `abandoned`: given up before anything was created. `cancelling`
 * lies between a cancel request and `cancelled`. `lost`: the API no longer knows the batch.
 *
 * @since 0.1.0
 * @category models
 */
export const AttemptState = Schema.Literal(
  "planned",
  "uploading",
  "uploaded",
  "creating",
  "validating",
  "in_progress",
  "finalizing",
  "cancelling",
  "completed",
  "expired",
  "cancelled",
  "failed",
  "collected",
  "rejected",
  "lost",
  "abandoned"
)

/**
 * @since 0.1.0
 * @category models
 */
export type AttemptState = typeof AttemptState.Type

const states = <const States extends ReadonlyArray<AttemptState>>(...all: States): States => all

const isOneOf =
  <State extends AttemptState>(all: ReadonlyArray<State>) =>
  (state: AttemptState): state is State =>
    all.some((one) => one === state)

/**
 * No batch was asked for yet: to give the attempt up costs nothing.
 *
 * @since 0.1.0
 * @category states
 */
export const unsent = states("planned", "uploading", "uploaded")

/**
 * The batch exists at the API and has not ended.
 *
 * @since 0.1.0
 * @category states
 */
export const running = states("validating", "in_progress", "finalizing", "cancelling")

/**
 * The batch has ended and its files can be read.
 *
 * @since 0.1.0
 * @category states
 */
export const ended = states("completed", "expired", "cancelled", "failed")

/**
 * Nothing happens to the attempt any more. It is live in all other states, and at most one attempt of a shard is.
 *
 * @since 0.1.0
 * @category states
 */
export const over = states("collected", "rejected", "lost", "abandoned")

/**
 * What `Attempts.release` ends in: the shard waits again.
 *
 * @since 0.1.0
 * @category states
 */
export const released = states("rejected", "lost", "abandoned")

/**
 * It holds tokens in the queue of its model: from the plan to the end of its batch.
 *
 * @since 0.1.0
 * @category states
 */
export const queued = states(...unsent, "creating", ...running)

/**
 * It holds the money that it may cost: until its files are read, and for good once the API has forgotten a batch that may have been run. A
 * `failed` batch has run nothing.
 *
 * @since 0.1.0
 * @category states
 */
export const reserving = states(...queued, "completed", "expired", "cancelled", "lost")

/**
 * It counts in what was spent or may be: by its cost once it is `collected`, by its reservation before.
 *
 * @since 0.1.0
 * @category states
 */
export const spending = states(...reserving, "collected")

/**
 * @since 0.1.0
 * @category predicates
 */
export const isUnsent = isOneOf(unsent)

/**
 * On its way to a batch: unsent, or with an intent whose outcome is not known.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isStarting = isOneOf(states(...unsent, "creating"))

/**
 * @since 0.1.0
 * @category predicates
 */
export const isRunning = isOneOf(running)

/**
 * @since 0.1.0
 * @category predicates
 */
export const hasEnded = isOneOf(ended)

/**
 * @since 0.1.0
 * @category predicates
 */
export const isOver = isOneOf(over)

/**
 * Not over.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isLive = (state: AttemptState): boolean => !isOver(state)

/**
 * The way to a batch was taken and led to none, or is still being taken: nothing of it was accepted by the API.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isUnaccepted = isOneOf(states(...unsent, "creating", "validating", "failed", "rejected", "abandoned"))

const isRelease = isOneOf(released)

/**
 * Whether `Attempts.advance` may take an attempt from one state to another: between live states only. To end one there are `settle` and
 * `release`, to begin one there is `plan`.
 *
 * @since 0.1.0
 * @category transitions
 */
export const canAdvance = (from: AttemptState, to: AttemptState): boolean => isLive(from) && isLive(to)

/**
 * Whether `Attempts.release` may end an attempt so.
 *
 * @since 0.1.0
 * @category transitions
 */
export const canRelease = (from: AttemptState, to: AttemptState): boolean => isLive(from) && isRelease(to)
