/**
 * Telling others when a job ends, and hearing from OpenAI when a batch does.
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
import { created } from "./internal/created.js"
import { JobSummary } from "./Job.js"
import { JobId, optional, Timestamp } from "./Scalars.js"

/**
 * Where to send what happens to your jobs. `secret` is shown when the webhook is made and never again. Deliveries are signed as Standard
 * Webhooks says: `webhook-id`, `webhook-timestamp` and `webhook-signature` (`v1,` and a base64 HMAC-SHA256).
 *
 * @since 0.1.0
 * @category models
 */
export const Webhook = Schema.Struct({
  id: Schema.String,
  url: Schema.String,
  createdAt: Timestamp,
  secret: optional(Schema.String),
  lastDelivery: optional(
    Schema.Struct({
      job: JobId,
      state: Schema.Literal("pending", "delivered", "failed"),
      attempts: Schema.Number,
      at: Timestamp,
      status: optional(Schema.Number)
    })
  )
}).annotations({ identifier: "Webhook" })

/**
 * @since 0.1.0
 * @category models
 */
export type Webhook = typeof Webhook.Type

/**
 * The body of a delivery.
 *
 * @since 0.1.0
 * @category models
 */
export const WebhookEvent = Schema.Struct({
  type: Schema.Literal("job.done", "job.cancelled", "job.stopped"),
  timestamp: Timestamp,
  data: JobSummary
}).annotations({ identifier: "WebhookEvent" })

/**
 * @since 0.1.0
 * @category models
 */
export type WebhookEvent = typeof WebhookEvent.Type

/**
 * @since 0.1.0
 * @category groups
 */
export class WebhooksApi extends HttpApiGroup.make("webhooks")
  .add(
    HttpApiEndpoint.get("list", "/v1/webhooks")
      .addSuccess(Schema.Struct({ items: Schema.Array(Webhook) }))
      .middleware(Authorization)
      .annotate(OpenApi.Summary, "Your webhooks")
  )
  .add(
    HttpApiEndpoint.post("create", "/v1/webhooks")
      .setPayload(Schema.Struct({ url: Schema.String.pipe(Schema.maxLength(2_000)) }).annotations({ identifier: "WebhookInput" }))
      .addSuccess(created(Webhook, "Webhook"))
      .addError(ApiProblem.at(409))
      .addError(ApiProblem.at(422))
      .middleware(Authorization)
      .annotate(OpenApi.Summary, "Have the end of each of your jobs sent to an address")
  )
  .add(
    HttpApiEndpoint.del("remove", "/v1/webhooks/:id")
      .setPath(Schema.Struct({ id: Schema.String.pipe(Schema.pattern(/^whk_[0-9a-z]{16,32}$/)) }))
      .addSuccess(HttpApiSchema.NoContent)
      .addError(ApiProblem.at(404))
      .middleware(Authorization)
      .annotate(OpenApi.Summary, "Remove a webhook")
  )
  .add(
    HttpApiEndpoint.post("openai", "/v1/webhooks/openai")
      .setPayload(Schema.String.pipe(HttpApiSchema.withEncoding({ kind: "Text", contentType: "application/json" })))
      .addSuccess(HttpApiSchema.NoContent)
      .addError(ApiProblem.at(401))
      .addError(ApiProblem.at(404))
      .annotate(OpenApi.Summary, "OpenAI's webhook: a signed event about a batch makes the server look at its job now")
  )
  .annotate(OpenApi.Description, "Events in and out") {}
