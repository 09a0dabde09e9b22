/** A job with a spending cap: whatever happens to its batches, the API's own ledger never exceeds the cap. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Cost from "@batchlabel/cost/Cost"
import * as Money from "@batchlabel/cost/Money"
import * as PriceBook from "@batchlabel/cost/PriceBook"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { ScenarioInput } from "@batchlabel/openai-simulator/Scenario"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { sized } from "../../../test/support/sized.js"
import * as Download from "../src/Download.js"
import { worstCase } from "../src/internal/worstCase.js"
import * as Prepare from "../src/Prepare.js"
import type * as Reconcile from "../src/Reconcile.js"
import * as FakeApi from "./support/FakeApi.js"
import { folder, layers, passes, task, writeTexts } from "./support/simulated.js"

// BATCHLABEL_SEED=<seed> BATCHLABEL_BUDGETS=1 replays one.
const budgets = Number(process.env["BATCHLABEL_BUDGETS"] ?? sized(14, 105))
const firstSeed = Number(process.env["BATCHLABEL_SEED"] ?? 1)

type Faults = NonNullable<ScenarioInput["faults"]>

const price = PriceBook.lookup(PriceBook.builtin, "gpt-4o-mini")

// An invalid answer may be asked again, and none is longer than the cap of the task.
const asked = task({ parameters: { max_completion_tokens: 40 } })

/** What the API has been paid for a job, by the usage of each request line that it has answered. */
const paidFor = (simulator: Simulator.Simulator, job: string) =>
  Effect.map(
    Effect.promise(() => simulator.ledger({ job })),
    ({ jobs }): Money.Money => {
      const entry = jobs[job]
      if (entry === undefined || price === undefined) return Money.zero
      return Cost.total(Cost.ofTokens(price.batch, Cost.plain(entry.inputTokens, entry.outputTokens)))
    }
  )

const faultsOf = (next: () => number): Faults => {
  const upTo = (most: number): number => Math.floor(next() * most)
  const nth = (): { readonly nth: number } => ({ nth: 1 + upTo(4) })
  const kinds: ReadonlyArray<() => Faults[number]> = [
    () => ({ on: "batches.create", when: nth(), do: { fault: "reset", phase: "after" } }),
    () => ({ on: "batches.create", when: nth(), do: { fault: "status", status: 500, phase: "after" } }),
    () => ({ on: "batches.create", when: nth(), do: { fault: "status", status: 500 } }),
    () => ({ on: "batches.create", when: nth(), do: { fault: "garbled" } }),
    () => ({ on: "*", when: { probability: 0.05 }, times: 8, do: { fault: "status", status: 503 } }),
    () => ({ on: "batch", when: nth(), do: { fault: "expire", done: upTo(5) } }),
    () => ({ on: "batch", when: nth(), do: { fault: "expire", done: upTo(5), unfinished: "absent" } }),
    () => ({ on: "batch", when: nth(), do: { fault: "cancel", done: upTo(5), unasked: true } }),
    () => ({ on: "batch", when: nth(), do: { fault: "token_limit_exceeded", limit: 100_000 } }),
    () => ({ on: "batch", when: nth(), do: { fault: "validation", code: "invalid_request" } }),
    () => ({ on: "batch", when: nth(), do: { fault: "lines", kind: "missing", share: 0.4 } }),
    () => ({ on: "batch", when: nth(), do: { fault: "lines", kind: "malformed", share: 0.4 } }),
    () => ({ on: "batch", when: nth(), do: { fault: "lines", kind: "no_custom_id", share: 0.4 } }),
    () => ({ on: "batch", when: nth(), do: { fault: "lines", kind: "status_zero", share: 0.4 } }),
    () => ({ on: "batch", when: nth(), do: { fault: "lines", kind: "server_error", share: 0.4 } }),
    () => ({ on: "batch", when: nth(), do: { fault: "lines", kind: "duplicate", share: 0.4 } }),
    () => ({ on: "batch", when: nth(), do: { fault: "late_output", retrievals: 2 } })
  ]
  return Array.from({ length: upTo(6) }, () => kinds[upTo(kinds.length)]?.() ?? assert.fail("no such kind"))
}

