/** A row that is under way is not asked again by another job: not from a copy, a grown file, or a job that was started apart. */
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import * as PriceBook from "@batchlabel/cost/PriceBook"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import * as Cancel from "../src/Cancel.js"
import * as Download from "../src/Download.js"
import { worstCase } from "../src/internal/worstCase.js"
import type { JobRequest } from "../src/JobRequest.js"
import * as JobView from "../src/JobView.js"
import * as Prepare from "../src/Prepare.js"
import * as Reconcile from "../src/Reconcile.js"
import { folder, layers, passes, passesUntil, task, writeTexts } from "./support/simulated.js"

/** Nothing is due before the test leaps there, however slow its machine. */
const unhurried = { pollInterval: Duration.minutes(10), pollCap: Duration.minutes(20) }

const on = <A, E, R>(use: (api: Simulator.Simulator) => Effect.Effect<A, E, R>, options: Simulator.Options = {}) =>
  Effect.flatMap(Simulator.scoped({ rules: { default: 1 }, ...options }), (api) =>
    Effect.provide(use(api), layers(api, { settings: unhurried }))
  )

const texts = (rows: number, from = 0) => Array.from({ length: rows }, (_, n) => `글 ${n + from}`)

const paidLines = (api: Simulator.Simulator) =>
  Effect.map(
    Effect.promise(() => api.ledger()),
    ({ jobs }) => Object.values(jobs).reduce((sum, { paid }) => sum + paid, 0)
  )

interface Wish extends Partial<JobRequest> {
  readonly name?: string
  readonly rows: ReadonlyArray<string>
}

/** A job of a file of these rows. */
const jobOf = Effect.fnUntraced(function* (home: string, { name = "input.csv", rows, ...parts }: Wish) {
  const inputPath = writeTexts(join(home, name), rows)
  const { job } = yield* Prepare.prepare({ inputPath, home, task: task(), ...parts })
  return job.id
})

const finish = (jobId: string) => passes(jobId, () => Effect.void)

const waitsOf = (jobId: string) =>
  Effect.map(JobView.load(jobId), ({ waits }) => waits.map(({ by, reason, requests }) => [reason, by?.job, requests]))

/** How many rows of the job's own output have a label. */
const labelled = Effect.fnUntraced(function* (home: string, jobId: string) {
  const store = yield* JobStore
  const outputPath = join(home, `${jobId}.csv`)
  const { report } = yield* Download.download(jobId, { outputPath })
  assert.deepStrictEqual(yield* store.check, [])
  return report.labeled
})

