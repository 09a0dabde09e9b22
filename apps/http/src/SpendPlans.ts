/**
 * What an action that spends would do: looked at before, and looked at again by the action itself, so that it does what was shown or nothing.
 *
 * @since 0.1.0
 */
import * as Task from "@batchlabel/core/Task"
import * as Cost from "@batchlabel/cost/Cost"
import type { Estimate } from "@batchlabel/cost/Estimate"
import * as CsvReader from "@batchlabel/csv-io/CsvReader"
import * as Merger from "@batchlabel/dataset/Merger"
import type { TokenInfo } from "@batchlabel/http-api/Auth"
import type * as Wire from "@batchlabel/http-api/Spending"
import type { Job } from "@batchlabel/job-store/Job"
import type { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as JobView from "@batchlabel/labeling/JobView"
import type * as Retry from "@batchlabel/labeling/Retry"
import * as Spending from "@batchlabel/labeling/Spending"
import type { FileSystem } from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Allowances from "./Allowances.js"
import { planDigest } from "./internal/planDigest.js"

type CostRange = { readonly low: bigint; readonly mid: bigint; readonly high: bigint }

const costOf = ({ costs }: Estimate): CostRange | undefined =>
  costs === undefined
    ? undefined
    : { low: Cost.total(costs.batch.low), mid: Cost.total(costs.batch.mid), high: Cost.total(costs.batch.high) }

/**
 * Identifies what a job of an estimate would send.
 *
 * @since 0.1.0
 * @category constructors
 */
export const digestOfEstimate = (estimate: Estimate, task: Task.Task): string =>
  planDigest(["make", Task.fingerprint(task), estimate.rows, costOf(estimate)])

/**
 * What asking a job's failures again would do.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofRetry = Effect.fn("SpendPlans.ofRetry")(function* (
  { estimate, excepted, job, task }: Retry.Plan,
  cap: bigint | undefined,
  token: TokenInfo
): Effect.fn.Return<Wire.SpendPlan, JobStoreError, JobStore> {
  const { spent } = yield* JobView.load(job.id)
  const maxCost = cap ?? job.maxCost
  const cost = costOf(estimate)
  const rows = { ...estimate.rows, byPerson: excepted }
  return {
    digest: planDigest(["retry", job.id, Task.fingerprint(task), rows, cost]),
    model: task.model,
    rows,
    spent,
    ...(cost === undefined ? {} : { cost }),
    ...(maxCost === undefined ? {} : { maxCost }),
    month: yield* Allowances.of(token)
  }
})

/** Columns of the input with the name of a result column; none where the file cannot be read, which the start itself will tell. */
const renamedOf = (job: Job) =>
  Effect.gen(function* () {
    const task = yield* Effect.flatten(Effect.sync(() => Task.restore(JSON.parse(job.task), job.taskName)))
    const { header } = yield* CsvReader.open(job.input.path, { delimiter: job.settings.delimiter })
    return Merger.renamedColumns(task, header)
  }).pipe(Effect.orElseSucceed(() => []))

const scaled = ({ high, low, mid }: CostRange, part: number, whole: number): CostRange => {
  const of = (amount: bigint): bigint => (whole === 0 ? 0n : (amount * BigInt(part)) / BigInt(whole))
  return { low: of(low), mid: of(mid), high: of(high) }
}

/**
 * What starting a job, or going on with it, would do: the requests that have no final outcome yet, at the price that was expected when its
 * input was split.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofStart = Effect.fn("SpendPlans.ofStart")(function* (
  job: Job,
  token: TokenInfo
): Effect.fn.Return<Wire.SpendPlan, JobStoreError, JobStore | FileSystem> {
  const view = yield* JobView.load(job.id)
  const renamed = yield* renamedOf(job)
  const forecast = yield* Spending.forecast(job.id)
  const cost = forecast?.cost === undefined ? undefined : scaled(forecast.cost, view.open, view.requests)
  const split = job.split
  const rows = {
    rows: split?.rows ?? 0,
    requests: view.open,
    duplicates: split?.duplicates ?? 0,
    known: split?.known ?? 0,
    skipped: (split?.emptyText ?? 0) + (split?.badRecords ?? 0) + (split?.tooLarge ?? 0) + (split?.unsampled ?? 0),
    byPerson: 0
  }
  return {
    digest: planDigest(["start", job.id, job.state, rows, cost, job.maxCost]),
    model: job.model,
    rows,
    spent: view.spent,
    ...(cost === undefined ? {} : { cost }),
    ...(job.maxCost === undefined ? {} : { maxCost: job.maxCost }),
    ...(renamed.length === 0 ? {} : { renamed }),
    month: yield* Allowances.of(token)
  }
})
