/** Every wait has an end: with a reason, with what was paid kept, and with nothing sent again before somebody says so. */
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { Batch } from "@batchlabel/openai-batch/Batch"
import * as OpenAiBatchError from "@batchlabel/openai-batch/OpenAiBatchError"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Stream } from "effect"
import * as Cancel from "../src/Cancel.js"
import * as Reconcile from "../src/Reconcile.js"
import {
  cron,
  day,
  follow,
  goOn,
  hour,
  inWorld,
  minute,
  type Plan,
  paidLines,
  prepare,
  showing,
  stopCode
} from "./support/longRun.js"

const failure = (operation: OpenAiBatchError.Operation, reason: OpenAiBatchError.Reason) =>
  new OpenAiBatchError.OpenAiBatchError({ operation, reason })

const notFound = (operation: OpenAiBatchError.Operation) =>
  failure(operation, new OpenAiBatchError.NotFound({ status: 404, detail: "no such thing" }))

const rateLimited = failure("create", new OpenAiBatchError.RateLimited({ status: 429, detail: "too many requests" }))
const broken = (operation: OpenAiBatchError.Operation) =>
  failure(operation, new OpenAiBatchError.ServerError({ status: 500, detail: "the server had an error" }))

/** The batch of a job that is running. */
const runningBatch = (jobId: string) =>
  Effect.gen(function* () {
    const store = yield* JobStore
    const found = (yield* store.attempts(jobId)).find(({ batchId }) => batchId !== undefined)
    return found?.batchId ?? assert.fail("no batch")
  })

const waitingOf = (jobId: string) =>
  Effect.gen(function* () {
    const store = yield* JobStore
    return (yield* store.shards(jobId))
      .filter(({ state }) => state === "waiting")
      .reduce((sum, { requests }) => sum + requests, 0)
  })

