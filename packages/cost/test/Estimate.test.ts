import * as Prompt from "@batchlabel/core/Prompt"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { texts } from "../../tokens/test/texts.js"
import * as Actual from "../src/Actual.js"
import * as Cost from "../src/Cost.js"
import * as Estimate from "../src/Estimate.js"
import * as Forecast from "../src/Forecast.js"
import * as InputTokens from "../src/InputTokens.js"
import { random } from "../src/internal/random.js"
import * as Money from "../src/Money.js"
import type * as OutputTokens from "../src/OutputTokens.js"
import * as PriceBook from "../src/PriceBook.js"
import * as RequestTokens from "../src/RequestTokens.js"
import { preset, priceOf } from "./support.js"

const same = (amount: number): OutputTokens.Range => ({ low: amount, mid: amount, high: amount })

const exact = Money.formatExact

const codes = (problems: Estimate.Estimate["warnings"]): ReadonlyArray<string> => problems.map(({ code }) => code)

const limits = { requests: 50_000, bytes: 190_000_000, tokens: Number.MAX_SAFE_INTEGER }

/** 300 articles of 700 input tokens each. */
const guideInput = (): InputTokens.InputTokens => ({
  requests: 300,
  bytes: 600_000,
  tokens: same(210_000),
  sample: undefined,
  schema: 0,
  long: { requests: 0, tokens: 0 },
  largest: 700,
  shards: [{ requests: 300, inputTokens: 210_000, bytes: 600_000 }]
})

/** With 5 output tokens each. */
const guide = (changes: Partial<Estimate.Options> = {}): Estimate.Estimate =>
  Estimate.make({
    model: "gpt-4o-mini",
    rows: { rows: 300, requests: 300, duplicates: 0, known: 0, skipped: 0 },
    input: guideInput(),
    output: { visible: same(5), reasoning: undefined, total: same(5), cap: { tokens: 16, stated: true } },
    encoding: { encoding: "o200k_base", assumed: false },
    book: PriceBook.builtin,
    queue: { limit: 2_000_000, from: 1 },
    today: "2026-09-01",
    ...changes
  })

describe("an estimate", () => {
  it("of the guide's 300 articles is the guide's own, to the cent and beyond", () => {
    const { costs, input, output, plan, shards, warnings } = guide()
    assert.deepStrictEqual([input.mid, output.mid, shards], [210_000, 1_500, 1])
    assert.isDefined(costs)
    if (costs === undefined) return
    assert.strictEqual(exact(Cost.total(costs.batch.mid)), "$0.0162")
    assert.strictEqual(Money.formatSum(costs.batch.mid.input, costs.batch.mid.output), "$0.016 + $0.0005 = $0.0165 ≈ $0.02")
    assert.strictEqual(costs.standard && exact(Cost.total(costs.standard.mid)), "$0.0324")
    assert.strictEqual(costs.saving && exact(costs.saving), "$0.0162")
    assert.deepStrictEqual(costs.batch.low, costs.batch.high)
    assert.deepStrictEqual(plan.hours, { low: 2, high: 6, bound: 24 })
    assert.deepStrictEqual(warnings, [])
  })

  it("says where its time comes from", () => {
    const [time, queue] = guide().reasons
    assert.deepInclude(time, {
      code: "BL5310",
      params: { requests: 300, shards: 1, waves: 1, low: "2", high: "6", bound: "24" }
    })
    assert.deepInclude(queue?.params, { limit: 2_000_000, tier: 1 })
    assert.deepStrictEqual(codes(guide({ queue: { limit: undefined, from: 3 } }).reasons), ["BL5310", "BL5311"])
    assert.deepStrictEqual(codes(guide({ queue: { limit: 900_000, from: "api" } }).reasons), ["BL5310", "BL5313"])
  })

  it("adds up the waves in which the shards pass the queue, 24 hours each at most", () => {
    const shard = { requests: 1_000, inputTokens: 700_000, bytes: 2_000_000 }
    const input = { ...guideInput(), requests: 5_000, shards: [shard, shard, shard, shard, { ...shard, inputTokens: 2_500_000 }] }
    const { plan, reasons } = guide({ input })
    assert.strictEqual(plan.waves.length, 3)
    assert.strictEqual(plan.hours.bound, 72)
    assert.deepStrictEqual(codes(reasons), ["BL5310", "BL5312", "BL5314"])
    assert.deepInclude(reasons[0]?.params, { shards: 5, waves: 3, bound: "72" })
  })

  it("of a model without a price still has its tokens and time, and says so instead of guessing", () => {
    const { costs, input, price, warnings } = guide({ model: "house-model", encoding: { encoding: "o200k_base", assumed: true } })
    assert.isUndefined(costs)
    assert.isUndefined(price)
    assert.strictEqual(input.mid, 210_000)
    assert.deepStrictEqual(codes(warnings), ["BL5302", "BL5308"])
    for (const warning of warnings) assert.include(warning.message, "house-model")
  })

  it("takes a price by hand before the book's, and then knows no standard price", () => {
    const { costs } = guide({ price: PriceBook.explicit("gpt-4o-mini", { input: 1, output: 2 }) })
    assert.strictEqual(costs && exact(Cost.total(costs.batch.mid)), "$0.213")
    assert.isUndefined(costs?.standard)
    assert.isUndefined(costs?.saving)
  })

  it("warns of what a user should know: retirement, derived and promotional prices, reasoning, no cap, long requests", () => {
    assert.deepStrictEqual(codes(guide({ today: "2026-11-24" }).warnings), ["BL5304"])
    assert.deepStrictEqual(codes(guide({ today: "2027-02-01" }).warnings), ["BL5303"])
    assert.deepStrictEqual(codes(guide({ model: "gpt-6.1-sol" }).warnings), ["BL5306"])
    assert.deepStrictEqual(codes(guide({ model: "gpt-5.6-sol" }).warnings), ["BL5307"])
    const reasoning = { effort: "low", low: 64, mid: 192, high: 768 }
    const output = {
      visible: same(5),
      reasoning,
      total: { low: 69, mid: 197, high: 773 },
      cap: { tokens: 128_000, stated: false }
    }
    const thinking = guide({ model: "gpt-5.4-mini", output })
    assert.deepStrictEqual(codes(thinking.warnings), ["BL5309", "BL5316"])
    assert.deepInclude(thinking.warnings[0]?.params, { low: 64, high: 768 })
    assert.deepStrictEqual(thinking.output, { low: 20_700, mid: 59_100, high: 231_900 })
    const long = { ...guideInput(), long: { requests: 1, tokens: 280_000 }, tokens: same(489_300) }
    const dear = guide({ model: "gpt-6-luna", input: long })
    assert.deepStrictEqual(codes(dear.warnings), ["BL5315"])
    // 209,300 × 0.05 + 1,495 × 0.25 and, for the long one, 280,000 × 0.10 + 5 × 0.375, per million
    assert.strictEqual(dear.costs && exact(Cost.total(dear.costs.batch.mid)), "$0.038840625")
  })

  it("of nothing is nothing", () => {
    const none = guide({
      input: { ...guideInput(), requests: 0, tokens: same(0), shards: [] },
      rows: { rows: 4, requests: 0, duplicates: 0, known: 3, skipped: 1 }
    })
    assert.strictEqual(none.costs && exact(Cost.total(none.costs.batch.high)), "$0.00")
    assert.deepStrictEqual([none.plan.hours.bound, none.reasons], [0, []])
  })
})

