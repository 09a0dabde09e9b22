/**
 * What all of a file will cost, from what a sample of it has cost.
 *
 * @since 0.1.0
 */

import type { TaskError } from "@batchlabel/core/TaskError"
import * as Cost from "@batchlabel/cost/Cost"
import * as Estimate from "@batchlabel/cost/Estimate"
import * as Money from "@batchlabel/cost/Money"
import type { Range } from "@batchlabel/cost/OutputTokens"
import type { CsvError } from "@batchlabel/csv-io/CsvError"
import type { DatasetError } from "@batchlabel/dataset/DatasetError"
import * as ResultReader from "@batchlabel/dataset/ResultReader"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as EstimateInput from "./EstimateInput.js"
import { readOptions } from "./internal/inputOptions.js"
import { findAnswerReader, findExtensions } from "./internal/jobCode.js"
import { outputFile } from "./internal/paths.js"
import { fileSize } from "./internal/resultFiles.js"
import { savedTask } from "./internal/savedTask.js"
import type { LabelingError } from "./LabelingError.js"
import { ofJob } from "./Prices.js"

/**
 * The cost of asking every distinct request of the input, those of the sample included, with its 95 % interval; `n` requests were sampled.
 *
 * @since 0.1.0
 * @category models
 */
export interface Projection extends Range<Money.Money> {
  readonly n: number
  readonly requests: number
}

/**
 * The projection of a sample job that is over. `undefined` where no price is known, or the sample has fewer than two requests.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofSample = Effect.fn("Projection.ofSample")(function* (
  jobId: string
): Effect.fn.Return<
  Projection | undefined,
  JobStoreError | DatasetError | CsvError | TaskError | LabelingError,
  JobStore | FileSystem.FileSystem
> {
  const store = yield* JobStore
  const job = yield* store.job(jobId)
  const price = yield* ofJob(job)
  if (price === undefined) return undefined
  const task = yield* savedTask(job)
  const readAnswer = yield* findAnswerReader(job.settings, task)
  // A request that was asked again has cost both times.
  const costs = new Map<string, bigint>()
  for (const attempt of yield* store.attempts(jobId)) {
    const path = outputFile(job, attempt)
    if (attempt.state !== "collected" || (yield* fileSize(path)) === undefined) continue
    yield* Stream.runForEach(ResultReader.fromFile(path, readAnswer), ({ results }) =>
      Effect.sync(() => {
        for (const { digest, outcome } of results) {
          if (outcome.usage === undefined) continue
          const long = Cost.isLong(price, outcome.usage.input)
          const rates = long ? Cost.longRates(price, price.batch) : price.batch
          costs.set(digest, (costs.get(digest) ?? 0n) + Cost.total(Cost.ofTokens(rates, outcome.usage)))
        }
      })
    )
  }
  const asked = job.split?.requests ?? 0
  const unpaid = Array.from({ length: Math.max(0, asked - costs.size) }, () => Money.zero)
  const whole = yield* EstimateInput.estimate({
    inputPath: job.input.path,
    task,
    textColumn: job.settings.textColumn,
    ...readOptions(job.settings),
    useCache: false,
    ...(yield* findExtensions(job.settings))
  })
  const { requests } = whole.rows
  const projected = Estimate.project([...[...costs.values()].map(Money.fromPico), ...unpaid], requests)
  return projected === undefined ? undefined : { ...projected, requests }
})
