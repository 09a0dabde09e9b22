/** What an owner may spend in a month, held against the API's own ledger. */
import { join } from "node:path"
import * as Cost from "@batchlabel/cost/Cost"
import * as Money from "@batchlabel/cost/Money"
import * as PriceBook from "@batchlabel/cost/PriceBook"
import { JobStore } from "@batchlabel/job-store/JobStore"
import { monthOf } from "@batchlabel/job-store/Limit"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { eventually } from "../../../test/support/eventually.js"
import { worstCase } from "../src/internal/worstCase.js"
import * as Prepare from "../src/Prepare.js"
import * as Reconcile from "../src/Reconcile.js"
import * as Retry from "../src/Retry.js"
import { folder, layers, task, writeTexts } from "./support/simulated.js"

const price = PriceBook.lookup(PriceBook.builtin, "gpt-4o-mini")
const asked = task({ parameters: { max_completion_tokens: 40 } })
const newsroom = { owner: "newsroom", token: "tok_newsroom" }

const paidFor = (simulator: Simulator.Simulator): Effect.Effect<bigint> =>
  Effect.map(
    Effect.promise(() => simulator.ledger()),
    ({ jobs }) =>
      Object.values(jobs).reduce(
        (sum, { inputTokens, outputTokens }) =>
          price === undefined ? sum : sum + Cost.total(Cost.ofTokens(price.batch, Cost.plain(inputTokens, outputTokens))),
        0n
      )
  )

describe("the limit of an owner's month", () => {
  it.scopedLive("is never passed by two jobs at once; both wait with the reason and go on when it is raised", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.scoped({})
      yield* Effect.gen(function* () {
        const store = yield* JobStore
        const home = yield* folder
        const prepare = (name: string) =>
          Prepare.prepare({
            inputPath: writeTexts(
              join(home, `${name}.csv`),
              ["하나", "둘", "셋", "넷"].map((text) => `${name} ${text}`)
            ),
            home,
            task: asked,
            shardRequests: 1,
            ...newsroom
          })
        const jobs = [yield* prepare("가"), yield* prepare("나")].map(({ job }) => job.id)
        const worst = yield* Effect.map(store.shardsOf(jobs), (shards) =>
          shards.map((shard) => worstCase(price, asked, {}, shard))
        )
        const most = worst.reduce((one, other) => Money.max(Money.fromPico(one), Money.fromPico(other)), 0n)
        // Room for two shards at worst, of eight.
        const limit = 2n * most
        yield* store.setLimit({ _tag: "EachOwner" }, limit)

        const passed: Array<bigint> = []
        const both = Effect.forEach(jobs, (id) => Reconcile.reconcile(id, { now: true }), { concurrency: 2 })
        const stuck = yield* eventually(
          "both jobs to wait for the limit alone",
          Effect.tap(both, () =>
            Effect.gen(function* () {
              const { reserved, spent } = yield* store.spending({ _tag: "Owner", owner: "newsroom" })
              if (spent + reserved > limit) passed.push(spent + reserved)
            })
          ),
          {
            until: (reports) =>
              reports.every(({ view }) => view.reserved === 0n && view.waits.some(({ reason }) => reason === "limit"))
          }
        )
        assert.deepStrictEqual(passed, [], "more was set aside than the limit allows")
        assert.isTrue((yield* paidFor(simulator)) <= limit)
        assert.isAbove(Number(yield* paidFor(simulator)), 0)
        const [notice] = stuck.flatMap(({ notices }) => notices)
        assert.strictEqual(notice?.code, "BL7090")
        const resets = new Date(monthOf(yield* Clock.currentTimeMillis).end).toISOString().slice(0, 10)
        assert.include(notice?.message, resets)
        assert.isDefined(stuck[0]?.nextAt)
        const told = (yield* store.events(jobs[0] ?? "", { after: 0, limit: 100 })).filter(({ kind }) => kind === "limit_reached")
        assert.isAtMost(told.length, 4)

        yield* store.setLimit({ _tag: "Owner", owner: "newsroom" }, 100n * most)
        const done = yield* eventually("both jobs to be done", both, {
          until: (reports) => reports.every(({ view }) => view.finished)
        })
        assert.deepStrictEqual(
          done.map(({ view }) => [view.job.state, view.labeled]),
          [
            ["done", 4],
            ["done", 4]
          ]
        )
        // Four lines a job, each paid once.
        assert.deepStrictEqual(
          Object.values((yield* Effect.promise(() => simulator.ledger())).jobs).map(({ paid }) => paid),
          [4, 4]
        )
      }).pipe(Effect.provide(layers(simulator)))
    })
  )

  it.scopedLive("counts what a retry asks, and a model without a price is not sent under it", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.scoped({ rules: { rules: [{ contains: "나쁜", bad: "prose" }], default: 1 } })
      yield* Effect.gen(function* () {
        const store = yield* JobStore
        const home = yield* folder
        const inputPath = writeTexts(join(home, "a.csv"), ["하나", "나쁜 둘"])
        const { job } = yield* Prepare.prepare({ inputPath, home, task: asked, attempts: 1, ...newsroom })
        yield* eventually("the job to be done", Reconcile.reconcile(job.id, { now: true }), {
          until: ({ view }) => view.finished
        })
        const { spent } = yield* store.spending({ _tag: "Token", token: newsroom.token })
        assert.isTrue(spent > 0n)
        yield* store.setLimit({ _tag: "Token", token: newsroom.token }, spent)
        const again = yield* Retry.retry(job.id, { home, attempts: 1, ...newsroom })
        const held = yield* Reconcile.reconcile(again.job.id, { now: true })
        assert.deepStrictEqual(
          held.notices.map(({ code }) => code),
          ["BL7091"]
        )
        assert.strictEqual(Object.keys((yield* Effect.promise(() => simulator.ledger())).jobs).length, 1)

        const unlisted = yield* Prepare.prepare({
          inputPath: writeTexts(join(home, "b.csv"), ["셋"]),
          home,
          task: { ...asked, model: "somebodys-own-model" },
          ...newsroom
        })
        const stopped = yield* Reconcile.reconcile(unlisted.job.id, { now: true })
        assert.deepStrictEqual([stopped.view.job.state, stopped.view.job.detail?.code], ["stopped", "BL7093"])
        assert.strictEqual(Object.keys((yield* Effect.promise(() => simulator.ledger())).jobs).length, 1)
      }).pipe(Effect.provide(layers(simulator)))
    })
  )
})
