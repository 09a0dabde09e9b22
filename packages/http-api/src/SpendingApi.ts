/**
 * What the owner of a token has spent this month, and what it may.
 *
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as OpenApi from "@effect/platform/OpenApi"
import { Authorization } from "./Auth.js"
import { Spending } from "./Spending.js"

/**
 * @since 0.1.0
 * @category groups
 */
export class SpendingApi extends HttpApiGroup.make("spending")
  .add(
    HttpApiEndpoint.get("get", "/v1/spending")
      .addSuccess(Spending)
      .annotate(OpenApi.Summary, "What was spent and is reserved this month, the limits, and when they begin anew")
  )
  .middleware(Authorization)
  .annotate(OpenApi.Description, "Money and its limits") {}