describe("a batch that somebody cancels elsewhere", () => {
  const half: Plan = { queue: { capacity: 1e9, duration: () => 2 * hour } }

  /** One batch of four rows, cancelled on the dashboard after half of its time. */
  const cancelled = (world: Parameters<typeof follow>[0]) =>
    Effect.gen(function* () {
      const jobId = yield* prepare({ rows: 4 })
      yield* Reconcile.reconcile(jobId)
      const batch = yield* runningBatch(jobId)
      world.time.setTime(hour)
      yield* world.api.service.cancel(batch)
      return { jobId, batch }
    })

  it.live("ends the job's sending with that reason, and what was answered is kept", () =>
    inWorld(half, (world) =>
      Effect.gen(function* () {
        const { batch, jobId } = yield* cancelled(world)
        const { report } = yield* follow(world, jobId)
        assert.strictEqual(stopCode(report), "BL5055")
        assert.deepInclude(report.view.job.detail?.params, { batch, kept: 2, open: 2 })
        assert.deepInclude(report.view, { labeled: 2, open: 2 })
        assert.deepStrictEqual([world.api.created(), paidLines(world)], [1, 2])
      })
    )
  )

  it.live("is not sent again by cron nor by a server's loop, however long they look", () =>
    inWorld(half, (world) =>
      Effect.gen(function* () {
        const { jobId } = yield* cancelled(world)
        assert.strictEqual(stopCode(yield* cron(world, jobId, 48)), "BL5055")
        assert.strictEqual(stopCode((yield* follow(world, jobId)).report), "BL5055")
        assert.strictEqual(world.api.created(), 1)
      })
    )
  )

  it.live("is gone on with when the user says so, and only what is open is asked", () =>
    inWorld(half, (world) =>
      Effect.gen(function* () {
        const { jobId } = yield* cancelled(world)
        yield* follow(world, jobId)
        const { report } = yield* goOn(world, jobId)
        assert.deepInclude(report.view, { status: "completed", labeled: 4, failedTotal: 0 })
        assert.deepStrictEqual([world.api.created(), paidLines(world)], [2, 4])
      })
    )
  )

  it.live("holds back the shards that were not sent yet, and the other batches are collected by whoever looks", () =>
    inWorld(half, (world) =>
      Effect.gen(function* () {
        const jobId = yield* prepare({ rows: 6, shardRequests: 2, limit: 1_200 })
        yield* Reconcile.reconcile(jobId)
        const before = world.api.created()
        const batch = yield* runningBatch(jobId)
        world.time.setTime(hour)
        yield* world.api.service.cancel(batch)
        assert.strictEqual(stopCode(yield* cron(world, jobId, 6)), "BL5055")
        assert.strictEqual(world.api.created(), before)
        const store = yield* JobStore
        const states = (yield* store.attempts(jobId)).map(({ state }) => state)
        assert.isTrue(
          states.every((state) => state === "collected"),
          states.join()
        )
      })
    )
  )

  it.live("is no reason to stop where nothing is left to be sent", () =>
    inWorld(half, (world) =>
      Effect.gen(function* () {
        const jobId = yield* prepare({ rows: 4, attempts: 1 })
        yield* Reconcile.reconcile(jobId)
        world.time.setTime(hour)
        yield* world.api.service.cancel(yield* runningBatch(jobId))
        const { report } = yield* follow(world, jobId)
        assert.deepInclude(report.view, { labeled: 2, failedTotal: 2, finished: true })
        assert.deepStrictEqual(report.view.failed, { cancelled: 2 })
      })
    )
  )

  it.live("still stops the job when its process dies between seeing it and reading its results", () =>
    inWorld(half, (world) =>
      Effect.gen(function* () {
        const { jobId } = yield* cancelled(world)
        const store = yield* JobStore
        const dying = { ...store, settle: () => Effect.die("killed") }
        yield* Effect.exit(Reconcile.reconcile(jobId, { now: true }).pipe(Effect.provideService(JobStore, dying)))
        const report = yield* cron(world, jobId, 3)
        assert.strictEqual(stopCode(report), "BL5055")
        assert.strictEqual(report.view.labeled, 2)
        assert.strictEqual(world.api.created(), 1)
      })
    )
  )

  it.live("is told from the user's own cancel, which ends the job", () =>
    inWorld(half, (world) =>
      Effect.gen(function* () {
        const jobId = yield* prepare({ rows: 4 })
        yield* Reconcile.reconcile(jobId)
        world.time.setTime(hour)
        yield* Cancel.cancel(jobId)
        const { report } = yield* follow(world, jobId)
        assert.deepInclude(report.view, { status: "cancelled", labeled: 2 })
      })
    )
  )

  it.live("is told from our own cancel of a batch that ran past its window: what is open is asked again", () =>
    inWorld({ queue: { capacity: 1e9, duration: (requests) => (requests === 4 ? 50 * hour : hour) } }, (world) =>
      Effect.gen(function* () {
        const jobId = yield* prepare({ rows: 4 })
        const { report } = yield* follow(world, jobId)
        assert.deepInclude(report.view, { status: "completed", labeled: 4 })
        assert.deepStrictEqual([world.api.created(), paidLines(world)], [2, 4])
      })
    )
  )

  it.live("stops with the reason that its provider gives, wherever it stands", () =>
    inWorld(
      {
        ...half,
        change: (real) =>
          showing(real, (batch) =>
            Effect.succeed(
              batch.status === "cancelled"
                ? {
                    ...batch,
                    errors: [{ code: "", message: "Your account is under review.", param: undefined, line: undefined }]
                  }
                : batch
            )
          )
      },
      (world) =>
        Effect.gen(function* () {
          const { jobId } = yield* cancelled(world)
          const { report } = yield* follow(world, jobId)
          assert.deepInclude(report.view.job.detail?.params, { reason: "Your account is under review." })
          assert.include(report.view.job.detail?.text ?? "", "Your account is under review.")
        })
    )
  )
})

