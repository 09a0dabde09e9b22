/**
 * The codes of the job store: `BL51xx`, and `BL5015`, a job that does not exist. From `BL5120` on: what a check of the store finds.
 *
 * @since 0.1.0
 */
import * as Problem from "@batchlabel/core/Problem"

type At = { readonly location: string; readonly detail: string }

/**
 * One plain sentence for each code.
 *
 * @since 0.1.0
 * @category problems
 */
export const sentences = {
  BL5015: (p: { id: string }) => `Job not found: ${p.id}`,
  BL5101: (p: { location: string; found: number; supported: number }) =>
    `The job store ${p.location} has format ${p.found}; this version supports up to ${p.supported}`,
  BL5102: (p: At) => `Another process keeps the job store busy: ${p.location}: ${p.detail}`,
  BL5103: (p: At) => `The job store is damaged: ${p.location}: ${p.detail}`,
  BL5104: (p: At) => `The job store is not available: ${p.location}: ${p.detail}`,
  BL5105: (p: { name: string }) => `Lost the lease '${p.name}'`,
  BL5106: (p: At) => `The disk of the job store is full: ${p.location}: ${p.detail}`,
  BL5107: (p: At) => `Another process made a conflicting change: ${p.location}: ${p.detail}`,
  BL5120: (p: At) => `The store file is damaged: ${p.location}: ${p.detail}`,
  BL5121: (p: { job: string; shard: number; live: number }) =>
    `Shard ${p.shard} of job ${p.job} is running with ${p.live} live attempts instead of one`,
  BL5122: (p: { job: string; shard: number; state: string; live: number }) =>
    `Shard ${p.shard} of job ${p.job} is ${p.state} but has ${p.live} live attempts`,
  BL5123: (p: { job: string; shard: number }) =>
    `Shard ${p.shard} of job ${p.job} is settled but has neither a collected attempt nor a follow-up`,
  BL5124: (p: { job: string; state: string; shards: number; live: number }) =>
    `Job ${p.job} is ${p.state} but has ${p.shards} unsettled shards and ${p.live} live attempts`,
  BL5125: (p: { row: string; detail: string; job: string }) => `A stored value is not valid: ${p.row}: ${p.detail}`,
  BL5126: (p: { job: string; shard: number; attempt: number; state: string; missing: string }) =>
    `Attempt ${p.attempt} of shard ${p.shard} of job ${p.job} is ${p.state} without ${p.missing}`,
  BL5127: (p: { job: string; batch: string; shards: ReadonlyArray<string> }) =>
    `Several attempts of job ${p.job} point at batch ${p.batch}: shards ${p.shards.join(", ")}`,
  BL5128: (p: { table: string; rows: number; parent: string }) =>
    `${p.rows} rows of table ${p.table} refer to rows that ${p.parent} does not have`,
  BL5129: (p: { job: string; shard: number; parent: number; state: string }) =>
    `Shard ${p.shard} of job ${p.job} follows shard ${p.parent}, which is ${p.state} instead of settled`,
  BL5130: (p: { job: string; rows: number; sum: number }) =>
    `The rows of job ${p.job} do not add up: ${p.rows} in total, ${p.sum} in its parts`,
  BL5131: (p: { job: string; shard: number; followUps: ReadonlyArray<string> }) =>
    `Shard ${p.shard} of job ${p.job} has several follow-ups: ${p.followUps.join(", ")}`,
  BL5140: (p: { location: string; node: string; detail: string }) =>
    `Node ${p.node} has no SQLite and the native module does not load, so the job store ${p.location} cannot be opened: ${p.detail}`
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Problem.family(sentences)
