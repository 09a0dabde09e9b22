/** From rows to models, strictly: what does not have its shape is a damaged store, not a strange job. */
import { Usage } from "@batchlabel/core/Outcome"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AttemptState } from "../AttemptState.js"
import {
  type Answer,
  type Attempt,
  BatchErrorEntry,
  CollectSummary,
  type Event,
  type Job,
  JobSettings,
  JobState,
  type Shard,
  SplitSummary
} from "../Job.js"
import { JobStoreError, StoreCorrupt } from "../JobStoreError.js"
import type { Ending } from "../Jobs.js"
import type { Limit, LimitTarget } from "../Limit.js"
import type { Stored } from "./database.js"

export type Row = Readonly<Record<string, unknown>>

/** A value that has not the shape of its column. */
export class Malformed extends Error {}

const isShardState = Schema.is(Schema.Literal("waiting", "running", "settled"))
const isWaitReason = Schema.is(Schema.Literal("tokens", "rate", "budget", "backoff", "limit", "asked"))
const isEnding = Schema.is(Schema.Literal("done", "cancelled", "stopped"))
const isJobState = Schema.is(JobState)
const isAttemptState = Schema.is(AttemptState)

const Detail = Schema.Struct({ code: Schema.String, params: Schema.Unknown, text: Schema.String })
const Counts = Schema.Struct({ total: Schema.Number, completed: Schema.Number, failed: Schema.Number })
const AnswerValue = Schema.Union(Schema.Number, Schema.String)

const fromJson = <A, I>(schema: Schema.Schema<A, I>) => Schema.decodeUnknownSync(Schema.parseJson(schema))
const readDetail = fromJson(Detail)
const readWaitBy = fromJson(Schema.Struct({ job: Schema.String, attempt: Schema.Number }))
const readSettings = fromJson(JobSettings)
const readSplit = fromJson(SplitSummary)
const readCounts = fromJson(Counts)
const readUsage = fromJson(Usage)
const readErrors = fromJson(Schema.Array(BatchErrorEntry))
const readCollected = fromJson(CollectSummary)
const readAnswer = fromJson(AnswerValue)
const readAnything = fromJson(Schema.Unknown)

const malformed = (column: string, value: unknown): Malformed =>
  new Malformed(`${column} is ${JSON.stringify(value) ?? "undefined"}`)

const text = (row: Row, column: string): string => {
  const value = row[column]
  if (typeof value !== "string") throw malformed(column, value)
  return value
}

/** PostgreSQL's driver gives 64-bit integers as text. */
const integer = (row: Row, column: string): number => {
  const value = row[column]
  const number = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value
  if (typeof number !== "number" || !Number.isSafeInteger(number)) throw malformed(column, value)
  return number
}

const count = (row: Row, column: string): number => {
  const value = integer(row, column)
  if (value < 0) throw malformed(column, value)
  return value
}

const money = (row: Row, column: string): bigint => {
  const value = text(row, column)
  if (!/^\d+$/.test(value)) throw malformed(column, value)
  return BigInt(value)
}

const one = <A extends string>(row: Row, column: string, is: (value: unknown) => value is A): A => {
  const value = row[column]
  if (!is(value)) throw malformed(column, value)
  return value
}

const json = <A>(row: Row, column: string, read: (value: unknown) => A): A => {
  try {
    return read(row[column])
  } catch {
    throw malformed(column, row[column])
  }
}

const optional = <A>(row: Row, column: string, read: (row: Row, column: string) => A): A | undefined =>
  row[column] === null ? undefined : read(row, column)

export const job = (row: Row): Job => ({
  id: text(row, "id"),
  createdAt: integer(row, "created_at"),
  updatedAt: integer(row, "updated_at"),
  state: one(row, "state", isJobState),
  detail: optional(row, "detail", (row, column) => json(row, column, readDetail)),
  input: { path: text(row, "input_path"), fingerprint: text(row, "input_fingerprint"), bytes: count(row, "input_bytes") },
  outputPath: optional(row, "output_path", text),
  directory: text(row, "directory"),
  task: text(row, "task"),
  taskName: text(row, "task_name"),
  taskFingerprint: text(row, "task_fingerprint"),
  model: text(row, "model"),
  endpoint: text(row, "endpoint"),
  settings: json(row, "settings", readSettings),
  split: optional(row, "split", (row, column) => json(row, column, readSplit)),
  maxCost: optional(row, "max_cost", money),
  owner: optional(row, "owner", text),
  token: optional(row, "token", text)
})

export const ending = (row: Row): Ending => ({
  id: text(row, "id"),
  state: one(row, "state", isEnding),
  updatedAt: integer(row, "updated_at")
})