describe("a batch that its server ends without running it", () => {
  const ended = (errors: Batch["errors"]): Plan => ({
    change: (real) => showing(real, (batch) => Effect.succeed({ ...batch, status: "failed", errors }))
  })

  it.live("for a reason that nobody knows stops the job with that reason, and nothing is lost or sent again", () =>
    inWorld(ended([{ code: "", message: "The moon is full.", param: undefined, line: undefined }]), (world) =>
      Effect.gen(function* () {
        const jobId = yield* prepare()
        const { report } = yield* follow(world, jobId)
        assert.strictEqual(stopCode(report), "BL5056")
        assert.include(report.view.job.detail?.text ?? "", "The moon is full.")
        assert.deepStrictEqual([world.api.created(), yield* waitingOf(jobId)], [1, 4])
        yield* cron(world, jobId, 24)
        assert.strictEqual(world.api.created(), 1)
      })
    )
  )

  it.live("without any reason stops as well", () =>
    inWorld(ended([]), (world) =>
      Effect.gen(function* () {
        const jobId = yield* prepare()
        assert.strictEqual(stopCode((yield* follow(world, jobId)).report), "BL5056")
        assert.strictEqual(world.api.created(), 1)
      })
    )
  )
})

describe("what comes to nothing again and again", () => {
  it.live("stops after two windows in which every batch expired with nothing done", () =>
    inWorld(
      {
        change: (real) => showing(real, (batch) => Effect.map(Clock.currentTimeMillis, (now) => expiredEmpty(batch, now)))
      },
      (world) =>
        Effect.gen(function* () {
          const jobId = yield* prepare({ rows: 8, shardRequests: 2, attempts: 50 })
          const { report } = yield* follow(world, jobId)
          assert.strictEqual(stopCode(report), "BL5060")
          assert.deepInclude(report.view.job.detail?.params, { rounds: 2 })
          // Four batches at a time, twice.
          assert.strictEqual(world.api.created(), 8)
          assert.strictEqual(yield* waitingOf(jobId), 8)
          yield* cron(world, jobId, 72)
          assert.strictEqual(world.api.created(), 8)
          const again = yield* goOn(world, jobId)
          assert.strictEqual(stopCode(again.report), "BL5060")
          assert.strictEqual(world.api.created(), 16)
        })
    )
  )

  const shortly: Plan["settings"] = { pollInterval: Duration.seconds(30) }

  const cases: ReadonlyArray<
    readonly [name: string, change: NonNullable<Plan["change"]>, what: string, mostCreates: number, mostHours: number]
  > = [
    ["every create is refused with 429", () => ({ create: () => rateLimited }), "create", 0, 6],
    ["every create is answered with 500 and the list stays empty", () => ({ create: () => broken("create") }), "create", 0, 6],
    ["no upload is taken", () => ({ upload: () => broken("upload") }), "upload", 0, 6],
    [
      "the create is unknown and the list fails",
      () => ({ create: () => broken("create"), list: () => Stream.fail(broken("list")) }),
      "create",
      0,
      6
    ],
    ["every batch fails with server_error", (real) => failing(real, "server_error", "the server had an error"), "batch", 11, 14],
    ["no batch finds its file", (real) => failing(real, "invalid_request", "Cannot find file 'file-x'."), "batch", 11, 14],
    [
      "the queue is full though nothing of ours runs",
      (real) => failing(real, "token_limit_exceeded", "Enqueued token limit reached. Please try again later."),
      "queue",
      11,
      14
    ]
  ]
  for (const [name, change, what, mostCreates, mostHours] of cases) {
    it.live(`stops where ${name}, and says what was tried, how often and for how long`, () =>
      inWorld({ settings: shortly, change }, (world) =>
        Effect.gen(function* () {
          const jobId = yield* prepare({ rows: 40, shardRequests: 2 })
          const { report, took } = yield* follow(world, jobId)
          assert.strictEqual(stopCode(report), "BL5061")
          assert.deepInclude(report.view.job.detail?.params, { what })
          assert.notStrictEqual(Reflect.get(Object(report.view.job.detail?.params), "last"), "")
          // Of twenty shards one is tried after the other has been refused, but for those of the first round.
          assert.isAtMost(world.api.created(), mostCreates + 20)
          assert.isAtMost(took, mostHours * hour)
          const { requests } = report.view
          assert.deepStrictEqual([requests, yield* waitingOrHeld(jobId)], [40, 40])
          const before = world.api.created()
          yield* cron(world, jobId, 24)
          assert.strictEqual(world.api.created(), before)
        })
      )
    )
  }

  it.live("is tried on as long as it comes to something now and again", () => {
    let creates = 0
    return inWorld(
      {
        settings: shortly,
        change: (real) => ({ create: (options) => (++creates % 5 === 0 ? real.create(options) : rateLimited) })
      },
      (world) =>
        Effect.gen(function* () {
          const jobId = yield* prepare({ rows: 8, shardRequests: 2 })
          const { report } = yield* follow(world, jobId)
          assert.deepInclude(report.view, { status: "completed", labeled: 8 })
          assert.deepStrictEqual([world.api.created(), paidLines(world)], [4, 8])
        })
    )
  })

  it.live("does not divide shards for a limit under which no request fits", () =>
    inWorld(
      { change: (real) => failing(real, "token_limit_exceeded", "Enqueued token limit reached. Limit: 100 enqueued tokens.") },
      (world) =>
        Effect.gen(function* () {
          const jobId = yield* prepare({ rows: 40, shardRequests: 20 })
          const { report } = yield* follow(world, jobId)
          assert.strictEqual(stopCode(report), "BL5058")
          assert.deepInclude(report.view.job.detail?.params, { limit: 100 })
          const store = yield* JobStore
          assert.lengthOf(yield* store.shards(jobId), 2)
          assert.isAtMost(world.api.created(), 2)
        })
    )
  )

  it.live("forgets a limit that it has heard after a day, for limits are raised", () => {
    let isLow = true
    return inWorld(
      {
        change: (real) => ({
          create: (options) => Effect.map(real.create(options), (batch) => (isLow ? full(batch) : batch)),
          retrieve: (id) => Effect.map(real.retrieve(id), (batch) => (isLow ? full(batch) : batch))
        })
      },
      (world) =>
        Effect.gen(function* () {
          const jobId = yield* prepare({ rows: 20, shardRequests: 5 })
          yield* follow(world, jobId, {}, hour)
          isLow = false
          world.time.setTime((yield* Clock.currentTimeMillis) + 25 * hour)
          yield* follow(world, jobId, {}, 2 * hour)
          const store = yield* JobStore
          assert.isAbove(yield* Reconcile.reconcile(jobId).pipe(Effect.map(({ view }) => view.labeled)), 0)
          assert.lengthOf(
            (yield* store.shards(jobId)).filter(({ parent }) => parent !== undefined),
            0
          )
        })
    )
  })
})