describe("a row that is under way in an open job is not asked again", () => {
  const others: ReadonlyArray<readonly [string, Wish, number]> = [
    ["of a copy under another name", { name: "copy.csv", rows: texts(30) }, 30],
    ["of a copy that is split in another way", { name: "copy.csv", rows: texts(30), shardRequests: 7 }, 30],
    ["of a copy in another order", { name: "copy.csv", rows: texts(30).toReversed() }, 30],
    ["of a grown file", { name: "grown.csv", rows: texts(45) }, 45],
    ["of a file that shares some rows", { name: "shares.csv", rows: texts(30, 15) }, 45],
    ["of the same file in a job that is started apart", { rows: texts(30), separate: true }, 30]
  ]
  for (const [of, wish, distinct] of others) {
    it.scopedLive(`${of}, and every row is labelled`, () =>
      on((api) =>
        Effect.gen(function* () {
          const home = yield* folder
          const first = yield* jobOf(home, { rows: texts(30), shardRequests: 10 })
          yield* Reconcile.reconcile(first)
          const second = yield* jobOf(home, { shardRequests: 10, ...wish })
          yield* Reconcile.reconcile(second)
          assert.isNotEmpty(yield* waitsOf(second))
          // Nobody looks at the first any more: whoever waits for its answers does.
          assert.strictEqual((yield* finish(second)).view.status, "completed")
          assert.strictEqual(yield* labelled(home, second), wish.rows.length)
          assert.strictEqual((yield* finish(first)).view.status, "completed")
          assert.strictEqual(yield* labelled(home, first), 30)
          assert.strictEqual(yield* paidLines(api), distinct)
        })
      )
    )
  }

  it.scopedLive("and what waits says for which job, while the rest is sent", () =>
    on(() =>
      Effect.gen(function* () {
        const home = yield* folder
        const first = yield* jobOf(home, { rows: texts(10) })
        yield* Reconcile.reconcile(first)
        const second = yield* jobOf(home, { name: "grown.csv", rows: texts(15) })
        const { view } = yield* Reconcile.reconcile(second)
        assert.deepStrictEqual(yield* waitsOf(second), [["asked", first, 10]])
        assert.deepStrictEqual(
          view.batches.flatMap(({ batchId, requests }) => (batchId === undefined ? [] : [requests])),
          [5]
        )
      })
    )
  )

  it.scopedLive("by jobs that go on at the same time, each on a file of its own", () =>
    on((api) =>
      Effect.gen(function* () {
        const home = yield* folder
        const names = ["a", "b", "c"]
        const jobs = yield* Effect.forEach(names, (name, index) =>
          jobOf(home, { name: `${name}.csv`, rows: texts(30, index * 5), shardRequests: 4 + index })
        )
        yield* Effect.forEach(jobs, finish, { concurrency: 3, discard: true })
        for (const job of jobs) assert.strictEqual(yield* labelled(home, job), 30)
        assert.strictEqual(yield* paidLines(api), 40)
      })
    )
  )

  it.scopedLive("unless its answer there is no label: then that row alone is", () =>
    on(
      (api) =>
        Effect.gen(function* () {
          const home = yield* folder
          const first = yield* jobOf(home, { rows: texts(20) })
          yield* Reconcile.reconcile(first)
          const second = yield* jobOf(home, { name: "copy.csv", rows: texts(20) })
          yield* Effect.forEach([second, first], finish, { discard: true })
          assert.deepStrictEqual(yield* Effect.forEach([first, second], (job) => labelled(home, job)), [19, 20])
          assert.strictEqual(yield* paidLines(api), 21)
        }),
      { answer: brokenOnce("글 7") }
    )
  )
})

describe("room and money are reserved only for what will be sent", () => {
  /** A job of twenty rows under way, and one of a file that has grown by two, split while the answers of the first are still out. */
  const grown = Effect.fnUntraced(function* (home: string, parts: (tokens: number) => Partial<JobRequest> = () => ({})) {
    const store = yield* JobStore
    const first = yield* jobOf(home, { rows: texts(20), shardTokens: 1_000_000 })
    const [tokens = 0] = (yield* store.shards(first)).map((shard) => shard.tokens)
    yield* Reconcile.reconcile(first)
    const second = yield* jobOf(home, { name: "grown.csv", rows: texts(22), shardTokens: 1_000_000, ...parts(tokens) })
    return { first, second }
  })

  const sent = (jobId: string) =>
    Effect.map(JobView.load(jobId), ({ batches }) =>
      batches.flatMap(({ batchId, requests }) => (batchId === undefined ? [] : [requests]))
    )

  it.scopedLive("a cap that holds three rows is enough for the two new ones, whether the others are under way or known", () =>
    on((api) =>
      Effect.gen(function* () {
        for (const isKnown of [false, true]) {
          const home = yield* folder
          const store = yield* JobStore
          const name = isKnown ? "known" : "asked"
          const inputPath = (rows: number) =>
            writeTexts(
              join(home, `${name}${rows}.csv`),
              texts(rows).map((text) => name + text)
            )
          const make = (rows: number) => Prepare.prepare({ inputPath: inputPath(rows), home, task: task() })
          const { job: first } = yield* make(20)
          yield* Reconcile.reconcile(first.id)
          const { job: second } = yield* make(22)
          const [shard] = yield* store.shards(second.id)
          const price = PriceBook.lookup(PriceBook.builtin, second.model)
          const worst = shard === undefined ? 0n : worstCase(price, task(), {}, shard)
          assert.isTrue(worst > 0n)
          yield* store.updateJob(second.id, ["open"], { maxCost: worst / 7n })
          if (isKnown) yield* finish(first.id)
          const { view } = yield* Reconcile.reconcile(second.id)
          assert.deepStrictEqual(yield* sent(second.id), [2])
          assert.isTrue(view.reserved <= worst / 7n)
          assert.strictEqual((yield* finish(second.id)).view.status, "completed")
          assert.strictEqual(yield* labelled(home, second.id), 22)
        }
        assert.strictEqual(yield* paidLines(api), 44)
      })
    )
  )

  it.scopedLive("a queue that has room for some of a shard takes its new rows at once", () =>
    on((api) =>
      Effect.gen(function* () {
        const home = yield* folder
        // Beside the twenty rows that are in the queue there is room for some ten, also within the share that is used.
        const { first, second } = yield* grown(home, (tokens) => ({ enqueuedTokenLimit: Math.ceil((tokens * 1.5) / 0.9) }))
        yield* Reconcile.reconcile(second)
        assert.deepStrictEqual(yield* sent(second), [2])
        assert.strictEqual((yield* finish(second)).view.status, "completed")
        assert.strictEqual((yield* finish(first)).view.status, "completed")
        assert.strictEqual(yield* paidLines(api), 22)
      })
    )
  )
})

