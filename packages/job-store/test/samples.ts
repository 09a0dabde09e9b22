/** Jobs, shards and reservations with nothing special about them. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { CollectSummary, NewJob, NewShard, SplitSummary } from "../src/Job.js"
import * as JobId from "../src/JobId.js"
import { JobStore, type Reservation } from "../src/JobStore.js"
import * as Settings from "../src/Settings.js"

/** A setting for tests that store anything. */
export const note = Settings.define("note", Schema.String)

export const newJob = (over: Partial<NewJob> = {}): Effect.Effect<NewJob> =>
  Effect.map(JobId.make, (id) => ({
    id,
    input: { path: "/data/뉴스.csv", fingerprint: "in-1", bytes: 12_345 },
    outputPath: undefined,
    directory: `/data/.batchlabel/jobs/${id}`,
    task: '{"name":"news-stance-ko"}',
    taskName: "news-stance-ko",
    taskFingerprint: "task-1",
    model: "gpt-4o-mini",
    endpoint: "/v1/chat/completions",
    settings: {
      textColumn: "text",
      encoding: "utf-8",
      delimiter: ",",
      onBadRow: "fail",
      attempts: 3,
      shardRequests: 50_000,
      shardBytes: 190_000_000,
      shardTokens: 1_000_000,
      useCache: true
    },
    maxCost: undefined,
    owner: undefined,
    token: undefined,
    ...over
  }))

export const newShard = (number: number, over: Partial<NewShard> = {}): NewShard => ({
  number,
  round: 1,
  parent: undefined,
  path: `shards/${String(number).padStart(5, "0")}.jsonl`,
  requests: 100,
  bytes: 10_000,
  tokens: 1_000,
  sha256: "0".repeat(64),
  firstRow: (number - 1) * 100,
  lastRow: number * 100 - 1,
  ...over
})

export const split = (requests: number): SplitSummary => ({
  rows: requests + 3,
  requests,
  duplicates: 1,
  known: 0,
  emptyText: 2,
  badRecords: 0,
  tooLarge: 0,
  unsampled: 0,
  inputTokens: requests * 10
})

export const collected: CollectSummary = {
  labeled: 98,
  failed: { invalid_answer: 1 },
  again: 1,
  missing: 0,
  unknownIds: 0,
  duplicateIds: 0,
  malformedLines: 0,
  billed: 99,
  usage: { input: 1_000, output: 100, cached: 0, cacheWrite: 0, reasoning: 0 }
}

export const reservation = (jobId: string, shard: number, over: Partial<Reservation> = {}): Reservation => ({
  jobId,
  shard,
  model: "gpt-4o-mini",
  tokens: 1_000,
  reserved: 5_000_000n,
  tokenLimit: undefined,
  creationsPerHour: 2_000,
  inputFileId: undefined,
  notBefore: 0,
  ...over
})

/** A job that is open, with so many waiting shards; its id. */
export const openJob = (shards: number, over: Partial<NewJob> = {}) =>
  Effect.gen(function* () {
    const store = yield* JobStore
    const job = yield* store.createJob(yield* newJob(over))
    yield* store.finishPreparing(
      job.id,
      split(shards * 100),
      Array.from({ length: shards }, (_, index) => newShard(index + 1))
    )
    return job.id
  })

/** Plans an attempt that must be possible. */
export const planned = (jobId: string, shard: number, over: Partial<Reservation> = {}) =>
  Effect.gen(function* () {
    const store = yield* JobStore
    const answer = yield* store.plan(reservation(jobId, shard, over))
    return answer._tag === "Planned" ? answer.attempt : yield* Effect.dieMessage(`refused: ${answer._tag}`)
  })

/** Takes a planned attempt to a batch that is over. */
export const completed = (jobId: string, shard: number, batchId: string, over: Partial<Reservation> = {}) =>
  Effect.gen(function* () {
    const store = yield* JobStore
    const attempt = yield* planned(jobId, shard, over)
    const done = yield* store.advance(attempt.id, ["planned"], { state: "completed", batchId, intentAt: attempt.createdAt })
    return done ?? (yield* Effect.dieMessage("the attempt did not advance"))
  })
