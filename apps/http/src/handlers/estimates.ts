import { BatchlabelApi } from "@batchlabel/http-api/Api"
import { CurrentToken } from "@batchlabel/http-api/Auth"
import { JobInput } from "@batchlabel/http-api/Job"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import * as Problems from "../internal/problems.js"
import { askedOf, requestOf, taskOf } from "../JobMaker.js"
import type { ServerDatabase } from "../ServerDatabase.js"
import { ServerSettings } from "../ServerSettings.js"
import { forgetIfRefused, Submissions } from "../Submissions.js"
import { Workshop } from "../Workshop.js"

/** `/v1/estimates`. */
export const layer = HttpApiBuilder.group(BatchlabelApi, "estimates", (handlers) =>
  Effect.gen(function* () {
    const { read } = yield* Submissions
    const settings = yield* ServerSettings
    const workshop = yield* Workshop
    const context = yield* Effect.context<ServerDatabase | FileSystem.FileSystem | Workshop>()
    return handlers.handleRaw("create", () =>
      Effect.gen(function* () {
        const token = yield* CurrentToken
        const submission = yield* read(JobInput, token)
        const { upload } = submission
        const estimate = Effect.gen(function* () {
          const task = yield* taskOf(submission, token)
          const order = { owner: token.owner, bytes: upload.view.bytes }
          const request = requestOf(submission, task, token, settings)
          return yield* workshop.run("estimate", { ...askedOf(submission, task), request }, order)
        }).pipe(Effect.mapError((error) => Problems.renamed(error, upload.path, upload.view.name)))
        return { upload: upload.view.id, ...(yield* forgetIfRefused(estimate, submission)) }
      }).pipe(Effect.provide(context))
    )
  })
)
