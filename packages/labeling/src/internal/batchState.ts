import type { AttemptPatch, AttemptState } from "@batchlabel/job-store/Job"
import type { Batch } from "@batchlabel/openai-batch/Batch"

/** The states in which a batch exists at the API and is not over. */
export const liveStates = ["validating", "in_progress", "finalizing", "cancelling"] as const satisfies ReadonlyArray<AttemptState>

/** The states in which a batch is over and its files were not read yet. */
export const endedStates = ["completed", "expired", "cancelled", "failed"] as const satisfies ReadonlyArray<AttemptState>

const known: ReadonlySet<string> = new Set([...liveStates, ...endedStates])

const isKnown = (status: string): status is AttemptState => known.has(status)

const endOf = (batch: Batch): number | undefined => batch.completedAt ?? batch.failedAt ?? batch.expiredAt ?? batch.cancelledAt

/** What a look at a batch tells of its attempt. A status that is not known leaves the state as it is: compatible servers have their own. */
export const observed = (batch: Batch, now: number): AttemptPatch => {
  const over = endedStates.some((state) => state === batch.status)
  return {
    ...(isKnown(batch.status) ? { state: batch.status } : {}),
    batchId: batch.id,
    outputFileId: batch.outputFileId,
    errorFileId: batch.errorFileId,
    expiresAt: batch.expiresAt,
    ...(over ? { endedAt: endOf(batch) ?? now } : {}),
    ...(batch.counts === undefined ? {} : { counts: batch.counts }),
    ...(batch.usage === undefined ? {} : { usage: batch.usage }),
    errors: batch.errors.map(({ code, line, message }) => ({ code, message, ...(line === undefined ? {} : { line }) })),
    failedPolls: 0
  }
}
