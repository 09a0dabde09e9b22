/** Names that servers like OpenAI's give to the statuses of the specification. */
const synonyms: ReadonlyMap<string, string> = new Map(
  Object.entries({
    validating: [
      "accepted",
      "created",
      "initializing",
      "new",
      "pending",
      "queued",
      "received",
      "scheduled",
      "starting",
      "submitted",
      "validated",
      "validation",
      "waiting"
    ],
    in_progress: ["active", "executing", "inprogress", "processing", "running", "started"],
    finalizing: ["completing", "finalising", "finishing", "post_processing", "postprocessing", "writing_results"],
    completed: [
      "complete",
      "completed_with_errors",
      "completed_with_failures",
      "done",
      "ended",
      "finished",
      "partially_completed",
      "partially_succeeded",
      "succeeded",
      "success",
      "successful"
    ],
    failed: ["denied", "error", "errored", "failure", "invalid", "rejected", "validation_failed"],
    expired: [
      "deadline_exceeded",
      "lapsed",
      "time_limit_exceeded",
      "time_out",
      "timed_out",
      "timedout",
      "timeout",
      "timeout_exceeded",
      "window_exceeded"
    ],
    cancelling: [
      "aborting",
      "cancel_pending",
      "cancel_requested",
      "canceling",
      "cancellation_pending",
      "cancellation_requested",
      "cancelation_requested",
      "pending_cancellation",
      "stopping",
      "terminating"
    ],
    cancelled: ["aborted", "canceled", "killed", "stopped", "terminated", "user_cancelled", "user_canceled"]
  }).flatMap(([status, names]) => names.map((name) => [name, status] as const))
)

/** `JOB_STATE_SUCCEEDED`, `batch.completed`: what stands before the status itself. */
const prefix = /^(?:(?:batch|job)_)?(?:(?:state|status)_)?/

export const statusOf = (text: string): string => {
  const words = text
    .trim()
    .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "")
  const known = synonyms.get(words)
  if (known !== undefined) return known
  const bare = words.replace(prefix, "")
  return synonyms.get(bare) ?? (bare === "" ? text.trim().toLowerCase() : bare)
}
