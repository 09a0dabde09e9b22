import { assert, describe, it } from "@effect/vitest"
import { random } from "../src/internal/random.js"
import * as Sampling from "../src/Sampling.js"

const normal = (next: () => number): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())

interface Row {
  readonly bytes: number
  readonly tokens: number
}

/** Lengths over three orders of magnitude, two scripts with different rates, and now and then a row of symbols that costs thrice as much. */
const skewed = (count: number, seed: number): ReadonlyArray<Row> => {
  const next = random(seed)
  return Array.from({ length: count }, () => {
    const bytes = Math.max(1, Math.round(200 * Math.exp(1.2 * normal(next))))
    const rate = next() < 0.02 ? 0.9 : next() < 0.3 ? 0.22 : 0.3
    return { bytes, tokens: Math.round(bytes * rate * (0.9 + 0.2 * next())) }
  })
}

const totalOf = (values: ReadonlyArray<number>): number => values.reduce((sum, value) => sum + value, 0)

/** In how many of 1,000 draws the interval holds the truth. */
const coverage = (truth: number, draw: (seed: number) => Sampling.Interval | undefined): number => {
  let held = 0
  for (let seed = 0; seed < 1_000; seed++) {
    const interval = draw(seed)
    if (interval !== undefined && interval.low <= truth && truth <= interval.high) held++
  }
  return held / 1_000
}

const choose = (values: ReadonlyArray<number>, n: number, seed: number): ReadonlyArray<number> => {
  const next = random(seed)
  const pool = [...values]
  return Array.from({ length: n }, (_, i) => {
    const at = i + Math.floor(next() * (pool.length - i))
    const value = pool[at] ?? 0
    pool[at] = pool[i] ?? 0
    return value
  })
}

describe("a sample by weight", () => {
  const rows = skewed(3_000, 1)
  const truth = totalOf(rows.map(({ tokens }) => tokens))

  const draw = (draws: number, seed: number, from = rows): Sampling.Interval => {
    const sample = Sampling.weighted(draws, seed)
    for (const { bytes, tokens } of from) sample.offer(bytes, () => tokens)
    return sample.total()
  }

  for (const draws of [300, 600]) {
    it(`of ${draws} draws holds the truth at least 94 times in 100, on skewed data`, () => {
      assert.isAtLeast(
        coverage(truth, (seed) => draw(draws, seed)),
        0.94
      )
    })
  }

  it("is right on average and no wider than it must be", () => {
    const drawn = Array.from({ length: 300 }, (_, seed) => draw(300, seed))
    assert.approximately(totalOf(drawn.map(({ mid }) => mid)) / drawn.length / truth, 1, 0.003)
    for (const { high, low } of drawn) assert.isBelow((high - low) / truth, 0.15)
  })

  it("does not depend on the order of the rows", () => {
    const sorted = [...rows].sort((a, b) => a.bytes - b.bytes)
    assert.isAtLeast(
      coverage(truth, (seed) => draw(300, seed, sorted)),
      0.94
    )
  })

  it("looks at few rows: about n (1 + ln(rows / n)) of them", () => {
    let looked = 0
    const sample = Sampling.weighted(200, 1)
    for (const { bytes, tokens } of rows)
      sample.offer(bytes, () => {
        looked++
        return tokens
      })
    assert.isBelow(looked, 200 * (1 + Math.log(rows.length / 200)))
  })

  it("is the same for the same seed, and another for another", () => {
    assert.deepStrictEqual(draw(100, 7), draw(100, 7))
    assert.notDeepEqual(draw(100, 7), draw(100, 8))
  })

  it("is exact where every row has the same rate, and nothing where there are no rows", () => {
    const even = draw(
      50,
      1,
      [10, 1, 500].map((bytes) => ({ bytes, tokens: bytes * 2 }))
    )
    assert.deepStrictEqual([even.low, even.mid, even.high], [1_022, 1_022, 1_022])
    assert.deepStrictEqual(Sampling.weighted(50, 1).total(), Sampling.exactly(0, 0))
  })
})

describe("a uniform sample", () => {
  const values = skewed(20_000, 2).map(({ tokens }) => 300 + tokens)
  const truth = totalOf(values)

  for (const n of [100, 1_000]) {
    it(`of ${n} holds the truth at least 94 times in 100, on skewed data`, () => {
      assert.isAtLeast(
        coverage(truth, (seed) => Sampling.totalOf(choose(values, n, seed), values.length)),
        0.94
      )
    })
  }

  it("gives an interval that closes as the sample grows to the whole", () => {
    const width = (n: number): number => {
      const interval = Sampling.totalOf(choose(values, n, 3), values.length)
      return interval === undefined ? Number.NaN : interval.high - interval.low
    }
    assert.isBelow(width(19_000), width(5_000) / 5)
    const whole = Sampling.totalOf(values, values.length)
    assert.deepStrictEqual(whole, Sampling.exactly(truth, values.length))
  })

  it("of one row gives no interval", () => {
    assert.isUndefined(Sampling.totalOf([5], 10))
  })
})
