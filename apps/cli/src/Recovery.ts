/** Jobs brought back from the API, for a machine that does not know them. */
import * as PriceBook from "@batchlabel/cost/PriceBook"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as Recover from "@batchlabel/labeling/Recover"
import * as SpendPlan from "@batchlabel/labeling/SpendPlan"
import * as Effect from "effect/Effect"
import type * as App from "./App.js"
import type * as Flag from "./Flag.js"
import type * as Flags from "./Flags.js"
import type { Located } from "./JobLocator.js"
import * as Pipeline from "./Pipeline.js"
import { Screen } from "./Screen.js"
import * as Submission from "./Submission.js"
import * as TaskFlags from "./TaskFlags.js"

export interface RecoveryRequest extends TaskFlags.TaskValues, Flag.ValuesOf<typeof Flags.reading>, App.Waits {
  readonly input: string
  readonly output: string | undefined
  readonly home: string
  readonly matchRows: boolean
}

/** Rebuilds the job that was found. */
export const rebuild = Effect.fn("Recovery.rebuild")(function* (found: Recover.FoundJob, request: RecoveryRequest) {
  const { note, texts } = yield* Screen
  const task = yield* TaskFlags.read(request)
  const job = yield* Recover.recover(found, {
    inputPath: request.input,
    outputPath: request.output,
    home: request.home,
    task,
    textColumn: request.textColumn,
    ...Submission.readOptionsOf(request),
    matchRows: request.matchRows,
    // Its batches are collected; what was never sent waits until somebody agrees to its cost.
    unconfirmed: true
  })
  const store = yield* JobStore
  const isWhole = (yield* store.shards(job.id)).every(({ state }) => state !== "waiting")
  if (isWhole) yield* SpendPlan.confirm(job.id)
  yield* note(texts.job.recovered(job.id, found.batches.length))
  return job
})

/** The job of a batch id, rebuilt here. */
export const byBatch = Effect.fn("Recovery.byBatch")(function* (batchId: string, request: RecoveryRequest) {
  const job = yield* Effect.gen(function* () {
    return yield* rebuild(yield* Recover.findByBatch(batchId), request)
  }).pipe(Effect.provide(Pipeline.layer(request.home, request, PriceBook.builtin)))
  return { job, home: request.home } satisfies Located
})
