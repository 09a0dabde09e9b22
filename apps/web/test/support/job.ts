/** A job as the server tells of it, to be changed by the tests. */
import type { JobBatch, JobDetail } from "../../src/api/Wire.js"

export const at = (ms: number): string => new Date(ms).toISOString()

export const batch = (part: Partial<JobBatch> = {}): JobBatch => ({
  shard: 1,
  round: 1,
  attempt: 1,
  state: "in_progress",
  requests: 100,
  tokens: 1_000,
  errors: [],
  createdAt: at(0),
  ...part
})

export const job = (part: Partial<JobDetail> = {}): JobDetail => ({
  id: "job_01M881VT1ZYN6SRRG9NC7NJ2ED",
  title: "news",
  state: "open",
  status: "in_progress",
  task: "news-stance-ko",
  model: "gpt-4o-mini",
  createdAt: at(0),
  updatedAt: at(0),
  requests: 100,
  labeled: 0,
  failed: 0,
  open: 100,
  answered: 0,
  spent: "0.00",
  input: { name: "news.csv", bytes: 1, textColumn: "text", encoding: "utf-8" },
  endpoint: "/v1/chat/completions",
  failures: {},
  shards: { waiting: 0, running: 1, settled: 0 },
  batches: [],
  waits: [],
  tokensInFlight: 0,
  reserved: "0.00",
  usage: { input: 0, output: 0, cached: 0, cacheWrite: 0, reasoning: 0 },
  downloadable: false,
  ...part
})