const full = (batch: Batch): Batch => ({
  ...batch,
  status: "failed",
  errors: [
    {
      code: "token_limit_exceeded",
      message: "Enqueued token limit reached. Limit: 8,000 enqueued tokens.",
      param: undefined,
      line: undefined
    }
  ]
})

/** Requests that wait, or are kept by an attempt that was not created. */
const waitingOrHeld = (jobId: string) =>
  Effect.gen(function* () {
    const store = yield* JobStore
    return (yield* store.shards(jobId))
      .filter(({ state }) => state !== "settled")
      .reduce((sum, { requests }) => sum + requests, 0)
  })

const failing = (real: Parameters<NonNullable<Plan["change"]>>[0], code: string, message: string) =>
  showing(real, (batch) =>
    Effect.succeed({ ...batch, status: "failed", errors: [{ code, message, param: undefined, line: undefined }] })
  )

const expiredEmpty = (batch: Batch, now: number): Batch => {
  const end = batch.expiresAt ?? 0
  return now < end
    ? { ...batch, status: "in_progress", outputFileId: undefined, errorFileId: undefined }
    : { ...batch, status: "expired", expiredAt: end, outputFileId: undefined, errorFileId: undefined }
}

describe("a batch that never ends", () => {
  /** A status that means nothing to anybody. */
  const paused = (real: Parameters<NonNullable<Plan["change"]>>[0], heedsCancel: boolean) => ({
    ...showing(real, (batch) => Effect.succeed({ ...batch, status: "hibernating", outputFileId: undefined })),
    cancel: (id: string) =>
      heedsCancel
        ? real.cancel(id)
        : Effect.map(real.retrieve(id), (batch) => ({ ...batch, status: "hibernating", outputFileId: undefined }))
  })

  it.live("is waited for until its window and two graces are over, then the user is asked", () =>
    inWorld({ change: (real) => paused(real, false) }, (world) =>
      Effect.gen(function* () {
        const jobId = yield* prepare()
        const { report, took } = yield* follow(world, jobId)
        assert.strictEqual(stopCode(report), "BL5057")
        assert.deepInclude(report.view.job.detail?.params, { status: "hibernating" })
        assert.isAtLeast(took, 26 * hour)
        assert.isAtMost(took, 30 * hour)
        assert.strictEqual(world.api.created(), 1)
        yield* cron(world, jobId, 48)
        assert.strictEqual(world.api.created(), 1)
      })
    )
  )

  it.live("is taken for expired when the user says to go on, and what is open is asked again", () => {
    let first: string | undefined
    const stuck = (batch: Batch): Batch =>
      batch.id === first ? { ...batch, status: "hibernating", outputFileId: undefined, errorFileId: undefined } : batch
    return inWorld(
      {
        change: (real) => ({
          ...showing(real, (batch) => Effect.sync(() => stuck(batch))),
          create: (options) =>
            Effect.map(real.create(options), (batch) => {
              first ??= batch.id
              return batch
            }),
          cancel: (id) => Effect.map(real.retrieve(id), stuck)
        })
      },
      (world) =>
        Effect.gen(function* () {
          const jobId = yield* prepare()
          yield* follow(world, jobId)
          const { report } = yield* goOn(world, jobId)
          assert.deepInclude(report.view, { status: "completed", labeled: 4 })
          assert.strictEqual(world.api.created(), 2)
        })
    )
  })
})

