/** What runs in a work thread: everything whose cost a client decides by its file, its template or its task. */
import * as Task from "@batchlabel/core/Task"
import * as Cost from "@batchlabel/cost/Cost"
import type { Estimate } from "@batchlabel/cost/Estimate"
import type { Range } from "@batchlabel/cost/OutputTokens"
import * as CsvReader from "@batchlabel/csv-io/CsvReader"
import * as Merger from "@batchlabel/dataset/Merger"
import type { ApiProblem } from "@batchlabel/http-api/ApiProblem"
import type * as EstimatesWire from "@batchlabel/http-api/EstimatesApi"
import type * as PreviewsWire from "@batchlabel/http-api/PreviewsApi"
import type { Job } from "@batchlabel/job-store/Job"
import type { JobStore } from "@batchlabel/job-store/JobStore"
import * as EstimateInput from "@batchlabel/labeling/EstimateInput"
import type { JobRequest } from "@batchlabel/labeling/JobRequest"
import * as Prepare from "@batchlabel/labeling/Prepare"
import * as Preview from "@batchlabel/labeling/Preview"
import * as ResultRows from "@batchlabel/labeling/ResultRows"
import * as Retry from "@batchlabel/labeling/Retry"
import * as SpendPlan from "@batchlabel/labeling/SpendPlan"
import * as SplitJob from "@batchlabel/labeling/SplitJob"
import * as Message from "@batchlabel/messages/Message"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import { faultOf } from "../jobWire.js"
import * as Problems from "../problems.js"
import * as TemplateGuard from "../templateGuard.js"
import { type Inspected, inspect, type ToInspect } from "../uploadFile.js"

type Services = JobStore | FileSystem.FileSystem

/** A file with what is asked about it. */
export interface Asked {
  readonly path: string
  readonly task: Task.Task
  readonly options: CsvReader.ReadOptions & { readonly textColumn: string }
}

type EstimateAsked = Asked & { readonly request: EstimateInput.EstimateRequest }

/** What goes in and what comes out, by the name of the work. */
export interface Works {
  readonly inspect: { readonly input: ToInspect; readonly output: Inspected }
  readonly decodeTask: { readonly input: { readonly task: unknown; readonly name: string }; readonly output: Task.Task }
  readonly check: { readonly input: Asked; readonly output: undefined }
  readonly preview: {
    readonly input: Asked & { readonly rows: number }
    readonly output: Omit<PreviewsWire.Preview, "upload">
  }
  readonly estimate: { readonly input: EstimateAsked; readonly output: Omit<EstimatesWire.Estimate, "upload"> }
  readonly prepare: { readonly input: JobRequest; readonly output: undefined }
  /** Goes on with a job whose splitting was broken off. */
  readonly split: { readonly input: { readonly jobId: string }; readonly output: undefined }
  readonly retry: {
    readonly input: { readonly jobId: string; readonly request: Parameters<typeof Retry.retry>[1] }
    readonly output: string
  }
  readonly writeOutput: {
    readonly input: { readonly job: Job; readonly version: string; readonly before: string | undefined }
    readonly output: ResultRows.Report
  }
  readonly writeProvenance: {
    readonly input: { readonly job: Job; readonly version: string }
    readonly output: ResultRows.Variant
  }
}

type PreviewRow = typeof PreviewsWire.PreviewRow.Type

type AnyRun = (input: unknown) => Effect.Effect<unknown, ApiProblem | Problems.PipelineError, Services>

type Run<K extends keyof Works> = (
  input: Works[K]["input"]
) => Effect.Effect<Works[K]["output"], ApiProblem | Problems.PipelineError, Services>

/** A reply is read by people and by a page: more of a text than this nobody looks at, and a hundred rows of it fit into a reply. */
const longest = { message: 20_000, cell: 2_000, reply: 2_000_000 }

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text)

