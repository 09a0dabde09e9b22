import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Actual from "../src/Actual.js"
import * as Budget from "../src/Budget.js"
import { outputLimits } from "../src/data/outputLimits.js"
import * as Money from "../src/Money.js"
import { priceOf } from "./support.js"

describe("the worst case of a shard", () => {
  it("is all input at the dearest rate and every answer as long as the cap", () => {
    const shard = { requests: 300, inputTokens: 210_000, bytes: 1_000_000 }
    const cap = Budget.outputCap("gpt-4o-mini", { max_completion_tokens: 16 })
    assert.deepStrictEqual(cap, { tokens: 16, stated: true })
    // (210,000 × 1.1 + 300 × 16) × $0.075 / M + 300 × 16 × $0.30 / M
    assert.strictEqual(Money.formatExact(Budget.worstCase(priceOf("gpt-4o-mini"), shard, cap)), "$0.019125")
    // Writing the cache costs a quarter more than input there.
    assert.strictEqual(
      Money.formatExact(Budget.worstCase(priceOf("gpt-6-luna"), { ...shard, inputTokens: 100_000, largestRequest: 2_000 }, cap)),
      "$0.008375"
    )
  })

  it("is bounded by the bytes of the file, which are all that is known where nothing was counted", () => {
    const cap = { tokens: 0, stated: true }
    const worst = (inputTokens: number, bytes: number) =>
      Budget.worstCase(priceOf("gpt-4o-mini"), { requests: 1, inputTokens, bytes }, cap)
    assert.strictEqual(worst(0, 5_000), 5_000n * 75_000n)
    assert.strictEqual(worst(4_900, 5_000), 5_000n * 75_000n)
    assert.strictEqual(
      Budget.worstCase(priceOf("gpt-6-luna"), { requests: 10, inputTokens: 1_000, bytes: 100_000 }, cap, {
        assumedEncoding: true
      }),
      (2_000n + 160n) * 62_500n
    )
  })

  it("takes the long-context rates where a request can be that long", () => {
    const price = priceOf("gpt-6-luna")
    const cap = { tokens: 100, stated: true }
    const shard = { requests: 10, inputTokens: 600_000, bytes: 10_000_000 }
    const short = Budget.worstCase(price, { ...shard, largestRequest: 100_000 }, cap)
    const long = Budget.worstCase(price, shard, cap)
    assert.strictEqual(short, 660_160n * 62_500n + 1_000n * 250_000n)
    assert.strictEqual(long, 660_160n * 125_000n + 800n * 250_000n + 200n * 375_000n)
  })

  it("is never below what the shard can cost", () => {
    const models = ["gpt-4o-mini", "gpt-6-luna", "gpt-5.4", "o3"]
    const usage = FastCheck.record({
      input: FastCheck.nat(400_000),
      cached: FastCheck.nat(100),
      written: FastCheck.nat(100),
      output: FastCheck.nat(100)
    })
    const shard = FastCheck.record({
      model: FastCheck.constantFrom(...models),
      cap: FastCheck.integer({ min: 1, max: 5_000 }),
      requests: FastCheck.array(usage, { minLength: 1, maxLength: 20 })
    })
    FastCheck.assert(
      FastCheck.property(shard, ({ cap, model, requests }) => {
        const price = priceOf(model)
        const bill = Actual.accumulator(price)
        let inputTokens = 0
        for (const { cached, input, output, written } of requests) {
          const hit = Math.round((input * cached) / 100)
          bill.add({
            input,
            output: Math.round((cap * output) / 100),
            cached: hit,
            cacheWrite: Math.round(((input - hit) * written) / 100),
            reasoning: 0
          })
          inputTokens += input
        }
        const size = { requests: requests.length, inputTokens, bytes: inputTokens * 2 + 1_000 }
        const largestRequest = Math.max(...requests.map(({ input }) => input))
        const limit = { tokens: cap, stated: true }
        const blind = Budget.worstCase(price, size, limit)
        const told = Budget.worstCase(price, { ...size, largestRequest }, limit)
        return bill.total() <= told && told <= blind
      }),
      { numRuns: 500 }
    )
  })

  it("knows the longest answer of a model where the task states no cap, times the answers asked for", () => {
    assert.deepStrictEqual(Budget.outputCap("gpt-4o-mini-2024-07-18", {}), { tokens: 16_384, stated: false })
    assert.deepStrictEqual(Budget.outputCap("ft:gpt-4.1-mini:acme::x", { n: 2 }), { tokens: 65_536, stated: false })
    assert.deepStrictEqual(Budget.outputCap("gpt-7", {}), { tokens: 272_000, stated: false })
    assert.deepStrictEqual(Budget.outputCap("o3", { max_completion_tokens: 50, max_tokens: 400, n: 2 }), {
      tokens: 800,
      stated: true
    })
    assert.deepStrictEqual(Budget.outputCap("o3", { max_completion_tokens: "50", max_tokens: -1 }), {
      tokens: 100_000,
      stated: false
    })
  })

  it("is bounded by no less than what the metadata of gpt-tokenizer says of each model", () => {
    const source = readFileSync(new URL("../node_modules/gpt-tokenizer/esm/models.gen.js", import.meta.url), "utf8")
    const texts =
      /name: "((?:gpt-[345]|o\d)[^"]*)"[^}]*?modalities: \{\s*input: \[[^\]]*\],\s*output: \["text"\]\s*\},[^{]*?max_output_tokens: ([\de.]+)/g
    let seen = 0
    for (const [, name = "", tokens = ""] of source.matchAll(texts)) {
      seen++
      assert.isAtLeast(Budget.outputCap(name, {}).tokens, Number(tokens), name)
    }
    assert.isAbove(seen, 30)
    assert.strictEqual(outputLimits.unknown, Math.max(...outputLimits.models.map(({ tokens }) => tokens)))
  })
})
