/** When to look, when to rest, what to start: the pure rules, and what comes of them. */
import { join } from "node:path"
import type { Attempt, Shard } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as SqliteStore from "@batchlabel/job-store/SqliteStore"
import type { Batch } from "@batchlabel/openai-batch/Batch"
import { OpenAiBatch, type Service } from "@batchlabel/openai-batch/OpenAiBatch"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, FastCheck, Layer, Random, Stream } from "effect"
import { sized } from "../../../test/support/sized.js"
import * as LabelingConfig from "../src/LabelingConfig.js"
import * as Prepare from "../src/Prepare.js"
import * as Prices from "../src/Prices.js"
import * as Reconcile from "../src/Reconcile.js"
import * as Scheduler from "../src/Scheduler.js"
import * as FakeApi from "./support/FakeApi.js"
import * as ManualClock from "./support/ManualClock.js"
import { folder, task, writeTexts } from "./support/simulated.js"

const settings = LabelingConfig.defaults
const second = 1000
const minute = 60 * second
const hour = 60 * minute

const attempt = (patch: Partial<Attempt>): Attempt => ({
  id: 1,
  jobId: "job_1",
  shard: 1,
  number: 1,
  state: "planned",
  model: "gpt-4o-mini",
  tokens: 0,
  reserved: 0n,
  cost: undefined,
  inputFileId: undefined,
  batchId: undefined,
  outputFileId: undefined,
  errorFileId: undefined,
  notBefore: 0,
  intentAt: undefined,
  createdAt: 0,
  updatedAt: 0,
  endedAt: undefined,
  expiresAt: undefined,
  counts: undefined,
  errors: [],
  usage: undefined,
  collected: undefined,
  failedPolls: 0,
  ...patch
})

const shard = (patch: Partial<Shard>): Shard => ({
  jobId: "job_1",
  number: 1,
  round: 1,
  parent: undefined,
  path: "shards/shard-00001.jsonl",
  known: 0,
  requests: 1,
  bytes: 1,
  tokens: 1,
  sha256: "",
  firstRow: 0,
  lastRow: 0,
  state: "waiting",
  wait: undefined,
  ...patch
})

const nonNegative = FastCheck.integer({ min: 0, max: 1_000_000_000 })

describe("the wait until a batch is looked at again", () => {
  it("begins at the poll interval, is a tenth of the batch's age, and ends at the cap", () => {
    const waits = [0, 4 * minute, 10 * minute, 30 * minute, 50 * minute, 5 * hour].map((age) =>
      Scheduler.pollDelay(settings, age, 0)
    )
    assert.deepStrictEqual(waits, [30 * second, 30 * second, minute, 3 * minute, 5 * minute, 5 * minute])
  })

  it("doubles with every look that failed, up to the cap", () => {
    const waits = [1, 2, 3, 4, 100].map((failedPolls) => Scheduler.pollDelay(settings, 0, failedPolls))
    assert.deepStrictEqual(waits, [minute, 2 * minute, 4 * minute, 5 * minute, 5 * minute])
  })

  it("never is shorter than the interval nor longer than the cap, and does not shrink as a batch grows older", () => {
    FastCheck.assert(
      FastCheck.property(nonNegative, nonNegative, FastCheck.nat(2000), (age, older, failedPolls) => {
        const wait = Scheduler.pollDelay(settings, age, failedPolls)
        assert.isAtLeast(wait, 30 * second)
        assert.isAtMost(wait, 5 * minute)
        assert.isAtLeast(Scheduler.pollDelay(settings, age + older, failedPolls), wait)
      })
    )
  })

  it("is the interval where that is longer than the cap", () => {
    const own = { ...settings, pollInterval: Duration.minutes(10) }
    assert.strictEqual(Scheduler.pollDelay(own, 20 * hour, 7), 10 * minute)
  })
})