/** An answer that is no label for the first who asks of this text. */
const brokenOnce = (text: string): Simulator.Options["answer"] => {
  let isAsked = false
  return ({ messages }) => {
    if (isAsked || !messages.some(({ content }) => content.includes(text))) return undefined
    isAsked = true
    return { bad: "prose" }
  }
}

describe("whoever waits for another job's answers does not wait in vain", () => {
  const both = Effect.fnUntraced(function* (home: string) {
    const first = yield* jobOf(home, { rows: texts(30), shardRequests: 10 })
    yield* Reconcile.reconcile(first)
    const second = yield* jobOf(home, { name: "copy.csv", rows: texts(30), shardRequests: 10 })
    yield* Reconcile.reconcile(second)
    return { first, second }
  })

  it.scopedLive("where that one is cancelled: what it left unanswered is asked", () =>
    on((api) =>
      Effect.gen(function* () {
        const home = yield* folder
        const { first, second } = yield* both(home)
        yield* Cancel.cancel(first)
        assert.strictEqual((yield* finish(second)).view.status, "completed")
        assert.strictEqual(yield* labelled(home, second), 30)
        assert.strictEqual(yield* paidLines(api), 30)
      })
    )
  )

  it.scopedLive("where that one is done and deleted: its answers are known", () =>
    on((api) =>
      Effect.gen(function* () {
        const home = yield* folder
        const { first, second } = yield* both(home)
        yield* finish(first)
        yield* Effect.flatMap(JobStore, (store) => store.deleteJob(first))
        assert.strictEqual((yield* finish(second)).view.status, "completed")
        assert.strictEqual(yield* labelled(home, second), 30)
        assert.strictEqual(yield* paidLines(api), 30)
      })
    )
  )

  it.scopedLive("where that one has stopped: what it has under way is collected, and it stays stopped", () =>
    on((api) =>
      Effect.gen(function* () {
        const home = yield* folder
        const { first, second } = yield* both(home)
        const store = yield* JobStore
        yield* store.updateJob(first, ["open"], { state: "stopped", detail: { code: "BL5055", params: {}, text: "" } })
        assert.strictEqual((yield* finish(second)).view.status, "completed")
        assert.strictEqual(yield* labelled(home, second), 30)
        assert.strictEqual(yield* paidLines(api), 30)
        assert.include(["stopped", "done"], (yield* store.job(first)).state)
      })
    )
  )

  it.scopedLive("where its process died before it had sent what it had planned", () =>
    on((api) =>
      Effect.gen(function* () {
        const home = yield* folder
        const store = yield* JobStore
        const first = yield* jobOf(home, { rows: texts(10) })
        const dying = { ...store, advance: () => Effect.die("killed") }
        yield* Effect.exit(Effect.provideService(Reconcile.reconcile(first), JobStore, dying))
        assert.deepStrictEqual(
          (yield* store.attempts(first)).map(({ state }) => state),
          ["planned"]
        )
        const second = yield* jobOf(home, { name: "copy.csv", rows: texts(10) })
        assert.strictEqual((yield* finish(second)).view.status, "completed")
        assert.strictEqual((yield* finish(first)).view.status, "completed")
        for (const job of [first, second]) assert.strictEqual(yield* labelled(home, job), 10)
        assert.strictEqual(yield* paidLines(api), 10)
      })
    )
  )

  it.scopedLive("where that one's files are not here: it asks for itself", () =>
    on((api) =>
      Effect.gen(function* () {
        const home = yield* folder
        const elsewhere = join(home, "elsewhere")
        mkdirSync(elsewhere)
        const store = yield* JobStore
        const first = yield* jobOf(home, { rows: texts(10) })
        yield* Reconcile.reconcile(first)
        const away = {
          ...store,
          asking: (task: string) => Effect.map(store.asking(task), (all) => all.map((one) => ({ ...one, directory: elsewhere })))
        }
        const second = yield* jobOf(home, { name: "copy.csv", rows: texts(10) })
        yield* Effect.provideService(finish(second), JobStore, away)
        assert.strictEqual(yield* labelled(home, second), 10)
        assert.strictEqual(yield* paidLines(api), 20)
      })
    )
  )
})

