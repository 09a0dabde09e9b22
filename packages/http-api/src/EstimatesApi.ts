/**
 * What a job would cost and how long it would take, before it is started.
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
import { Fault, JobInput } from "./Job.js"
import { JobForm } from "./JobsApi.js"
import { Dollars, optional, UploadId } from "./Scalars.js"
import * as Spending from "./Spending.js"

/**
 * @since 0.1.0
 * @category models
 */
export const TokenRange = Schema.Struct({ low: Schema.Number, mid: Schema.Number, high: Schema.Number }).annotations({
  identifier: "TokenRange"
})

/**
 * @since 0.1.0
 * @category models
 */
export const DollarRange = Spending.DollarRange

/**
 * `digest` can be sent as `expect` when the job is made. `rows` = `requests` + `duplicates` + `known` + `skipped`. `sampled`: the tokens were not all counted but estimated from so many requests.
 * `cost` is absent where no price is known for the model. `hours.bound` is what cannot be exceeded. `reasons` say where the time comes
 * from, `warnings` what to know before going on.
 *
 * @since 0.1.0
 * @category models
 */
export const Estimate = Schema.Struct({
  upload: UploadId,
  digest: Spending.Expect,
  model: Schema.String,
  rows: Schema.Struct({
    rows: Schema.Number,
    requests: Schema.Number,
    duplicates: Schema.Number,
    known: Schema.Number,
    skipped: Schema.Number
  }),
  batches: Schema.Number,
  input: TokenRange,
  output: TokenRange,
  sampled: optional(Schema.Number),
  cost: optional(Schema.Struct({ batch: DollarRange, standard: optional(DollarRange), saving: optional(Dollars) })),
  hours: Schema.Struct({ low: Schema.Number, high: Schema.Number, bound: Schema.Number }),
  waves: Schema.Number,
  reasons: Schema.Array(Fault),
  warnings: Schema.Array(Fault)
}).annotations({ identifier: "Estimate" })

/**
 * @since 0.1.0
 * @category models
 */
export type Estimate = typeof Estimate.Type

/**
 * @since 0.1.0
 * @category groups
 */
export class EstimatesApi extends HttpApiGroup.make("estimates")
  .add(
    HttpApiEndpoint.post("create", "/v1/estimates")
      .setPayload(Schema.Union(JobInput, HttpApiSchema.Multipart(JobForm)))
      .addSuccess(Estimate)
      .addError(ApiProblem.at(404))
      .addError(ApiProblem.at(409))
      .addError(ApiProblem.at(413))
      .addError(ApiProblem.at(415))
      .addError(ApiProblem.at(422))
      .annotate(OpenApi.Summary, "Tokens, cost and time of a job, as ranges")
  )
  .middleware(Authorization)
  .annotate(OpenApi.Description, "Knowing before") {}
