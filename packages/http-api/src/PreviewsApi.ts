/**
 * What would be sent, without sending anything.
 *
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as OpenApi from "@effect/platform/OpenApi"
import * as Schema from "effect/Schema"
import * as ApiProblem from "./ApiProblem.js"
import { Authorization } from "./Auth.js"
import { Question } from "./Job.js"
import { JobForm } from "./JobsApi.js"
import { optional, UploadId } from "./Scalars.js"

/**
 * The question, and how many rows to show it for.
 *
 * @since 0.1.0
 * @category models
 */
export const PreviewInput = Schema.Struct({
  ...Question.fields,
  rows: optional(Schema.Number.pipe(Schema.int(), Schema.between(1, 100)))
}).annotations({ identifier: "PreviewInput" })

/**
 * A row and the user message made of it; nothing is asked (`asked: false`) where the text is blank or the record is broken, and `failure`
 * says why the template could not be filled.
 *
 * @since 0.1.0
 * @category models
 */
export const PreviewRow = Schema.Struct({
  row: Schema.Number,
  cells: Schema.Array(Schema.String),
  asked: Schema.Boolean,
  customId: optional(Schema.String),
  message: optional(Schema.String),
  failure: optional(Schema.String)
}).annotations({ identifier: "PreviewRow" })

/**
 * `messages` are sent with every row: the system text and the examples. `renamed` are columns of the file with the name of a result column,
 * and the name under which the result keeps them.
 *
 * @since 0.1.0
 * @category models
 */
export const Preview = Schema.Struct({
  upload: UploadId,
  header: Schema.Array(Schema.String),
  encoding: Schema.String,
  delimiter: Schema.String,
  model: Schema.String,
  renamed: Schema.Array(Schema.Struct({ column: Schema.String, kept: Schema.String })),
  messages: Schema.Array(Schema.Struct({ role: Schema.String, content: Schema.String })),
  rows: Schema.Array(PreviewRow)
}).annotations({ identifier: "Preview" })

/**
 * @since 0.1.0
 * @category models
 */
export type Preview = typeof Preview.Type

/**
 * @since 0.1.0
 * @category groups
 */
export class PreviewsApi extends HttpApiGroup.make("previews")
  .add(
    HttpApiEndpoint.post("create", "/v1/previews")
      .setPayload(Schema.Union(PreviewInput, HttpApiSchema.Multipart(JobForm)))
      .addSuccess(Preview)
      .addError(ApiProblem.at(404))
      .addError(ApiProblem.at(409))
      .addError(ApiProblem.at(413))
      .addError(ApiProblem.at(415))
      .addError(ApiProblem.at(422))
      .annotate(OpenApi.Summary, "The messages that the first rows would become")
  )
  .middleware(Authorization)
  .annotate(OpenApi.Description, "Looking before asking") {}