describe("the rest of a shard that the API would not take", () => {
  it("doubles from 5 to 80 minutes", () => {
    const rests = [1, 2, 3, 4, 5, 6, 1000].map((times) => Scheduler.backoffDelay(settings, times, 0.5))
    assert.deepStrictEqual(
      rests,
      [5, 10, 20, 40, 80, 80, 80].map((minutes) => minutes * minute)
    )
  })

  it("is spread over a fifth to either side", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.nat(50),
        FastCheck.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (times, random) => {
          const middle = Scheduler.backoffDelay(settings, times, 0.5)
          const rest = Scheduler.backoffDelay(settings, times, random)
          assert.isAtLeast(rest, middle * 0.8)
          assert.isBelow(rest, middle * 1.2 + 1)
          assert.isAtLeast(rest, 4 * minute)
          assert.isAtMost(rest, 96 * minute)
        }
      )
    )
    assert.strictEqual(Scheduler.backoffDelay(settings, 1, 0), 4 * minute)
  })

  it("counts the rejections in a row up to the newest attempt, of its own shard", () => {
    const states = (of: number, ...all: ReadonlyArray<Attempt["state"]>) => all.map((state) => attempt({ shard: of, state }))
    const rejected = (...all: ReadonlyArray<Attempt["state"]>) =>
      Scheduler.rejectionsInARow([...states(1, ...all), ...states(2, "collected")], 1)
    assert.strictEqual(rejected(), 0)
    assert.strictEqual(rejected("rejected", "rejected"), 2)
    assert.strictEqual(rejected("rejected", "lost", "rejected"), 1)
    assert.strictEqual(rejected("rejected", "collected"), 0)
  })

  it("leaves the uploaded file to the next attempt", () => {
    const attempts = [
      attempt({ state: "rejected", inputFileId: "file-1" }),
      attempt({ state: "rejected", inputFileId: "file-2" }),
      attempt({ state: "abandoned", inputFileId: "file-3" }),
      attempt({ shard: 2, state: "rejected", inputFileId: "file-4" })
    ]
    assert.strictEqual(Scheduler.reusableFile(attempts, 1), "file-2")
    assert.isUndefined(Scheduler.reusableFile([...attempts, attempt({ state: "rejected" })], 1))
    assert.isUndefined(Scheduler.reusableFile(attempts, 3))
  })
})

describe("what may start", () => {
  it("are the waiting shards in their order, but for those that rest", () => {
    const wait = (reason: "tokens" | "rate" | "budget" | "backoff", until: number | undefined) => ({ reason, since: 0, until })
    const shards = [
      shard({ number: 1, wait: wait("backoff", 10) }),
      shard({ number: 2, wait: wait("backoff", 11) }),
      shard({ number: 3, wait: wait("rate", 99) }),
      shard({ number: 4, state: "running" }),
      shard({ number: 5, wait: wait("budget", undefined) }),
      shard({ number: 6, state: "settled" }),
      shard({ number: 7 })
    ]
    assert.deepStrictEqual(
      Scheduler.startable(settings, shards, 10).map(({ number }) => number),
      [1, 3, 5, 7]
    )
  })

  it("stays under the smaller of the configured and the learned limit, less the share that is kept free", () => {
    const spared = { ...settings, queueShare: 0.95 }
    assert.isUndefined(Scheduler.tokenLimit(spared, undefined, undefined))
    assert.strictEqual(Scheduler.tokenLimit(spared, 1000, undefined), 950)
    assert.strictEqual(Scheduler.tokenLimit(spared, undefined, 2000), 1900)
    assert.strictEqual(Scheduler.tokenLimit(spared, 1000, 2000), 950)
    assert.strictEqual(Scheduler.tokenLimit(spared, 2000, 999), 949)
  })
})

describe("the next look at a job", () => {
  it("is when its first attempt is due or its first resting shard is rested", () => {
    const attempts = [
      attempt({ state: "in_progress", notBefore: 50 }),
      attempt({ state: "validating", notBefore: 40 }),
      attempt({ state: "collected", notBefore: 1 }),
      attempt({ state: "rejected", notBefore: 1 }),
      attempt({ state: "lost", notBefore: 1 }),
      attempt({ state: "abandoned", notBefore: 1 })
    ]
    assert.strictEqual(Scheduler.nextPassAt(attempts, []), 40)
    const resting = shard({ wait: { reason: "backoff", since: 0, until: 30 } })
    assert.strictEqual(Scheduler.nextPassAt(attempts, [resting]), 30)
    assert.strictEqual(Scheduler.nextPassAt(attempts, [{ ...resting, state: "running" }]), 40)
  })

  it("has no time where only money or others' tokens are waited for", () => {
    const waiting = shard({ wait: { reason: "budget", since: 0, until: undefined } })
    assert.isUndefined(Scheduler.nextPassAt([attempt({ state: "collected" })], [waiting]))
  })
})

