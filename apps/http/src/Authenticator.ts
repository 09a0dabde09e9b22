/**
 * Lets in who may come in: by a token in the header, or by the cookie of a page that is logged in. Wrong tokens are counted by address, all
 * requests by token.
 *
 * @since 0.1.0
 */

import type { ApiProblem } from "@batchlabel/http-api/ApiProblem"
import { Authorization, csrfHeader, type Scope, sessionCookie, type TokenInfo } from "@batchlabel/http-api/Auth"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as Message from "@batchlabel/messages/Message"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { clientOf, namedAddress } from "./internal/clientAddress.js"
import * as Problems from "./internal/problems.js"
import { sameSecret } from "./internal/secrets.js"
import * as TokenBucket from "./internal/tokenBucket.js"
import type { ServerDatabase } from "./ServerDatabase.js"
import { ServerSettings } from "./ServerSettings.js"
import * as Sessions from "./Sessions.js"
import * as Tokens from "./Tokens.js"

type Request = HttpServerRequest.HttpServerRequest

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** Who asks, if he may do what the request's method means (`GET` reads, all else writes). */
  readonly authenticate: Effect.Effect<TokenInfo, ApiProblem, Request>
  /** The same, for what needs a scope of its own. */
  readonly requires: (scope: Scope) => Effect.Effect<TokenInfo, ApiProblem, Request>
  /** Of requests without any credentials an address has so many a second, whatever they ask for. */
  readonly admitStranger: Effect.Effect<void, ApiProblem, Request>
  /** A page shows a token to be logged in. */
  readonly login: (secret: Redacted.Redacted) => Effect.Effect<TokenInfo, ApiProblem, Request>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class Authenticator extends Context.Tag("@batchlabel/http/Authenticator")<Authenticator, Service>() {}

const ranks: Readonly<Record<Scope, number>> = { read: 0, write: 1, admin: 2 }

const isSafe = (method: string): boolean => method === "GET" || method === "HEAD" || method === "OPTIONS"

/** Whoever could log in can log out. */
const isLogout = ({ method, url }: Request): boolean => method === "DELETE" && /^\/v1\/session\/?($|\?)/.test(url)

const needToken = Problems.make(401, Message.make("BL7001", {}))
const wrongToken = Problems.make(401, Message.make("BL7002", {}))
const notFromPage = Problems.make(403, Message.make("BL7004", {}))

const tooMany = (seconds: number): ApiProblem => Problems.make(429, Message.make("BL7005", { seconds }), { retryAfter: seconds })

const allow = (token: TokenInfo, needed: Scope): Effect.Effect<TokenInfo, ApiProblem> =>
  ranks[token.scope] >= ranks[needed]
    ? Effect.succeed(token)
    : Effect.fail(Problems.make(403, Message.make("BL7003", { needed, scope: token.scope })))

const addressOf = ({ remoteAddress, source }: Request): string =>
  clientOf(Option.getOrElse(remoteAddress, () => namedAddress(source) ?? ""))

const hasCredentials = (request: Request): boolean =>
  request.headers["authorization"] !== undefined || (request.cookies[sessionCookie] ?? "") !== ""

/** Sent by a page of another site: browsers say where whatever changes something comes from. */
const isForeign = (request: Request, publicHost: string | undefined): boolean => {
  if (request.headers["sec-fetch-site"] === "cross-site") return true
  const origin = request.headers["origin"]
  if (origin === undefined) return false
  const host = URL.canParse(origin) ? new URL(origin).host : ""
  return host === "" || (host !== request.headers["host"] && host !== publicHost)
}

/** A page proves that it can read what the server told it, which pages of other sites cannot. */
const checkPage = (
  request: Request,
  session: Sessions.Session,
  publicHost: string | undefined
): Effect.Effect<void, ApiProblem> => {
  if (isSafe(request.method)) return Effect.void
  const shown = request.headers[csrfHeader] ?? ""
  return !isForeign(request, publicHost) && sameSecret(shown, session.csrfToken) ? Effect.void : Effect.fail(notFromPage)
}

