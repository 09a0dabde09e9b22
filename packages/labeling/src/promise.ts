/**
 * The pipeline as async functions, for programs without Effect: a CSV goes in, the same CSV comes out with a label on every row. Progress
 * comes by a callback, an `AbortSignal` detaches, and what goes wrong is an `Error` with a `code`.
 *
 * @example
 * ```ts
 * import { label, LabelingFailure } from "@batchlabel/labeling/promise"
 *
 * export const run = async (signal: AbortSignal): Promise<void> => {
 *   try {
 *     const report = await label({ input: "news.csv", output: "labeled.csv", task: "news-stance-ko", apiKey: "sk-proj-…", signal })
 *     console.log(`${report.labeled} of ${report.rows} rows are labelled`)
 *   } catch (error) {
 *     if (error instanceof LabelingFailure) console.error(error.code, error.message)
 *     else throw error
 *   }
 * }
 * ```
 *
 * @since 0.1.0
 */
import * as Task from "@batchlabel/core/Task"
import type { OpenAiConfigError } from "@batchlabel/openai-batch/OpenAiConfigError"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Download from "./Download.js"
import type * as JobView from "./JobView.js"
import * as Labeling from "./Labeling.js"
import type { OperationError } from "./Operation.js"
import * as Places from "./Places.js"
import * as Reconcile from "./Reconcile.js"

/**
 * What to ask about each row and what may be answered. Source of the defaults: `Task` of `@batchlabel/core`.
 *
 * @since 0.1.0
 * @category models
 */
export interface TaskDefinition {
  readonly name: string
  /** At least two: values, or values with a name and criteria. */
  readonly labels: ReadonlyArray<
    string | number | { readonly value: string | number; readonly name?: string; readonly criteria?: ReadonlyArray<string> }
  >
  readonly system?: string
  /** The user message, a LiquidJS template: `{{ text }}`, `{{ title | default: "N/A" }}`. */
  readonly template: string
  readonly examples?: ReadonlyArray<{
    readonly input: string | { readonly [column: string]: string }
    readonly label: string | number
  }>
  /** Default: `gpt-4o-mini`. */
  readonly model?: string
  /** Parameters of the request, as in Chat Completions. */
  readonly parameters?: { readonly [name: string]: unknown }
  readonly answer?: "number" | "text" | "json_schema"
  readonly endpoint?: "/v1/chat/completions" | "/v1/responses"
  readonly columns?: {
    readonly label?: string
    readonly label_name?: string
    readonly labeled?: string
    readonly labeled_at?: string
  }
}

/**
 * The API, the folder of jobs, and how to stop.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly apiKey: string
  /** Default: `https://api.openai.com/v1`. */
  readonly baseUrl?: string | undefined
  readonly organization?: string | undefined
  readonly project?: string | undefined
  /** The folder of jobs. Default: `.batchlabel`, beside the input where there is one. */
  readonly home?: string | undefined
  /** Milliseconds between two looks at a batch at first; they grow to `pollCap`. Default: 30,000 and 300,000. */
  readonly pollInterval?: number | undefined
  readonly pollCap?: number | undefined
  /** Detaches when it is aborted: the promise is rejected with its reason, batches run on, and the same call goes on later. */
  readonly signal?: AbortSignal | undefined
}

/**
 * What to label.
 *
 * @since 0.1.0
 * @category models
 */
export interface SubmitOptions extends Options {
  /** The path of a CSV. */
  readonly input: string
  /** The name of a preset, or a task. */
  readonly task: string | TaskDefinition
  /** Default: `text`. */
  readonly textColumn?: string | undefined
  readonly onBadRow?: "fail" | "skip" | undefined
}

/**
 * What to label, and where to.
 *
 * @since 0.1.0
 * @category models
 */
export interface LabelOptions extends SubmitOptions {
  /** The path of the labelled CSV. Failures go beside it, to `…_failed.csv`. */
  readonly output: string
  /** Replace an output that this job has not written itself. */
  readonly force?: boolean | undefined
  /** Sees every pass over the job. */
  readonly onProgress?: ((status: JobStatus) => void) | undefined
}

/**
 * How far a job is. `requests` = `labeled` + `failed` + `open`; `spent` is in US dollars.
 *
 * @since 0.1.0
 * @category models
 */
export interface JobStatus {
  readonly id: string
  readonly status: string
  readonly requests: number
  readonly labeled: number
  readonly failed: number
  readonly open: number
  readonly spent: number
  readonly batchIds: ReadonlyArray<string>
  /** No batch of this job is going to change any more. */
  readonly finished: boolean
}

/**
 * What was written. `rows` = `labeled` + `failed` + `pending`; `failedPath` is `undefined` where no row failed.
 *
 * @since 0.1.0
 * @category models
 */
export interface LabelReport {
  readonly jobId: string
  readonly rows: number
  readonly labeled: number
  readonly failed: number
  readonly pending: number
  readonly outputPath: string
  readonly failedPath: string | undefined
  readonly distribution: ReadonlyArray<{ readonly value: string | number; readonly name: string; readonly count: number }>
}

/**
 * Something that went wrong and has a name: `code` is stable (`BL1003`), `tag` the kind of error, `data` what the code is about.
 *
 * @since 0.1.0
 * @category errors
 */
