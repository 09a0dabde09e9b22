import * as E from "../OpenAiBatchError.js"
import { isRecord, readNumber, readText } from "./lenient.js"
import type { Scrub } from "./scrub.js"

/** A reply that is no success: its status, its headers, and the `error` of its body, or what else the body says. */
export interface FailedReply {
  readonly status: number
  readonly headers: Headers
  readonly error: unknown
  readonly text: string
}

/** `retry-after-ms`, or `Retry-After` in seconds or as a date, in milliseconds. A date is measured by the server's own clock. */
export const retryAfter = (headers: Headers, now: number): number | undefined => {
  const millis = readNumber(headers.get("retry-after-ms") ?? undefined)
  if (millis !== undefined) return Math.max(0, millis)
  const header = headers.get("retry-after")
  if (header === null) return undefined
  const seconds = readNumber(header)
  if (seconds !== undefined) return Math.max(0, seconds * 1000)
  const until = Date.parse(header)
  if (Number.isNaN(until)) return undefined
  const serverNow = Date.parse(headers.get("date") ?? "")
  return Math.max(0, until - (Number.isNaN(serverNow) ? now : serverNow))
}

const NO_CREDIT = new Set(["insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "quota_exceeded"])

/** What codes and types of an error object mean where the status does not tell (a body with an error under status 200). */
const statusOfCode = (code: string | undefined, type: string | undefined): number | undefined => {
  const number = readNumber(code)
  if (number !== undefined && number >= 400 && number < 600) return number
  const name = `${code ?? ""} ${type ?? ""}`.toLowerCase()
  if (/not_?found/.test(name)) return 404
  if (/invalid_api_key|authentication|unauthorized/.test(name)) return 401
  if (/permission/.test(name)) return 403
  if (/rate_?limit/.test(name)) return 429
  return undefined
}

export const reasonOfReply = (reply: FailedReply, now: number, scrub: Scrub): E.Reason => {
  const error = isRecord(reply.error) ? reply.error : {}
  const code = readText(error["code"])
  const type = readText(error["type"])
  const param = readText(error["param"])
  const wait = retryAfter(reply.headers, now)
  const mayRetry = reply.headers.get("x-should-retry")
  const message = typeof reply.error === "string" ? reply.error : (readText(error["message"]) ?? reply.text)
  const fields = {
    status: reply.status,
    detail: scrub(message),
    ...(code === undefined ? {} : { code: scrub(code) }),
    ...(param === undefined ? {} : { param: scrub(param) }),
    ...(wait === undefined ? {} : { retryAfter: wait }),
    ...(mayRetry === "true" || mayRetry === "false" ? { mayRetry: mayRetry === "true" } : {})
  }
  if (NO_CREDIT.has(code ?? "") || NO_CREDIT.has(type ?? "")) return new E.QuotaExceeded(fields)

  const status = reply.status >= 400 ? reply.status : (statusOfCode(code, type) ?? reply.status)
  switch (status) {
    case 401:
      return new E.Unauthorized(fields)
    case 402:
      return new E.QuotaExceeded(fields)
    case 403:
      return new E.PermissionDenied(fields)
    case 404:
    case 410:
      return new E.NotFound(fields)
    case 409:
      return new E.Conflict(fields)
    case 413:
      return new E.PayloadTooLarge(fields)
    case 429:
      return new E.RateLimited(fields)
  }
  if (status >= 500) return new E.ServerError(fields)
  return status >= 400 ? new E.BadRequest(fields) : new E.UnexpectedReply(fields)
}
