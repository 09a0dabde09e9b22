import type { Job } from "@batchlabel/job-store/Job"

/**
 * Under which name a job's answers are kept and found. Each owner has its own, so that nobody learns from an answer what others have asked;
 * those of the command line, and of a server whose operator shares them, are in one.
 */
export const answerScope = ({
  owner,
  settings,
  taskFingerprint
}: Pick<Job, "owner" | "taskFingerprint"> & { readonly settings: Pick<Job["settings"], "sharedAnswers"> }): string =>
  owner === undefined || settings.sharedAnswers === true ? taskFingerprint : `${taskFingerprint} ${owner}`
