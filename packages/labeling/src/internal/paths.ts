import { join } from "node:path"
import * as RowDigests from "@batchlabel/dataset/RowDigests"
import type { Attempt, Job, Shard } from "@batchlabel/job-store/Job"

/** Where the parts of a job lie under its directory. */
export const shardsDirectory = (job: Pick<Job, "directory">): string => join(job.directory, "shards")
export const resultsDirectory = (job: Pick<Job, "directory">): string => join(job.directory, "results")
export const localOutcomes = (job: Pick<Job, "directory">): string => join(shardsDirectory(job), "local.jsonl")
/** Answers that were known when a shard came to be sent, and not when the input was split. */
export const knownFile = (job: Pick<Job, "directory">, shard: Pick<Shard, "number">): string =>
  join(shardsDirectory(job), `known-${String(shard.number).padStart(5, "0")}.jsonl`)
export const rowDigestsFile = (job: Pick<Job, "directory">): string => join(shardsDirectory(job), RowDigests.FILE_NAME)
export const shardFile = (job: Pick<Job, "directory">, shard: Pick<Shard, "path">): string => join(job.directory, shard.path)

/** `shards/shard-00007.jsonl`: relative, so that a job's folder may be moved. */
export const shardPath = (number: number): string => join("shards", `shard-${String(number).padStart(5, "0")}.jsonl`)

const resultFile = (job: Pick<Job, "directory">, attempt: Pick<Attempt, "shard" | "number">, kind: string): string =>
  join(resultsDirectory(job), `shard-${String(attempt.shard).padStart(5, "0")}.${attempt.number}.${kind}.jsonl`)

export const outputFile = (job: Pick<Job, "directory">, attempt: Pick<Attempt, "shard" | "number">): string =>
  resultFile(job, attempt, "output")
export const errorFile = (job: Pick<Job, "directory">, attempt: Pick<Attempt, "shard" | "number">): string =>
  resultFile(job, attempt, "error")
