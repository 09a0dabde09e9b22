/**
 * What an action that spends would do: looked at before, and looked at again by the action itself, so that it does what was shown or
 * nothing.
 *
 * @since 0.1.0
 */
import { createHash } from "node:crypto"
import * as Task from "@batchlabel/core/Task"
import type { TaskError } from "@batchlabel/core/TaskError"
import * as Cost from "@batchlabel/cost/Cost"
import type { Estimate } from "@batchlabel/cost/Estimate"
import * as OutputTokens from "@batchlabel/cost/OutputTokens"
import * as CsvReader from "@batchlabel/csv-io/CsvReader"
import * as Merger from "@batchlabel/dataset/Merger"
import type { Job, JobState } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as Tokens from "@batchlabel/tokens/Tokens"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import { readOptions } from "./internal/inputOptions.js"
import { savedTask } from "./internal/savedTask.js"
import * as JobView from "./JobView.js"
import * as Prices from "./Prices.js"
import type * as Retry from "./Retry.js"
import * as Spending from "./Spending.js"

/**
 * Pico-dollars.
 *
 * @since 0.1.0
 * @category models
 */
export interface CostRange {
  readonly low: bigint
  readonly mid: bigint
  readonly high: bigint
}

/**
 * What waits to be sent. `expected` is `undefined` where no price is known. `rows` counts those with an equal text too, as long as nothing
 * was sent. `spent`: of the job and of those before it, with which it shares the cap.
 *
 * @since 0.1.0
 * @category models
 */
export interface Waiting {
  readonly requests: number
  readonly rows: number
  readonly expected: CostRange | undefined
  readonly cap: bigint | undefined
  readonly spent: bigint
}

/**
 * The rows that an action would ask and the others of the input. `byPerson`: without a label, and left to a person.
 *
 * @since 0.1.0
 * @category models
 */
export interface Rows {
  readonly rows: number
  readonly requests: number
  readonly duplicates: number
  readonly known: number
  readonly skipped: number
  readonly byPerson: number
}

/**
 * `digest` stays the same as long as the action would do the same.
 *
 * @since 0.1.0
 * @category models
 */
export interface SpendPlan {
  readonly digest: string
  readonly model: string
  readonly rows: Rows
  readonly spent: bigint
  readonly cost: CostRange | undefined
  readonly maxCost: bigint | undefined
}

/** What is shown before money is spent, in 32 hexadecimal digits. */
const toDigest = (shown: ReadonlyArray<unknown>): string =>
  createHash("sha256")
    .update(JSON.stringify(shown, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)))
    .digest("hex")
    .slice(0, 32)

const toCost = ({ costs }: Estimate): CostRange | undefined =>
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
  toDigest(["make", Task.fingerprint(task), estimate.rows, toCost(estimate)])

/** What the requests of shards are expected to cost, as the forecast of the job reckoned. */
const expected = Effect.fnUntraced(function* (job: Job, work: { readonly requests: number; readonly inputTokens: number }) {
  const task = yield* savedTask(job)
  const counter = yield* Tokens.counter(Tokens.encodingOf(task.model).encoding)
  const kept = yield* Spending.forecast(job.id)
  const schema = kept === undefined || kept.requests === 0 ? 0 : (kept.input.high - kept.input.mid) / kept.requests
  const per = { output: OutputTokens.perRequest(task, counter.count).total, schema }
  return Spending.expect(job.model, work, per, yield* Prices.ofJob(job)).cost
})

/** What a job has spent together with those before it. */
const spentWithKin = (job: Job): Effect.Effect<bigint, JobStoreError, JobStore> =>
  Effect.gen(function* () {
    const store = yield* JobStore
    const { spent } = yield* JobView.load(job.id)
    const older = job.settings.retryOf ?? job.settings.continueOf
    return older === undefined ? spent : spent + (yield* spentWithKin(yield* store.job(older)))
  })

