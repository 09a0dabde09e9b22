/**
 * The tokens that let programs and people in. A token is shown once, when it is made; what is stored is a hash of it.
 *
 * @since 0.1.0
 */
import type { Scope, TokenInfo } from "@batchlabel/http-api/Auth"
import { Scope as ScopeSchema } from "@batchlabel/http-api/Auth"
import * as Database from "@batchlabel/job-store/Database"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as SqlSchema from "@effect/sql/SqlSchema"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { randomName, randomSecret, sameSecret, sha256 } from "./internal/secrets.js"
import * as Owners from "./Owners.js"
import { ServerDatabase } from "./ServerDatabase.js"
import { OwnerInvalid, ServerError, TokenNameInvalid, TokenUnknown } from "./ServerError.js"

const TokenModel = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  owner: Schema.String,
  scope: ScopeSchema,
  createdAt: Database.column("created_at", Database.Integer),
  expiresAt: Database.column("expires_at", Database.orNull(Database.Integer)),
  revokedAt: Database.column("revoked_at", Database.orNull(Database.Integer)),
  usedAt: Database.column("used_at", Database.orNull(Database.Integer))
})

/** With what is never shown. */
const StoredToken = Schema.Struct({ ...TokenModel.fields, hash: Schema.String })

const encode = Schema.encodeSync(StoredToken)

/**
 * A token as an operator sees it: `owner` is the person or team whose jobs it sees. Times are unix milliseconds, `usedAt` to the minute.
 *
 * @since 0.1.0
 * @category models
 */
export type TokenRecord = typeof TokenModel.Type

/**
 * @since 0.1.0
 * @category models
 */
export interface NewToken {
  readonly name: string
  /** Its name unless told. */
  readonly owner?: string | undefined
  readonly scope: Scope
  /** Unix milliseconds; without it the token is valid until it is revoked. */
  readonly expiresAt?: number | undefined
}

/**
 * `secret` is what is sent as `Authorization: Bearer`; it exists nowhere else.
 *
 * @since 0.1.0
 * @category models
 */
export interface CreatedToken {
  readonly record: TokenRecord
  readonly secret: Redacted.Redacted
}

const isName = (text: string): boolean => /^[^\p{Cc}\p{Zl}\p{Zp}]{1,64}$/u.test(text) && text.trim() !== ""

/**
 * Makes a token.
 *
 * @since 0.1.0
 * @category operations
 */
export const create = Effect.fn("Tokens.create")(function* ({
  expiresAt,
  name,
  owner: named,
  scope
}: NewToken): Effect.fn.Return<CreatedToken, ServerError | JobStoreError, ServerDatabase> {
  if (!isName(name)) return yield* new ServerError({ reason: new TokenNameInvalid({ name }) })
  if (named !== undefined && !isName(named)) return yield* new ServerError({ reason: new OwnerInvalid({ name: named }) })
  const owner = Owners.canonical(named ?? name)
  const { sql, transaction } = yield* ServerDatabase
  const now = yield* Clock.currentTimeMillis
  const id = `tok_${randomName(16)}`
  const secret = randomSecret()
  const record = { id, name, owner, scope, createdAt: now, expiresAt, revokedAt: undefined, usedAt: undefined }
  yield* transaction(sql`INSERT INTO batchlabel_http_tokens ${sql.insert(encode({ ...record, hash: sha256(secret) }))}`)
  return { record, secret: Redacted.make(`blt_${id.slice(4)}_${secret}`) }
})

/**
 * All tokens, newest first, revoked and expired ones among them.
 *
 * @since 0.1.0
 * @category operations
 */
export const list: Effect.Effect<ReadonlyArray<TokenRecord>, JobStoreError, ServerDatabase> = Effect.gen(function* () {
  const { read, sql } = yield* ServerDatabase
  const find = SqlSchema.findAll({
    Request: Schema.Void,
    Result: TokenModel,
    execute: () => sql`SELECT * FROM batchlabel_http_tokens ORDER BY created_at DESC, id DESC`
  })
  return yield* read(find())
}).pipe(Effect.withSpan("Tokens.list"))

/**
 * The token of this id, whatever its state; fails with `TokenUnknown`.
 *
 * @since 0.1.0
 * @category operations
 */
