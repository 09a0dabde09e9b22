/** A batch of which this machine has no job: what the API itself says of it. */

import * as Message from "@batchlabel/messages/Message"
import type { Batch } from "@batchlabel/openai-batch/Batch"
import { problem as problemOfBatch } from "@batchlabel/openai-batch/BatchErrorCode"
import { OpenAiBatch } from "@batchlabel/openai-batch/OpenAiBatch"
import * as Effect from "effect/Effect"
import * as App from "./App.js"
import { ExitCode } from "./ExitCode.js"
import * as Format from "./Format.js"
import { Screen, type Service } from "./Screen.js"

const explanation = (batch: Batch, { lang, texts }: Service): ReadonlyArray<string> => {
  const { guide } = texts
  switch (batch.status) {
    case "completed":
      return [guide.completed]
    case "failed":
      return [
        guide.failed,
        ...batch.errors.map((error) => {
          const problem = problemOfBatch(error)
          return `   ${Message.forCommand(problem, lang)} [${problem.code}]`
        })
      ]
    case "cancelled":
    case "expired":
      return [guide.ready]
    default:
      return [guide.busy(texts.status(batch.status))]
  }
}

/** The lines of `check` for such a batch. */
export const lines = (batch: Batch, screen: Service): ReadonlyArray<string> => {
  const { guide } = screen.texts
  const total = batch.counts?.total ?? 0
  const done = (batch.counts?.completed ?? 0) + (batch.counts?.failed ?? 0)
  return [
    guide.heading,
    guide.id(batch.id),
    guide.status(batch.status),
    guide.progress(done, total, Format.percent(done, total)),
    ...explanation(batch, screen)
  ]
}

/** The exit code that a status stands for, when it is asked for. */
export const exitOf = (status: string): ExitCode => {
  if (status === "failed") return ExitCode.api
  return ["completed", "cancelled", "expired"].includes(status) ? ExitCode.done : ExitCode.notFinished
}

/** Asks the API and tells what it says; gives the status. */
export const check = Effect.fn("RemoteBatch.check")(function* (id: string) {
  const screen = yield* Screen
  const api = yield* OpenAiBatch
  const batch = yield* api.retrieve(id)
  yield* screen.say(...lines(batch, screen))
  yield* screen.result({
    batchId: batch.id,
    status: batch.status,
    counts: batch.counts,
    errors: batch.errors,
    metadata: batch.metadata
  })
  return batch.status
}, Effect.provide(App.api))
