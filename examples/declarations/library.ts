// A library that is built with `declaration: true` and depends on `@batchlabel/labeling` and `effect` alone. Nothing here is annotated.

import type { Prepare as P } from "@batchlabel/labeling"
import {
  Cancel,
  Download,
  EstimateInput,
  JobView,
  Prepare,
  Preview,
  Reconcile,
  Retry,
  Spending,
  Watch
} from "@batchlabel/labeling"
import * as Effect from "effect/Effect"

type Task = P.JobRequest["task"]

export const label = (task: Task) =>
  Effect.gen(function* () {
    const { job } = yield* Prepare.prepare({ inputPath: "news.csv", home: ".batchlabel", task })
    yield* Watch.watch(job.id, () => Effect.void)
    return yield* Download.download(job.id, { outputPath: "labeled.csv" })
  })

export const again = (id: string) =>
  Effect.gen(function* () {
    const retried = yield* Retry.retry(id, { home: ".batchlabel" })
    return yield* Reconcile.reconcile(retried.job.id)
  })

export const look = (id: string) => Effect.all([JobView.load(id), Spending.ofJob(id)])
export const end = (id: string) => Cancel.cancel(id)
export const show = (task: Task) => Preview.preview("news.csv", task, { rows: 3 })
export const estimate = EstimateInput.estimate
