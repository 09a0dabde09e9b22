/**
 * What an action that spends would do, as a token may see it.
 *
 * @since 0.1.0
 */
import type { ApiProblem } from "@batchlabel/http-api/ApiProblem"
import type { TokenInfo } from "@batchlabel/http-api/Auth"
import type * as Wire from "@batchlabel/http-api/Spending"
import type { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import type { SpendPlan } from "@batchlabel/labeling/SpendPlan"
import * as Message from "@batchlabel/messages/Message"
import * as Effect from "effect/Effect"
import * as Allowances from "./Allowances.js"
import * as Problems from "./internal/problems.js"

/**
 * A plan beside what may be spent this month, and the columns of the input that will have another name in the result.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toWire = Effect.fn("SpendPlans.toWire")(function* (
  { cost, maxCost, ...plan }: SpendPlan,
  token: TokenInfo,
  renamed: NonNullable<Wire.SpendPlan["renamed"]> = []
): Effect.fn.Return<Wire.SpendPlan, JobStoreError, JobStore> {
  return {
    ...plan,
    ...(cost === undefined ? {} : { cost }),
    ...(maxCost === undefined ? {} : { maxCost }),
    ...(renamed.length === 0 ? {} : { renamed }),
    month: yield* Allowances.of(token)
  }
})

/**
 * What spends needs a word on how much: a plan that was looked at, or a cap, be it the request's or one that the job was given before.
 *
 * @since 0.1.0
 * @category combinators
 */
export const requireStatement = (
  expect: string | undefined,
  ...caps: ReadonlyArray<bigint | undefined>
): Effect.Effect<void, ApiProblem> =>
  expect !== undefined || caps.some((cap) => cap !== undefined)
    ? Effect.void
    : Effect.fail(Problems.make(428, Message.make("BL7188", {})))

/**
 * Refuses what was not shown so. Who has been shown nothing expects nothing.
 *
 * @since 0.1.0
 * @category combinators
 */
export const refuseChanged = (expected: string | undefined, digest: string): Effect.Effect<void, ApiProblem> =>
  expected === undefined || expected === digest ? Effect.void : Effect.fail(Problems.make(409, Message.make("BL7094", {})))
