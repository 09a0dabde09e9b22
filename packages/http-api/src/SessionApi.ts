/**
 * Logging a page in: a token becomes a cookie that scripts cannot read.
 *
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as OpenApi from "@effect/platform/OpenApi"
import * as Schema from "effect/Schema"
import * as ApiProblem from "./ApiProblem.js"
import { Authorization, TokenInfo } from "./Auth.js"
import { created } from "./internal/created.js"

/**
 * `csrfToken` goes with every request of the page that changes something.
 *
 * @since 0.1.0
 * @category models
 */
export const Session = Schema.Struct({ token: TokenInfo, csrfToken: Schema.String }).annotations({ identifier: "Session" })

/**
 * @since 0.1.0
 * @category models
 */
export type Session = typeof Session.Type

/**
 * @since 0.1.0
 * @category groups
 */
export class SessionApi extends HttpApiGroup.make("session")
  .add(
    HttpApiEndpoint.get("current", "/v1/session")
      .addSuccess(Session)
      .middleware(Authorization)
      .annotate(OpenApi.Summary, "Who is asking, and the CSRF token of a logged-in page (empty for a bearer token)")
  )
  .add(
    HttpApiEndpoint.post("login", "/v1/session")
      .setPayload(Schema.Struct({ token: Schema.Redacted(Schema.String.pipe(Schema.maxLength(200))) }))
      .addSuccess(created(Session, "Session"))
      .addError(ApiProblem.at(401))
      .addError(ApiProblem.at(403))
      .addError(ApiProblem.at(429))
      .annotate(OpenApi.Summary, "Log a page in: sets the session cookie")
  )
  .add(
    HttpApiEndpoint.del("logout", "/v1/session")
      .addSuccess(HttpApiSchema.NoContent)
      .middleware(Authorization)
      .annotate(OpenApi.Summary, "Log the page out")
  )
  .annotate(OpenApi.Description, "Logging a page in and out") {}
