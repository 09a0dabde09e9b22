/**
 * The results of the server's jobs: written in work threads, with what people said from the server's table.
 *
 * @since 0.1.0
 */
import type { ApiProblem } from "@batchlabel/http-api/ApiProblem"
import type { Job } from "@batchlabel/job-store/Job"
import type { JobStore } from "@batchlabel/job-store/JobStore"
import * as ResultRows from "@batchlabel/labeling/ResultRows"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RowLabels from "./RowLabels.js"
import { ServerDatabase } from "./ServerDatabase.js"
import { ServerSettings } from "./ServerSettings.js"
import { type Order, Workshop } from "./Workshop.js"

/**
 * @since 0.1.0
 * @category tags
 */
export class Results extends Context.Tag("@batchlabel/http/Results")<Results, ResultRows.Service<ApiProblem>>() {}

const orderOf = ({ input, owner }: Job): Order => ({ owner: owner ?? "", bytes: input.bytes })

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Results, never, JobStore | FileSystem.FileSystem | ServerDatabase | ServerSettings | Workshop> =
  Layer.effect(
    Results,
    Effect.gen(function* () {
      const { resultInterval } = yield* ServerSettings
      const { run } = yield* Workshop
      const database = yield* ServerDatabase
      return yield* ResultRows.make<ApiProblem>({
        labels: {
          all: (jobId) => Effect.provideService(RowLabels.all(jobId), ServerDatabase, database),
          ofRows: (jobId, rows) => Effect.provideService(RowLabels.ofRows(jobId, rows), ServerDatabase, database)
        },
        freshFor: resultInterval,
        writer: {
          write: (job, version, before) => run("writeOutput", { job, version, before }, orderOf(job)),
          writeProvenance: (job, version) => run("writeProvenance", { job, version }, orderOf(job))
        }
      })
    })
  )
