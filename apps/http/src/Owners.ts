/**
 * Owners: the people and teams of a server. An owner exists by its tokens, and what one of them makes, all of them see.
 *
 * @since 0.1.0
 */
import type { TokenInfo } from "@batchlabel/http-api/Auth"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as Effect from "effect/Effect"
import * as OwnerName from "./internal/ownerName.js"
import { ServerDatabase } from "./ServerDatabase.js"
import { OwnerUnknown, ServerError } from "./ServerError.js"

/**
 * The one spelling of an owner's name: composed characters, no blanks around it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const canonical: (name: string) => string = OwnerName.canonical

/**
 * Whether something of this owner (`undefined`: of the command line) may be seen with the token. An administrator sees everything.
 *
 * @since 0.1.0
 * @category predicates
 */
export const maySee = (token: TokenInfo, owner: string | undefined): boolean => token.scope === "admin" || owner === token.owner

/**
 * All owners by name, those among them whose tokens let nobody in any more.
 *
 * @since 0.1.0
 * @category operations
 */
export const list: Effect.Effect<ReadonlyArray<string>, JobStoreError, ServerDatabase> = Effect.gen(function* () {
  const { read, sql } = yield* ServerDatabase
  const rows = yield* read(sql<{ readonly owner: string }>`SELECT DISTINCT owner FROM batchlabel_http_tokens ORDER BY owner`)
  return rows.map(({ owner }) => owner)
}).pipe(Effect.withSpan("Owners.list"))

/**
 * The owner of this name, if there is one.
 *
 * @since 0.1.0
 * @category operations
 */
export const get = Effect.fn("Owners.get")(function* (
  name: string
): Effect.fn.Return<string, ServerError | JobStoreError, ServerDatabase> {
  const owners = yield* list
  const owner = canonical(name)
  return owners.includes(owner) ? owner : yield* new ServerError({ reason: new OwnerUnknown({ name, owners }) })
})
