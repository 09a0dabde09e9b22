import { BatchlabelApi } from "@batchlabel/http-api/Api"
import { CurrentToken } from "@batchlabel/http-api/Auth"
import { JobStore } from "@batchlabel/job-store/JobStore"
import { Supervisor } from "@batchlabel/labeling/Supervisor"
import * as Message from "@batchlabel/messages/Message"
import * as Webhook from "@batchlabel/openai-batch/Webhook"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import { make as makeProblem, ofStored } from "../internal/problems.js"
import * as ReceivedWebhooks from "../ReceivedWebhooks.js"
import type { ServerDatabase } from "../ServerDatabase.js"
import { ServerSettings } from "../ServerSettings.js"
import * as Webhooks from "../Webhooks.js"

/** `/v1/webhooks`. */
export const layer = HttpApiBuilder.group(BatchlabelApi, "webhooks", (handlers) =>
  Effect.gen(function* () {
    const store = yield* JobStore
    const { wake } = yield* Supervisor
    const { openAiWebhookSecret } = yield* ServerSettings
    const context = yield* Effect.context<ServerDatabase | ServerSettings>()
    const owner = Effect.map(CurrentToken, (token) => token.owner)

    // An event only makes the server look: what has become of a batch is asked, never believed.
    const hear = Effect.fn("Webhooks.hear")(function* (body: string, headers: Webhook.Headers) {
      if (openAiWebhookSecret === undefined) return yield* makeProblem(404, Message.make("BL7026", {}))
      const { batchId, deliveryId } = yield* Webhook.verify(body, headers, openAiWebhookSecret).pipe(
        Effect.mapError(({ problem }) => makeProblem(401, problem))
      )
      if (batchId === undefined || !(yield* ReceivedWebhooks.isNew(deliveryId))) return
      const job = yield* store.jobOfBatch(batchId)
      if (job !== undefined) yield* wake(job.id)
    })

    return handlers
      .handle("list", () =>
        owner.pipe(
          Effect.flatMap(Webhooks.list),
          Effect.mapBoth({ onFailure: ofStored, onSuccess: (items) => ({ items }) }),
          Effect.provide(context)
        )
      )
      .handle("create", ({ payload }) =>
        Effect.flatMap(owner, (name) => Webhooks.create(name, payload.url)).pipe(
          Effect.mapError(ofStored),
          Effect.provide(context)
        )
      )
      .handle("remove", ({ path }) =>
        Effect.flatMap(owner, (name) => Webhooks.remove(name, path.id)).pipe(Effect.mapError(ofStored), Effect.provide(context))
      )
      .handleRaw("openai", ({ request }) =>
        Effect.flatMap(Effect.orDie(request.text), (body) => hear(body, request.headers)).pipe(
          Effect.mapError(ofStored),
          Effect.provide(context)
        )
      )
  })
)
