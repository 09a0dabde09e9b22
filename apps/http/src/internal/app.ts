/** What stands around every request: limits, problems, headers, counting. */
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerError from "@effect/platform/HttpServerError"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import type * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Cause from "effect/Cause"
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

/** Turns whatever a request fails with into a problem; addresses that are not the API's may be the page's. */
export const withProblems = HttpApiBuilder.middleware(
  Effect.gen(function* () {
    const { webRoot } = yield* ServerSettings
    return (app: App) =>
      Effect.catchAllCause(app, (cause) =>
        Effect.gen(function* () {
          if (Cause.isInterruptedOnly(cause)) return yield* Effect.failCause(cause)
          const request = yield* HttpServerRequest.HttpServerRequest
          const page = webRoot === undefined || !isUnknown(cause) ? Option.none() : yield* StaticFiles.serve(webRoot, request)
          if (Option.isSome(page)) return page.value
          return ofProblem(yield* problemOf(cause, request), request)
        })
      )
  }),
  { withContext: true }
)

/** Bodies that are no files are read here, up to their limit, before anything else sees the request. */
const withBody = (app: App) =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const { limits } = yield* ServerSettings
    if (request.method === "GET" || request.method === "HEAD" || isMultipart(request)) return yield* app
    const read = yield* Effect.exit(limited(request, limits.bodyBytes))
    if (read._tag === "Failure") return ofProblem(yield* problemOf(read.cause, request), request)
    return yield* Effect.provideService(app, HttpServerRequest.HttpServerRequest, read.value)
  })

/** The log names the address, the answer and how long it took: never a header, a query or a body. */
const counted = <E, R>(app: HttpApp.Default<E, R>): HttpApp.Default<E, R> =>
  Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) =>
    Effect.timed(app).pipe(
      Effect.tap(([took, response]: readonly [import("effect/Duration").Duration, HttpServerResponse.HttpServerResponse]) => {
        const path = pathOf(request)
        return Effect.zipRight(
          Metrics.answered(request.method, routeOf(path, response.status), response.status, took),
          Effect.logDebug("answered").pipe(Effect.annotateLogs({ method: request.method, path, status: response.status }))
        )
      }),
      Effect.map(([, response]) => response)
    )
  )

export const guarded = (app: App) => counted(Effect.map(withBody(app), withSecurityHeaders))
