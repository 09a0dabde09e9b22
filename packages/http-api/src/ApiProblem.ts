/**
 * What goes wrong, as RFC 9457 problem documents with the project's stable codes and the texts the command line shows.
 *
 * @since 0.1.0
 */
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as Data from "effect/Data"
import * as Schema from "effect/Schema"
import { optional } from "./Scalars.js"

/**
 * The media type of problems. Source: RFC 9457, section 3.
 *
 * @since 0.1.0
 * @category constants
 */
export const contentType = "application/problem+json"

/**
 * `detail` is the text of `code` in the language that `Accept-Language` asked for; `texts` has it in both. `errors` names the fields of a
 * request that are not as the contract wants them. `retryAfter` is in seconds, as in the header of that name.
 *
 * @since 0.1.0
 * @category models
 */
export const Document = Schema.Struct({
  type: Schema.String.annotations({ description: "`urn:batchlabel:problem:` and the code." }),
  title: Schema.String.annotations({ description: "The HTTP status in words." }),
  status: Schema.Number,
  code: Schema.String.annotations({ description: "A stable code of the catalogue, such as BL7001." }),
  detail: Schema.String,
  texts: Schema.Struct({ ko: Schema.String, en: Schema.String }),
  errors: optional(Schema.Array(Schema.Struct({ path: Schema.String, detail: Schema.String }))),
  retryAfter: optional(Schema.Number)
}).annotations({
  identifier: "Problem",
  description: "A problem document (RFC 9457) with a stable code and its text in Korean and English."
})

/**
 * @since 0.1.0
 * @category models
 */
export type Document = typeof Document.Type

/**
 * The one error of this API, for servers to fail with and clients to catch.
 *
 * @since 0.1.0
 * @category errors
 */
export class ApiProblem extends Data.TaggedError("ApiProblem")<{ readonly document: Document }> {
  get status(): number {
    return this.document.status
  }

  get code(): string {
    return this.document.code
  }

  override get message(): string {
    return this.document.detail
  }
}

/**
 * The statuses of problems and what they mean here. Source: RFC 9110, section 15.5 and 15.6, and RFC 6585.
 *
 * @since 0.1.0
 * @category constants
 */
export const statuses = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  428: "Precondition Required",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable"
} as const

/**
 * @since 0.1.0
 * @category models
 */
export type Status = keyof typeof statuses

const hasStatus =
  (status: Status) =>
  (u: unknown): u is ApiProblem =>
    u instanceof ApiProblem && u.status === status

/**
 * The problem under one HTTP status, as an error of an endpoint.
 *
 * @since 0.1.0
 * @category schemas
 */
export const at = (status: Status): Schema.Schema<ApiProblem, Document> =>
  Schema.transform(Document, Schema.declare(hasStatus(status)), {
    strict: true,
    decode: (document) => new ApiProblem({ document }),
    encode: (problem) => problem.document
  }).pipe(
    HttpApiSchema.withEncoding({ kind: "Json", contentType }),
    Schema.annotations(HttpApiSchema.annotations({ status, description: statuses[status] }))
  )
