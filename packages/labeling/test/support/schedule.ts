/**
 * One seeded schedule: a small input, an API full of faults, a process that dies now and again. At the end every row has its outcome, what
 * was paid is in the output, and nothing was paid twice.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Presets from "@batchlabel/core/Presets"
import * as Prompt from "@batchlabel/core/Prompt"
import { JobStore, type Service as StoreService } from "@batchlabel/job-store/JobStore"
import * as SqliteStore from "@batchlabel/job-store/SqliteStore"
import { type Service as ApiService, OpenAiBatch } from "@batchlabel/openai-batch/OpenAiBatch"
import type * as FileSystem from "@effect/platform/FileSystem"
import { assert } from "@effect/vitest"
import { parse } from "csv-parse/sync"
import { Cause, Clock, Duration, Effect, Either, Exit, Layer, Random, Stream } from "effect"
import * as Download from "../../src/Download.js"
import * as LabelingConfig from "../../src/LabelingConfig.js"
import * as Prepare from "../../src/Prepare.js"
import * as Prices from "../../src/Prices.js"
import * as Reconcile from "../../src/Reconcile.js"
import * as FakeApi from "./FakeApi.js"
import * as ManualClock from "./ManualClock.js"

/** The process is gone, in the middle of whatever it did. */
class Death {
  readonly _tag = "Death"
}

/** Counts calls down to a death, before the call is made or after it was. */
const mortal = (life: { left: number; after: boolean }) => {
  const guard = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.suspend(() => {
      if (life.left-- !== 0) return effect
      return life.after ? Effect.andThen(effect, Effect.die(new Death())) : Effect.die(new Death())
    })
  const store = (real: StoreService): StoreService => ({
    ...real,
    createJob: (job) => guard(real.createJob(job)),
    updateJob: (...args) => guard(real.updateJob(...args)),
    finishPreparing: (...args) => guard(real.finishPreparing(...args)),
    plan: (reservation) => guard(real.plan(reservation)),
    advance: (...args) => guard(real.advance(...args)),
    release: (...args) => guard(real.release(...args)),
    settle: (settlement) => guard(real.settle(settlement)),
    replaceShard: (...args) => guard(real.replaceShard(...args)),
    setWait: (...args) => guard(real.setWait(...args)),
    appendEvents: (...args) => guard(real.appendEvents(...args)),
    saveAnswers: (...args) => guard(real.saveAnswers(...args))
  })
  const api = (real: ApiService): ApiService => ({
    ...real,
    upload: (options) => guard(real.upload(options)),
    create: (options) => guard(real.create(options)),
    retrieve: (id) => guard(real.retrieve(id)),
    cancel: (id) => guard(real.cancel(id)),
    download: (options) => guard(real.download(options)),
    list: (options) => Stream.unwrap(guard(Effect.succeed(real.list(options))))
  })
  return { store, api }
}

const settings = LabelingConfig.layer({
  pollInterval: Duration.minutes(30),
  pollCap: Duration.hours(6),
  backoff: Duration.minutes(5),
  backoffCap: Duration.minutes(80),
  listLag: Duration.seconds(60)
})

const died = (exit: Exit.Exit<unknown, unknown>): boolean =>
  Exit.isFailure(exit) && [...Cause.defects(exit.cause)].some((defect) => defect instanceof Death)

export interface Ran {
  readonly deaths: number
  readonly passes: number
  readonly batches: number
  readonly labeled: number
  readonly failed: number
}

const mostPasses = 2_000