export const shard = (row: Row): Shard => ({
  jobId: text(row, "job_id"),
  number: count(row, "number"),
  round: count(row, "round"),
  parent: optional(row, "parent", count),
  path: text(row, "path"),
  requests: count(row, "requests"),
  bytes: count(row, "bytes"),
  tokens: count(row, "tokens"),
  sha256: text(row, "sha256"),
  firstRow: integer(row, "first_row"),
  lastRow: integer(row, "last_row"),
  state: one(row, "state", isShardState),
  known: count(row, "known"),
  wait: optional(row, "wait_reason", (row, column) => ({
    reason: one(row, column, isWaitReason),
    since: integer(row, "wait_since"),
    until: optional(row, "wait_until", integer),
    ...(row["wait_by"] === null ? {} : { by: json(row, "wait_by", readWaitBy) })
  }))
})

export const attempt = (row: Row): Attempt => ({
  id: integer(row, "id"),
  jobId: text(row, "job_id"),
  shard: count(row, "shard"),
  number: count(row, "number"),
  state: one(row, "state", isAttemptState),
  model: text(row, "model"),
  tokens: count(row, "tokens"),
  reserved: money(row, "reserved"),
  cost: optional(row, "cost", money),
  inputFileId: optional(row, "input_file_id", text),
  batchId: optional(row, "batch_id", text),
  outputFileId: optional(row, "output_file_id", text),
  errorFileId: optional(row, "error_file_id", text),
  notBefore: integer(row, "not_before"),
  intentAt: optional(row, "intent_at", integer),
  createdAt: integer(row, "created_at"),
  updatedAt: integer(row, "updated_at"),
  endedAt: optional(row, "ended_at", integer),
  expiresAt: optional(row, "expires_at", integer),
  counts: optional(row, "counts", (row, column) => json(row, column, readCounts)),
  usage: optional(row, "usage", (row, column) => json(row, column, readUsage)),
  errors: row["errors"] === "[]" ? [] : json(row, "errors", readErrors),
  collected: optional(row, "collected", (row, column) => json(row, column, readCollected)),
  failedPolls: count(row, "misses")
})

/** A live attempt of another job, with the file of what it asks. */
export const asking = (row: Row) => ({
  attempt: integer(row, "id"),
  jobId: text(row, "job_id"),
  createdAt: integer(row, "created_at"),
  directory: text(row, "directory"),
  path: text(row, "path"),
  owner: optional(row, "owner", text),
  settings: json(row, "settings", readSettings)
})

export const event = (row: Row): Event => ({
  seq: integer(row, "seq"),
  jobId: text(row, "job_id"),
  at: integer(row, "at"),
  kind: text(row, "kind"),
  data: json(row, "data", readAnything)
})

export const answer = (row: Row): Answer => ({
  digest: text(row, "digest"),
  value: json(row, "value", readAnswer),
  at: integer(row, "at"),
  batchId: optional(row, "batch_id", text)
})

/** An amount of an attempt: `settled` once its cost is known. */
export const amount = (row: Row): { readonly settled: boolean; readonly amount: bigint } => ({
  settled: row["state"] === "collected",
  amount: money(row, "amount")
})

/** What a deleted job's attempt has cost whom, and when it was planned. */
export const spent = (row: Row) => ({
  owner: text(row, "owner"),
  token: optional(row, "token", text),
  at: integer(row, "created_at"),
  amount: money(row, "amount")
})

/** Who answers for a job's spending. */
export const payer = (row: Row) => ({ owner: text(row, "owner"), token: optional(row, "token", text) })

const targetOf = (kind: unknown, name: string): LimitTarget => {
  switch (kind) {
    case "server":
      return { _tag: "Server" }
    case "each_owner":
      return { _tag: "EachOwner" }
    case "owner":
      return { _tag: "Owner", owner: name }
    case "token":
      return { _tag: "Token", token: name }
    default:
      throw malformed("kind", kind)
  }
}

export const limit = (row: Row): Limit => ({
  target: targetOf(row["kind"], text(row, "name")),
  amount: optional(row, "amount", money)
})

/** Whole sums of the database: SQLite gives numbers, PostgreSQL texts. */
export const total = (row: Row | undefined, column: string): number => (row === undefined ? 0 : count(row, column))

/** Names a row for people: its key columns, as far as it has them. */
export const nameOf = (table: string, row: Row): string =>
  `${table} ${["job_id", "id", "number", "shard", "seq", "digest"].flatMap((key) => (row[key] === undefined ? [] : [`${key}=${String(row[key])}`])).join(" ")}`

export const decode =
  <A>(location: string, table: string, read: (row: Row) => A) =>
  (rows: ReadonlyArray<Row>): Stored<ReadonlyArray<A>> => {
    const models: Array<A> = []
    for (const row of rows) {
      try {
        models.push(read(row))
      } catch (error) {
        if (!(error instanceof Malformed)) throw error
        const detail = `${nameOf(table, row)}: ${error.message}`
        return Effect.fail(new JobStoreError({ reason: new StoreCorrupt({ location, detail }) }))
      }
    }
    return Effect.succeed(models)
  }
