/**
 * Where a batch stands at a moment: a pure function of timestamps. A batch that nobody asks about for a day is found completed when
 * somebody asks.
 */
import * as Schema from "effect/Schema"
import type { Fate } from "./fate.js"

/** Durations in ms, already divided by the clock's speed. */
export interface Phases {
  readonly validating: number
  readonly perRequest: number
  readonly finalizing: number
  /** The completion window: unfinished work expires at `createdAt + window`. */
  readonly window: number
}

export const Status = Schema.Literal(
  "validating",
  "failed",
  "in_progress",
  "finalizing",
  "completed",
  "expired",
  "cancelling",
  "cancelled"
)
export type Status = typeof Status.Type

/** All in ms. `total` and `invalid` are known once the input file was read. */
export interface Timeline {
  readonly createdAt: number
  readonly cancelledAt: number | null
  readonly total: number
  readonly invalid: boolean
  readonly fate: Pick<Fate, "stuck" | "expireAfter" | "cancelAfter" | "haltAfter">
}

const Moment = Schema.NullOr(Schema.Number)

/** `since`: when the status began. */
export const Stage = Schema.Struct({
  status: Status,
  since: Schema.Number,
  /** Requests finished, in the batch's seeded order of completion. */
  done: Schema.Number,
  inProgressAt: Moment,
  finalizingAt: Moment,
  completedAt: Moment,
  failedAt: Moment,
  expiredAt: Moment,
  cancellingAt: Moment,
  cancelledAt: Moment
})
export type Stage = typeof Stage.Type

/** A stage and the moment at which it ends; Infinity for a terminal one and for one that only a cancel request can end. */
export interface Standing {
  readonly stage: Stage
  readonly until: number
}

const terminal: ReadonlySet<Status> = new Set<Status>(["failed", "completed", "expired", "cancelled"])

export const isTerminal = (status: Status): boolean => terminal.has(status)

const never = Number.POSITIVE_INFINITY

/** A batch as it is created. */
export const opening = (createdAt: number): Stage => ({
  status: "validating",
  since: createdAt,
  done: 0,
  inProgressAt: null,
  finalizingAt: null,
  completedAt: null,
  failedAt: null,
  expiredAt: null,
  cancellingAt: null,
  cancelledAt: null
})

export const standingAt = (now: number, timeline: Timeline, phases: Phases): Standing => {
  const { createdAt, fate } = timeline
  const validated = fate.stuck === "validating" ? never : createdAt + phases.validating
  const expiry = createdAt + phases.window
  const cancel = timeline.cancelledAt ?? never

  const validating = opening(createdAt)
  const end = Math.min(validated, expiry, cancel)
  if (now < end) return { stage: validating, until: end }
  if (cancel === end) return cancelling(validating, cancel, 0, now, phases)
  if (validated > end) return ended({ ...validating, status: "expired", since: expiry, expiredAt: expiry })
  if (timeline.invalid) return ended({ ...validating, status: "failed", since: validated, failedAt: validated })
  return working(validating, validated, expiry, cancel, now, timeline, phases)
}

const working = (
  before: Stage,
  validated: number,
  expiry: number,
  cancel: number,
  now: number,
  { fate, total }: Timeline,
  phases: Phases
): Standing => {
  const below = (count: number | undefined): number | undefined => (count !== undefined && count < total ? count : undefined)
  const expireAfter = below(fate.expireAfter)
  const cancelAfter = below(fate.cancelAfter)
  const halt = below(fate.haltAfter) ?? (fate.stuck === "in_progress" ? Math.floor(total / 2) : undefined)
  const timeOf = (done: number): number => validated + done * phases.perRequest

  const finish = halt === undefined ? timeOf(total) : never
  const expires = expireAfter === undefined ? expiry : timeOf(expireAfter)
  const cancels = Math.min(cancel, cancelAfter === undefined ? never : timeOf(cancelAfter))
  const end = Math.min(finish, expires, cancels)
  const doneBy = (time: number): number => {
    const most = cancelAfter ?? expireAfter ?? halt ?? total
    return phases.perRequest === 0 ? most : Math.max(0, Math.min(most, Math.floor((time - validated) / phases.perRequest)))
  }
  const stage: Stage = { ...before, status: "in_progress", since: validated, inProgressAt: validated }
  if (now < end) return { stage: { ...stage, done: doneBy(now) }, until: end }
  // With no time a request all moments coincide: what a fate decided comes first, then the end of the work, then the window's.
  if (cancels === end && (cancelAfter !== undefined || cancel < finish)) return cancelling(stage, end, doneBy(end), now, phases)
  if (expires === end && (expireAfter !== undefined || expires < finish)) {
    return ended({ ...stage, done: doneBy(end), status: "expired", since: end, expiredAt: end })
  }
  return finalizing({ ...stage, done: total }, finish, expiry, cancel, now, fate.stuck === "finalizing", phases)
}

const finalizing = (
  before: Stage,
  finish: number,
  expiry: number,
  cancel: number,
  now: number,
  stuck: boolean,
  phases: Phases
): Standing => {
  const completed = stuck ? never : finish + phases.finalizing
  // The window closes only over work that is not done: a batch in its last moments completes.
  const expires = stuck ? Math.max(expiry, finish) : never
  const end = Math.min(completed, expires, cancel)
  const stage: Stage = { ...before, status: "finalizing", since: finish, finalizingAt: finish }
  if (now < end) return { stage, until: end }
  if (completed === end) return ended({ ...stage, status: "completed", since: completed, completedAt: completed })
  if (cancel === end) return cancelling(stage, cancel, stage.done, now, phases)
  return ended({ ...stage, status: "expired", since: expires, expiredAt: expires })
}

// Requests in flight are let finish: cancelling lasts as long as finalizing does.
const cancelling = (before: Stage, at: number, done: number, now: number, phases: Phases): Standing => {
  const end = at + phases.finalizing
  const stage: Stage = { ...before, status: "cancelling", since: at, done, cancellingAt: at }
  return now < end ? { stage, until: end } : ended({ ...stage, status: "cancelled", since: end, cancelledAt: end })
}

const ended = (stage: Stage): Standing => ({ stage, until: never })
