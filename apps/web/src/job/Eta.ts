/** When a job will be done: as its own pace says, and at the latest. */
import type { JobDetail } from "../api/Wire.js"

/** Unix ms. `about` goes by the pace so far, `latest` is when the last of the batches under way expires. */
export interface Eta {
  readonly about: number | undefined
  readonly latest: number | undefined
}

/** Too little to judge a pace by. */
const leastShare = 0.02
const leastTime = 20_000

const isOver = (batch: JobDetail["batches"][number]): boolean => batch.endedAt !== undefined

export const eta = (job: JobDetail, now: number): Eta => {
  if (job.state !== "open" || job.status === "draft") return { about: undefined, latest: undefined }
  const running = job.batches.filter((batch) => !isOver(batch))
  const expiries = running.flatMap(({ expiresAt }) => (expiresAt === undefined ? [] : [Date.parse(expiresAt)]))
  // What is not sent yet has no time that it cannot exceed.
  const latest =
    job.shards.waiting === 0 && expiries.length === running.length && expiries.length > 0 ? Math.max(...expiries) : undefined
  const done = job.labeled + job.failed + job.answered
  const starts = job.batches.map(({ createdAt }) => Date.parse(createdAt))
  const elapsed = starts.length === 0 ? 0 : now - Math.min(...starts)
  if (job.requests === 0 || done / job.requests < leastShare || elapsed < leastTime || done >= job.requests) {
    return { about: undefined, latest }
  }
  const left = (elapsed / done) * (job.requests - done)
  const about = now + left
  return { about: latest === undefined ? about : Math.min(about, latest), latest }
}
