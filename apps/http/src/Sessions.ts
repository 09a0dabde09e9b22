/**
 * Pages that are logged in: a random secret in a cookie stands for a token.
 *
 * @since 0.1.0
 */
import type { TokenInfo } from "@batchlabel/http-api/Auth"
import * as Database from "@batchlabel/job-store/Database"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as SqlSchema from "@effect/sql/SqlSchema"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { csrfTokenOf, randomSecret, sha256 } from "./internal/secrets.js"
import { ServerDatabase } from "./ServerDatabase.js"
import { ServerSettings } from "./ServerSettings.js"
import * as Tokens from "./Tokens.js"

/**
 * How long a page stays logged in.
 *
 * @since 0.1.0
 * @category constants
 */
export const lifetime = Duration.days(7)

/**
 * `secret` goes into the cookie, `csrfToken` to the page's own code.
 *
 * @since 0.1.0
 * @category models
 */
export interface Session {
  readonly token: TokenInfo
  readonly secret: Redacted.Redacted
  readonly csrfToken: string
}

const SessionModel = Schema.Struct({
  hash: Schema.String,
  tokenId: Database.column("token_id", Schema.String),
  expiresAt: Database.column("expires_at", Database.Integer)
})

const encode = Schema.encodeSync(SessionModel)

/**
 * Logs a page in; where too many are logged in with the token, the oldest is logged out.
 *
 * @since 0.1.0
 * @category operations
 */
export const open = Effect.fn("Sessions.open")(function* (
  token: TokenInfo
): Effect.fn.Return<Session, JobStoreError, ServerDatabase | ServerSettings> {
  const { sql, transaction } = yield* ServerDatabase
  const { limits } = yield* ServerSettings
  const now = yield* Clock.currentTimeMillis
  const secret = randomSecret()
  const expires = Math.min(now + Duration.toMillis(lifetime), token.expiresAt ?? Number.POSITIVE_INFINITY)
  yield* transaction(
    Effect.andThen(
      Effect.andThen(
        sql`DELETE FROM batchlabel_http_sessions WHERE expires_at <= ${now}`,
        // Of the pages that are logged in with one token the newest stay: theirs are the latest to expire.
        sql`DELETE FROM batchlabel_http_sessions WHERE token_id = ${token.id} AND hash NOT IN (
          SELECT hash FROM batchlabel_http_sessions WHERE token_id = ${token.id} ORDER BY expires_at DESC LIMIT ${limits.sessions - 1})`
      ),
      sql`INSERT INTO batchlabel_http_sessions ${sql.insert(encode({ hash: sha256(secret), tokenId: token.id, expiresAt: expires }))}`
    )
  )
  return { token, secret: Redacted.make(secret), csrfToken: csrfTokenOf(secret) }
})

/**
 * The session of a cookie, while it and its token are valid. It is found by a hash of 256 random bits, which no one can guess his way to.
 *
 * @since 0.1.0
 * @category verification
 */
export const find = Effect.fnUntraced(function* (
  secret: Redacted.Redacted
): Effect.fn.Return<Session | undefined, JobStoreError, ServerDatabase> {
  const value = Redacted.value(secret)
  if (!/^[A-Za-z0-9_-]{43}$/.test(value)) return undefined
  const { read, sql } = yield* ServerDatabase
  const byHash = SqlSchema.findOne({
    Request: Schema.String,
    Result: SessionModel,
    execute: (hash) => sql`SELECT * FROM batchlabel_http_sessions WHERE hash = ${hash}`
  })
  const found = Option.getOrUndefined(yield* read(byHash(sha256(value))))
  if (found === undefined || found.expiresAt <= (yield* Clock.currentTimeMillis)) return undefined
  const token = yield* Tokens.findValid(found.tokenId)
  return token === undefined ? undefined : { token, secret, csrfToken: csrfTokenOf(value) }
})

/**
 * Logs a page out.
 *
 * @since 0.1.0
 * @category operations
 */
export const close = Effect.fn("Sessions.close")(function* (
  secret: Redacted.Redacted
): Effect.fn.Return<void, JobStoreError, ServerDatabase> {
  const { sql, transaction } = yield* ServerDatabase
  yield* transaction(sql`DELETE FROM batchlabel_http_sessions WHERE hash = ${sha256(Redacted.value(secret))}`)
})
