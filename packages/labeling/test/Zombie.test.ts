/** A job that has sent nothing stands in nobody's way; a price and an agreement belong to the job. */
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Money from "@batchlabel/cost/Money"
import * as PriceBook from "@batchlabel/cost/PriceBook"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import * as Forget from "../src/Forget.js"
import * as JobView from "../src/JobView.js"
import * as Prepare from "../src/Prepare.js"
import * as Prices from "../src/Prices.js"
import * as Reconcile from "../src/Reconcile.js"
import * as SpendPlan from "../src/SpendPlan.js"
import { folder, layers, passes, task, writeTexts } from "./support/simulated.js"

const simulator = Simulator.scoped({ rules: { default: 1 } })

const on = <A, E, R>(use: (api: Simulator.Simulator) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(simulator, (api) => Effect.provide(use(api), layers(api)))

const lines = (api: Simulator.Simulator) =>
  Effect.map(
    Effect.promise(() => api.ledger()),
    ({ jobs }) => Object.values(jobs).reduce((sum, one) => sum + one.paid, 0)
  )

const broken = 'text,n\n"하나",0\n"둘,1\n'
const mended = "text,n\n하나,0\n둘,1\n"

describe("a job that cannot be split", () => {
  it.scopedLive("leaves nothing behind, and the mended file or another flag is taken at once", () =>
    on((api) =>
      Effect.gen(function* () {
        const home = yield* folder
        const store = yield* JobStore
        const inputPath = join(home, "input.csv")
        writeFileSync(inputPath, broken)
        const refused = yield* Effect.either(Prepare.prepare({ inputPath, home, task: task() }))
        assert.isTrue(Either.isLeft(refused))
        assert.lengthOf(yield* store.jobs({}), 0)

        const skipped = yield* Prepare.prepare({ inputPath, home, task: task(), onBadRow: "skip" })
        assert.strictEqual(skipped.job.split?.badRecords, 1)
        // Nothing of it was sent yet, so that the mended file takes its place.
        writeFileSync(inputPath, mended)
        const whole = yield* Prepare.prepare({ inputPath, home, task: task() })
        assert.deepStrictEqual([whole.reused, whole.job.split?.requests], [false, 2])
        assert.isFalse(existsSync(skipped.job.directory))
        assert.deepStrictEqual(
          (yield* store.jobs({})).map(({ id }) => id),
          [whole.job.id]
        )
        yield* passes(whole.job.id, () => Effect.void)
        assert.strictEqual(yield* lines(api), 2)
      })
    )
  )

  it.scopedLive("and was left half-made by a process that died takes up the flags of now", () =>
    on(() =>
      Effect.gen(function* () {
        const home = yield* folder
        const store = yield* JobStore
        const inputPath = join(home, "input.csv")
        writeFileSync(inputPath, mended)
        const first = yield* Prepare.prepare({ inputPath, home, task: task() })
        writeFileSync(inputPath, broken)
        yield* store.deleteJob(first.job.id)
        yield* store.createJob({ ...first.job, settings: { ...first.job.settings, onBadRow: "fail" } })
        const skipped = yield* Prepare.prepare({ inputPath, home, task: task(), onBadRow: "skip" })
        assert.strictEqual(skipped.job.split?.badRecords, 1)
        assert.lengthOf(yield* store.jobs({}), 1)
      })
    )
  )

  it.scopedLive("but one that has sent something stays, and what has changed is named", () =>
    on(() =>
      Effect.gen(function* () {
        const home = yield* folder
        const inputPath = writeTexts(join(home, "input.csv"), ["하나", "둘"])
        const { job } = yield* Prepare.prepare({ inputPath, home, task: task() })
        yield* Reconcile.reconcile(job.id)
        writeTexts(inputPath, ["하나", "둘", "셋"])
        const refused = yield* Effect.either(Prepare.prepare({ inputPath, home, task: task() }))
        assert.strictEqual(Either.isLeft(refused) && "problem" in refused.left ? refused.left.problem.code : "", "BL5002")
        assert.isFalse(yield* Forget.discard(job.id))
      })
    )
  )
})

describe("a job to whose cost nobody has agreed", () => {
  it.scopedLive("is not sent by any pass, and is after the word", () =>
    on((api) =>
      Effect.gen(function* () {
        const home = yield* folder
        const inputPath = writeTexts(join(home, "input.csv"), ["하나", "둘"])
        const { job } = yield* Prepare.prepare({ inputPath, home, task: task(), unconfirmed: true })
        const held = yield* Reconcile.reconcile(job.id, { now: true, resume: true })
        assert.deepStrictEqual(
          held.notices.map(({ code }) => code),
          ["BL5065"]
        )
        assert.strictEqual(held.nextAt, undefined)
        assert.strictEqual(yield* lines(api), 0)
        yield* SpendPlan.confirm(job.id)
        yield* passes(job.id, () => Effect.void)
        assert.strictEqual(yield* lines(api), 2)
      })
    )
  )
})

describe("a price that its user has stated", () => {
  const model = "my-own-model"
  const stated = PriceBook.merge(
    PriceBook.builtin,
    PriceBook.fromFile({
      date: "2026-01-01",
      source: "me",
      models: [{ model, match: "exact", batch: { input: 100, output: 100 } }]
    })
  )
  const started = Effect.fnUntraced(function* (home: string, maxCost: bigint) {
    const inputPath = writeTexts(join(home, "input.csv"), ["하나", "둘"])
    const parts = { model, parameters: { ...task().parameters, max_completion_tokens: 16 } }
    const { job } = yield* Prepare.prepare({ inputPath, home, task: task(parts), maxCost, attempts: 1 })
    return job
  })

  it.scopedLive("goes with the job: whoever takes it up keeps the cap and counts the cost", () =>
    on((api) =>
      Effect.gen(function* () {
        const home = yield* folder
        const store = yield* JobStore
        const job = yield* Effect.provide(started(home, 1_000n), Prices.layer(stated))
        // These passes know nothing of the price.
        const held = yield* passes(job.id, () => Effect.void)
        assert.strictEqual(held.view.job.detail?.code, "BL5305")
        assert.strictEqual(yield* lines(api), 0)
        yield* store.updateJob(job.id, ["stopped"], { maxCost: Money.fromDollars(10) })
        yield* passes(job.id, () => Effect.void)
        const view = yield* JobView.load(job.id)
        assert.isTrue(view.spent > 0n)
        assert.strictEqual(view.spent, BigInt(view.usage.input + view.usage.output) * 100_000_000n)
      })
    )
  )

  it.scopedLive("is needed where there is a cap: without any, nothing is sent", () =>
    on((api) =>
      Effect.gen(function* () {
        const home = yield* folder
        const store = yield* JobStore
        const job = yield* Effect.provide(started(home, Money.fromDollars(10)), Prices.layer(stated))
        const { price: _, ...settings } = job.settings
        yield* store.updateJob(job.id, ["open"], { settings })
        const held = yield* passes(job.id, () => Effect.void)
        assert.deepStrictEqual([held.view.job.state, held.view.job.detail?.code], ["stopped", "BL5302"])
        assert.strictEqual(yield* lines(api), 0)
      })
    )
  )
})
