/** What stands around every request: limits, problems, headers, counting. */

import type { ApiProblem } from "@batchlabel/http-api/ApiProblem"
import * as Message from "@batchlabel/messages/Message"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerError from "@effect/platform/HttpServerError"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import type * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Authenticator } from "../Authenticator.js"
import * as Metrics from "../Metrics.js"
import { ServerSettings } from "../ServerSettings.js"
import * as Problems from "./problems.js"
import { isMultipart, limited } from "./requestBody.js"
import { ofProblem, pathOf, printable, problemOf, withSecurityHeaders } from "./responses.js"
import { methodOf, routeOf } from "./routes.js"
import * as StaticFiles from "./staticFiles.js"

type App = HttpApp.Default

const isUnknown = (cause: Cause.Cause<unknown>): boolean => Cause.squash(cause) instanceof HttpServerError.RouteNotFound

type Request = HttpServerRequest.HttpServerRequest
type Response = HttpServerResponse.HttpServerResponse

/** Bodies that are no files are read here, up to their limit, before anything else sees the request. */
const withBody = (app: App, limit: number) =>
  Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) =>
    request.method === "GET" || request.method === "HEAD" || isMultipart(request)
      ? app
      : Effect.flatMap(limited(request, limit), (read) => Effect.provideService(app, HttpServerRequest.HttpServerRequest, read))
  )

/** Nothing here unpacks bodies: one that says it is packed is not read as if it were not. */
const checkEncoding = (request: Request): Effect.Effect<void, ApiProblem> => {
  const encoding = request.headers["content-encoding"] ?? ""
  return /^\s*(identity)?\s*$/i.test(encoding.slice(0, 100))
    ? Effect.void
    : Effect.fail(Problems.make(415, Message.make("BL7087", { encoding: printable(encoding.slice(0, 100)) })))
}

/** Health is asked often, by machines, and costs nothing. */
const isHealth = (request: Request): boolean => /^\/(healthz|readyz)$/.test(pathOf(request))

/** Whatever a request fails with becomes a problem; an address that is not the API's may be the page's. */
const recover = (cause: Cause.Cause<unknown>, request: Request, webRoot: string | undefined) =>
  Effect.gen(function* () {
    const page = webRoot === undefined || !isUnknown(cause) ? Option.none() : yield* StaticFiles.serve(webRoot, request)
    return Option.isSome(page) ? page.value : ofProblem(yield* problemOf(cause, request), request)
  })

/** The log names the address, the answer and how long it took: never a header, a query or a body. */
const count = (request: Request, response: Response, took: Duration.Duration) => {
  const path = pathOf(request)
  return Effect.zipRight(
    Metrics.answered(methodOf(request.method), routeOf(path, response.status), response.status, took),
    Effect.logDebug("answered").pipe(
      Effect.annotateLogs({ method: request.method, path, status: response.status, ms: Math.round(Duration.toMillis(took)) })
    )
  )
}

/** Around every request of the API and of the page. */
export const layer = HttpApiBuilder.middleware(
  Effect.map(
    Effect.all([ServerSettings, Authenticator]),
    ([{ limits, webRoot }, { admitStranger }]) =>
      (app: App) =>
        Effect.gen(function* () {
          const request = yield* HttpServerRequest.HttpServerRequest
          const [took, response] = yield* Effect.zipRight(
            Effect.zipRight(isHealth(request) ? Effect.void : admitStranger, checkEncoding(request)),
            withBody(app, limits.bodyBytes)
          ).pipe(
            Effect.catchAllCause((cause) =>
              Cause.isInterruptedOnly(cause) ? Effect.failCause(cause) : recover(cause, request, webRoot)
            ),
            Effect.orDie,
            Effect.timed
          )
          yield* count(request, response, took)
          return withSecurityHeaders(response)
        })
  ),
  { withContext: true }
)