const play = Effect.fnUntraced(function* (seed: number, home: string, time: ManualClock.ManualClock) {
  const next = FakeApi.random(seed ^ 0x5bd1e995)
  const upTo = (most: number): number => next() * most
  // A quarter of the schedules has no fault of one kind, so that the others show.
  const fault = (most: number): number => (next() < 0.25 ? 0 : upTo(most))
  const api = FakeApi.make(seed, {
    before: fault(0.2),
    after: fault(0.2),
    notFound: fault(0.1),
    listLag: fault(0.8),
    queueFull: fault(0.4),
    fileNotReady: fault(0.2),
    expires: fault(0.4),
    cancelledElsewhere: fault(0.2),
    lateFiles: fault(0.5),
    badLine: fault(0.4),
    strayLines: fault(0.5),
    lies: fault(0.5)
  })
  const task = Presets.get("news-stance-ko")
  if (task === undefined) return assert.fail("no preset")
  const rowCount = 2 + Math.floor(upTo(24))
  const rows: Array<string> = []
  while (rows.length < rowCount) rows.push(next() < 0.08 ? "" : `기사 #${Math.floor(upTo(40))} ${seed}`)
  if (!rows.some((text) => text !== "")) rows[0] = `기사 #1 ${seed}`
  mkdirSync(home, { recursive: true })
  const input = join(home, "input.csv")
  writeFileSync(input, `text,n\n${rows.map((text, n) => `${text},${n}\n`).join("")}`)
  const realStore = yield* JobStore

  let deaths = 0
  let passes = 0
  let deathsLeft = Math.floor(upTo(6))
  let jobId: string | undefined
  for (;;) {
    if (++passes > mostPasses) return assert.fail(`seed ${seed}: not finished after ${mostPasses} passes`)
    const life = { left: deathsLeft > 0 ? Math.floor(upTo(40)) : -1, after: next() < 0.5 }
    const { api: mortalApi, store: mortalStore } = mortal(life)
    const known: string | undefined = jobId
    const process: Effect.Effect<Reconcile.Report, unknown, FileSystem.FileSystem> = Effect.gen(function* () {
      // A person says each time that a stopped job may go on.
      if (known !== undefined) return yield* Reconcile.reconcile(known, { resume: true })
      const { job } = yield* Prepare.prepare({ inputPath: input, home, task, shardRequests: 1 + Math.floor(upTo(7)) })
      return yield* Reconcile.reconcile(job.id)
    }).pipe(
      Effect.provide(
        Layer.mergeAll(
          Layer.succeed(JobStore, mortalStore(realStore)),
          Layer.succeed(OpenAiBatch, mortalApi(api.service)),
          Prices.layer(),
          settings
        )
      )
    )
    const exit = yield* Effect.exit(process)
    if (died(exit)) {
      deaths++
      deathsLeft--
      continue
    }
    const report = yield* exit
    jobId = report.view.job.id
    if (report.view.finished) break
    const isStopped = report.view.job.state === "stopped"
    assert.isTrue(isStopped || report.nextAt !== undefined, `seed ${seed}: job is ${report.view.job.state} and nothing is due`)
    const now = yield* Clock.currentTimeMillis
    time.setTime(Math.max(now + 1, report.nextAt ?? now + 3_600_000))
  }

  const output = join(home, "labeled.csv")
  if (jobId === undefined) return assert.fail(`seed ${seed}: no job`)
  const { report } = yield* Download.download(jobId, { outputPath: output })
  const failed = Object.values(report.failed).reduce((sum, count) => sum + count, 0)
  assert.strictEqual(report.rows, rows.length, `seed ${seed}: rows`)
  assert.strictEqual(report.labeled + failed, rows.length, `seed ${seed}: every row has one outcome`)
  assert.strictEqual(report.pending, 0)

  const paid = api.paid(Number.MAX_SAFE_INTEGER)
  const prompt = Either.getOrThrow(Prompt.compile(task, ["text", "n"]))
  const digestOf = (text: string): string => prompt.render([text, "0"]).digest
  for (const [digest, times] of paid) assert.strictEqual(times, 1, `seed ${seed}: ${digest} was paid ${times} times`)

  const written: ReadonlyArray<ReadonlyArray<string>> = parse(readFileSync(output, "utf8"), { from_line: 2 })
  written.forEach(([text = "", n, label, , labeled], index) => {
    assert.deepStrictEqual([text, n], [rows[index], String(index)], `seed ${seed}: row ${index} is where it was`)
    if (labeled === "True") {
      assert.strictEqual(Number(label), FakeApi.labelOf(text), `seed ${seed}: label of row ${index}`)
      assert.strictEqual(paid.get(digestOf(text)), 1, `seed ${seed}: a label that was never paid, row ${index}`)
    }
  })
  // What was paid is there: as a label, or as an answer that is none.
  const answered = new Set(written.flatMap(([text = "", , , , labeled]) => (labeled === "True" ? [digestOf(text)] : [])))
  const invalid = existingFailures(Download.toFailedPath(output), "invalid_answer")
  for (const text of invalid) answered.add(digestOf(text))
  assert.deepStrictEqual([...paid.keys()].sort(), [...answered].sort(), `seed ${seed}: what was paid is in the output`)

  rmSync(home, { recursive: true, force: true })
  const ran: Ran = { deaths, passes, batches: api.created(), labeled: report.labeled, failed }
  return ran
})

const existingFailures = (path: string, reason: string): ReadonlyArray<string> => {
  try {
    const rows: ReadonlyArray<ReadonlyArray<string>> = parse(readFileSync(path, "utf8"), { from_line: 2 })
    return rows.filter((row) => row[6] === reason).map(([text = ""]) => text)
  } catch {
    return []
  }
}

/** Runs the schedule of a seed; a broken promise is a failed assertion. `home` is an empty folder. */
export const run = (seed: number, home: string) =>
  Effect.suspend(() => {
    const time = ManualClock.make()
    return play(seed, home, time).pipe(
      // A store of its own: what another schedule has learned is no part of this one, which its seed alone is to play again.
      Effect.provide(SqliteStore.layerMemory),
      Effect.withClock(time.clock),
      Effect.withRandom(Random.make(seed)),
      // Nobody reads the spans of tens of thousands of passes.
      Effect.withTracerEnabled(false)
    )
  })
