import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { prices } from "../src/data/prices.js"
import * as Money from "../src/Money.js"
import * as PriceBook from "../src/PriceBook.js"

const book = PriceBook.builtin

const own = (models: ReadonlyArray<unknown>): PriceBook.PriceBook =>
  Either.getOrThrow(PriceBook.decode({ date: "2026-12-01", source: "our contract", models }, "prices.yaml"))

const faults = (input: unknown): string => {
  const read = PriceBook.decode(input, "prices.yaml")
  assert.isTrue(Either.isLeft(read))
  return Either.isLeft(read) ? read.left.message : ""
}

describe("the price book", () => {
  it("ships prices that its own schema accepts, each with a source and a date", () => {
    assert.isTrue(Either.isRight(PriceBook.decode(prices, "built in")))
    for (const entry of book.entries.values()) {
      assert.match(entry.date, /^2026-/, entry.model)
      assert.notStrictEqual(entry.source, "", entry.model)
    }
  })

  it("lists batch prices that are half of the standard ones, but for the page's own rounding", () => {
    for (const { batch, model, standard } of book.entries.values()) {
      if (batch === undefined || standard === undefined) continue
      assert.strictEqual(batch.input * 2, standard.input, model)
      assert.strictEqual(batch.output * 2, standard.output, model)
      if (batch.cached !== undefined) assert.approximately(batch.cached * 2, standard.cached ?? 0, 0.011, model)
    }
  })

  it("prices a token in whole pico-dollars, so that sums are exact", () => {
    for (const model of book.entries.keys()) {
      const price = PriceBook.lookup(book, model)
      for (const rate of [...Object.values(price?.batch ?? {}), ...Object.values(price?.standard ?? {})]) {
        assert.isTrue(Number.isSafeInteger(rate), `${model}: ${rate}`)
      }
    }
    assert.deepStrictEqual(PriceBook.lookup(book, "gpt-6-luna")?.batch, {
      input: 50_000,
      cached: 5_000,
      cacheWrite: 62_500,
      output: 250_000
    })
  })

  it("finds a model under its dated snapshots, and the longest name that speaks for it", () => {
    const nameOf = (model: string) => PriceBook.find(book, model)?.model
    assert.strictEqual(nameOf("gpt-4o-mini-2024-07-18"), "gpt-4o-mini")
    assert.strictEqual(nameOf("gpt-4o-2024-08-06"), "gpt-4o")
    assert.strictEqual(nameOf("gpt-3.5-turbo-0125"), "gpt-3.5-turbo")
    const families = own([
      { model: "qwen", match: "prefix", standard: { input: 1, output: 2 } },
      { model: "qwen3-max", match: "prefix", standard: { input: 3, output: 4 } },
      { model: "only", match: "exact", standard: { input: 5, output: 6 } }
    ])
    assert.strictEqual(PriceBook.find(families, "qwen3-max-preview")?.model, "qwen3-max")
    assert.strictEqual(PriceBook.find(families, "qwen2")?.model, "qwen")
    assert.isUndefined(PriceBook.find(families, "only-2026-01-01"))
  })

  it("has no price for a model that it does not list: neither a near name, nor a fine-tuned model, nor a variant", () => {
    for (const model of ["gpt-4o-mini-audio", "gpt-7", "ft:gpt-4o-mini:acme::x", "gpt-4o-2024-05-13", "gpt-4", ""]) {
      assert.isUndefined(PriceBook.lookup(book, model), model)
    }
  })

  it("takes half of the standard price where no batch price is listed, and says that it is derived", () => {
    const price = PriceBook.lookup(book, "gpt-6.1-sol")
    assert.isTrue(price?.derived)
    assert.deepStrictEqual(price?.batch, { input: 1_000_000, cached: 50_000, cacheWrite: 1_250_000, output: 5_000_000 })
    assert.isFalse(PriceBook.lookup(book, "gpt-6-sol")?.derived)
  })

  it("takes a price by hand as that of a batch and claims no standard price", () => {
    const price = PriceBook.explicit("my-model", { input: 0.5, output: 2 })
    assert.deepStrictEqual(price.batch, { input: 500_000, cached: 500_000, cacheWrite: 500_000, output: 2_000_000 })
    assert.isUndefined(price.standard)
    assert.include(price.source, "--price-in")
  })

  it("lets the user's file go first: a new standard price drops the old batch price and note, a batch price does not touch the standard one", () => {
    const merged = PriceBook.merge(
      book,
      own([
        { model: "gpt-5.6-sol", standard: { input: 5, cached: 0.5, output: 30 } },
        { model: "gpt-4o-mini", batch: { input: 0.07, output: 0.28 } },
        { model: "gpt-4.1", retires: "2027-06-30" },
        { model: "house-model", standard: { input: 1, output: 1 } }
      ])
    )
    const sol = PriceBook.lookup(merged, "gpt-5.6-sol")
    assert.isTrue(sol?.derived)
    assert.strictEqual(sol?.batch.input, 2_500_000)
    assert.isUndefined(sol?.note)
    assert.strictEqual(sol?.source, "our contract")
    assert.strictEqual(sol?.longContext?.above, 272_000)
    const mini = PriceBook.lookup(merged, "gpt-4o-mini")
    assert.deepStrictEqual([mini?.batch.input, mini?.standard?.input, mini?.date], [70_000, 150_000, "2026-12-01"])
    const retired = PriceBook.find(merged, "gpt-4.1")
    assert.deepStrictEqual([retired?.retires, retired?.source], ["2027-06-30", PriceBook.find(book, "gpt-4.1")?.source])
    assert.isDefined(PriceBook.lookup(merged, "house-model"))
  })

  it("names every fault of a price file, with the file", () => {
    const text = faults({
      date: "2026-02-30",
      source: "x",
      models: [
        { model: "a", standard: { input: -1, output: 0.1234567 } },
        { model: "b", standart: {} },
        { model: "c", longContext: { above: 0, input: 2, output: 1.5 } }
      ]
    })
    for (const part of ["prices.yaml", "YYYY-MM-DD", "got -1", "got 0.1234567", "standart", "above"]) assert.include(text, part)
    assert.include(faults({ date: "2026-01-01", source: "x", models: [{ model: "a" }, { model: "a" }] }), "listed twice")
  })

  it("warns of a retirement with its date: ninety days ahead, and when it is past", () => {
    const state = (today: string) => PriceBook.retirement(book, "gpt-4o-mini-2024-07-18", today)
    assert.deepStrictEqual(state("2026-09-01"), {
      model: "gpt-4o-mini-2024-07-18",
      date: "2027-01-14",
      days: 135,
      state: "announced"
    })
    assert.strictEqual(state("2026-10-16")?.state, "near")
    assert.strictEqual(state("2027-01-13")?.state, "near")
    assert.strictEqual(state("2027-01-14")?.state, "retired")
    assert.isUndefined(PriceBook.retirementProblem(state("2026-09-01")))
    const near = PriceBook.retirementProblem(state("2026-11-24"))
    assert.strictEqual(near?.code, "BL5304")
    assert.deepInclude(near?.params, { date: "2027-01-14", days: 51 })
    assert.strictEqual(PriceBook.retirementProblem(state("2027-03-01"))?.code, "BL5303")
    assert.isUndefined(PriceBook.retirement(book, "gpt-6-luna", "2030-01-01"))
  })
})

describe("money", () => {
  it("reads and writes decimal dollars without losing a pico-dollar", () => {
    for (const text of ["0.0162", "5.00", "0.000000000001", "123456789.123456789012", "-0.50"]) {
      const money = Money.parse(text)
      assert.isDefined(money)
      assert.strictEqual(Money.formatExact(money ?? Money.zero).replace("$", ""), text)
    }
    for (const text of ["", "1e3", "1,000", "0.0000000000001", "five", "Infinity"]) assert.isUndefined(Money.parse(text), text)
  })

  it("rounds as the guide does and shows no amount as nothing", () => {
    const shown = (dollars: string) => Money.format(Money.parse(dollars) ?? Money.zero)
    assert.deepStrictEqual(["0.01575", "0.00045", "12.3449", "0", "0.00001"].map(shown), [
      "$0.016",
      "$0.0005",
      "$12.34",
      "$0.00",
      "<$0.0001"
    ])
  })
})