// Syllables that no one uses take two or three tokens each, those of an article less than one: what a follow-up asks may be all of one kind.
const dense = (next: () => number): string =>
  Array.from({ length: 40 + Math.floor(next() * 600) }, () => String.fromCodePoint(0xac00 + Math.floor(next() * 11_172))).join("")
const sparse = (next: () => number): string => "정부는 오늘 정책을 발표했다. ".repeat(1 + Math.floor(next() * 100))

const textsOf = (next: () => number, seed: number): ReadonlyArray<string> =>
  Array.from({ length: 4 + Math.floor(next() * 20) }, (_, n) => `${seed}-${n} ${next() < 0.5 ? dense(next) : sparse(next)}`)

/** Requests of which a label was read, by the batch it was in. */
const labelledIn = (directory: string, batches: ReadonlyMap<string, string>): ReadonlyMap<string, ReadonlyArray<string>> => {
  const found = new Map<string, Array<string>>()
  const results = join(directory, "results")
  for (const [name, batch] of batches) {
    if (!readdirSync(results).includes(name)) continue
    const ids = new Set<string>()
    for (const line of readFileSync(join(results, name), "utf8").split("\n")) {
      const match = /"custom_id":"([^"]+)".*"content":"1"/.exec(line)
      // A line that was cut may hold the label and end with a brace all the same.
      if (match?.[1] !== undefined && line.endsWith('"error":null}')) ids.add(match[1])
    }
    for (const id of ids) found.set(id, [...(found.get(id) ?? []), batch])
  }
  return found
}

/** The batches that were paid for each request, in the order of their creation. */
const paidLines = (simulator: Simulator.Simulator, job: string) =>
  Effect.promise(async () => {
    const reply = await fetch(`${simulator.controlUrl}/ledger/lines?job=${job}`)
    const paid = new Map<string, Array<string>>()
    for (const line of (await reply.text()).split("\n").filter((text) => text !== "")) {
      const { batch, customId }: { readonly batch: string; readonly customId: string } = JSON.parse(line)
      paid.set(customId, [...(paid.get(customId) ?? []), batch])
    }
    return paid
  })

interface Ran {
  readonly stops: number
  readonly unpaidStops: number
  readonly batches: number
  readonly again: number
}

const caps = [0.01, 0.35, 0.6, 0.85, 1.05, 1.6, 4]