export const get = Effect.fn("Tokens.get")(function* (
  id: string
): Effect.fn.Return<TokenRecord, ServerError | JobStoreError, ServerDatabase> {
  const found = yield* findById(id)
  return found === undefined ? yield* new ServerError({ reason: new TokenUnknown({ id }) }) : recordOf(found)
})

/**
 * Ends a token, and every session of a page that was logged in with it, from now on. A token that was revoked before stays so.
 *
 * @since 0.1.0
 * @category operations
 */
export const revoke = Effect.fn("Tokens.revoke")(function* (
  id: string
): Effect.fn.Return<void, ServerError | JobStoreError, ServerDatabase> {
  const { sql, transaction } = yield* ServerDatabase
  const now = yield* Clock.currentTimeMillis
  const found = yield* transaction(
    Effect.gen(function* () {
      const rows = yield* sql`SELECT id FROM batchlabel_http_tokens WHERE id = ${id}`
      yield* sql`UPDATE batchlabel_http_tokens SET revoked_at = ${now} WHERE id = ${id} AND revoked_at IS NULL`
      yield* sql`DELETE FROM batchlabel_http_sessions WHERE token_id = ${id}`
      return rows.length > 0
    })
  )
  if (!found) return yield* new ServerError({ reason: new TokenUnknown({ id }) })
})

const isValid = ({ expiresAt, revokedAt }: TokenRecord, now: number): boolean =>
  revokedAt === undefined && (expiresAt === undefined || expiresAt > now)

const infoOf = ({ expiresAt, id, name, owner, scope }: TokenRecord): TokenInfo => ({
  id,
  name,
  owner,
  scope,
  ...(expiresAt === undefined ? {} : { expiresAt })
})

const findById = Effect.fnUntraced(function* (id: string) {
  const { read, sql } = yield* ServerDatabase
  const find = SqlSchema.findOne({
    Request: Schema.String,
    Result: StoredToken,
    execute: (wanted) => sql`SELECT * FROM batchlabel_http_tokens WHERE id = ${wanted}`
  })
  return Option.getOrUndefined(yield* read(find(id)))
})

const recordOf = ({ hash: _, ...record }: typeof StoredToken.Type): TokenRecord => record

const aMinute = 60_000

const noteUse = Effect.fnUntraced(function* ({ id, usedAt }: TokenRecord, now: number) {
  if (usedAt !== undefined && now - usedAt < aMinute) return
  const { sql, transaction } = yield* ServerDatabase
  yield* transaction(sql`UPDATE batchlabel_http_tokens SET used_at = ${now} WHERE id = ${id}`)
})

/**
 * The token whose id this is, while it is valid.
 *
 * @since 0.1.0
 * @category verification
 */
export const findValid = Effect.fnUntraced(function* (
  id: string
): Effect.fn.Return<TokenInfo | undefined, JobStoreError, ServerDatabase> {
  const found = yield* findById(id)
  return found !== undefined && isValid(found, yield* Clock.currentTimeMillis) ? infoOf(found) : undefined
})

const shape = /^blt_([0-9a-z]{16})_([A-Za-z0-9_-]{43})$/

// Compared against when there is no such token, so that an unknown one takes as long as a wrong one.
const noHash = sha256("")

/**
 * The token that a secret belongs to, or `undefined`. How long it takes tells nothing about the secret.
 *
 * @since 0.1.0
 * @category verification
 */
export const verify = Effect.fnUntraced(function* (
  secret: Redacted.Redacted
): Effect.fn.Return<TokenInfo | undefined, JobStoreError, ServerDatabase> {
  const [, name, key] = shape.exec(Redacted.value(secret)) ?? []
  if (name === undefined || key === undefined) return undefined
  const found = yield* findById(`tok_${name}`)
  const same = sameSecret(sha256(key), found?.hash ?? noHash)
  if (found === undefined || !same) return undefined
  const now = yield* Clock.currentTimeMillis
  if (!isValid(found, now)) return undefined
  yield* noteUse(found, now)
  return infoOf(found)
})

/**
 * Whether anybody could get in.
 *
 * @since 0.1.0
 * @category verification
 */
export const anyValid: Effect.Effect<boolean, JobStoreError, ServerDatabase> = Effect.gen(function* () {
  const now = yield* Clock.currentTimeMillis
  return (yield* list).some((record) => isValid(record, now))
})
