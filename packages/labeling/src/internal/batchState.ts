import * as AttemptState from "@batchlabel/job-store/AttemptState"
import type { AttemptPatch } from "@batchlabel/job-store/Job"
import type { Batch } from "@batchlabel/openai-batch/Batch"

const isBatchStatus = (status: string): status is AttemptState.AttemptState =>
  [...AttemptState.running, ...AttemptState.ended].some((state) => state === status)

/** Whether a status that the API gives is an end. */
export const isEnd = (status: string): boolean => AttemptState.ended.some((state) => state === status)

/** Whether a status that the API gives is that of a batch that has not ended. */
export const isRunning = (status: string): boolean => AttemptState.running.some((state) => state === status)

const endOf = (batch: Batch): number | undefined => batch.completedAt ?? batch.failedAt ?? batch.expiredAt ?? batch.cancelledAt

/** What a look at a batch tells of its attempt. A status that is not known leaves the state as it is: compatible servers have their own. */
export const observed = (batch: Batch, now: number): AttemptPatch => {
  return {
    ...(isBatchStatus(batch.status) ? { state: batch.status } : {}),
    batchId: batch.id,
    outputFileId: batch.outputFileId,
    errorFileId: batch.errorFileId,
    expiresAt: batch.expiresAt,
    ...(isEnd(batch.status) ? { endedAt: endOf(batch) ?? now } : {}),
    ...(batch.counts === undefined ? {} : { counts: batch.counts }),
    ...(batch.usage === undefined ? {} : { usage: batch.usage }),
    errors: batch.errors.map(({ code, line, message }) => ({ code, message, ...(line === undefined ? {} : { line }) })),
    failedPolls: 0
  }
}
