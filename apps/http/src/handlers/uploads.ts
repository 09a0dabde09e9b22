import { BatchlabelApi } from "@batchlabel/http-api/Api"
import { CurrentToken } from "@batchlabel/http-api/Auth"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import { ofStored } from "../internal/problems.js"
import type { ServerDatabase } from "../ServerDatabase.js"
import { Submissions } from "../Submissions.js"
import * as Uploads from "../Uploads.js"

/** `/v1/uploads`. */
export const layer = HttpApiBuilder.group(BatchlabelApi, "uploads", (handlers) =>
  Effect.gen(function* () {
    const { receive } = yield* Submissions
    const context = yield* Effect.context<ServerDatabase | FileSystem.FileSystem>()
    return handlers
      .handleRaw("create", ({ urlParams }) =>
        Effect.gen(function* () {
          const { view } = yield* receive(yield* CurrentToken, urlParams)
          return view
        })
      )
      .handle("get", ({ path }) =>
        Effect.gen(function* () {
          const { view } = yield* Uploads.get(path.id, (yield* CurrentToken).owner)
          return view
        }).pipe(Effect.mapError(ofStored), Effect.provide(context))
      )
      .handle("remove", ({ path }) =>
        Effect.gen(function* () {
          yield* Uploads.remove(yield* Uploads.get(path.id, (yield* CurrentToken).owner))
        }).pipe(Effect.mapError(ofStored), Effect.provide(context))
      )
  })
)
