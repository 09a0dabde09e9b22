/** A job as machines read it: the same names as the HTTP API's. */
import type { MergeReport } from "@batchlabel/dataset/Merger"
import type { JobView } from "@batchlabel/labeling/JobView"
import * as Format from "./Format.js"

const iso = (at: number): string => new Date(at).toISOString()

/** Without the fields that are not there. */
const present = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

export const summary = (view: JobView): Record<string, unknown> => {
  const { job } = view
  return present({
    id: job.id,
    state: job.state,
    status: view.status,
    task: job.taskName,
    model: job.model,
    createdAt: iso(job.createdAt),
    updatedAt: iso(job.updatedAt),
    input: job.input.path,
    output: job.outputPath,
    rows: job.split?.rows,
    requests: view.requests,
    labeled: view.labeled,
    failed: view.failedTotal,
    open: view.open,
    answered: view.answered,
    spent: Format.dollars(view.spent),
    maxCost: job.maxCost === undefined ? undefined : Format.dollars(job.maxCost)
  })
}

export const detail = (view: JobView): Record<string, unknown> => {
  const { job } = view
  return {
    ...summary(view),
    ...present({
      endpoint: job.endpoint,
      directory: job.directory,
      fault: job.detail === undefined ? undefined : { code: job.detail.code, message: job.detail.text },
      split: job.split,
      failures: view.failed,
      shards: view.shards,
      batches: view.batches.map((batch) =>
        present({
          shard: batch.shard,
          round: batch.round,
          attempt: batch.attempt,
          batchId: batch.batchId,
          state: batch.state,
          requests: batch.requests,
          tokens: batch.tokens,
          counts: batch.counts,
          errors: batch.errors,
          createdAt: iso(batch.createdAt),
          endedAt: batch.endedAt === undefined ? undefined : iso(batch.endedAt),
          expiresAt: batch.expiresAt === undefined ? undefined : iso(batch.expiresAt),
          cost: batch.cost === undefined ? undefined : Format.dollars(batch.cost),
          labeled: batch.collected?.labeled,
          failed: batch.collected?.failed
        })
      ),
      waits: view.waits.map(({ reason, requests, shard, since, tokens, until }) =>
        present({ shard, reason, since: iso(since), until: until === undefined ? undefined : iso(until), requests, tokens })
      ),
      tokensInFlight: view.tokensInFlight,
      reserved: Format.dollars(view.reserved),
      usage: view.usage,
      retryOf: job.settings.retryOf,
      finished: view.finished
    })
  }
}

export const report = (merged: MergeReport, outputPath: string, failedPath: string | undefined): Record<string, unknown> =>
  present({
    output: outputPath,
    failures: failedPath,
    rows: merged.rows,
    labeled: merged.labeled,
    failed: merged.failedRows,
    pending: merged.pending,
    reasons: merged.failed,
    distribution: merged.distribution
  })
