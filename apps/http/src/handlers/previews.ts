import { BatchlabelApi } from "@batchlabel/http-api/Api"
import { CurrentToken } from "@batchlabel/http-api/Auth"
import { PreviewInput } from "@batchlabel/http-api/PreviewsApi"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import * as Problems from "../internal/problems.js"
import { askedOf, taskOf } from "../JobMaker.js"
import type { ServerDatabase } from "../ServerDatabase.js"
import { forgetIfRefused, Submissions } from "../Submissions.js"
import { Workshop } from "../Workshop.js"

/** `/v1/previews`. */
export const layer = HttpApiBuilder.group(BatchlabelApi, "previews", (handlers) =>
  Effect.gen(function* () {
    const { read } = yield* Submissions
    const workshop = yield* Workshop
    const context = yield* Effect.context<ServerDatabase | FileSystem.FileSystem | Workshop>()
    return handlers.handleRaw("create", () =>
      Effect.gen(function* () {
        const token = yield* CurrentToken
        const submission = yield* read(PreviewInput, token)
        const { input, upload } = submission
        const look = Effect.gen(function* () {
          const task = yield* taskOf(submission, token)
          const order = { owner: token.owner, bytes: upload.view.bytes }
          return yield* workshop.run("preview", { ...askedOf(submission, task), rows: input.rows ?? 5 }, order)
        }).pipe(Effect.mapError((error) => Problems.renamed(error, upload.path, upload.view.name)))
        return { upload: upload.view.id, ...(yield* forgetIfRefused(look, submission)) }
      }).pipe(Effect.provide(context))
    )
  })
)
