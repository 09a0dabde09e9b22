/** Views of jobs, made by hand. */
import type { JobView } from "@batchlabel/labeling/JobView"

export type Batch = JobView["batches"][number]

/** A batch of 100 requests. */
export const batch = (shard: number, state: Batch["state"], done: number): Batch => ({
  shard,
  round: 1,
  attempt: 1,
  batchId: `batch_${shard}`,
  state,
  requests: 100,
  tokens: 1_000,
  counts: { total: 100, completed: done, failed: 0 },
  errors: [],
  createdAt: 0,
  intentAt: 0,
  expiresAt: undefined,
  endedAt: undefined,
  cost: undefined,
  failedPolls: 0,
  collected: undefined
})

/** An open job of 1,000 requests. */
export const view = (batches: ReadonlyArray<Batch>): JobView => ({
  job: {
    id: "job_1",
    createdAt: 0,
    updatedAt: 0,
    state: "open",
    detail: undefined,
    input: { path: "/data/news.csv", fingerprint: "f", bytes: 1 },
    outputPath: undefined,
    directory: "/data/.batchlabel/jobs/job_1",
    task: "{}",
    taskName: "news-stance-ko",
    taskFingerprint: "t",
    model: "gpt-4o-mini",
    endpoint: "/v1/chat/completions",
    settings: {
      textColumn: "text",
      encoding: "utf-8",
      delimiter: ",",
      onBadRow: "fail",
      attempts: 3,
      shardRequests: 100,
      shardBytes: 1,
      shardTokens: 1,
      useCache: true
    },
    split: undefined,
    maxCost: undefined,
    owner: undefined,
    token: undefined
  },
  status: "in_progress",
  requests: 1_000,
  labeled: 0,
  failed: {},
  failedTotal: 0,
  open: 1_000,
  answered: batches.reduce((sum, { counts }) => sum + (counts?.completed ?? 0), 0),
  shards: { waiting: 0, running: batches.length, settled: 0 },
  batches,
  waits: [{ reason: "tokens", since: 0, until: undefined, shard: 9, requests: 100, tokens: 1_000 }],
  tokensInFlight: 12_345,
  spent: 1_500_000_000n,
  reserved: 0n,
  usage: { input: 0, output: 0, cached: 0, cacheWrite: 0, reasoning: 0 },
  finished: false
})
