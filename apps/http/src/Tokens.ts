/**
 * The tokens that let programs and people in. A token is shown once, when it is made; what is stored is a hash of it.
 *
 * @since 0.1.0
 */
import type { Scope, TokenInfo } from "@batchlabel/http-api/Auth"
import { Scope as ScopeSchema } from "@batchlabel/http-api/Auth"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { integer, optional, type Row, text } from "./internal/database.js"
import { randomName, randomSecret, sameSecret, sha256 } from "./internal/secrets.js"
import * as Owners from "./Owners.js"
import { ServerDatabase } from "./ServerDatabase.js"
import { OwnerInvalid, ServerError, TokenNameInvalid, TokenUnknown } from "./ServerError.js"

/**
 * A token as an operator sees it. Times are unix milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export interface TokenRecord {
  readonly id: string
  readonly name: string
  /** The person or team whose jobs it sees. */
  readonly owner: string
  readonly scope: Scope
  readonly createdAt: number
  readonly expiresAt: number | undefined
  readonly revokedAt: number | undefined
  /** To the minute. */
  readonly usedAt: number | undefined
}

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

const isScope = Schema.is(ScopeSchema)

const recordOf = (row: Row): TokenRecord => {
  const scope = row["scope"]
  return {
    id: text(row, "id"),
    name: text(row, "name"),
    owner: text(row, "owner"),
    scope: isScope(scope) ? scope : "read",
    createdAt: integer(row, "created_at"),
    expiresAt: optional(row, "expires_at", integer),
    revokedAt: optional(row, "revoked_at", integer),
    usedAt: optional(row, "used_at", integer)
  }
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
  const { run, sql } = yield* ServerDatabase
  const now = yield* Clock.currentTimeMillis
  const id = `tok_${randomName(16)}`
  const secret = randomSecret()
  yield* run(
    sql`INSERT INTO batchlabel_http_tokens ${sql.insert({
      id,
      name,
      owner,
      scope,
      hash: sha256(secret),
      created_at: now,
      expires_at: expiresAt ?? null,
      revoked_at: null,
      used_at: null
    })}`
  )
  return {
    record: { id, name, owner, scope, createdAt: now, expiresAt, revokedAt: undefined, usedAt: undefined },
    secret: Redacted.make(`blt_${id.slice(4)}_${secret}`)
  }
})

/**
 * All tokens, newest first, revoked and expired ones among them.
 *
 * @since 0.1.0
 * @category operations
 */
export const list: Effect.Effect<ReadonlyArray<TokenRecord>, JobStoreError, ServerDatabase> = Effect.gen(function* () {
  const { run, sql } = yield* ServerDatabase
  const rows = yield* run(sql<Row>`SELECT * FROM batchlabel_http_tokens ORDER BY created_at DESC, id DESC`)
  return rows.map(recordOf)
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
  const row = yield* rowById(id)
  return row === undefined ? yield* new ServerError({ reason: new TokenUnknown({ id }) }) : recordOf(row)
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
  const { sql, write } = yield* ServerDatabase
  const now = yield* Clock.currentTimeMillis
  const found = yield* write(
    Effect.gen(function* () {
      const rows = yield* sql<Row>`SELECT id FROM batchlabel_http_tokens WHERE id = ${id}`
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

const rowById = Effect.fnUntraced(function* (id: string) {
  const { run, sql } = yield* ServerDatabase
  const rows = yield* run(sql<Row>`SELECT * FROM batchlabel_http_tokens WHERE id = ${id}`)
  return rows[0]
})

const aMinute = 60_000

const noteUse = Effect.fnUntraced(function* ({ id, usedAt }: TokenRecord, now: number) {
  if (usedAt !== undefined && now - usedAt < aMinute) return
  const { run, sql } = yield* ServerDatabase
  yield* run(sql`UPDATE batchlabel_http_tokens SET used_at = ${now} WHERE id = ${id}`)
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
  const row = yield* rowById(id)
  if (row === undefined) return undefined
  const record = recordOf(row)
  return isValid(record, yield* Clock.currentTimeMillis) ? infoOf(record) : undefined
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
  const row = yield* rowById(`tok_${name}`)
  const same = sameSecret(sha256(key), row === undefined ? noHash : text(row, "hash"))
  if (row === undefined || !same) return undefined
  const record = recordOf(row)
  const now = yield* Clock.currentTimeMillis
  if (!isValid(record, now)) return undefined
  yield* noteUse(record, now)
  return infoOf(record)
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
