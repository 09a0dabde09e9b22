/** What stands around every request: limits, problems, headers, counting. */
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerError from "@effect/platform/HttpServerError"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import type * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Metrics from "../Metrics.js"
import { ServerSettings } from "../ServerSettings.js"
import { isMultipart, limited } from "./requestBody.js"
import { ofProblem, pathOf, problemOf, withSecurityHeaders } from "./responses.js"
import * as StaticFiles from "./staticFiles.js"

type App = HttpApp.Default

/** The template of a path: what is counted by it must not grow with what clients make up. */
const routeOf = (path: string, status: number): string => {
  if (!/^\/(v1\/|docs|openapi\.json|metrics|healthz|readyz)/.test(path)) return "page"
  if (status === 404 && !/\/(job|upl|whk)_[0-9A-Za-z]+/.test(path)) return "unknown"
  return path
    .replace(/\/(job|upl|whk)_[0-9A-Za-z]+/, "/:id")
    .replace(/\/rows\/[^/]+/, "/rows/:row")
    .replace(/^\/v1\/tasks\/.+/, "/v1/tasks/:name")
}

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
    Metrics.answered(request.method, routeOf(path, response.status), response.status, took),
    Effect.logDebug("answered").pipe(
      Effect.annotateLogs({ method: request.method, path, status: response.status, ms: Math.round(Duration.toMillis(took)) })
    )
  )
}

/** Around every request of the API and of the page. */
export const layer = HttpApiBuilder.middleware(
  Effect.map(
    ServerSettings,
    ({ limits, webRoot }) =>
      (app: App) =>
        Effect.gen(function* () {
          const request = yield* HttpServerRequest.HttpServerRequest
          const [took, response] = yield* withBody(app, limits.bodyBytes).pipe(
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
