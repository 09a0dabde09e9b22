import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Actual from "../src/Actual.js"
import * as Cost from "../src/Cost.js"
import * as Money from "../src/Money.js"
import * as SpendingReport from "../src/SpendingReport.js"
import { priceOf } from "./support.js"

const exact = Money.formatExact

describe("spending over many lines", () => {
  it("bills cached, written and reasoning tokens at their own rates", () => {
    const bill = Actual.accumulator(priceOf("gpt-6-luna"))
    bill.add({ input: 10_000, output: 2_000, cached: 6_000, cacheWrite: 1_000, reasoning: 1_900 })
    // 3,000 × 0.05 + 6,000 × 0.005 + 1,000 × 0.0625 + 2,000 × 0.25, per million
    assert.strictEqual(exact(bill.total()), "$0.0007425")
    assert.strictEqual(exact(bill.spending().cost.input), "$0.0002425")
  })

  it("bills a whole request at the long-context rates once it has more than 272,000 input tokens", () => {
    const price = priceOf("gpt-6-luna")
    const of = (input: number) => {
      const bill = Actual.accumulator(price)
      bill.add(Cost.plain(input, 1_000))
      return [bill.spending().long, exact(bill.total())]
    }
    assert.deepStrictEqual(of(272_000), [0, "$0.01385"])
    assert.deepStrictEqual(of(272_001), [1, "$0.0275751"])
  })

  it("is the sum over its requests, to the pico-dollar", () => {
    const usage = FastCheck.record({
      input: FastCheck.nat(400_000),
      cached: FastCheck.nat(100),
      written: FastCheck.nat(100),
      output: FastCheck.nat(5_000)
    })
    const whole = FastCheck.array(usage, { maxLength: 30 })
    FastCheck.assert(
      FastCheck.property(FastCheck.constantFrom("gpt-4o-mini", "gpt-6-luna"), whole, (model, lines) => {
        const price = priceOf(model)
        const bill = Actual.accumulator(price)
        let sum = Money.zero
        for (const { cached, input, output, written } of lines) {
          const hit = Math.round((input * cached) / 100)
          const line = { input, output, cached: hit, cacheWrite: Math.round(((input - hit) * written) / 100), reasoning: 0 }
          bill.add(line)
          const rates = Cost.isLong(price, input) ? Cost.longRates(price, price.batch) : price.batch
          sum = Money.plus(sum, Cost.total(Cost.ofTokens(rates, line)))
        }
        return bill.total() === sum && bill.spending().unsound === 0 && bill.spending().requests === lines.length
      })
    )
  })

  it("loses nothing to a bad line: its sound fields are billed, and the total before it stays", () => {
    const good = Cost.plain(1_000, 10)
    const bad = [
      { ...good, input: Number.NaN },
      { ...good, output: Number.POSITIVE_INFINITY },
      { ...good, input: -5 },
      { ...good, cached: 5_000 },
      { ...good, input: 1.5 },
      { ...good, reasoning: 11 }
    ]
    const bill = Actual.accumulator(priceOf("gpt-4o-mini"))
    for (const usage of [good, ...bad, good]) bill.add(usage)
    const { requests, unsound, usage } = bill.spending()
    assert.deepStrictEqual([requests, unsound], [8, 6])
    assert.deepStrictEqual(usage, { input: 5_000, output: 70, cached: 1_000, cacheWrite: 0, reasoning: 10 })
    assert.strictEqual(exact(bill.total()), "$0.000396")
  })
})

describe("the batch's own count", () => {
  const price = priceOf("gpt-4o-mini")
  const lines = () => {
    const bill = Actual.accumulator(price)
    bill.add({ input: 900, output: 9, cached: 0, cacheWrite: 5, reasoning: 0 })
    return bill.spending()
  }

  it("is held against the lines, but for cache writes, which it does not have", () => {
    assert.deepStrictEqual(Actual.crossCheck(lines().usage, Cost.plain(900, 9)), [])
    assert.deepStrictEqual(Actual.crossCheck(lines().usage, Cost.plain(1_000, 9)), [{ field: "input", lines: 900, batch: 1_000 }])
    assert.isUndefined(Actual.crossCheck(lines().usage, undefined))
    assert.isUndefined(Actual.crossCheck(lines().usage, Cost.plain(0, 0)))
  })

  it("is what is billed where lines were lost, and never makes a bill lower", () => {
    const byLines = Cost.total(lines().cost)
    assert.strictEqual(Actual.billed(price, lines(), undefined), byLines)
    assert.strictEqual(Actual.billed(price, lines(), Cost.plain(10, 1)), byLines)
    assert.strictEqual(exact(Actual.billed(price, lines(), Cost.plain(100_000, 1_000))), "$0.0078")
    assert.strictEqual(Actual.billed(price, lines(), Cost.plain(Number.NaN, 1)), byLines)
  })
})

describe("a report over jobs", () => {
  const entry = (changes: Partial<SpendingReport.Entry>): SpendingReport.Entry => ({
    job: "job_1",
    createdAt: Date.UTC(2026, 10, 24),
    model: "gpt-4o-mini",
    shard: 1,
    requests: 10,
    usage: Cost.plain(1_000, 10),
    cost: Money.parse("0.000078"),
    ...changes
  })

  it("sums by any name, and counts what has no price apart", () => {
    const entries = [entry({}), entry({ shard: 2 }), entry({ model: "house-model", cost: undefined })]
    const byModel = SpendingReport.totalsBy(entries, ({ model }) => model)
    assert.deepStrictEqual([...byModel.keys()], ["gpt-4o-mini", "house-model"])
    assert.strictEqual(exact(byModel.get("gpt-4o-mini")?.cost ?? Money.zero), "$0.000156")
    const total = SpendingReport.total(entries)
    assert.deepStrictEqual([total.entries, total.unpriced, total.requests, total.usage.input], [3, 1, 30, 3_000])
  })

  it("writes rows of exact dollars, empty where nothing is known", () => {
    assert.strictEqual(SpendingReport.row(entry({})).length, SpendingReport.columns.length)
    assert.strictEqual(
      SpendingReport.row(entry({})).join(),
      "job_1,2026-11-24T00:00:00.000Z,gpt-4o-mini,1,10,1000,0,0,10,0,0.000078"
    )
    assert.strictEqual(
      SpendingReport.row(entry({ shard: undefined, cost: undefined })).join(),
      "job_1,2026-11-24T00:00:00.000Z,gpt-4o-mini,,10,1000,0,0,10,0,"
    )
  })
})
