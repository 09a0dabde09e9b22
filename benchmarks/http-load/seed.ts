/** Fills a store with jobs that are over: `seed.mjs HOME COUNT OWNER`. */
import type { Attempt, NewJob } from "@batchlabel/job-store/Job"
import * as JobId from "@batchlabel/job-store/JobId"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as SqliteStore from "@batchlabel/job-store/SqliteStore"
import * as Effect from "effect/Effect"

const [home = ".", count = "0", owner = ""] = process.argv.slice(2)

const task = JSON.stringify({ name: "news-stance-ko", labels: [0, 1, 2], template: "{{ text }}", model: "gpt-4o-mini" })

const newJob = (id: string, index: number): NewJob => ({
  id,
  input: { path: `${home}/uploads/input_${index}.csv`, fingerprint: String(index).padStart(32, "0"), bytes: 100_000 },
  outputPath: undefined,
  directory: `${home}/jobs/${id}`,
  task,
  taskName: "news-stance-ko",
  taskFingerprint: "0123456789abcdef",
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
  owner
})

const summary = {
  labeled: 298,
  failed: { invalid_answer: 2 },
  again: 0,
  missing: 0,
  unknownIds: 0,
  duplicateIds: 0,
  malformedLines: 0,
  billed: 300,
  usage: { input: 60_000, output: 300, cached: 0, cacheWrite: 0, reasoning: 0 }
}

const shard = {
  number: 1,
  round: 1,
  parent: undefined,
  path: "shards/shard-00001.jsonl",
  requests: 300,
  bytes: 500_000,
  tokens: 60_000,
  sha256: "0".repeat(64),
  firstRow: 0,
  lastRow: 299
}
const split = {
  rows: 300,
  requests: 300,
  duplicates: 0,
  known: 0,
  emptyText: 0,
  badRecords: 0,
  tooLarge: 0,
  unsampled: 0,
  inputTokens: 60_000
}

const makeOne = (index: number) =>
  Effect.gen(function* () {
    const store = yield* JobStore
    const id = yield* JobId.make
    yield* store.createJob(newJob(id, index))
    yield* store.finishPreparing(id, split, [shard])
    const planned = yield* store.plan({
      jobId: id,
      shard: 1,
      model: "gpt-4o-mini",
      tokens: 60_000,
      reserved: 1_000_000_000n,
      tokenLimit: undefined,
      creationsPerHour: Number.MAX_SAFE_INTEGER,
      inputFileId: undefined,
      notBefore: 0
    })
    if (planned._tag !== "Planned") return yield* Effect.dieMessage(planned._tag)
    const move = (from: Attempt["state"], patch: Partial<Attempt>) => store.advance(planned.attempt.id, [from], patch)
    yield* move("planned", {
      state: "completed",
      batchId: `batch_${index}`,
      endedAt: Date.now(),
      counts: { total: 300, completed: 300, failed: 0 }
    })
    const [attempt] = yield* store.attempts(id)
    if (attempt !== undefined) yield* store.settle({ attempt, collected: summary, cost: 5_000_000_000n, followUp: undefined })
    yield* store.updateJob(id, ["open"], { state: "done" })
  })

const all = Effect.forEach(
  Array.from({ length: Number(count) }, (_, index) => index),
  makeOne,
  { discard: true }
)

await Effect.runPromise(Effect.provide(all, SqliteStore.layer(`${home}/state.db`)))
