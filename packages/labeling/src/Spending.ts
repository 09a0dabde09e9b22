/**
 * What jobs have cost, by shard and model, held against what was forecast.
 *
 * @since 0.1.0
 */
import type { Task } from "@batchlabel/core/Task"
import * as Actual from "@batchlabel/cost/Actual"
import * as Cost from "@batchlabel/cost/Cost"
import * as Forecast from "@batchlabel/cost/Forecast"
import * as Money from "@batchlabel/cost/Money"
import * as OutputTokens from "@batchlabel/cost/OutputTokens"
import type * as PriceBook from "@batchlabel/cost/PriceBook"
import type { RequestTokens } from "@batchlabel/cost/RequestTokens"
import * as SpendingReport from "@batchlabel/cost/SpendingReport"
import type { Attempt, Job, SplitSummary } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as Effect from "effect/Effect"
import * as Settings from "./internal/settings.js"
import type { JobStoreError } from "./Operation.js"
import * as Prices from "./Prices.js"

/** What one request takes: the tokens of its answer, and those that a schema is billed as, perhaps nothing, perhaps more than its text. */
interface PerRequest {
  readonly output: OutputTokens.Range
  readonly schema: number
}

/**
 * What requests are expected to cost, the only formula there is: their input tokens were counted when they were made, all but the doubt
 * about the schema; the answers are a range.
 *
 * @since 0.1.0
 * @category constructors
 */
export const expect = (
  model: string,
  { inputTokens, requests }: Pick<SplitSummary, "requests" | "inputTokens">,
  per: PerRequest,
  price: PriceBook.Price | undefined
): Forecast.Forecast => {
  const range = <A>(of: (part: "low" | "mid" | "high") => A): OutputTokens.Range<A> => ({
    low: of("low"),
    mid: of("mid"),
    high: of("high")
  })
  const doubt = per.schema * requests
  const input: OutputTokens.Range = { low: Math.max(0, inputTokens - doubt), mid: inputTokens, high: inputTokens + doubt }
  const output = range((part) => Math.round(per.output[part] * requests))
  return {
    model,
    requests,
    input,
    output,
    ...(price === undefined
      ? {}
      : { cost: range((part) => Cost.total(Cost.ofTokens(price.batch, Cost.plain(input[part], output[part])))) })
  }
}

/**
 * What `keepForecast` fails with.
 *
 * @since 0.1.0
 * @category errors
 */
export type KeepForecastError = JobStoreError

/**
 * What `keepForecast` needs.
 *
 * @since 0.1.0
 * @category services
 */
export type KeepForecastRequirements = JobStore

/**
 * Keeps with a job what it is expected to cost.
 *
 * @since 0.1.0
 * @category combinators
 */
export const keepForecast = Effect.fn("Spending.keepForecast")(function* (
  job: Job,
  split: SplitSummary,
  task: Task,
  tokens: RequestTokens
): Effect.fn.Return<void, KeepForecastError, KeepForecastRequirements> {
  const store = yield* JobStore
  const price = yield* Prices.ofJob(job)
  const per = { output: OutputTokens.perRequest(task, tokens.text).total, schema: tokens.schema }
  const expected = expect(job.model, split, per, price)
  yield* store.settings.set(Settings.forecast, job.id, expected, { job: job.id })
})

/**
 * What `forecast` fails with.
 *
 * @since 0.1.0
 * @category errors
 */
export type ForecastError = JobStoreError

/**
 * What `forecast` needs.
 *
 * @since 0.1.0
 * @category services
 */
export type ForecastRequirements = JobStore

/**
 * What a job was expected to cost when its input was split; `undefined` where no forecast was kept.
 *
 * @since 0.1.0
 * @category getters
 */
export const forecast = Effect.fn("Spending.forecast")(function* (
  jobId: string
): Effect.fn.Return<Forecast.Forecast | undefined, ForecastError, ForecastRequirements> {
  const store = yield* JobStore
  return yield* store.settings.get(Settings.forecast, jobId)
})

/**
 * `comparison` is `undefined` where no forecast was kept (a job recovered from the API).
 *
 * @since 0.1.0
 * @category models
 */
export interface Spending {
  readonly job: Job
  readonly entries: ReadonlyArray<SpendingReport.Entry>
  readonly total: SpendingReport.Sum
  readonly comparison: Forecast.Comparison | undefined
}

const toEntries = (job: Job, attempt: Attempt): ReadonlyArray<SpendingReport.Entry> => {
  const { collected, cost } = attempt
  if (collected === undefined || collected.billed === 0) return []
  return [
    {
      job: job.id,
      createdAt: attempt.intentAt ?? attempt.createdAt,
      model: attempt.model,
      shard: attempt.shard,
      requests: collected.billed,
      usage: collected.usage,
      cost: cost === undefined ? undefined : Money.fromPico(cost)
    }
  ]
}

/**
 * What `ofJob` fails with.
 *
 * @since 0.1.0
 * @category errors
 */
export type OfJobError = JobStoreError

/**
 * What `ofJob` needs.
 *
 * @since 0.1.0
 * @category services
 */
export type OfJobRequirements = JobStore

/**
 * What a job has cost so far, batch by batch.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofJob = Effect.fn("Spending.ofJob")(function* (
  jobId: string
): Effect.fn.Return<Spending, OfJobError, OfJobRequirements> {
  const store = yield* JobStore
  const job = yield* store.job(jobId)
  const entries = (yield* store.attempts(jobId)).flatMap((attempt) => toEntries(job, attempt))
  const total = SpendingReport.total(entries)
  const forecasted = yield* forecast(jobId)
  return {
    job,
    entries,
    total,
    comparison:
      forecasted === undefined
        ? undefined
        : Forecast.compare(forecasted, {
            requests: total.requests,
            usage: entries.reduce((sum, { usage }) => Actual.plus(sum, usage), Actual.noUsage),
            cost: total.unpriced === 0 ? total.cost : undefined
          })
  }
})

/**
 * What all jobs of the store have cost, newest first.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofAll: Effect.Effect<ReadonlyArray<Spending>, JobStoreError, JobStore> = Effect.gen(function* () {
  const store = yield* JobStore
  const jobs = yield* store.jobs({})
  return yield* Effect.forEach(jobs, ({ id }) => ofJob(id))
}).pipe(Effect.withSpan("Spending.ofAll"))
