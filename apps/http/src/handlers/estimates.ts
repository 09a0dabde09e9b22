import type { Task } from "@batchlabel/core/Task"
import * as Cost from "@batchlabel/cost/Cost"
import type { Estimate } from "@batchlabel/cost/Estimate"
import type { Range } from "@batchlabel/cost/OutputTokens"
import { BatchlabelApi } from "@batchlabel/http-api/Api"
import { CurrentToken } from "@batchlabel/http-api/Auth"
import type * as Wire from "@batchlabel/http-api/EstimatesApi"
import { JobInput } from "@batchlabel/http-api/Job"
import type { JobStore } from "@batchlabel/job-store/JobStore"
import * as EstimateInput from "@batchlabel/labeling/EstimateInput"
import type { LabelingConfig } from "@batchlabel/labeling/LabelingConfig"
import type { Prices } from "@batchlabel/labeling/Prices"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import { faultOf } from "../internal/jobWire.js"
import * as Problems from "../internal/problems.js"
import { requestOf, taskOf } from "../JobMaker.js"
import type { ServerDatabase } from "../ServerDatabase.js"
import { ServerSettings } from "../ServerSettings.js"
import * as SpendPlans from "../SpendPlans.js"
import { forgetIfRefused, Submissions } from "../Submissions.js"

const dollars = ({ high, low, mid }: Range<Cost.Cost>) => ({ low: Cost.total(low), mid: Cost.total(mid), high: Cost.total(high) })

const wireOf = (upload: string, task: Task, estimate: Estimate): Wire.Estimate => {
  const { costs, input, model, output, plan, reasons, rows, sample, shards, warnings } = estimate
  return {
    upload,
    digest: SpendPlans.digestOfEstimate(estimate, task),
    model,
    rows,
    batches: shards,
    input,
    output,
    ...(sample === undefined ? {} : { sampled: sample.n }),
    ...(costs === undefined
      ? {}
      : {
          cost: {
            batch: dollars(costs.batch),
            ...(costs.standard === undefined ? {} : { standard: dollars(costs.standard) }),
            ...(costs.saving === undefined ? {} : { saving: costs.saving })
          }
        }),
    hours: plan.hours,
    waves: plan.waves.length,
    reasons: reasons.map(faultOf),
    warnings: warnings.map(faultOf)
  }
}

/** `/v1/estimates`. */
export const layer = HttpApiBuilder.group(BatchlabelApi, "estimates", (handlers) =>
  Effect.gen(function* () {
    const { read } = yield* Submissions
    const settings = yield* ServerSettings
    const context = yield* Effect.context<ServerDatabase | FileSystem.FileSystem | JobStore | LabelingConfig | Prices>()
    return handlers.handleRaw("create", () =>
      Effect.gen(function* () {
        const token = yield* CurrentToken
        const submission = yield* read(JobInput, token)
        const { upload } = submission
        const estimate = Effect.gen(function* () {
          const task = yield* taskOf(submission, token)
          const found = yield* EstimateInput.estimate(requestOf(submission, task, token, settings)).pipe(
            Effect.mapError((error) => Problems.renamed(Problems.ofError(error), upload.path, upload.view.name))
          )
          return wireOf(upload.view.id, task, found)
        })
        return yield* forgetIfRefused(estimate, submission)
      }).pipe(Effect.provide(context))
    )
  })
)
