/**
 * Pages that are logged in: a random secret in a cookie stands for a token.
 *
 * @since 0.1.0
 */
import type { TokenInfo } from "@batchlabel/http-api/Auth"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { integer, type Row, text } from "./internal/database.js"
import { csrfTokenOf, randomSecret, sha256 } from "./internal/secrets.js"
import { ServerDatabase } from "./ServerDatabase.js"
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

/**
 * Logs a page in.
 *
 * @since 0.1.0
 * @category operations
 */
export const open = Effect.fn("Sessions.open")(function* (
  token: TokenInfo
): Effect.fn.Return<Session, JobStoreError, ServerDatabase> {
  const { sql, write } = yield* ServerDatabase
  const now = yield* Clock.currentTimeMillis
  const secret = randomSecret()
  const expires = Math.min(now + Duration.toMillis(lifetime), token.expiresAt ?? Number.POSITIVE_INFINITY)
  yield* write(
    Effect.andThen(
      sql`DELETE FROM batchlabel_http_sessions WHERE expires_at <= ${now}`,
      sql`INSERT INTO batchlabel_http_sessions ${sql.insert({ hash: sha256(secret), token_id: token.id, expires_at: expires })}`
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
  const { run, sql } = yield* ServerDatabase
  const rows = yield* run(sql<Row>`SELECT token_id, expires_at FROM batchlabel_http_sessions WHERE hash = ${sha256(value)}`)
  const row = rows[0]
  if (row === undefined || integer(row, "expires_at") <= (yield* Clock.currentTimeMillis)) return undefined
  const token = yield* Tokens.findValid(text(row, "token_id"))
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
  const { run, sql } = yield* ServerDatabase
  yield* run(sql`DELETE FROM batchlabel_http_sessions WHERE hash = ${sha256(Redacted.value(secret))}`)
})
