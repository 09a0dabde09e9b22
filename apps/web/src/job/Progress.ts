/** How far a job is, shard by shard. */
import type { JobBatch, JobDetail } from "../api/Wire.js"

/** A shard's part of the job's requests; the five counts add up to `requests`. */
export interface Segment {
  readonly key: string
  readonly shard: number | undefined
  readonly state: string
  readonly requests: number
  readonly labeled: number
  readonly failed: number
  /** Answered at the API, not collected yet. */
  readonly answered: number
  /** Sent and without an answer. */
  readonly running: number
  /** Not sent. */
  readonly waiting: number
}

const sum = (counts: Readonly<Record<string, number>> | undefined): number =>
  Object.values(counts ?? {}).reduce((total, count) => total + count, 0)

const notSent: ReadonlySet<string> = new Set(["planned", "uploading", "uploaded", "creating", "rejected", "abandoned"])

/** The last attempt of each shard, by shard. */
export const latestAttempts = (batches: ReadonlyArray<JobBatch>): ReadonlyArray<JobBatch> => {
  const latest = new Map<number, JobBatch>()
  for (const batch of batches) {
    const known = latest.get(batch.shard)
    if (known === undefined || known.attempt < batch.attempt) latest.set(batch.shard, batch)
  }
  return [...latest.values()].sort((a, b) => a.shard - b.shard)
}

const segmentOf = (batch: JobBatch): Segment => {
  const base = { key: String(batch.shard), shard: batch.shard, state: batch.state }
  const none = { labeled: 0, failed: 0, answered: 0, running: 0, waiting: 0 }
  if (batch.state === "collected" || batch.state === "lost") {
    // What is asked again belongs to the follow-up shard.
    const labeled = batch.labeled ?? 0
    const failed = sum(batch.failed)
    return { ...base, ...none, requests: labeled + failed, labeled, failed }
  }
  if (notSent.has(batch.state)) return { ...base, ...none, requests: batch.requests, waiting: batch.requests }
  const answered = Math.min(batch.requests, (batch.counts?.completed ?? 0) + (batch.counts?.failed ?? 0))
  return { ...base, ...none, requests: batch.requests, answered, running: batch.requests - answered }
}

const merged = (segments: ReadonlyArray<Segment>): Segment => {
  const total = (count: (segment: Segment) => number): number => segments.reduce((all, one) => all + count(one), 0)
  return {
    key: "all",
    shard: undefined,
    state: "",
    requests: total(({ requests }) => requests),
    labeled: total(({ labeled }) => labeled),
    failed: total(({ failed }) => failed),
    answered: total(({ answered }) => answered),
    running: total(({ running }) => running),
    waiting: total(({ waiting }) => waiting)
  }
}

/** So many shards can be told apart in one bar. */
export const mostSegments = 48

/**
 * The segments of the bar, in the order of the shards, and last what no batch speaks of yet. They add up to the job's requests. With very
 * many shards it is one segment.
 */
export const segments = (job: JobDetail): ReadonlyArray<Segment> => {
  const known = latestAttempts(job.batches)
    .map(segmentOf)
    .filter(({ requests }) => requests > 0)
  const told = known.reduce((total, { requests }) => total + requests, 0)
  const rest = Math.max(0, job.requests - told)
  const waiting: Segment = {
    key: "waiting",
    shard: undefined,
    state: "waiting",
    requests: rest,
    labeled: 0,
    failed: 0,
    answered: 0,
    running: 0,
    waiting: rest
  }
  const all = rest === 0 ? known : [...known, waiting]
  return all.length > mostSegments ? [merged(all)] : all
}

/** Requests with a final outcome or an answer, of all. */
export const doneOf = (job: Pick<JobDetail, "labeled" | "failed" | "answered" | "requests">): number =>
  Math.min(job.requests, job.labeled + job.failed + job.answered)

/** Whether a job still changes by itself. */
export const isActive = (job: { readonly state: JobDetail["state"]; readonly status: JobDetail["status"] }): boolean =>
  (job.state === "preparing" || job.state === "open" || job.state === "cancelling") && job.status !== "draft"

export const isOver = ({ state }: Pick<JobDetail, "state">): boolean => state === "done" || state === "cancelled"
