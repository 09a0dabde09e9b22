import * as Problem from "@batchlabel/core/Problem"
import { assert, describe, it } from "@effect/vitest"
import { BudgetExceeded, CostError, PriceFileInvalid, PriceUnknown } from "../src/CostError.js"

describe("errors of accounting", () => {
  it("say in both languages what happened and what to do next", () => {
    const errors = [
      [new PriceUnknown({ model: "house-model" }), "BL5302", ["house-model", "--price-in", "--price-out"]],
      [new PriceFileInvalid({ path: "prices.yaml", detail: "models[0]: x" }), "BL5301", ["prices.yaml", "models[0]: x"]],
      [
        new BudgetExceeded({ cap: "5.00", spent: "4.20", reserved: "0.50", needed: "0.40" }),
        "BL5305",
        ["$5.00", "$4.20", "$0.50", "$0.40", "--max-cost"]
      ]
    ] as const
    for (const [reason, code, parts] of errors) {
      const { message, problem } = new CostError({ reason })
      assert.strictEqual(problem.code, code)
      assert.strictEqual(message, problem.text("en"))
      for (const part of parts) {
        assert.include(problem.text("en"), part)
        assert.include(problem.text("ko"), part)
      }
    }
  })

  it("count in the plural where there are several", () => {
    const english = (shards: number) => Problem.make("BL5314", { shards, limit: 2_000_000 }).text("en")
    assert.include(english(1), "1 batch is larger")
    assert.include(english(12), "12 batches are larger")
  })
})
