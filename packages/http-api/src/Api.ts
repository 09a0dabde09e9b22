/**
 * The whole API: server, page and clients derive from it.
 *
 * @since 0.1.0
 */
import * as HttpApi from "@effect/platform/HttpApi"
import * as OpenApi from "@effect/platform/OpenApi"
import * as ApiProblem from "./ApiProblem.js"
import { EstimatesApi } from "./EstimatesApi.js"
import { HealthApi } from "./HealthApi.js"
import { problemsOnly } from "./internal/openApi.js"
import { JobsApi } from "./JobsApi.js"
import { PreviewsApi } from "./PreviewsApi.js"
import { SessionApi } from "./SessionApi.js"
import { SpendingApi } from "./SpendingApi.js"
import { TasksApi } from "./TasksApi.js"
import { UploadsApi } from "./UploadsApi.js"
import { WebhooksApi } from "./WebhooksApi.js"

/**
 * Every endpoint may also answer 400 (the request is not as the contract wants it), 429 and 500; all problems are documents of
 * `ApiProblem`.
 *
 * @since 0.1.0
 * @category api
 */
export class BatchlabelApi extends HttpApi.make("batchlabel")
  .add(JobsApi)
  .add(UploadsApi)
  .add(PreviewsApi)
  .add(EstimatesApi)
  .add(TasksApi)
  .add(WebhooksApi)
  .add(SpendingApi)
  .add(SessionApi)
  .add(HealthApi)
  .addError(ApiProblem.at(400))
  .addError(ApiProblem.at(429))
  .addError(ApiProblem.at(500))
  .annotate(OpenApi.Title, "batchlabel")
  .annotate(OpenApi.Version, "1")
  .annotate(
    OpenApi.Description,
    "Labels a CSV through OpenAI's Batch API at half price. Problems are `application/problem+json` with a stable `code`; `Accept-Language: ko` or `en` chooses the language of `detail`."
  )
  .annotate(OpenApi.License, { name: "MIT" })
  .annotate(OpenApi.Transform, problemsOnly) {}
