// The product's own prepare and merge, as a process: prints what it took.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Presets from "@batchlabel/core/Presets"
import * as Prompt from "@batchlabel/core/Prompt"
import * as CsvReader from "@batchlabel/csv-io/CsvReader"
import * as Fingerprint from "@batchlabel/dataset/Fingerprint"
import * as Splitter from "@batchlabel/dataset/Splitter"
import * as JobStore from "@batchlabel/job-store/JobStore"
import * as SqliteStore from "@batchlabel/job-store/SqliteStore"
import * as Download from "@batchlabel/labeling/Download"
import { batchLimits, type JobRequest } from "@batchlabel/labeling/JobRequest"
import * as LabelingConfig from "@batchlabel/labeling/LabelingConfig"
import * as Prepare from "@batchlabel/labeling/Prepare"
import * as Prices from "@batchlabel/labeling/Prices"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const [step = "", input = "", home = "", output = ""] = process.argv.slice(2)

const task = Presets.get("news-stance-ko")
if (task === undefined) throw new Error("no preset")
// As the rival: six few-shot examples' worth of constant text.
const request: JobRequest = {
  inputPath: input,
  home,
  task: { ...task, examples: [...Presets.examples("news-stance-ko"), ...Presets.examples("news-stance-ko")] },
  enqueuedTokenLimit: 15_000_000_000,
  useCache: false
}

const layers = Layer.mergeAll(
  SqliteStore.layer(join(home, "state.db")),
  Prices.layer(),
  LabelingConfig.layer(),
  NodeFileSystem.layer
)

const prepare = Effect.map(Prepare.prepare(request), ({ job }) => job.split)

/** What the rival does and no more: the same shards, but no token is counted, and no job is kept. */
const uncounted = Effect.gen(function* () {
  const directory = join(home, "uncounted")
  mkdirSync(directory)
  yield* Fingerprint.ofFile(input)
  const source = yield* CsvReader.open(input)
  const textColumn = yield* CsvReader.columnIndex(source, "text")
  const prompt = yield* Prompt.compile(request.task, source.header)
  const limits = { ...batchLimits, tokens: Number.MAX_SAFE_INTEGER }
  return yield* Splitter.split<never, never>(source, { prompt, endpoint: request.task.endpoint, textColumn, directory, limits })
})

/** Result files as the API would give them, one answer a request: for the merge alone. */
const answer = Effect.gen(function* () {
  const store = yield* JobStore.JobStore
  const { job } = yield* Prepare.prepare(request)
  mkdirSync(join(job.directory, "results"), { recursive: true })
  for (const shard of yield* store.shards(job.id)) {
    const planned = yield* store.plan({
      jobId: job.id,
      shard: shard.number,
      model: job.model,
      tokens: 0,
      reserved: 0n,
      tokenLimit: undefined,
      creationsPerHour: 1_000_000,
      inputFileId: undefined,
      notBefore: 0
    })
    if (planned._tag !== "Planned") throw new Error(planned._tag)
    const { attempt } = planned
    const lines = readFileSync(join(job.directory, shard.path), "latin1")
      .split("\n")
      .filter((line) => line !== "")
    const results = lines.map((line, index) => {
      const id = /"custom_id":"([^"]+)"/.exec(line)?.[1]
      return `{"id":"batch_req_${index}","custom_id":"${id}","response":{"status_code":200,"request_id":"req_${index}","body":{"id":"chatcmpl-${index}","object":"chat.completion","created":1700000000,"model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"message":{"role":"assistant","content":"${index % 3}","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":900,"completion_tokens":1,"total_tokens":901,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}},"system_fingerprint":null}},"error":null}`
    })
    for (let i = results.length - 1; i > 0; i--) {
      const j = (i * 7919) % (i + 1)
      const [a = "", b = ""] = [results[i], results[j]]
      results[i] = b
      results[j] = a
    }
    writeFileSync(
      join(job.directory, "results", `shard-${String(shard.number).padStart(5, "0")}.${attempt.number}.output.jsonl`),
      `${results.join("\n")}\n`
    )
    yield* store.advance(attempt.id, ["planned"], { state: "completed", endedAt: Date.now(), batchId: `batch_${shard.number}` })
    yield* store.settle({
      attempt,
      cost: 0n,
      followUp: undefined,
      collected: {
        labeled: lines.length,
        failed: {},
        again: 0,
        missing: 0,
        unknownIds: 0,
        duplicateIds: 0,
        malformedLines: 0,
        billed: lines.length,
        usage: { input: 0, output: 0, cached: 0, cacheWrite: 0, reasoning: 0 }
      }
    })
  }
  yield* store.updateJob(job.id, ["open"], { state: "done" })
  return readdirSync(join(job.directory, "results")).length
})

const merge = Effect.gen(function* () {
  const store = yield* JobStore.JobStore
  const [job] = yield* store.jobs({})
  if (job === undefined) throw new Error("no job")
  const { report } = yield* Download.download(job.id, { outputPath: output, force: true })
  return report
})

const steps: Readonly<Record<string, Effect.Effect<unknown, unknown, Layer.Layer.Success<typeof layers>>>> = {
  prepare,
  uncounted,
  answer,
  merge
}

const began = performance.now()
const cpuBefore = process.cpuUsage()
const result = await Effect.runPromise(Effect.provide(steps[step] ?? Effect.dieMessage(`no step ${step}`), layers))
const seconds = (performance.now() - began) / 1000
const { system, user } = process.cpuUsage(cpuBefore)
const peakMB = process.resourceUsage().maxRSS / 1024
console.log(JSON.stringify({ seconds, cpu: (user + system) / 1e6, peakMB, result }))