/** A counter whose rate varies with the text as real ones do, and which is quick. */
const cheap = (schema = 0): RequestTokens.RequestTokens => {
  const text = (text: string): number =>
    Math.ceil((text.length * (text.charCodeAt(0) % 16 === 0 ? 40 : 11 + (text.length % 3))) / 40)
  const constant = 200 + schema
  return { encoding: "o200k_base", assumed: false, constant, schema, text, count: (user) => constant + text(user) }
}

const requestOf = (user: string) => ({ user, body: `{"content":${JSON.stringify(user)}}` })

const rows = (count: number, seed: number): ReadonlyArray<string> => {
  const next = random(seed)
  return Array.from({ length: count }, () => {
    const length = Math.ceil(60 * Math.exp(1.1 * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())))
    return String.fromCharCode(33 + Math.floor(next() * 64)).repeat(length)
  })
}

describe("the input of a job", () => {
  it.effect("is counted to the token while it is small", () =>
    Effect.gen(function* () {
      const prompt = Either.getOrThrow(Prompt.compile(preset(), ["text"]))
      const tokens = yield* RequestTokens.forModel("gpt-4o-mini", prompt)
      const collector = InputTokens.collector({ tokens, limits })
      const requests = texts(200, 11).map((text) => prompt.render([text]))
      for (const request of requests) collector.add(request)
      const expected = requests.reduce((sum, { user }) => sum + tokens.count(user), 0)
      const { largest, sample, shards, tokens: range } = collector.result()
      assert.deepStrictEqual(range, same(expected))
      assert.isUndefined(sample)
      assert.strictEqual(largest, Math.max(...requests.map(({ user }) => tokens.count(user))))
      assert.deepStrictEqual(
        shards.map(({ inputTokens, requests }) => [requests, inputTokens]),
        [[200, expected]]
      )
    })
  )

  it("is sampled where it is large, and its interval holds the truth at least 94 times in 100", () => {
    const messages = rows(3_000, 1)
    const tokens = cheap()
    const truth = messages.reduce((sum, user) => sum + tokens.count(user), 0)
    const requests = messages.map(requestOf)
    let held = 0
    for (let seed = 0; seed < 1_000; seed++) {
      const collector = InputTokens.collector({ tokens, limits, exactBytes: 5_000, draws: 300, seed })
      for (const request of requests) collector.add(request)
      const { sample, tokens: range } = collector.result()
      assert.strictEqual(sample?.n, 300)
      if (range.low <= truth && truth <= range.high) held++
    }
    assert.isAtLeast(held / 1_000, 0.94)
  })

  it("is cut into shards at the first limit reached, as the splitter does", () => {
    const collector = InputTokens.collector({ tokens: cheap(), limits: { requests: 10, bytes: 5_000, tokens: 2_500 } })
    for (let i = 0; i < 30; i++) collector.add(requestOf("x".repeat(i < 12 ? 1 : 900)))
    const { shards } = collector.result()
    assert.strictEqual(
      shards.reduce((sum, { requests }) => sum + requests, 0),
      30
    )
    assert.strictEqual(shards[0]?.requests, 10)
    for (const shard of shards) {
      assert.isAtMost(shard.requests, 10)
      assert.isAtMost(shard.bytes, 5_000)
      assert.isAtMost(shard.inputTokens, 2_500)
    }
  })

  it("counts every request that can be above the long-context limit, sampled or not", () => {
    const { longContext } = priceOf("gpt-6-luna")
    const collector = InputTokens.collector({ tokens: cheap(), limits, longContext, exactBytes: 0 })
    for (const length of [100, 1_200_000, 300_000, 50]) collector.add(requestOf("y".repeat(length)))
    const { long, sample } = collector.result()
    assert.deepStrictEqual(long, { requests: 1, tokens: cheap().count("y".repeat(1_200_000)) })
    assert.isBelow(sample?.share ?? 1, 0.001)
  })

  it("is a range where a schema goes with each request, because its price is not documented", () => {
    const collector = InputTokens.collector({ tokens: cheap(30), limits })
    for (const user of ["a", "b"]) collector.add(requestOf(user))
    const { tokens } = collector.result()
    assert.strictEqual(tokens.mid - tokens.low, 60)
    assert.strictEqual(tokens.high - tokens.mid, 60)
  })
})

