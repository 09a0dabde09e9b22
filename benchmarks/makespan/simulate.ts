// How long a large dataset takes under a limit of enqueued tokens: the real reconcile loop against a model of the API, with a clock that is moved by hand.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Presets from "@batchlabel/core/Presets"
import * as SqliteStore from "@batchlabel/job-store/SqliteStore"
import * as LabelingConfig from "@batchlabel/labeling/LabelingConfig"
import * as Prepare from "@batchlabel/labeling/Prepare"
import * as Prices from "@batchlabel/labeling/Prices"
import * as Reconcile from "@batchlabel/labeling/Reconcile"
import { OpenAiBatch } from "@batchlabel/openai-batch/OpenAiBatch"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as FakeApi from "../../packages/labeling/test/support/FakeApi.js"
import * as ManualClock from "../../packages/labeling/test/support/ManualClock.js"

const rows = Number(process.argv[2] ?? 20_000)
const seed = Number(process.argv[3] ?? 1)
const hour = 3_600_000

/** The queue holds a twentieth of the dataset; a batch runs between one and four hours, whatever its size. */
const capacity = Math.floor(rows / 20)
// The guide's chunks; a queue that cannot hold one would refuse them for ever.
const chunk = 1_000
if (capacity < chunk) throw new Error(`${rows} rows are too few: the queue holds a twentieth of them, and must hold ${chunk}`)
const duration = (_requests: number, random: number): number => hour * (1 + 3 * random)

interface Schedule {
  readonly hours: number
  readonly batches: number
  /** What its own batches would have taken at the least, had the queue been full all the time. */
  readonly lowerBound: number
}

/** Every request occupies its place in the queue for as long as its batch runs: no schedule can be shorter than the area over the capacity. */
const schedule = (hours: number, batches: number, occupied: number): Schedule => ({
  hours,
  batches,
  lowerBound: occupied / capacity / hour
})

// Every look is a step of the simulation: some fewer than by default, which costs a little of what is shown.
const settings = LabelingConfig.layer({ pollInterval: Duration.minutes(5) })

const time = ManualClock.make()

const ours = Effect.gen(function* () {
  const folder = mkdtempSync(join(tmpdir(), "batchlabel-makespan-"))
  yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(folder, { recursive: true, force: true })))
  const input = join(folder, "input.csv")
  writeFileSync(input, `text\n${Array.from({ length: rows }, (_, n) => `기사 #${n} ${seed}\n`).join("")}`)
  const task = Presets.get("news-stance-ko")
  if (task === undefined) return yield* Effect.dieMessage("no preset")
  const api = FakeApi.make(seed, FakeApi.noFaults, { capacity, duration })
  const split = yield* Prepare.prepare({
    inputPath: input,
    home: join(folder, "probe"),
    task,
    useCache: false,
    separate: true
  }).pipe(Effect.map(({ job }) => job.split))
  // Rows are alike, so the limit of tokens is that of the queue's requests.
  const perRequest = (split?.inputTokens ?? 0) / rows
  const { job } = yield* Prepare.prepare({
    inputPath: input,
    home: folder,
    task,
    useCache: false,
    separate: true,
    enqueuedTokenLimit: Math.floor(capacity * perRequest)
  })
  const began = yield* Clock.currentTimeMillis
  const run = Effect.gen(function* () {
    for (;;) {
      const report = yield* Reconcile.reconcile(job.id)
      if (report.nextAt === undefined) return
      time.setTime(Math.max(yield* Clock.currentTimeMillis, report.nextAt))
    }
  })
  yield* run.pipe(Effect.provideService(OpenAiBatch, api.service))
  return schedule(((yield* Clock.currentTimeMillis) - began) / hour, api.created(), api.occupied())
}).pipe(
  Effect.withClock(time.clock),
  Effect.scoped,
  Effect.provide(Layer.mergeAll(SqliteStore.layerMemory, Prices.layer(), settings, NodeFileSystem.layer))
)

/** The guide's loop: chunks of 1,000 rows, a minute apart; what the full queue refused is seen by the hourly check and submitted again. */
const guide = (): Schedule => {
  const next = FakeApi.random(seed)
  let waiting = Array.from({ length: Math.ceil(rows / chunk) }, () => chunk)
  const running: Array<{ readonly ends: number; readonly size: number }> = []
  let now = 0
  let end = 0
  let batches = 0
  let occupied = 0
  while (waiting.length > 0) {
    const refused: Array<number> = []
    for (const size of waiting) {
      const enqueued = running.reduce((sum, batch) => sum + (batch.ends > now ? batch.size : 0), 0)
      batches++
      if (enqueued + size > capacity) refused.push(size)
      else {
        const ends = now + duration(size, next())
        running.push({ ends, size })
        occupied += size * (ends - now)
        end = Math.max(end, ends)
      }
      now += 60_000
    }
    waiting = refused
    now = Math.ceil(now / hour) * hour
  }
  return schedule(Math.ceil(end / hour), batches, occupied)
}

/** One batch at a time, as large as the queue, looked at once an hour. */
const oneAtATime = (): Schedule => {
  const next = FakeApi.random(seed)
  const batches = Math.ceil(rows / capacity)
  let hours = 0
  let occupied = 0
  for (let i = 0; i < batches; i++) {
    const runs = duration(capacity, next())
    hours += Math.ceil(runs / hour)
    occupied += capacity * runs
  }
  return schedule(hours, batches, occupied)
}

const mine = await Effect.runPromise(ours)
console.log(JSON.stringify({ ours: mine, guide: guide(), oneAtATime: oneAtATime() }))
