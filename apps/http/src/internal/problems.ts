/** From the errors of the packages to the problems of the wire. */

import type * as Problem from "@batchlabel/core/Problem"
import type { TaskError } from "@batchlabel/core/TaskError"
import type { CostError } from "@batchlabel/cost/CostError"
import type { CsvError } from "@batchlabel/csv-io/CsvError"
import type { DatasetError } from "@batchlabel/dataset/DatasetError"
import * as ApiProblem from "@batchlabel/http-api/ApiProblem"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import type { LabelingError } from "@batchlabel/labeling/LabelingError"
import * as Message from "@batchlabel/messages/Message"
import type { OpenAiBatchError } from "@batchlabel/openai-batch/OpenAiBatchError"

interface Details {
  // Optional fields are left out, never undefined.
  readonly errors?: ReadonlyArray<{ readonly path: string; readonly detail: string }>
  readonly retryAfter?: number
}

/** A problem under a status; its language is chosen when it is sent. */
export const make = (status: ApiProblem.Status, problem: Problem.Problem, details: Details = {}): ApiProblem.ApiProblem =>
  new ApiProblem.ApiProblem({
    document: {
      type: `urn:batchlabel:problem:${problem.code}`,
      title: ApiProblem.statuses[status],
      status,
      code: problem.code,
      detail: Message.forPage(problem, "en"),
      texts: { ko: Message.forPage(problem, "ko"), en: Message.forPage(problem, "en") },
      ...details
    }
  })

export type PipelineError = LabelingError | JobStoreError | DatasetError | CsvError | TaskError | CostError | OpenAiBatchError

const statusOf = (error: PipelineError): ApiProblem.Status => {
  switch (error._tag) {
    case "CsvError":
    case "TaskError":
    case "CostError":
      return 422
    case "LabelingError":
      return error.reason._tag === "NothingToLabel" ? 422 : 409
    case "JobStoreError":
      return error.reason._tag === "JobNotFound" ? 404 : 503
    case "DatasetError":
      return error.reason._tag === "FileFailed" ? 503 : 422
    case "OpenAiBatchError":
      return 502
  }
}

export const ofError = (error: PipelineError): ApiProblem.ApiProblem => make(statusOf(error), error.problem)

/** Texts about files on the server speak of the client's name for them, not of where they lie. */
export const renamed = (error: ApiProblem.ApiProblem, path: string, name: string): ApiProblem.ApiProblem => {
  const rename = (text: string): string => text.replaceAll(path, name)
  const { document } = error
  return new ApiProblem.ApiProblem({
    document: {
      ...document,
      detail: rename(document.detail),
      texts: { ko: rename(document.texts.ko), en: rename(document.texts.en) }
    }
  })
}

export const jobNotFound = (id: string): ApiProblem.ApiProblem => make(404, Message.make("BL5015", { id }))

/** For handlers: what they fail with by themselves stays, what their store fails with becomes a problem. */
export const ofStored = (error: ApiProblem.ApiProblem | PipelineError): ApiProblem.ApiProblem =>
  error instanceof ApiProblem.ApiProblem ? error : ofError(error)