describe("a projection from a sample that was run", () => {
  it("holds the whole job's cost, with its interval and how many requests it rests on", () => {
    const next = random(3)
    const costs = Array.from({ length: 10_000 }, () => Money.fromPico(BigInt(50_000_000 + Math.floor(next() * 90_000_000))))
    const projected = Estimate.project(costs.slice(0, 400), costs.length)
    const truth = Money.sum(costs)
    assert.isDefined(projected)
    if (projected === undefined) return
    assert.isTrue(projected.low <= truth && truth <= projected.high)
    assert.deepStrictEqual([projected.n, projected.exact], [400, false])
    assert.isBelow(Number(projected.high - projected.low) / Number(truth), 0.06)
  })

  it("is the cost itself once every request was run, and none from a single one", () => {
    const costs = ["0.01", "0.02"].map((text) => Money.parse(text) ?? Money.zero)
    assert.deepStrictEqual(Estimate.project(costs, 2), {
      low: Money.sum(costs),
      mid: Money.sum(costs),
      high: Money.sum(costs),
      n: 2,
      exact: true
    })
    assert.isUndefined(Estimate.project(costs.slice(1), 2))
  })
})

describe("a forecast", () => {
  const thinking = () =>
    guide({
      output: { visible: same(5), reasoning: undefined, total: { low: 1, mid: 2, high: 5 }, cap: { tokens: 16, stated: true } }
    })

  it("is kept with the job as JSON and comes back as it was", () => {
    const forecast = Forecast.of(thinking())
    const text = JSON.stringify(Schema.encodeSync(Forecast.Forecast)(forecast))
    assert.include(text, '"low":"0.01584"')
    assert.deepStrictEqual(Schema.decodeSync(Schema.parseJson(Forecast.Forecast))(text), forecast)
    assert.notInclude(JSON.stringify(Schema.encodeSync(Forecast.Forecast)(Forecast.of(guide({ model: "house-model" })))), "cost")
  })

  it("is held against what was spent", () => {
    const bill = Actual.accumulator(priceOf("gpt-4o-mini"))
    for (let i = 0; i < 300; i++) bill.add(Cost.plain(700, 1))
    const { requests, usage } = bill.spending()
    const compared = Forecast.compare(Forecast.of(thinking()), { requests, usage, cost: bill.total() })
    assert.strictEqual(compared.share, 1)
    assert.deepStrictEqual([compared.input.inside, compared.input.off], [true, 0])
    assert.deepStrictEqual([compared.output.inside, compared.output.actual, compared.output.off], [true, 300, -0.5])
    assert.strictEqual(compared.cost?.inside, true)
    const dear = Forecast.compare(Forecast.of(thinking()), { requests, usage, cost: Money.parse("1") })
    assert.strictEqual(dear.cost?.inside, false)
    assert.isUndefined(Forecast.compare(Forecast.of(thinking()), { requests, usage, cost: undefined }).cost)
  })

  it("is scaled to the requests that were billed, so that failed ones do not look like a saving", () => {
    const bill = Actual.accumulator(priceOf("gpt-4o-mini"))
    for (let i = 0; i < 150; i++) bill.add(Cost.plain(700, 2))
    const { requests, usage } = bill.spending()
    const { cost, input, share } = Forecast.compare(Forecast.of(thinking()), { requests, usage, cost: bill.total() })
    assert.deepStrictEqual([share, input.forecast.mid, input.inside, input.off], [0.5, 105_000, true, 0])
    assert.deepStrictEqual([cost?.inside, cost?.off], [true, 0])
  })
})