const play = Effect.fnUntraced(function* (simulator: Simulator.Simulator, seed: number, home: string, next: () => number) {
  const inputPath = writeTexts(join(home, `${seed}.csv`), textsOf(next, seed))
  const request = { inputPath, home, task: asked, shardRequests: 2 + Math.floor(next() * 6) }
  const store = yield* JobStore

  // Split once to know what would be enough; the job that is asked for starts apart from it.
  const trial = yield* Prepare.prepare({ ...request, separate: true })
  const needed = (yield* store.shards(trial.job.id)).reduce((sum, shard) => sum + worstCase(price, asked, {}, shard), 0n)
  yield* store.deleteJob(trial.job.id)

  let cap = (needed * BigInt(Math.round((caps[seed % caps.length] ?? 1) * 100))) / 100n
  let stops = 0
  let unpaidStops = 0
  for (;;) {
    const { job } = yield* Prepare.prepare({ ...request, maxCost: cap })
    const within = Effect.fnUntraced(function* (report: Reconcile.Report) {
      const paid = yield* paidFor(simulator, job.id)
      assert.isTrue(
        paid <= cap,
        `seed ${seed}: paid ${Money.formatExact(paid)} of at most ${Money.formatExact(Money.fromPico(cap))}`
      )
      assert.isTrue(report.view.spent + report.view.reserved <= cap, `seed ${seed}: more is set aside than the cap allows`)
    })
    let end = yield* passes(job.id, within)
    // What comes to nothing again and again waits for the user's word, which is given.
    while (end.view.job.state === "stopped" && end.view.job.detail?.code !== "BL5305") end = yield* passes(job.id, within)
    const output = join(home, `${seed}-labeled.csv`)
    const { report } = yield* Download.download(job.id, { outputPath: output, partial: true })
    assert.strictEqual(report.labeled + report.failedRows, report.rows, `seed ${seed}: every row has an outcome`)
    assert.strictEqual(report.pending, 0, `seed ${seed}: nothing is pending`)
    if (end.view.job.state === "stopped") {
      assert.strictEqual(end.view.job.detail?.code, "BL5305", `seed ${seed}: ${end.view.job.detail?.text}`)
      assert.strictEqual(end.view.reserved, 0n, `seed ${seed}: nothing is set aside for a job that does not run`)
      assert.isAbove(report.failed.budget ?? 0, 0, `seed ${seed}: its open rows are of the budget`)
      assert.isBelow(++stops, 100, `seed ${seed}: still stopped with ${Money.formatExact(Money.fromPico(cap))}`)
      if (end.view.spent === 0n) unpaidStops++
      cap += needed / 2n
      continue
    }
    assert.strictEqual(end.view.job.state, "done", `seed ${seed}`)
    assert.isUndefined(report.failed.budget, `seed ${seed}: a job that is done has no rows of the budget`)
    // Its own account is never below what the API was paid.
    assert.isTrue(end.view.spent >= (yield* paidFor(simulator, job.id)), `seed ${seed}: more was paid than is known`)

    const attempts = yield* store.attempts(job.id)
    for (const { cost, number, reserved, shard } of attempts) {
      assert.isTrue(
        (cost ?? 0n) <= reserved,
        `seed ${seed}: attempt ${number} of shard ${shard} cost ${cost}, at worst ${reserved}`
      )
    }
    const files = new Map(
      attempts.flatMap(({ batchId, number, shard }) =>
        batchId === undefined ? [] : [[`shard-${String(shard).padStart(5, "0")}.${number}.output.jsonl`, batchId] as const]
      )
    )
    const paid = yield* paidLines(simulator, job.id)
    let again = 0
    for (const [id, batches] of labelledIn(job.directory, files)) {
      assert.lengthOf(batches, 1, `seed ${seed}: ${id} was labelled twice`)
      assert.strictEqual(paid.get(id)?.at(-1), batches[0], `seed ${seed}: ${id} was paid again after its label had come`)
    }
    for (const batches of paid.values()) {
      assert.strictEqual(new Set(batches).size, batches.length)
      again += batches.length - 1
    }
    const ran: Ran = { stops, unpaidStops, batches: attempts.length, again }
    return ran
  }
})

const run = Effect.fnUntraced(function* (seed: number, home: string) {
  const next = FakeApi.random(seed ^ 0x2545f491)
  const simulator = yield* Simulator.scoped({
    dir: join(home, `api-${seed}`),
    seed,
    rules: { bad: { rate: 0.06 } },
    scenario: { seed, faults: faultsOf(next) }
  })
  // Half of the schedules take one step after the other, so that a failing seed fails again.
  const settings = seed % 2 === 0 ? { parallelUploads: 1, parallelPolls: 1 } : {}
  return yield* play(simulator, seed, home, next).pipe(Effect.provide(layers(simulator, { settings })))
})

describe("the ledger of the API", () => {
  it.scopedLive(
    `never exceeds the cap of a job in ${budgets} schedules of faults from seed ${firstSeed}, and a higher cap lets it finish`,
    () =>
      Effect.gen(function* () {
        const home = yield* folder
        const total = { stops: 0, unpaidStops: 0, batches: 0, again: 0, unstopped: 0 }
        for (let seed = firstSeed; seed < firstSeed + budgets; seed++) {
          const ran = yield* Effect.scoped(run(seed, home))
          total.stops += ran.stops
          total.unpaidStops += ran.unpaidStops
          total.batches += ran.batches
          total.again += ran.again
          if (ran.stops === 0) total.unstopped++
        }
        console.log(budgets, "budgets:", JSON.stringify(total))
        if (budgets < 50) return
        // The schedules are worth their name: some caps let nothing run, some everything, and requests were paid and lost.
        assert.isAbove(total.unpaidStops, budgets / 10)
        assert.isAbove(total.unstopped, budgets / 10)
        assert.isAbove(total.again, budgets / 10)
      }),
    600_000
  )
})

