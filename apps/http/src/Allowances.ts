/**
 * What the owner of a token has spent this month and what it may.
 *
 * @since 0.1.0
 */
import type { TokenInfo } from "@batchlabel/http-api/Auth"
import type * as Wire from "@batchlabel/http-api/Spending"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import { limitOf, type Spender } from "@batchlabel/job-store/Limit"
import * as Effect from "effect/Effect"

/**
 * The month as a token may see it: what others have spent is for administrators.
 *
 * @since 0.1.0
 * @category getters
 */
export const of = Effect.fn("Allowances.of")(function* (
  token: TokenInfo
): Effect.fn.Return<Wire.Spending, JobStoreError, JobStore> {
  const store = yield* JobStore
  const limits = yield* store.limits
  const look = (spender: Spender) =>
    Effect.map(store.spending(spender), ({ month, reserved, spent }) => {
      const limit = limitOf(limits, spender)
      return { month, allowance: { spent, reserved, ...(limit === undefined ? {} : { limit }) } }
    })
  const owner = yield* look({ _tag: "Owner", owner: token.owner })
  const own = yield* look({ _tag: "Token", token: token.id })
  const server = token.scope === "admin" ? yield* look({ _tag: "Server" }) : undefined
  return {
    owner: token.owner,
    since: owner.month.start,
    resetsAt: owner.month.end,
    ...owner.allowance,
    ...(own.allowance.limit === undefined ? {} : { token: own.allowance }),
    ...(server === undefined ? {} : { server: server.allowance })
  }
})