describe("a clock that is wrong", () => {
  for (const [name, offset] of [
    ["a day ahead", -day],
    ["a day behind", day],
    ["a week ahead", -7 * day]
  ] as const) {
    it.live(`by ${name} of the API's cancels no running batch and gives none up`, () => {
      let cancels = 0
      return inWorld(
        {
          clockOffset: () => offset,
          queue: { capacity: 1e9, duration: () => 20 * hour },
          change: (real) => ({
            cancel: (id) =>
              Effect.andThen(
                Effect.sync(() => cancels++),
                real.cancel(id)
              )
          })
        },
        (world) =>
          Effect.gen(function* () {
            world.time.setTime(100 * day)
            const jobId = yield* prepare()
            const { report } = yield* follow(world, jobId)
            assert.deepInclude(report.view, { status: "completed", labeled: 4 })
            assert.deepStrictEqual([cancels, world.api.created(), paidLines(world)], [0, 1, 4])
          })
      )
    })
  }

  it.live("that is put right in the middle of a job neither cancels nor lets it sleep for a day", () => {
    let offset = -day
    return inWorld({ clockOffset: () => offset, queue: { capacity: 1e9, duration: () => 3 * hour } }, (world) =>
      Effect.gen(function* () {
        // A day ahead as the batch is created; then the right time.
        world.time.setTime(101 * day)
        const jobId = yield* prepare()
        yield* Reconcile.reconcile(jobId)
        world.time.setTime(100 * day + minute)
        offset = 0
        const { report, took } = yield* follow(world, jobId)
        assert.deepInclude(report.view, { status: "completed", labeled: 4 })
        assert.isAtMost(took, 5 * hour)
        assert.strictEqual(world.api.created(), 1)
      })
    )
  })
})

