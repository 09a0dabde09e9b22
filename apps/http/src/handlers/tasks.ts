import { BatchlabelApi } from "@batchlabel/http-api/Api"
import { CurrentToken } from "@batchlabel/http-api/Auth"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import { ofStored } from "../internal/problems.js"
import * as SavedTasks from "../SavedTasks.js"
import type { ServerDatabase } from "../ServerDatabase.js"
import type { ServerSettings } from "../ServerSettings.js"
import type { Workshop } from "../Workshop.js"

/** `/v1/tasks`. */
export const layer = HttpApiBuilder.group(BatchlabelApi, "tasks", (handlers) =>
  Effect.gen(function* () {
    const context = yield* Effect.context<ServerDatabase | ServerSettings | Workshop>()
    const stored = Effect.provide(context)
    const owner = Effect.map(CurrentToken, (token) => token.owner)
    return handlers
      .handle("list", () =>
        owner.pipe(
          Effect.flatMap(SavedTasks.list),
          Effect.mapBoth({ onFailure: ofStored, onSuccess: (items) => ({ items }) }),
          stored
        )
      )
      .handle("get", ({ path }) =>
        Effect.flatMap(owner, (name) => SavedTasks.get(name, path.name)).pipe(Effect.mapError(ofStored), stored)
      )
      .handle("put", ({ path, payload }) =>
        Effect.flatMap(owner, (name) => SavedTasks.put(name, path.name, payload)).pipe(Effect.mapError(ofStored), stored)
      )
      .handle("remove", ({ path }) =>
        Effect.flatMap(owner, (name) => SavedTasks.remove(name, path.name)).pipe(Effect.mapError(ofStored), stored)
      )
  })
)
