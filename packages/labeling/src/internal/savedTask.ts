import * as Task from "@batchlabel/core/Task"
import type { TaskError } from "@batchlabel/core/TaskError"
import type { Job } from "@batchlabel/job-store/Job"
import * as Effect from "effect/Effect"

/** The task a job was started with, as the store keeps it. */
export const savedTask = (job: Pick<Job, "task" | "directory">): Effect.Effect<Task.Task, TaskError> =>
  Effect.suspend(() => Task.restore(JSON.parse(job.task), job.directory))