/**
 * What of a job waits to be sent, and at what cost.
 *
 * @since 0.1.0
 * @category constructors
 */
export const waiting = Effect.fn("SpendPlan.waiting")(function* (
  jobId: string
): Effect.fn.Return<Waiting, JobStoreError | TaskError, JobStore> {
  const store = yield* JobStore
  const job = yield* store.job(jobId)
  const shards = (yield* store.shards(jobId)).filter(({ state }) => state === "waiting")
  const requests = shards.reduce((sum, shard) => sum + shard.requests, 0)
  const inputTokens = shards.reduce((sum, shard) => sum + shard.tokens, 0)
  return {
    requests,
    rows: requests === job.split?.requests ? requests + job.split.duplicates : requests,
    expected: yield* expected(job, { requests, inputTokens }),
    cap: job.maxCost,
    spent: yield* spentWithKin(job)
  }
})

/**
 * What starting a job, or going on with it, would do: the requests that have no final outcome yet.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofStart = Effect.fn("SpendPlan.ofStart")(function* (
  job: Job
): Effect.fn.Return<SpendPlan, JobStoreError | TaskError, JobStore> {
  const store = yield* JobStore
  const view = yield* JobView.load(job.id)
  const unsettled = (yield* store.shards(job.id)).filter(({ state }) => state !== "settled")
  const inputTokens = unsettled.reduce((sum, shard) => sum + shard.tokens, 0)
  const cost = yield* expected(job, { requests: view.open, inputTokens })
  const { split } = job
  const rows: Rows = {
    rows: split?.rows ?? 0,
    requests: view.open,
    duplicates: split?.duplicates ?? 0,
    known: split?.known ?? 0,
    skipped: (split?.emptyText ?? 0) + (split?.badRecords ?? 0) + (split?.tooLarge ?? 0) + (split?.unsampled ?? 0),
    byPerson: 0
  }
  return {
    digest: toDigest(["start", job.id, job.state, rows, cost, job.maxCost]),
    model: job.model,
    rows,
    spent: view.spent,
    cost,
    maxCost: job.maxCost
  }
})

/**
 * The columns of a job's input that will have another name in the result; none where the file cannot be read, which the start itself will
 * tell.
 *
 * @since 0.1.0
 * @category lookups
 */
export const renamedColumns = (job: Job): Effect.Effect<ReturnType<typeof Merger.renamedColumns>, never, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const { header } = yield* CsvReader.open(job.input.path, readOptions(job.settings))
    return Merger.renamedColumns(yield* savedTask(job), header)
  }).pipe(Effect.orElseSucceed(() => []))

/**
 * What asking a job's failures again would do, under a cap of its own or the job's.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofRetry = Effect.fn("SpendPlan.ofRetry")(function* (
  { estimate, excepted, job, task }: Retry.Plan,
  cap: bigint | undefined
): Effect.fn.Return<SpendPlan, JobStoreError, JobStore> {
  const { spent } = yield* JobView.load(job.id)
  const cost = toCost(estimate)
  const rows: Rows = { ...estimate.rows, byPerson: excepted }
  return {
    digest: toDigest(["retry", job.id, Task.fingerprint(task), rows, cost]),
    model: task.model,
    rows,
    spent,
    cost,
    maxCost: cap ?? job.maxCost
  }
})

const mayBeConfirmed: ReadonlyArray<JobState> = ["preparing", "open", "cancelling", "stopped", "done"]

/**
 * Somebody has agreed to the cost of the job, under its cap: it may be sent.
 *
 * @since 0.1.0
 * @category combinators
 */
export const confirm = Effect.fn("SpendPlan.confirm")(function* (jobId: string): Effect.fn.Return<void, JobStoreError, JobStore> {
  const store = yield* JobStore
  const { settings } = yield* store.job(jobId)
  const { unconfirmed, ...agreed } = settings
  if (unconfirmed === true) yield* store.updateJob(jobId, mayBeConfirmed, { settings: agreed })
})