const previewRow = ({ cells, customId, request, row }: Preview.PreviewRow): PreviewRow => ({
  row: row + 1,
  cells: cells.map((cell) => cut(cell, longest.cell)),
  asked: request !== undefined && request.failure === undefined,
  ...(customId === undefined ? {} : { customId }),
  ...(request === undefined || request.failure !== undefined ? {} : { message: cut(request.user, longest.message) }),
  ...(request?.failure === undefined ? {} : { failure: cut(request.failure, longest.cell) })
})

const weightOf = ({ cells, message }: PreviewRow): number => cells.reduce((sum, cell) => sum + cell.length, message?.length ?? 0)

/** The first rows, as many as a reply holds: one at least. */
const within = (rows: ReadonlyArray<PreviewRow>): ReadonlyArray<PreviewRow> => {
  let weight = 0
  const over = rows.findIndex((row) => {
    weight += weightOf(row)
    return weight > longest.reply
  })
  return over === -1 ? rows : rows.slice(0, Math.max(1, over))
}

const preview: Run<"preview"> = Effect.fnUntraced(function* ({ options, path, rows: wanted, task }) {
  yield* TemplateGuard.check(path, task, options)
  const { messages, rows, source } = yield* Preview.preview(path, task, { ...options, rows: wanted })
  return {
    header: source.header,
    encoding: source.encoding,
    delimiter: source.delimiter,
    model: task.model,
    renamed: Merger.renamedColumns(task, source.header),
    messages: messages.map(({ content, role }) => ({ role, content: cut(content, longest.message) })),
    rows: within(rows.map(previewRow))
  }
})

const dollars = ({ high, low, mid }: Range<Cost.Cost>) => ({ low: Cost.total(low), mid: Cost.total(mid), high: Cost.total(high) })

/** What will be another column's name in the result is told before anything is sent. */
const renamings = (task: Task.Task, path: string, options: CsvReader.ReadOptions) =>
  Effect.map(CsvReader.open(path, options), ({ header }) =>
    Merger.renamedColumns(task, header).map((renamed) => faultOf(Message.make("BL5075", renamed)))
  )

const estimateWire = (
  task: Task.Task,
  estimate: Estimate,
  renamed: Works["estimate"]["output"]["warnings"]
): Works["estimate"]["output"] => {
  const { costs, input, model, output, plan, reasons, rows, sample, shards, warnings } = estimate
  return {
    digest: SpendPlan.digestOfEstimate(estimate, task),
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
    warnings: [...renamed, ...warnings.map(faultOf)]
  }
}

const table: { readonly [K in keyof Works]: Run<K> } = {
  inspect,
  decodeTask: ({ name, task }) => Task.decode(task, name),
  check: ({ options, path, task }) => Effect.as(TemplateGuard.check(path, task, options), undefined),
  preview,
  estimate: ({ options, path, request, task }) =>
    Effect.gen(function* () {
      yield* TemplateGuard.check(path, task, options)
      return estimateWire(task, yield* EstimateInput.estimate(request), yield* renamings(task, path, options))
    }),
  prepare: (request) => Effect.as(Prepare.prepare(request), undefined),
  split: ({ jobId }) => Effect.as(SplitJob.splitAgain(jobId), undefined),
  retry: ({ jobId, request }) => Effect.map(Retry.retry(jobId, request), ({ job }) => job.id),
  writeOutput: ({ before, job, version }) => ResultRows.write(job, version, before),
  writeProvenance: ({ job, version }) => ResultRows.writeProvenance(job, version)
}

/** Does what the name stands for. The message comes from the server's own thread, so that its input is of the shape the name asks for. */
export const works = (name: string, input: unknown): Effect.Effect<unknown, ApiProblem, Services> => {
  const run = (table as unknown as Readonly<Record<string, AnyRun | undefined>>)[name]
  return run === undefined ? Effect.dieMessage(`no work has the name ${name}`) : Effect.mapError(run(input), Problems.ofStored)
}