const make = Effect.gen(function* () {
  const { limits, publicUrl } = yield* ServerSettings
  const publicHost = publicUrl !== undefined && URL.canParse(publicUrl) ? new URL(publicUrl).host : undefined
  const context = yield* Effect.context<ServerDatabase>()
  const byToken = TokenBucket.make(limits.requestsPerSecond, limits.requestBurst)
  const byAddress = TokenBucket.make(limits.wrongTokensPerMinute / 60, limits.wrongTokens)
  const strangers = TokenBucket.make(limits.strangersPerSecond, limits.strangerBurst)

  const takeAsStranger = Effect.fnUntraced(function* (request: Request) {
    const wait = strangers.take(addressOf(request), yield* Clock.currentTimeMillis)
    if (wait > 0) return yield* tooMany(wait)
  })

  /** Credentials that are none are no better than none at all. */
  const refuse = (request: Request, problem: ApiProblem) => Effect.zipRight(takeAsStranger(request), Effect.fail(problem))

  const stored = <A>(effect: Effect.Effect<A, JobStoreError, ServerDatabase>): Effect.Effect<A, ApiProblem> =>
    effect.pipe(Effect.mapError(Problems.ofError), Effect.provide(context))

  const guess = Effect.fnUntraced(function* (
    request: Request,
    found: Effect.Effect<TokenInfo | undefined, JobStoreError, ServerDatabase>
  ) {
    const token = yield* stored(found)
    if (token !== undefined) return token
    const wait = byAddress.take(addressOf(request), yield* Clock.currentTimeMillis)
    return yield* wait > 0 ? tooMany(wait) : wrongToken
  })

  const admit = Effect.fnUntraced(function* (token: TokenInfo) {
    const wait = byToken.take(token.id, yield* Clock.currentTimeMillis)
    return wait > 0 ? yield* tooMany(wait) : token
  })

  const bySession = Effect.fnUntraced(function* (request: Request, cookie: string) {
    const secret = Redacted.make(cookie)
    const session = yield* stored(Sessions.find(secret))
    // An old cookie is no guess: whoever has none of these gets nowhere by sending many.
    if (session === undefined) return yield* refuse(request, wrongToken)
    yield* checkPage(request, session, publicHost)
    return session.token
  })

  const identify = Effect.fnUntraced(function* (request: Request) {
    const header = request.headers["authorization"]
    const cookie = request.cookies[sessionCookie]
    if (header === undefined) return cookie === undefined || cookie === "" ? yield* needToken : yield* bySession(request, cookie)
    const [, secret] = /^Bearer ([\x21-\x7e]+)$/i.exec(header) ?? []
    return secret === undefined ? yield* refuse(request, needToken) : yield* guess(request, Tokens.verify(Redacted.make(secret)))
  })

  const requires = (scope: Scope): Effect.Effect<TokenInfo, ApiProblem, Request> =>
    Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      const token = yield* identify(request)
      return yield* allow(yield* admit(token), scope)
    })

  const service: Service = {
    requires,
    admitStranger: Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) =>
      hasCredentials(request) ? Effect.void : takeAsStranger(request)
    ),
    authenticate: Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) =>
      requires(isSafe(request.method) || isLogout(request) ? "read" : "write")
    ),
    login: (secret) =>
      Effect.gen(function* () {
        const request = yield* HttpServerRequest.HttpServerRequest
        if (isForeign(request, publicHost)) return yield* notFromPage
        return yield* guess(request, Tokens.verify(secret))
      })
  }
  return service
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Authenticator, never, ServerDatabase | ServerSettings> = Layer.effect(Authenticator, make)

/**
 * The middleware of the API. It offers each way in by itself; which one a request means is seen here, once.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerMiddleware: Layer.Layer<Authorization, never, Authenticator> = Layer.effect(
  Authorization,
  Effect.map(Authenticator, ({ authenticate }) => {
    const seen = new WeakMap<object, Effect.Effect<TokenInfo, ApiProblem>>()
    const once: Effect.Effect<TokenInfo, ApiProblem, Request> = Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      const before = seen.get(request)
      if (before !== undefined) return yield* before
      const exit = yield* Effect.exit(authenticate)
      seen.set(request, exit)
      return yield* exit
    })
    return { token: () => once, session: () => once }
  })
)