describe("a job asks for itself", () => {
  const apart: ReadonlyArray<readonly [string, Partial<JobRequest>, Partial<JobRequest>]> = [
    ["that was told not to use known answers", {}, { useCache: false }],
    ["beside one that leaves its answers to nobody", { useCache: false }, {}],
    ["of another owner", { owner: "a" }, { owner: "b" }]
  ]
  for (const [which, one, other] of apart) {
    it.scopedLive(which, () =>
      on((api) =>
        Effect.gen(function* () {
          const home = yield* folder
          const first = yield* jobOf(home, { rows: texts(10), ...one })
          yield* Reconcile.reconcile(first)
          const second = yield* jobOf(home, { name: "copy.csv", rows: texts(10), ...other })
          yield* Effect.forEach([first, second], finish, { discard: true })
          for (const job of [first, second]) assert.strictEqual(yield* labelled(home, job), 10)
          assert.strictEqual(yield* paidLines(api), 20)
        })
      )
    )
  }

  it.scopedLive("unless owners share their answers", () =>
    on((api) =>
      Effect.gen(function* () {
        const home = yield* folder
        const first = yield* jobOf(home, { rows: texts(10), owner: "a", sharedAnswers: true })
        yield* Reconcile.reconcile(first)
        const second = yield* jobOf(home, { name: "copy.csv", rows: texts(10), owner: "b", sharedAnswers: true })
        yield* finish(second)
        assert.strictEqual(yield* labelled(home, second), 10)
        assert.strictEqual(yield* paidLines(api), 10)
      })
    )
  )
})

describe("answers that came between the split and the sending", () => {
  it.scopedLive("are not asked for, also where the whole shard is known", () =>
    on((api) =>
      Effect.gen(function* () {
        const home = yield* folder
        const first = yield* jobOf(home, { rows: texts(10) })
        yield* passesUntil(first, ({ view }) => Effect.succeed(view.batches.length > 0))
        const second = yield* jobOf(home, { name: "copy.csv", rows: texts(12) })
        yield* finish(first)
        const { view } = yield* finish(second)
        assert.deepInclude(view, { status: "completed", requests: 2, labeled: 2 })
        assert.strictEqual(view.job.split?.known, 10)
        assert.strictEqual(yield* labelled(home, second), 12)
        assert.strictEqual(yield* paidLines(api), 12)
      })
    )
  )
})
