/**
 * Jobs as a token may see them. A job of somebody else is, for it, no job.
 *
 * @since 0.1.0
 */
import type { ApiProblem } from "@batchlabel/http-api/ApiProblem"
import type { TokenInfo } from "@batchlabel/http-api/Auth"
import type { JobDetail, JobEvent, JobSummary } from "@batchlabel/http-api/Job"
import type { Event, Job, JobState } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as JobView from "@batchlabel/labeling/JobView"
import type { Supervisor } from "@batchlabel/labeling/Supervisor"
import * as Effect from "effect/Effect"
import * as JobWire from "./internal/jobWire.js"
import * as Problems from "./internal/problems.js"
import * as JobRecords from "./JobRecords.js"
import * as Owners from "./Owners.js"
import type { ServerDatabase } from "./ServerDatabase.js"
import * as Supervision from "./Supervision.js"

/**
 * The job, if the token may see it.
 *
 * @since 0.1.0
 * @category getters
 */
export const find = Effect.fn("Jobs.find")(function* (
  id: string,
  token: TokenInfo
): Effect.fn.Return<Job, ApiProblem | JobStoreError, JobStore> {
  const store = yield* JobStore
  const job = yield* store.job(id)
  if (!Owners.maySee(token, job.owner)) return yield* Problems.jobNotFound(id)
  return job
})

const recordOf = (job: Job) => Effect.map(JobRecords.findByPaths([job.input.path]), (records) => records.get(job.input.path))

/**
 * All there is to say about a job.
 *
 * @since 0.1.0
 * @category getters
 */
export const detail = Effect.fn("Jobs.detail")(function* (
  id: string
): Effect.fn.Return<JobDetail, JobStoreError, JobStore | ServerDatabase | Supervisor> {
  const store = yield* JobStore
  const view = yield* JobView.load(id)
  const family = yield* store.jobs({ inputPath: view.job.input.path })
  const retry = family.find((other) => other.settings.retryOf === id)
  return JobWire.detail(view, yield* recordOf(view.job), yield* Supervision.outlook(id), retry?.id)
})

/**
 * A page of jobs, newest first. `next` is the id to go on after.
 *
 * @since 0.1.0
 * @category getters
 */
export const page = Effect.fn("Jobs.page")(function* (
  token: TokenInfo,
  query: { readonly state: JobState | undefined; readonly before: string | undefined; readonly limit: number }
): Effect.fn.Return<
  { readonly items: ReadonlyArray<JobSummary>; readonly next: string | undefined },
  JobStoreError,
  JobStore | ServerDatabase
> {
  const store = yield* JobStore
  const jobs = yield* store.jobs({
    owner: token.scope === "admin" ? undefined : token.owner,
    states: query.state === undefined ? undefined : [query.state],
    before: query.before,
    limit: query.limit + 1
  })
  const shown = jobs.slice(0, query.limit)
  const records = yield* JobRecords.findByPaths(shown.map((job) => job.input.path))
  const views = yield* JobView.ofJobs(shown)
  const items = views.map((view) => JobWire.summary(view, records.get(view.job.input.path)))
  return { items, next: jobs.length > query.limit ? shown.at(-1)?.id : undefined }
})

/** Speaks of files on the server, and of nothing that happens to the job. */
const isOwn = ({ kind }: Event): boolean => kind !== "output_written"

const eventOf = ({ at, data, kind, seq }: Event): JobEvent => ({ seq, at, kind, data })

/**
 * Entries of a job's history after `after`, oldest first, and how far that was looked.
 *
 * @since 0.1.0
 * @category getters
 */
export const events = Effect.fn("Jobs.events")(function* (
  id: string,
  after: number,
  limit: number
): Effect.fn.Return<{ readonly items: ReadonlyArray<JobEvent>; readonly next: number }, JobStoreError, JobStore> {
  const store = yield* JobStore
  const found = yield* store.events(id, { after, limit })
  return { items: found.filter(isOwn).map(eventOf), next: found.at(-1)?.seq ?? after }
})
