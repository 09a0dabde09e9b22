/**
 * What can go wrong in accounting.
 *
 * @since 0.1.0
 */
import type * as Problem from "@batchlabel/core/Problem"
import * as Schema from "effect/Schema"
import * as CostProblem from "./CostProblem.js"

/**
 * A file of prices does not have the shape of one; `detail` names every fault.
 *
 * @since 0.1.0
 * @category reasons
 */
export class PriceFileInvalid extends Schema.TaggedClass<PriceFileInvalid>()("PriceFileInvalid", {
  path: Schema.String,
  detail: Schema.String
}) {}

/**
 * Neither the price book nor the user says what the model costs, and the caller needs to know (a spending cap, for one).
 *
 * @since 0.1.0
 * @category reasons
 */
export class PriceUnknown extends Schema.TaggedClass<PriceUnknown>()("PriceUnknown", { model: Schema.String }) {}

/**
 * The worst case of the next shard does not fit under the spending cap. Amounts are decimal dollars.
 *
 * @since 0.1.0
 * @category reasons
 */
export class BudgetExceeded extends Schema.TaggedClass<BudgetExceeded>()("BudgetExceeded", {
  cap: Schema.String,
  spent: Schema.String,
  reserved: Schema.String,
  needed: Schema.String
}) {}

/**
 * @since 0.1.0
 * @category reasons
 */
export const Reason = Schema.Union(PriceFileInvalid, PriceUnknown, BudgetExceeded)

const problemOf = (reason: typeof Reason.Type): Problem.Problem => {
  switch (reason._tag) {
    case "PriceFileInvalid":
      return CostProblem.make("BL5301", { path: reason.path, detail: reason.detail })
    case "PriceUnknown":
      return CostProblem.make("BL5302", { model: reason.model })
    case "BudgetExceeded":
      return CostProblem.make("BL5305", {
        cap: reason.cap,
        spent: reason.spent,
        reserved: reason.reserved,
        needed: reason.needed
      })
  }
}

/**
 * @since 0.1.0
 * @category errors
 */
export class CostError extends Schema.TaggedError<CostError>()("CostError", { reason: Reason }) {
  /** Its code and data, and one plain sentence. */
  get problem(): Problem.Problem {
    return problemOf(this.reason)
  }

  override get message(): string {
    return this.problem.message
  }
}
