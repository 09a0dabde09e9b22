import { BatchlabelApi } from "@batchlabel/http-api/Api"
import { CurrentToken, type TokenInfo } from "@batchlabel/http-api/Auth"
import { PreviewInput } from "@batchlabel/http-api/PreviewsApi"
import * as Preview from "@batchlabel/labeling/Preview"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import * as Problems from "../internal/problems.js"
import { readOptions, taskOf } from "../JobMaker.js"
import type { ServerDatabase } from "../ServerDatabase.js"
import { forgetIfRefused, type Submission, Submissions } from "../Submissions.js"

const rowOf = ({ cells, customId, request, row }: Preview.PreviewRow) => ({
  row: row + 1,
  cells,
  asked: request !== undefined && request.failure === undefined,
  ...(customId === undefined ? {} : { customId }),
  ...(request === undefined || request.failure !== undefined ? {} : { message: request.user }),
  ...(request?.failure === undefined ? {} : { failure: request.failure })
})

const look = Effect.fnUntraced(function* (submission: Submission<typeof PreviewInput.Type>, token: TokenInfo) {
  const { input, upload } = submission
  const task = yield* taskOf(submission, token)
  const { messages, rows, source } = yield* Preview.preview(upload.path, task, {
    ...readOptions(input, upload),
    textColumn: input.textColumn,
    rows: input.rows ?? 5
  }).pipe(Effect.mapError((error) => Problems.renamed(Problems.ofError(error), upload.path, upload.view.name)))
  return {
    upload: upload.view.id,
    header: source.header,
    encoding: source.encoding,
    delimiter: source.delimiter,
    model: task.model,
    messages,
    rows: rows.map(rowOf)
  }
})

/** `/v1/previews`. */
export const layer = HttpApiBuilder.group(BatchlabelApi, "previews", (handlers) =>
  Effect.gen(function* () {
    const { read } = yield* Submissions
    const context = yield* Effect.context<ServerDatabase | FileSystem.FileSystem>()
    return handlers.handleRaw("create", () =>
      Effect.gen(function* () {
        const token = yield* CurrentToken
        const submission = yield* read(PreviewInput, token)
        return yield* forgetIfRefused(look(submission, token), submission)
      }).pipe(Effect.provide(context))
    )
  })
)
