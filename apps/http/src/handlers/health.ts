import { BatchlabelApi } from "@batchlabel/http-api/Api"
import * as Message from "@batchlabel/messages/Message"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Problems from "../internal/problems.js"
import { ServerDatabase } from "../ServerDatabase.js"
import { Stopping } from "../Stopping.js"

/** `/healthz`, `/readyz`. */
export const layer = HttpApiBuilder.group(BatchlabelApi, "health", (handlers) =>
  Effect.gen(function* () {
    const { read, sql } = yield* ServerDatabase
    const stopping = yield* Stopping
    return handlers
      .handle("healthz", () => Effect.succeed({ status: "ok" as const }))
      .handle("readyz", () =>
        Effect.gen(function* () {
          if (yield* Deferred.isDone(stopping)) return yield* Problems.make(503, Message.make("BL7028", {}))
          yield* Effect.mapError(read(sql`SELECT version FROM batchlabel_http LIMIT 1`), Problems.ofError)
          return { status: "ok" as const }
        })
      )
  })
)
