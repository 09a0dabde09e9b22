/**
 * Who asks. Everything but health needs a token: programs send it as `Authorization: Bearer …`, the page holds it in a cookie.
 *
 * @since 0.1.0
 */
import * as HttpApiMiddleware from "@effect/platform/HttpApiMiddleware"
import * as HttpApiSecurity from "@effect/platform/HttpApiSecurity"
import * as OpenApi from "@effect/platform/OpenApi"
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"
import * as ApiProblem from "./ApiProblem.js"
import { optional, Timestamp } from "./Scalars.js"

/**
 * What a token may do with what its owner has: `read` looks, `write` also uploads, starts, corrects and deletes; `admin` sees the jobs of
 * all owners.
 *
 * @since 0.1.0
 * @category models
 */
export const Scope = Schema.Literal("read", "write", "admin").annotations({ identifier: "Scope" })

/**
 * @since 0.1.0
 * @category models
 */
export type Scope = typeof Scope.Type

/**
 * A token as its holder sees it: never the secret.
 *
 * @since 0.1.0
 * @category models
 */
export const TokenInfo = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  owner: Schema.String.annotations({ description: "The person or team whose jobs, tasks, uploads and webhooks the token sees." }),
  scope: Scope,
  expiresAt: optional(Timestamp)
}).annotations({ identifier: "TokenInfo" })

/**
 * @since 0.1.0
 * @category models
 */
export type TokenInfo = typeof TokenInfo.Type

/**
 * The token a request came with.
 *
 * @since 0.1.0
 * @category tags
 */
export class CurrentToken extends Context.Tag("@batchlabel/http-api/CurrentToken")<CurrentToken, TokenInfo>() {}

/**
 * The cookie of a logged-in page: `HttpOnly`, `SameSite=Strict`.
 *
 * @since 0.1.0
 * @category constants
 */
export const sessionCookie = "batchlabel_session"

/**
 * The header that a page with a session sends with whatever changes something; its value is `csrfToken` of the session.
 *
 * @since 0.1.0
 * @category constants
 */
export const csrfHeader = "x-csrf-token"

/**
 * Lets requests with a valid token pass, with the scope that their method needs.
 *
 * @since 0.1.0
 * @category middleware
 */
export class Authorization extends HttpApiMiddleware.Tag<Authorization>()("@batchlabel/http-api/Authorization", {
  failure: Schema.Union(ApiProblem.at(401), ApiProblem.at(403), ApiProblem.at(429)),
  provides: CurrentToken,
  security: {
    token: HttpApiSecurity.bearer.pipe(
      HttpApiSecurity.annotate(OpenApi.Description, "A token that the server's operator created.")
    ),
    session: HttpApiSecurity.apiKey({ in: "cookie", key: sessionCookie }).pipe(
      HttpApiSecurity.annotate(
        OpenApi.Description,
        "The session of a logged-in page; requests that change something also carry its `csrfToken` as `X-CSRF-Token`."
      )
    )
  }
}) {}