describe("a key of another project", () => {
  /** While `isForeign`, the key sees nothing of what the other made. */
  const foreign = (isForeign: () => boolean): Plan => ({
    settings: { pollInterval: Duration.seconds(30), pollCap: Duration.minutes(5) },
    queue: { capacity: 1e9, duration: () => 3 * hour },
    change: (real) => ({
      retrieve: (id) => (isForeign() ? notFound("retrieve") : real.retrieve(id)),
      file: (id) => (isForeign() ? notFound("file") : real.file(id)),
      list: (options) => (isForeign() ? Stream.empty : real.list(options))
    })
  })

  it.live("ends a watch within minutes, with nothing lost or made anew, and the right key goes on", () => {
    let isForeign = false
    return inWorld(
      foreign(() => isForeign),
      (world) =>
        Effect.gen(function* () {
          const jobId = yield* prepare({ rows: 6, shardRequests: 2, limit: 1_200 })
          yield* Reconcile.reconcile(jobId)
          const before = world.api.created()
          isForeign = true
          const { report, took } = yield* follow(world, jobId)
          assert.strictEqual(stopCode(report), "BL5059")
          assert.isAtMost(took, 15 * minute)
          assert.strictEqual(world.api.created(), before)
          // Told to go on with the same key, it stops again at once.
          assert.strictEqual(stopCode((yield* goOn(world, jobId)).report), "BL5059")
          assert.strictEqual(world.api.created(), before)
          isForeign = false
          const again = yield* goOn(world, jobId)
          assert.deepInclude(again.report.view, { status: "completed", labeled: 6 })
          assert.strictEqual(paidLines(world), 6)
        })
    )
  })

  it.live(
    "is told to whoever checks a batch that is no longer new, at the first look, and a check with the right key goes on",
    () => {
      let isForeign = false
      return inWorld(
        foreign(() => isForeign),
        (world) =>
          Effect.gen(function* () {
            const jobId = yield* prepare()
            yield* Reconcile.reconcile(jobId)
            world.time.setTime(hour)
            isForeign = true
            const check = { now: true, resume: "mended" } as const
            assert.strictEqual(stopCode(yield* Reconcile.reconcile(jobId, check)), "BL5059")
            isForeign = false
            assert.deepInclude((yield* Reconcile.reconcile(jobId, check)).view, { status: "in_progress" })
          })
      )
    }
  )

  it.live("is not what a replica's lag is: not found twice and then found", () => {
    let looks = 0
    return inWorld(
      { change: (real) => ({ retrieve: (id) => (++looks % 3 === 0 ? real.retrieve(id) : notFound("retrieve")) }) },
      (world) =>
        Effect.gen(function* () {
          const jobId = yield* prepare()
          const { report } = yield* follow(world, jobId)
          assert.deepInclude(report.view, { status: "completed", labeled: 4 })
          assert.strictEqual(world.api.created(), 1)
        })
    )
  })

  it.live("does not take a create whose outcome is unknown for one that never arrived", () => {
    let isForeign = false
    return inWorld(
      {
        ...foreign(() => isForeign),
        change: (real, time) => ({
          ...foreign(() => isForeign).change?.(real, time),
          create: (options) => Effect.andThen(real.create(options), broken("create"))
        })
      },
      (world) =>
        Effect.gen(function* () {
          const jobId = yield* prepare()
          yield* Reconcile.reconcile(jobId)
          isForeign = true
          yield* follow(world, jobId, {}, 2 * hour)
          assert.strictEqual(world.api.created(), 1)
          isForeign = false
          const { report } = yield* goOn(world, jobId)
          assert.deepInclude(report.view, { status: "completed", labeled: 4 })
          assert.deepStrictEqual([world.api.created(), paidLines(world)], [1, 4])
        })
    )
  })
})
