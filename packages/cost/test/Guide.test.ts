import { assert, describe, it } from "@effect/vitest"
import * as Cost from "../src/Cost.js"
import * as Duration from "../src/Duration.js"
import * as Money from "../src/Money.js"
import * as PriceBook from "../src/PriceBook.js"

describe("the guide's worked example", () => {
  const price = PriceBook.lookup(PriceBook.builtin, "gpt-4o-mini")
  const usage = Cost.plain(300 * (500 + 200), 300 * 5)

  it("300 articles cost exactly $0.0162 in a batch and $0.0324 without", () => {
    assert.isDefined(price)
    const batch = Cost.ofTokens(price.batch, usage)
    const standard = price.standard && Cost.ofTokens(price.standard, usage)
    assert.isDefined(standard)
    assert.strictEqual(Money.formatExact(batch.input), "$0.01575")
    assert.strictEqual(Money.formatExact(batch.output), "$0.00045")
    assert.strictEqual(Money.formatExact(Cost.total(batch)), "$0.0162")
    assert.strictEqual(Money.formatExact(Cost.total(standard)), "$0.0324")
  })

  it("is written as the guide rounds it", () => {
    assert.isDefined(price)
    const batch = Cost.ofTokens(price.batch, usage)
    assert.strictEqual(Money.formatSum(batch.input, batch.output), "$0.016 + $0.0005 = $0.0165 ≈ $0.02")
  })

  it("takes as long as its table says", () => {
    const hours = (requests: number) => {
      const { low, high, bound } = Duration.ofRequests(requests)
      return [low, high, bound]
    }
    assert.deepStrictEqual(hours(100), [1, 3, 24])
    assert.deepStrictEqual(hours(300), [2, 6, 24])
    assert.deepStrictEqual(hours(1_000), [4, 12, 24])
    assert.deepStrictEqual(hours(10_000), [8, 24, 24])
    assert.deepStrictEqual(hours(1_000_000), [8, 24, 24])
  })
})