interface Plan {
  /** A text of so many sentences a row; each is a shard, or so many make one. */
  readonly sentences: ReadonlyArray<number>
  readonly shardRequests?: number
  readonly limit?: number | undefined
  readonly settings?: Partial<LabelingConfig.Settings>
  readonly faults?: Partial<FakeApi.Faults>
  readonly seed?: number
  readonly change?: (real: Service) => Partial<Service>
}

interface Created {
  readonly shard: number
  readonly at: number
  readonly tokens: number
  /** The tokens of the batches that the API has open, this one included, and how many they are. */
  readonly open: number
  readonly openBatches: number
}

// Few looks at a batch, so that few passes are made.
const seldom = { parallelUploads: 1, pollInterval: Duration.hours(1), pollCap: Duration.hours(6) }

/** Goes on with a job until it is done; every batch that was created on the way. */
const drive = (plan: Plan) => {
  const time = ManualClock.make()
  const seed = plan.seed ?? 1
  const api = FakeApi.make(
    seed,
    { ...FakeApi.noFaults, ...plan.faults },
    { capacity: Number.POSITIVE_INFINITY, duration: (_requests, random) => random * 2 * hour }
  )
  const created: Array<Created> = []
  return Effect.gen(function* () {
    const home = yield* folder
    const inputPath = writeTexts(
      join(home, "input.csv"),
      plan.sentences.map((count, n) => `${n} ${"정부는 정책을 발표했다. ".repeat(count)}`)
    )
    const store = yield* JobStore
    const live: Array<{ readonly id: string; readonly tokens: number }> = []
    const watched: Service = {
      ...api.service,
      ...plan.change?.(api.service),
      create: (options) =>
        Effect.gen(function* () {
          const batch = yield* api.service.create(options)
          const number = Number(options.metadata["shard"])
          const tokens =
            (yield* Effect.orDie(store.shards(options.metadata["job"] ?? ""))).find((one) => one.number === number)?.tokens ?? 0
          live.push({ id: batch.id, tokens })
          let open = 0
          let openBatches = 0
          for (const one of live) {
            const { status } = yield* api.service.retrieve(one.id)
            if (status !== "validating" && status !== "in_progress") continue
            open += one.tokens
            openBatches++
          }
          created.push({ shard: number, at: yield* Clock.currentTimeMillis, tokens, open, openBatches })
          return batch
        })
    }
    const { job } = yield* Prepare.prepare({
      inputPath,
      home,
      task: task(),
      shardRequests: plan.shardRequests ?? 1,
      shardTokens: Number.MAX_SAFE_INTEGER,
      enqueuedTokenLimit: plan.limit
    })
    const sizes = (yield* store.shards(job.id)).map(({ tokens }) => tokens)
    for (let pass = 0; pass < 2_000; pass++) {
      const report = yield* Reconcile.reconcile(job.id, { resume: true }).pipe(Effect.provideService(OpenAiBatch, watched))
      if (report.view.finished)
        return { created, sizes, view: report.view, events: yield* store.events(job.id, { after: 0, limit: 1000 }) }
      time.setTime(Math.max((yield* Clock.currentTimeMillis) + 1, report.nextAt ?? 0))
    }
    return assert.fail("a shard is never started")
  }).pipe(
    Effect.scoped,
    Effect.provide(
      Layer.mergeAll(SqliteStore.layerMemory, Prices.layer(), LabelingConfig.layer({ ...seldom, ...plan.settings })).pipe(
        Layer.provideMerge(NodeContext.layer)
      )
    ),
    Effect.withClock(time.clock),
    Effect.withRandom(Random.make(seed))
  )
}

const whole = { queueShare: 1 }

