/**
 * Files that a client has sent and not yet made a job of.
 *
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as Multipart from "@effect/platform/Multipart"
import * as OpenApi from "@effect/platform/OpenApi"
import * as Schema from "effect/Schema"
import * as ApiProblem from "./ApiProblem.js"
import { Authorization } from "./Auth.js"
import { created } from "./internal/created.js"
import { Delimiter, Timestamp, UploadId } from "./Scalars.js"

/**
 * An uploaded CSV: what was found in it. `name` is the name the client gave, for showing only. `sample` holds the first rows, long cells
 * cut. It is removed at `expiresAt`; a job made of it keeps a copy of its own.
 *
 * @since 0.1.0
 * @category models
 */
export const Upload = Schema.Struct({
  id: UploadId,
  name: Schema.String,
  bytes: Schema.Number,
  rows: Schema.Number,
  badRows: Schema.Number,
  encoding: Schema.String,
  delimiter: Schema.String,
  header: Schema.Array(Schema.String),
  sample: Schema.Array(Schema.Array(Schema.String)),
  createdAt: Timestamp,
  expiresAt: Timestamp
}).annotations({ identifier: "Upload" })

/**
 * @since 0.1.0
 * @category models
 */
export type Upload = typeof Upload.Type

const UploadForm = Schema.Struct({
  file: Multipart.SingleFileSchema.annotations({ description: "The CSV file." })
}).annotations({ identifier: "UploadForm" })

/**
 * How a file is to be read, where that cannot be found out from it.
 *
 * @since 0.1.0
 * @category models
 */
export const ReadParams = Schema.Struct({
  encoding: Schema.optional(Schema.Literal("auto", "utf-8", "utf-16le", "utf-16be", "cp949")),
  delimiter: Schema.optional(Delimiter)
})

/**
 * @since 0.1.0
 * @category groups
 */
export class UploadsApi extends HttpApiGroup.make("uploads")
  .add(
    HttpApiEndpoint.post("create", "/v1/uploads")
      .setUrlParams(ReadParams)
      .setPayload(HttpApiSchema.MultipartStream(UploadForm))
      .addSuccess(created(Upload, "Upload"))
      .addError(ApiProblem.at(409))
      .addError(ApiProblem.at(413))
      .addError(ApiProblem.at(415))
      .addError(ApiProblem.at(422))
      .annotate(OpenApi.Summary, "Upload a CSV and see what is in it")
  )
  .add(
    HttpApiEndpoint.get("get", "/v1/uploads/:id")
      .setPath(Schema.Struct({ id: UploadId }))
      .addSuccess(Upload)
      .addError(ApiProblem.at(404))
      .annotate(OpenApi.Summary, "An upload")
  )
  .add(
    HttpApiEndpoint.del("remove", "/v1/uploads/:id")
      .setPath(Schema.Struct({ id: UploadId }))
      .addSuccess(HttpApiSchema.NoContent)
      .addError(ApiProblem.at(404))
      .annotate(OpenApi.Summary, "Remove an upload")
  )
  .middleware(Authorization)
  .annotate(OpenApi.Description, "Files waiting to be labelled") {}
