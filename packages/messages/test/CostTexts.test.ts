import { BudgetExceeded, CostError, PriceFileInvalid, PriceUnknown } from "@batchlabel/cost/CostError"
import { assert, describe, it } from "@effect/vitest"
import * as Message from "../src/Message.js"

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
      const { problem } = new CostError({ reason })
      assert.strictEqual(problem.code, code)
      for (const part of parts) {
        assert.include(Message.forCommand(problem, "en"), part)
        assert.include(Message.forCommand(problem, "ko"), part)
      }
    }
  })

  it("count in the plural where there are several", () => {
    const english = (shards: number) => Message.forCommand(Message.make("BL5314", { shards, limit: 2_000_000 }), "en")
    assert.include(english(1), "1 batch is larger")
    assert.include(english(12), "12 batches are larger")
  })
})
