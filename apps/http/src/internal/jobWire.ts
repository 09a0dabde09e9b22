/** Jobs as the store has them → jobs as the wire shows them. */
import { basename } from "node:path"
import type * as Problem from "@batchlabel/core/Problem"
import type * as Wire from "@batchlabel/http-api/Job"
import * as Download from "@batchlabel/labeling/Download"
import type { BatchView, JobView } from "@batchlabel/labeling/JobView"
import * as Message from "@batchlabel/messages/Message"
import type { JobRecord } from "../JobRecords.js"

/** Drops the fields that are `undefined`, which JSON has not. */
type Present<A> = { readonly [K in keyof A as undefined extends A[K] ? never : K]: A[K] } & {
  readonly [K in keyof A as undefined extends A[K] ? K : never]?: Exclude<A[K], undefined>
}

const present = <A extends object>(fields: A): Present<A> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<A>

export const faultOf = (problem: Problem.Problem): Wire.Fault => ({
  code: problem.code,
  texts: { ko: Message.forPage(problem, "ko"), en: Message.forPage(problem, "en") }
})

const statusOf = ({ job, status }: JobView, record: JobRecord | undefined): Wire.Status =>
  record?.held === true && job.state === "open" ? "draft" : status

export const summary = (view: JobView, record: JobRecord | undefined): Wire.JobSummary => {
  const { job } = view
  return present({
    id: job.id,
    title: record?.title ?? basename(job.input.path),
    state: job.state,
    status: statusOf(view, record),
    task: job.taskName,
    model: job.model,
    createdAt: job.createdAt,
    updatedAt: job.updatedAt,
    owner: job.owner,
    rows: job.split?.rows,
    requests: view.requests,
    labeled: view.labeled,
    failed: view.failedTotal,
    open: view.open,
    answered: view.answered,
    spent: view.spent,
    maxCost: job.maxCost
  })
}

const batch = (view: BatchView): Wire.JobBatch =>
  present({
    shard: view.shard,
    round: view.round,
    attempt: view.attempt,
    batchId: view.batchId,
    state: view.state,
    requests: view.requests,
    tokens: view.tokens,
    counts: view.counts,
    errors: view.errors,
    createdAt: view.createdAt,
    endedAt: view.endedAt,
    expiresAt: view.expiresAt,
    cost: view.cost,
    labeled: view.collected?.labeled,
    failed: view.collected?.failed
  })

/** What only this process knows of a job: when it looks next, and what went wrong in the last look. */
export interface Outlook {
  readonly nextLookAt: number | undefined
  readonly fault: Problem.Problem | undefined
}

export const detail = (
  view: JobView,
  record: JobRecord | undefined,
  outlook: Outlook,
  retriedBy: string | undefined
): Wire.JobDetail => {
  const { job } = view
  const { retryOf, encoding, textColumn } = job.settings
  return present({
    ...summary(view, record),
    input: { name: record?.name ?? basename(job.input.path), bytes: job.input.bytes, textColumn, encoding },
    endpoint: job.endpoint,
    fault:
      job.detail !== undefined
        ? faultOf(Message.restore(job.detail))
        : outlook.fault === undefined
          ? undefined
          : faultOf(outlook.fault),
    split: job.split,
    failures: view.failed,
    shards: view.shards,
    batches: view.batches.map(batch),
    waits: view.waits.map(({ reason, requests, shard, since, tokens, until }) =>
      present({ shard, reason, since, until, requests, tokens })
    ),
    tokensInFlight: view.tokensInFlight,
    reserved: view.reserved,
    usage: view.usage,
    retryOf,
    retriedBy,
    downloadable: Download.isReady(view),
    nextLookAt: outlook.nextLookAt
  })
}
