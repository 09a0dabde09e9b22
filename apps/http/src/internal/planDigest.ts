import { createHash } from "node:crypto"
import type { ApiProblem } from "@batchlabel/http-api/ApiProblem"
import * as Message from "@batchlabel/messages/Message"
import * as Effect from "effect/Effect"
import * as Problems from "./problems.js"

/** What is shown before money is spent, in 32 hexadecimal digits: as long as it stays the same, so does what would be done. */
export const planDigest = (shown: ReadonlyArray<unknown>): string =>
  createHash("sha256")
    .update(JSON.stringify(shown, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)))
    .digest("hex")
    .slice(0, 32)

/** What spends needs a word on how much: a plan that was looked at, or a cap, be it the request's or one that the job was given before. */
export const requireStatement = (
  expect: string | undefined,
  ...caps: ReadonlyArray<bigint | undefined>
): Effect.Effect<void, ApiProblem> =>
  expect !== undefined || caps.some((cap) => cap !== undefined)
    ? Effect.void
    : Effect.fail(Problems.make(428, Message.make("BL7188", {})))

/** Refuses what was not shown so. Who has been shown nothing expects nothing. */
export const refuseChanged = (expected: string | undefined, digest: string): Effect.Effect<void, ApiProblem> =>
  expected === undefined || expected === digest ? Effect.void : Effect.fail(Problems.make(409, Message.make("BL7094", {})))
