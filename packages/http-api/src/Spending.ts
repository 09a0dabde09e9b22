/**
 * Money: what may be spent in a month, and what an action would spend.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Dollars, optional, Timestamp } from "./Scalars.js"

/**
 * @since 0.1.0
 * @category models
 */
export const DollarRange = Schema.Struct({ low: Dollars, mid: Dollars, high: Dollars }).annotations({ identifier: "DollarRange" })

/**
 * `spent` is settled, `reserved` the most that batches under way can cost. Without `limit` there is none.
 *
 * @since 0.1.0
 * @category models
 */
export const Allowance = Schema.Struct({ spent: Dollars, reserved: Dollars, limit: optional(Dollars) }).annotations({
  identifier: "Allowance"
})

/**
 * A calendar month in UTC. The first three fields are the owner's, over all its tokens; `token` is there where the token that asks has a
 * limit of its own, `server` where an administrator asks. The smallest of what is left is what can still be spent.
 *
 * @since 0.1.0
 * @category models
 */
export const Spending = Schema.Struct({
  owner: Schema.String,
  since: Timestamp,
  resetsAt: Timestamp,
  ...Allowance.fields,
  token: optional(Allowance),
  server: optional(Allowance)
}).annotations({ identifier: "Spending" })

/**
 * @since 0.1.0
 * @category models
 */
export type Spending = typeof Spending.Type

/**
 * What an action would do, looked at before it is done. `requests` would be sent and paid for, `known` answers are used again, `duplicates`
 * are asked once, `skipped` cannot be asked (blank, broken, too large), `byPerson` were labelled by a person. `cost` is absent where no
 * price is known. `renamed` are columns of the file with the name of a result column, and what the result will call them. `spent` is what the job has cost so far, `maxCost` the spending cap that would hold. Send `digest` as `expect` with the
 * action: if it would do something else by then, it is refused with BL7094 and nothing is sent. An action that spends needs `expect` or
 * `maxCost` (its own, or that of the job); with neither it is refused with BL7188.
 *
 * @since 0.1.0
 * @category models
 */
export const SpendPlan = Schema.Struct({
  digest: Schema.String,
  model: Schema.String,
  rows: Schema.Struct({
    rows: Schema.Number,
    requests: Schema.Number,
    duplicates: Schema.Number,
    known: Schema.Number,
    skipped: Schema.Number,
    byPerson: Schema.Number
  }),
  cost: optional(DollarRange),
  spent: Dollars,
  maxCost: optional(Dollars),
  renamed: optional(Schema.Array(Schema.Struct({ column: Schema.String, kept: Schema.String }))),
  month: Spending
}).annotations({ identifier: "SpendPlan" })

/**
 * @since 0.1.0
 * @category models
 */
export type SpendPlan = typeof SpendPlan.Type

/**
 * The `digest` of a plan or an estimate that was shown.
 *
 * @since 0.1.0
 * @category models
 */
export const Expect = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{32}$/)).annotations({
  identifier: "Expect",
  description: "The digest of what was shown: the action is refused (409 BL7094) if it would do something else by now."
})
