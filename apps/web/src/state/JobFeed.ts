/** What the page knows of a job it follows. */
import type { Failure } from "../api/Failure.js"
import type { Connection, Update } from "../api/Follow.js"
import type { JobDetail, JobEvent } from "../api/Wire.js"

export interface JobFeed {
  readonly job: JobDetail | undefined
  /** Newest first. */
  readonly events: ReadonlyArray<JobEvent>
  /** The number of the last event: where to go on after a break. */
  readonly last: number
  readonly connection: Connection
  readonly failure: Failure | undefined
}

export const empty: JobFeed = { job: undefined, events: [], last: 0, connection: "connecting", failure: undefined }

/** A history of more entries than this is cut at its old end. */
export const mostEvents = 500

const withEvent = (feed: JobFeed, event: JobEvent): JobFeed => {
  // A stream that was taken up again may repeat what was told already.
  if (event.seq <= feed.last) return feed
  return { ...feed, last: event.seq, events: [event, ...feed.events].slice(0, mostEvents) }
}

/** A state of the job that is older than the one known must not undo it. */
const isOlder = (job: JobDetail, known: JobDetail | undefined): boolean =>
  known !== undefined && Date.parse(job.updatedAt) < Date.parse(known.updatedAt)

export const apply = (feed: JobFeed, update: Update): JobFeed => {
  switch (update.kind) {
    case "job":
      return isOlder(update.job, feed.job) ? feed : { ...feed, job: update.job, failure: undefined }
    case "event":
      return withEvent(feed, update.event)
    case "connection":
      return feed.connection === update.connection ? feed : { ...feed, connection: update.connection, failure: undefined }
    case "failure":
      return { ...feed, failure: update.failure, connection: "ended" }
  }
}