describe("the shards of a job", () => {
  it.effect("start the oldest first, and a later one that fits before an older one that does not", () =>
    Effect.gen(function* () {
      const sentences = [20, 200, 20, 200, 20]
      const { sizes } = yield* drive({ sentences })
      const [small = 0, large = 0] = sizes
      const { created } = yield* drive({ sentences, limit: large + 2 * small - 1, settings: whole })
      assert.deepStrictEqual(
        created.slice(0, 2).map((one) => one.shard),
        [1, 2]
      )
      const tight = yield* drive({ sentences, limit: 3 * small + 10, settings: whole, shardRequests: 1 })
      // The large ones do not fit beside the small ones, and go alone.
      assert.deepStrictEqual(
        tight.created.slice(0, 3).map((one) => one.shard),
        [1, 3, 5]
      )
      assert.deepStrictEqual(
        tight.created.slice(3).map((one) => [one.shard, one.openBatches]),
        [
          [2, 1],
          [4, 1]
        ]
      )
    })
  )

  it.effect("keep to a limit that the API has named, and are divided where one of them is above it", () =>
    Effect.gen(function* () {
      const sentences = Array.from({ length: 12 }, () => 20)
      const { sizes } = yield* drive({ sentences })
      const [one = 0] = sizes
      let refused: string | undefined
      const named = 3 * one
      const message = `Enqueued token limit reached for gpt-4o-mini in organization org-x. Limit: ${named.toLocaleString("en-US")} enqueued tokens.`
      const asFailed = (batch: Batch): Batch =>
        batch.id !== refused
          ? batch
          : {
              ...batch,
              status: "failed",
              errors: [{ code: "token_limit_exceeded", message, param: undefined, line: undefined }]
            }
      const { created, events } = yield* drive({
        sentences,
        shardRequests: 12,
        settings: whole,
        change: (real) => ({
          retrieve: (id) =>
            Effect.map(real.retrieve(id), (batch) => {
              refused ??= id
              return asFailed(batch)
            }),
          list: (options) => Stream.map(real.list(options), asFailed)
        })
      })
      assert.strictEqual(events.filter(({ kind }) => kind === "shard_divided").length, 1)
      const later = created.slice(1)
      assert.isAtLeast(later.length, 4)
      for (const { tokens } of later) assert.isAtMost(tokens, named)
    })
  )

  it.effect("are not created faster than the API allows", () =>
    Effect.gen(function* () {
      const { created } = yield* drive({
        sentences: Array.from({ length: 11 }, () => 1),
        settings: { creationsPerHour: 3 },
        faults: { queueFull: 0.3 }
      })
      assert.isAtLeast(created.length, 11)
      for (const { at } of created) {
        const within = created.filter((other) => other.at > at - hour && other.at <= at).length
        assert.isAtMost(within, 3)
      }
    })
  )

  it("are created 2,000 an hour at most, unless told otherwise", () => {
    assert.strictEqual(settings.creationsPerHour, 2_000)
  })

  it.effect(
    "never hold more tokens than the limit, unless one of them alone does, and all of them start, whatever their sizes",
    () =>
      Effect.promise(() =>
        FastCheck.assert(
          FastCheck.asyncProperty(
            FastCheck.array(FastCheck.oneof(FastCheck.integer({ min: 1, max: 30 }), FastCheck.integer({ min: 100, max: 400 })), {
              minLength: 1,
              maxLength: 14
            }),
            FastCheck.integer({ min: 400, max: 6_000 }),
            FastCheck.integer({ min: 1, max: 4 }),
            FastCheck.nat(1_000_000),
            FastCheck.boolean(),
            (sentences, limit, shardRequests, seed, faulty) =>
              Effect.runPromise(
                Effect.gen(function* () {
                  const { created, view } = yield* drive({
                    sentences,
                    limit,
                    shardRequests,
                    seed,
                    settings: { ...whole, parallelUploads: 1 + (seed % 3) },
                    faults: faulty ? { queueFull: 0.2, expires: 0.2, fileNotReady: 0.1 } : {}
                  })
                  for (const { open, openBatches, tokens } of created) {
                    assert.isTrue(
                      open <= limit || openBatches === 1,
                      `${open} tokens in ${openBatches} batches, at most ${limit}`
                    )
                    assert.isAbove(tokens, 0)
                  }
                  assert.strictEqual(view.labeled + view.failedTotal, sentences.length)
                  assert.strictEqual(view.shards.waiting + view.shards.running, 0)
                })
              )
          ),
          { numRuns: sized(10, 30), seed: 20260101 }
        )
      )
  )
})