/** A job of one row a shard, under a cap made of what its shards can cost at most. */
const jobOf = Effect.fnUntraced(function* (texts: ReadonlyArray<string>, capOf: (worst: ReadonlyArray<bigint>) => bigint) {
  const home = yield* folder
  const inputPath = writeTexts(join(home, "input.csv"), texts)
  const request = { inputPath, home, task: asked, shardRequests: 1 }
  const store = yield* JobStore
  const trial = yield* Prepare.prepare({ ...request, separate: true })
  const worst = (yield* store.shards(trial.job.id)).map((shard) => worstCase(price, asked, {}, shard))
  yield* store.deleteJob(trial.job.id)
  const { job } = yield* Prepare.prepare({ ...request, maxCost: capOf(worst) })
  return { job, home, worst }
})

const long = "정부는 오늘 정책을 발표했다. ".repeat(40)

const on = (scenario: ScenarioInput) =>
  Effect.map(Simulator.scoped({ scenario }), (simulator) => ({ simulator, machine: layers(simulator) }))

describe("money that was set aside", () => {
  it.scopedLive("is free again when a batch fails before it runs", () =>
    Effect.gen(function* () {
      const { machine, simulator } = yield* on({ faults: [{ on: "batch", times: 2, do: { fault: "token_limit_exceeded" } }] })
      yield* Effect.gen(function* () {
        const { job } = yield* jobOf(["하나"], ([first = 0n]) => first)
        const seen: Array<bigint> = []
        const end = yield* passes(job.id, ({ view }) => Effect.sync(() => seen.push(view.reserved)))
        assert.strictEqual(end.view.status, "completed")
        assert.include(seen, 0n)
        const ledger = yield* Effect.promise(() => simulator.ledger({ job: job.id }))
        assert.deepInclude(ledger.jobs[job.id], { batches: 3, paid: 1 })
      }).pipe(Effect.provide(machine))
    })
  )

  it.scopedLive("and was not spent is there for a later shard", () =>
    Effect.gen(function* () {
      const { machine } = yield* on({})
      yield* Effect.gen(function* () {
        const { job } = yield* jobOf(["하나", "둘", "셋"], (worst) => worst.reduce((sum, one) => sum + one, 0n) - 1n)
        let waited = false
        const end = yield* passes(job.id, ({ view }) =>
          Effect.sync(() => {
            waited ||= view.waits.some(({ reason }) => reason === "budget")
          })
        )
        assert.isTrue(waited)
        assert.strictEqual(end.view.status, "completed")
      }).pipe(Effect.provide(machine))
    })
  )

  it.scopedLive(
    "is not all there is to wait for: a shard that fits is tried again before the job stops for one that does not",
    () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator.scoped({
          scenario: { faults: [{ on: "batch", times: 2, do: { fault: "token_limit_exceeded" } }] }
        })
        yield* Effect.gen(function* () {
          const { home, job } = yield* jobOf([long, "짧은 글"], ([, small = 0n]) => small)
          const end = yield* passes(job.id, () => Effect.void)
          assert.strictEqual(end.view.job.detail?.code, "BL5305")
          const { report } = yield* Download.download(job.id, { outputPath: join(home, "out.csv"), partial: true })
          assert.deepInclude(report, { rows: 2, labeled: 1, pending: 0 })
          assert.deepStrictEqual(report.failed, { budget: 1 })
        }).pipe(
          Effect.provide(layers(simulator, { settings: { backoff: Duration.minutes(1), backoffCap: Duration.minutes(1) } }))
        )
      })
  )

  it.scopedLive("stays set aside for a batch that the API has forgotten: it may have run", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.scoped({
        clock: { phases: { window: 1 } },
        scenario: { faults: [{ on: "batch", when: { nth: 1 }, do: { fault: "vanish", retrievals: 0 } }] }
      })
      yield* Effect.gen(function* () {
        const { job } = yield* jobOf(["하나"], ([first = 0n]) => first)
        const end = yield* passes(job.id, () => Effect.void)
        assert.strictEqual(end.view.job.detail?.code, "BL5305")
        const ledger = yield* Effect.promise(() => simulator.ledger({ job: job.id }))
        assert.deepInclude(ledger.jobs[job.id], { batches: 1 })
      }).pipe(Effect.provide(layers(simulator, { settings: { expiryGrace: Duration.zero } })))
    })
  )
})
