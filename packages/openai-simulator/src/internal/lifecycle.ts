/**
 * Where a batch stands at a moment: a pure function of timestamps. Nothing ticks in the background; a batch that nobody asks about for a
 * day is found completed when somebody asks.
 */

/** Durations in ms, already divided by the clock's speed. */
export interface Phases {
  readonly validating: number
  readonly perRequest: number
  readonly finalizing: number
  /** The completion window: unfinished work expires at `createdAt + window`. */
  readonly window: number
}

export type Status =
  | "validating"
  | "failed"
  | "in_progress"
  | "finalizing"
  | "completed"
  | "expired"
  | "cancelling"
  | "cancelled"

/** What a fault scenario has decided about a batch's course. Counts are of requests done. */
export interface Course {
  readonly stuck?: "validating" | "in_progress" | "finalizing"
  readonly expireAfter?: number
  readonly cancelAfter?: number
  readonly cancelDone?: number
}

/** All in ms. `total` and `invalid` are known once the input file was read. */
export interface Timeline {
  readonly createdAt: number
  readonly cancelledAt: number | null
  readonly total: number
  readonly invalid: boolean
  readonly course: Course
}

export interface Stage {
  readonly status: Status
  /** Requests finished, in the batch's seeded order of completion. */
  readonly done: number
  readonly inProgressAt: number | null
  readonly finalizingAt: number | null
  readonly completedAt: number | null
  readonly failedAt: number | null
  readonly expiredAt: number | null
  readonly cancellingAt: number | null
  readonly cancelledAt: number | null
}

const opening: Stage = {
  status: "validating",
  done: 0,
  inProgressAt: null,
  finalizingAt: null,
  completedAt: null,
  failedAt: null,
  expiredAt: null,
  cancellingAt: null,
  cancelledAt: null
}

const terminal: ReadonlySet<Status> = new Set<Status>(["failed", "completed", "expired", "cancelled"])

export const isTerminal = (status: Status): boolean => terminal.has(status)

export const stageAt = (now: number, timeline: Timeline, phases: Phases): Stage => {
  const { cancelledAt, course, createdAt, invalid, total } = timeline
  const validated = course.stuck === "validating" ? Number.POSITIVE_INFINITY : createdAt + phases.validating
  const expiry = createdAt + phases.window
  const cancelled = cancelledAt ?? Number.POSITIVE_INFINITY

  if (Math.min(validated, expiry, cancelled) > now) return opening
  if (cancelled <= Math.min(validated, expiry)) return cancelling(opening, now, cancelled, course.cancelDone ?? 0, phases)
  if (expiry < validated) return { ...opening, status: "expired", expiredAt: expiry }
  if (invalid) return { ...opening, status: "failed", failedAt: validated }

  const working: Stage = { ...opening, status: "in_progress", inProgressAt: validated }
  const doneAt = (time: number): number =>
    phases.perRequest === 0 ? total : Math.max(0, Math.min(total, Math.floor((time - validated) / phases.perRequest)))
  const timeOf = (done: number): number => validated + Math.min(done, total) * phases.perRequest

  if (course.cancelAfter !== undefined && course.cancelAfter < total) {
    const at = Math.min(timeOf(course.cancelAfter), cancelled)
    if (now < at) return { ...working, done: doneAt(now) }
    return cancelling(working, now, at, Math.min(course.cancelAfter, total), phases)
  }

  const held = course.stuck === "in_progress" || (course.expireAfter !== undefined && course.expireAfter < total)
  const most = course.expireAfter ?? (course.stuck === "in_progress" ? Math.floor(total / 2) : total)
  const finished = held ? Number.POSITIVE_INFINITY : timeOf(total)
  const expires = course.expireAfter !== undefined && held ? timeOf(course.expireAfter) : expiry
  const completed = course.stuck === "finalizing" ? Number.POSITIVE_INFINITY : finished + phases.finalizing
  const reached = (time: number): number => Math.min(most, doneAt(time))

  if (cancelled < Math.min(completed, finished <= expires ? completed : expires) && now >= cancelled) {
    const before = cancelled >= finished ? { ...working, finalizingAt: finished } : working
    return cancelling(before, now, cancelled, Math.min(total, course.cancelDone ?? reached(cancelled)), phases)
  }
  if (finished > expires) {
    if (now < expires) return { ...working, done: reached(now) }
    return { ...working, status: "expired", done: course.expireAfter ?? reached(expires), expiredAt: expires }
  }
  if (now < finished) return { ...working, done: reached(now) }
  const finalizing: Stage = { ...working, status: "finalizing", done: total, finalizingAt: finished }
  return now < completed ? finalizing : { ...finalizing, status: "completed", completedAt: completed }
}

// Requests in flight are let finish: cancelling lasts as long as finalizing does.
const cancelling = (before: Stage, now: number, at: number, done: number, phases: Phases): Stage => {
  const end = at + phases.finalizing
  const stage: Stage = { ...before, status: "cancelling", done, cancellingAt: at }
  return now < end ? stage : { ...stage, status: "cancelled", cancelledAt: end }
}