export class LabelingFailure extends Error {
  override readonly name = "LabelingFailure"
  readonly code: string
  readonly tag: string
  readonly data: object
  constructor(failure: { readonly code: string; readonly tag: string; readonly data: object; readonly message: string }) {
    super(failure.message)
    this.code = failure.code
    this.tag = failure.tag
    this.data = failure.data
  }
}

type Failure = OperationError | OpenAiConfigError

const toFailure = (error: Failure): LabelingFailure => {
  const { code, message, params } = error.problem
  return new LabelingFailure({ code, tag: error._tag, data: params, message })
}

/** Everything that an operation needs, for one call. The file system is Node's; it is loaded when it is needed. */
const toLayer = ({ apiKey, baseUrl, organization, pollCap, pollInterval, project }: Options, home: string) =>
  Layer.merge(
    Labeling.layer({
      home,
      openai: { apiKey: Redacted.make(apiKey), baseUrl, organization, project },
      settings: {
        ...(pollInterval === undefined ? {} : { pollInterval: Duration.millis(pollInterval) }),
        ...(pollCap === undefined ? {} : { pollCap: Duration.millis(pollCap) })
      }
    }),
    Layer.unwrapEffect(
      Effect.map(
        Effect.promise(() => import("@effect/platform-node/NodeFileSystem")),
        (node) => node.layer
      )
    )
  )

const run = async <A>(
  options: Options,
  home: string,
  operation: Effect.Effect<A, Failure, Labeling.Requirements>
): Promise<A> => {
  const { signal } = options
  signal?.throwIfAborted()
  const provided = Effect.provide(operation, toLayer(options, home))
  const exit = await Effect.runPromiseExit(provided, signal === undefined ? {} : { signal })
  if (Exit.isSuccess(exit)) return exit.value
  const failure = Cause.failureOption(exit.cause)
  if (failure._tag === "Some") throw toFailure(failure.value)
  if (Cause.isInterruptedOnly(exit.cause) && signal?.aborted === true) throw signal.reason
  throw Cause.squash(exit.cause)
}

const picoDollars = 1e12

const toStatus = (view: JobView.JobView): JobStatus => ({
  id: view.job.id,
  status: view.status,
  requests: view.requests,
  labeled: view.labeled,
  failed: view.failedTotal,
  open: view.open,
  spent: Number(view.spent) / picoDollars,
  batchIds: view.batches.flatMap(({ batchId }) => (batchId === undefined ? [] : [batchId])),
  finished: view.finished
})

const toReport = ({ failedPath, outputPath, report, view }: Download.Downloaded): LabelReport => ({
  jobId: view.job.id,
  rows: report.rows,
  labeled: report.labeled,
  failed: report.failedRows,
  pending: report.pending,
  outputPath,
  failedPath,
  distribution: report.distribution
})

/** What is asked, with the task's definition read. */
const toRequest = Effect.fnUntraced(function* ({ input, onBadRow, task, textColumn }: SubmitOptions) {
  const read = typeof task === "string" ? task : yield* Task.decode(task, "task")
  return { input, task: read, textColumn, onBadRow }
})

const homeOf = (options: SubmitOptions): string => options.home ?? Places.homeBeside(options.input)
const ownHome = (options: Options): string => options.home ?? ".batchlabel"

/**
 * Labels a CSV: makes the job or finds it, follows it to its end (hours), writes the output. After a crash or an abort the same call goes
 * on, and pays for nothing twice. Rejects with a {@link LabelingFailure}, or with the reason of the signal.
 *
 * @since 0.1.0
 * @category operations
 */
export const label = (options: LabelOptions): Promise<LabelReport> => {
  const { force, onProgress, output } = options
  const onReport = ({ view }: Reconcile.Report) => Effect.sync(() => onProgress?.(toStatus(view)))
  return run(
    options,
    homeOf(options),
    Effect.flatMap(toRequest(options), (request) => Effect.map(Labeling.label({ ...request, output, force, onReport }), toReport))
  )
}

/**
 * Makes the job of an input, or finds the one that is there, and sends what may be sent now. Rejects with a {@link LabelingFailure}.
 *
 * @since 0.1.0
 * @category operations
 */
export const submit = (options: SubmitOptions): Promise<JobStatus> =>
  run(
    options,
    homeOf(options),
    Effect.gen(function* () {
      const { job } = yield* Labeling.prepare(yield* toRequest(options))
      const { view } = yield* Reconcile.reconcile(job.id, { resume: true })
      return toStatus(view)
    })
  )

/**
 * Looks once at a job, collects what has ended and sends what may be sent: what a cron job calls. Rejects with a {@link LabelingFailure}.
 *
 * @since 0.1.0
 * @category operations
 */
export const check = (jobId: string, options: Options): Promise<JobStatus> =>
  run(
    options,
    ownHome(options),
    Effect.map(Reconcile.reconcile(jobId), ({ view }) => toStatus(view))
  )

/**
 * Writes the labelled CSV of a job that is over. Rejects with a {@link LabelingFailure}, such as `NotFinished`'s.
 *
 * @since 0.1.0
 * @category operations
 */
export const download = (
  jobId: string,
  options: Options & { readonly output: string; readonly force?: boolean | undefined }
): Promise<LabelReport> =>
  run(
    options,
    ownHome(options),
    Effect.map(Download.download(jobId, { outputPath: options.output, force: options.force }), toReport)
  )
