/**
 * What can go wrong in a call of the API. No error holds the SDK's own: that carries headers and causes, and with them perhaps a secret.
 * Every text in here went through a filter that takes keys out.
 *
 * @since 0.1.0
 */
import type * as Problem from "@batchlabel/core/Problem"
import * as Schema from "effect/Schema"
import { problemOf } from "./internal/problemOf.js"
import { isTrustCode } from "./internal/trust.js"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/** What an HTTP reply tells about a failure; `retryAfter` in milliseconds, `mayRetry` where the server says so (`x-should-retry`). */
const reply = {
  status: optional(Schema.Number),
  code: optional(Schema.String),
  param: optional(Schema.String),
  detail: Schema.String,
  retryAfter: optional(Schema.Number),
  mayRetry: optional(Schema.Boolean)
}

/**
 * 429: too many requests for now.
 *
 * @since 0.1.0
 * @category reasons
 */
export class RateLimited extends Schema.TaggedClass<RateLimited>()("RateLimited", reply) {}

/**
 * The account has no credit left or billing is off (429 or 402; codes `insufficient_quota`, `billing_hard_limit_reached`,
 * `billing_not_active`). Waiting does not help.
 *
 * @since 0.1.0
 * @category reasons
 */
export class QuotaExceeded extends Schema.TaggedClass<QuotaExceeded>()("QuotaExceeded", reply) {}

/**
 * 401: the API does not know the key.
 *
 * @since 0.1.0
 * @category reasons
 */
export class Unauthorized extends Schema.TaggedClass<Unauthorized>()("Unauthorized", reply) {}

/**
 * 403: the key may not do this.
 *
 * @since 0.1.0
 * @category reasons
 */
export class PermissionDenied extends Schema.TaggedClass<PermissionDenied>()("PermissionDenied", reply) {}

/**
 * 404: there is no such batch or file in the project of the key.
 *
 * @since 0.1.0
 * @category reasons
 */
export class NotFound extends Schema.TaggedClass<NotFound>()("NotFound", reply) {}

/**
 * 400, 422 and other 4xx: the API does not accept the request.
 *
 * @since 0.1.0
 * @category reasons
 */
export class BadRequest extends Schema.TaggedClass<BadRequest>()("BadRequest", reply) {}

/**
 * 413: the file is larger than the API takes.
 *
 * @since 0.1.0
 * @category reasons
 */
export class PayloadTooLarge extends Schema.TaggedClass<PayloadTooLarge>()("PayloadTooLarge", reply) {}

/**
 * 409: not possible in the state the batch or file is in.
 *
 * @since 0.1.0
 * @category reasons
 */
export class Conflict extends Schema.TaggedClass<Conflict>()("Conflict", reply) {}

/**
 * 5xx: the API failed.
 *
 * @since 0.1.0
 * @category reasons
 */
export class ServerError extends Schema.TaggedClass<ServerError>()("ServerError", reply) {}

/**
 * No reply: the connection was not made or broke. `sent` is false where it is certain that the request never left (refused, no such
 * host, a certificate that is not trusted); `code` is that of the system, such as `ECONNREFUSED`.
 *
 * @since 0.1.0
 * @category reasons
 */
export class ConnectionFailed extends Schema.TaggedClass<ConnectionFailed>()("ConnectionFailed", {
  code: optional(Schema.String),
  detail: Schema.String,
  sent: Schema.Boolean
}) {}

/**
 * No reply in time; `after` in milliseconds where it was our own limit that passed.
 *
 * @since 0.1.0
 * @category reasons
 */
export class TimedOut extends Schema.TaggedClass<TimedOut>()("TimedOut", {
  after: optional(Schema.Number),
  detail: Schema.String
}) {}

/**
 * A download ended early, stalled or has another size than it should, after all attempts.
 *
 * @since 0.1.0
 * @category reasons
 */
export class DownloadCut extends Schema.TaggedClass<DownloadCut>()("DownloadCut", {
  received: Schema.Number,
  expected: optional(Schema.Number),
  detail: Schema.String
}) {}

/**
 * A file on this machine cannot be read or written.
 *
 * @since 0.1.0
 * @category reasons
 */
export class LocalFile extends Schema.TaggedClass<LocalFile>()("LocalFile", {
  path: Schema.String,
  access: Schema.Literal("read", "write"),
  detail: Schema.String
}) {}

/**
 * A reply that says success and is not what was asked for: an empty body, a web page, JSON of another shape.
 *
 * @since 0.1.0
 * @category reasons
 */
export class UnexpectedReply extends Schema.TaggedClass<UnexpectedReply>()("UnexpectedReply", reply) {}

/**
 * Why a call failed.
 *
 * @since 0.1.0
 * @category reasons
 */
export const Reason = Schema.Union(
  RateLimited,
  QuotaExceeded,
  Unauthorized,
  PermissionDenied,
  NotFound,
  BadRequest,
  PayloadTooLarge,
  Conflict,
  ServerError,
  ConnectionFailed,
  TimedOut,
  DownloadCut,
  LocalFile,
  UnexpectedReply
)

/**
 * @since 0.1.0
 * @category reasons
 */
export type Reason = typeof Reason.Type

/**
 * The methods of the service.
 *
 * @since 0.1.0
 * @category models
 */
export const Operation = Schema.Literal(
  "upload",
  "create",
  "retrieve",
  "list",
  "cancel",
  "file",
  "files",
  "download",
  "deleteFile"
)

/**
 * @since 0.1.0
 * @category models
 */
export type Operation = typeof Operation.Type

/**
 * `target` is the id (or, for an upload, the path) the call was about, `requestId` the API's `x-request-id`, which its support asks for.
 *
 * @since 0.1.0
 * @category errors
 */
export class OpenAiBatchError extends Schema.TaggedError<OpenAiBatchError>()("OpenAiBatchError", {
  operation: Operation,
  reason: Reason,
  target: optional(Schema.String),
  requestId: optional(Schema.String)
}) {
  /** Its code and data, and one plain sentence. */
  get problem(): Problem.Problem {
    return problemOf(this)
  }

  override get message(): string {
    return this.problem.message
  }

  /** Whether the same call may succeed a little later. `create` is never repeated by this package, whatever this says. */
  get retryable(): boolean {
    const { reason } = this
    switch (reason._tag) {
      case "RateLimited":
      case "ServerError":
      case "UnexpectedReply":
        return reason.mayRetry ?? reason.status !== 501
      case "BadRequest":
      case "Conflict":
        return reason.mayRetry ?? reason.status === 408
      case "TimedOut":
      case "DownloadCut":
        return true
      case "ConnectionFailed":
        return !isTrustCode(reason.code)
      default:
        return false
    }
  }

  /** Whether the server may have done what it was asked to. `"no"` only where that is certain; decides if a create may be repeated. */
  get acted(): "no" | "unknown" {
    const { reason } = this
    switch (reason._tag) {
      case "TimedOut":
      case "DownloadCut":
        return "unknown"
      case "LocalFile":
        return "no"
      case "ConnectionFailed":
        return reason.sent ? "unknown" : "no"
      default:
        return reason.status === undefined || (reason.status >= 400 && reason.status < 500 && reason.status !== 408)
          ? "no"
          : "unknown"
    }
  }

  /** Milliseconds the server asked to wait. */
  get retryAfter(): number | undefined {
    return "retryAfter" in this.reason ? this.reason.retryAfter : undefined
  }
}
