/** From models to columns: only the keys that are there, so that a patch leaves the rest as it is. */
import type { AttemptPatch, NewJob, NewShard } from "../Job.js"
import type { JobPatch } from "../Jobs.js"

export type Value = string | number | null
export type Columns = Record<string, Value>

type Encode<A> = { readonly [K in keyof A]-?: readonly [column: string, encode: (value: A[K]) => Value] }

const plain = (value: string | undefined): Value => value ?? null
// Times come out of jittered delays, tokens out of estimates; the columns hold whole numbers.
const whole = (value: number | undefined): Value => (value === undefined ? null : Math.ceil(value))
const json = (value: unknown): Value => (value === undefined ? null : JSON.stringify(value))
const money = (value: bigint | undefined): Value => (value === undefined ? null : String(value))

const encodeWith =
  <A extends object>(encoders: Encode<A>) =>
  (model: A): Columns => {
    const columns: Columns = {}
    for (const key in encoders) {
      if (!(key in model)) continue
      const [column, encode] = encoders[key]
      columns[column] = encode(model[key])
    }
    return columns
  }

export const time = whole

export const jobPatch = encodeWith<JobPatch>({
  state: ["state", plain],
  detail: ["detail", json],
  outputPath: ["output_path", plain],
  maxCost: ["max_cost", money],
  settings: ["settings", json],
  token: ["token", plain]
})

export const job = (job: NewJob, now: number): Columns => ({
  id: job.id,
  created_at: now,
  updated_at: now,
  state: "preparing",
  input_path: job.input.path,
  input_fingerprint: job.input.fingerprint,
  input_bytes: job.input.bytes,
  output_path: plain(job.outputPath),
  directory: job.directory,
  task: job.task,
  task_name: job.taskName,
  task_fingerprint: job.taskFingerprint,
  model: job.model,
  endpoint: job.endpoint,
  settings: json(job.settings),
  max_cost: money(job.maxCost),
  owner: plain(job.owner),
  token: plain(job.token)
})

export const shard = (jobId: string, shard: NewShard): Columns => ({
  job_id: jobId,
  number: shard.number,
  round: shard.round,
  parent: whole(shard.parent),
  path: shard.path,
  requests: shard.requests,
  bytes: shard.bytes,
  tokens: whole(shard.tokens),
  sha256: shard.sha256,
  first_row: shard.firstRow,
  last_row: shard.lastRow,
  state: "waiting"
})

export const attemptPatch = encodeWith<AttemptPatch>({
  state: ["state", plain],
  model: ["model", plain],
  tokens: ["tokens", whole],
  reserved: ["reserved", money],
  cost: ["cost", money],
  inputFileId: ["input_file_id", plain],
  batchId: ["batch_id", plain],
  outputFileId: ["output_file_id", plain],
  errorFileId: ["error_file_id", plain],
  notBefore: ["not_before", whole],
  intentAt: ["intent_at", whole],
  endedAt: ["ended_at", whole],
  expiresAt: ["expires_at", whole],
  counts: ["counts", json],
  usage: ["usage", json],
  errors: ["errors", json],
  collected: ["collected", json],
  failedPolls: ["misses", whole]
})
