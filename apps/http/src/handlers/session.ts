import { BatchlabelApi } from "@batchlabel/http-api/Api"
import { CurrentToken, sessionCookie } from "@batchlabel/http-api/Auth"
import { Session } from "@batchlabel/http-api/SessionApi"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Authenticator } from "../Authenticator.js"
import * as Problems from "../internal/problems.js"
import { ServerDatabase } from "../ServerDatabase.js"
import { ServerSettings } from "../ServerSettings.js"
import * as Sessions from "../Sessions.js"

const encodeSession = Schema.encodeSync(Session)

/** `/v1/session`. */
export const layer = HttpApiBuilder.group(BatchlabelApi, "session", (handlers) =>
  Effect.gen(function* () {
    const { login } = yield* Authenticator
    const settings = yield* ServerSettings
    const { publicUrl } = settings
    const database = yield* ServerDatabase
    const stored = Effect.provideService(ServerDatabase, database)

    // Scripts cannot read it, and other sites cannot make a browser send it.
    const cookie = (value: string, maxAge: "7 days" | 0) =>
      HttpServerResponse.unsafeSetCookie(sessionCookie, value, {
        httpOnly: true,
        sameSite: "strict",
        path: "/",
        maxAge,
        secure: publicUrl?.startsWith("https:") === true
      })

    return handlers
      .handle("current", () =>
        Effect.gen(function* () {
          const token = yield* CurrentToken
          const request = yield* HttpServerRequest.HttpServerRequest
          const secret = request.headers["authorization"] === undefined ? request.cookies[sessionCookie] : undefined
          const session = secret === undefined ? undefined : yield* stored(Sessions.find(Redacted.make(secret)))
          return { token, csrfToken: session?.csrfToken ?? "" }
        }).pipe(Effect.mapError(Problems.ofError))
      )
      .handle("login", ({ payload }) =>
        Effect.gen(function* () {
          const token = yield* login(payload.token)
          const session = yield* stored(Sessions.open(token)).pipe(
            Effect.provideService(ServerSettings, settings),
            Effect.mapError(Problems.ofError)
          )
          const body = encodeSession({ token, csrfToken: session.csrfToken })
          return HttpServerResponse.unsafeJson(body, { status: 201 }).pipe(cookie(Redacted.value(session.secret), "7 days"))
        })
      )
      .handle("logout", () =>
        Effect.gen(function* () {
          const request = yield* HttpServerRequest.HttpServerRequest
          const secret = request.cookies[sessionCookie]
          if (secret !== undefined) yield* Effect.mapError(stored(Sessions.close(Redacted.make(secret))), Problems.ofError)
          return HttpServerResponse.empty({ status: 204 }).pipe(cookie("", 0))
        })
      )
  })
)
