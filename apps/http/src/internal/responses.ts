/** Problems as responses, in the language that was asked for; and what every response carries. */
import { randomUUID } from "node:crypto"
import type { Lang } from "@batchlabel/core/Lang"
import * as ApiProblem from "@batchlabel/http-api/ApiProblem"
import * as Message from "@batchlabel/messages/Message"
import { HttpApiDecodeError } from "@effect/platform/HttpApiError"
import * as HttpServerError from "@effect/platform/HttpServerError"
import type { HttpServerRequest } from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Problems from "./problems.js"

// Nobody speaks so many languages.
const longestHeader = 500

/** The language a client likes best of those there are; English where it says nothing. Source: RFC 9110, section 12.5.4. */
export const langOf = (header: string | undefined): Lang => {
  let best: { readonly lang: Lang; readonly quality: number } = { lang: "en", quality: 0 }
  for (const part of (header ?? "").slice(0, longestHeader).split(",")) {
    const [, tag, quality] = /^([A-Za-z*]+)(?:-[\w-]+)?(?:\s*;\s*q=([\d.]+))?$/.exec(part.trim()) ?? []
    const lang = tag?.toLowerCase()
    const weight = Number(quality ?? "1")
    if ((lang === "ko" || lang === "en") && weight > best.quality) best = { lang, quality: weight }
  }
  return best.lang
}

export const ofProblem = (
  { document }: ApiProblem.ApiProblem,
  request: HttpServerRequest
): HttpServerResponse.HttpServerResponse => {
  const lang = langOf(request.headers["accept-language"])
  return HttpServerResponse.text(JSON.stringify({ ...document, detail: document.texts[lang] }), {
    status: document.status,
    contentType: ApiProblem.contentType,
    headers: {
      "cache-control": "no-store",
      "content-language": lang,
      vary: "Accept-Language",
      ...(document.retryAfter === undefined ? {} : { "retry-after": String(document.retryAfter) }),
      ...(document.status === 401 ? { "www-authenticate": 'Bearer realm="batchlabel"' } : {})
    }
  })
}

/** Fit for a log that is read in a terminal: no line break, no escape, nothing but what is in ASCII. */
export const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, "?")

/** The address as far as it names something; what stands in a query is nobody else's business. */
export const pathOf = (request: HttpServerRequest): string => printable((request.url.split(/[?#]/, 1)[0] ?? "").slice(0, 200))

const ofDecodeError = ({ issues }: HttpApiDecodeError): ApiProblem.ApiProblem => {
  const errors = issues.map(({ message, path }) => ({ path: path.map(String).join("."), detail: message.slice(0, 300) }))
  const [first] = errors
  const detail = first === undefined ? "" : `${first.path === "" ? "" : `${first.path}: `}${first.detail}`
  return Problems.make(400, Message.make("BL7006", { detail }), { errors })
}

const unexpected = (cause: Cause.Cause<unknown>, request: HttpServerRequest): Effect.Effect<ApiProblem.ApiProblem> => {
  const reference = randomUUID()
  return Effect.logError("a request failed", cause).pipe(
    Effect.annotateLogs({ reference, method: request.method, path: pathOf(request) }),
    Effect.as(Problems.make(500, Message.make("BL7027", { reference })))
  )
}

/** What a request failed with, in the terms of the API. */
export const problemOf = (cause: Cause.Cause<unknown>, request: HttpServerRequest): Effect.Effect<ApiProblem.ApiProblem> => {
  const error = Cause.squash(cause)
  if (error instanceof ApiProblem.ApiProblem) return Effect.succeed(error)
  if (error instanceof HttpApiDecodeError) return Effect.succeed(ofDecodeError(error))
  if (error instanceof HttpServerError.RouteNotFound) {
    return Effect.succeed(Problems.make(404, Message.make("BL7007", { method: request.method, path: pathOf(request) })))
  }
  if (error instanceof HttpServerError.RequestError) {
    const detail =
      error.cause instanceof SyntaxError ? `JSON: ${error.cause.message}` : (error.description ?? "the body cannot be read")
    return Effect.succeed(Problems.make(400, Message.make("BL7006", { detail: detail.slice(0, 300) })))
  }
  return unexpected(cause, request)
}

/** For everything that is sent; what is more particular about itself stays as it is. */
export const withSecurityHeaders = (response: HttpServerResponse.HttpServerResponse): HttpServerResponse.HttpServerResponse => {
  const defaults: Readonly<Record<string, string>> = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY"
  }
  return HttpServerResponse.setHeaders(response, { ...defaults, ...response.headers })
}
