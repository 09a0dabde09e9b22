/**
 * Jobs: made of a file and a task, started, watched, corrected, downloaded.
 *
 * @since 0.1.0
 */
import { FailureReason, LabelValue } from "@batchlabel/core/Outcome"
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as Multipart from "@effect/platform/Multipart"
import * as OpenApi from "@effect/platform/OpenApi"
import * as Schema from "effect/Schema"
import * as ApiProblem from "./ApiProblem.js"
import { Authorization } from "./Auth.js"
import { created } from "./internal/created.js"
import { alsoAsEvents } from "./internal/openApi.js"
import { JobDetail, JobEvent, JobInput, JobState, JobSummary } from "./Job.js"
import { Distribution, Row } from "./Row.js"
import { Dollars, JobId, Line, optional, PageSize, WholeNumber, YesNo } from "./Scalars.js"
import { Expect, SpendPlan } from "./Spending.js"
import { TaskInput } from "./TasksApi.js"

/**
 * The multipart form of a job: the file, and the rest as JSON in `request`.
 *
 * @since 0.1.0
 * @category models
 */
export const JobForm = Schema.Struct({
  file: Multipart.SingleFileSchema.annotations({ description: "The CSV file." }),
  request: optional(Schema.String.annotations({ description: "A `JobInput` as JSON text." }))
}).annotations({ identifier: "JobForm" })

/**
 * @since 0.1.0
 * @category models
 */
export const JobPage = Schema.Struct({ items: Schema.Array(JobSummary), next: optional(Schema.String) }).annotations({
  identifier: "JobPage"
})

/**
 * @since 0.1.0
 * @category models
 */
export const EventPage = Schema.Struct({ items: Schema.Array(JobEvent), next: Schema.Number }).annotations({
  identifier: "EventPage"
})

/**
 * @since 0.1.0
 * @category models
 */
export const RowPage = Schema.Struct({
  items: Schema.Array(Row),
  next: optional(Schema.String),
  total: Schema.Number
}).annotations({ identifier: "RowPage" })

/**
 * @since 0.1.0
 * @category models
 */
export const StartInput = Schema.Struct({ maxCost: optional(Dollars), expect: optional(Expect) }).annotations({
  identifier: "StartInput"
})

/**
 * Another task or model for the rows that failed; with neither they are asked as before. With `rows` only these are asked again, by their
 * numbers from 1; those of them that have a label are left alone. So are rows that a person has labelled, unless `labeledByPerson` is true.
 *
 * @since 0.1.0
 * @category models
 */
export const RetryInput = Schema.Struct({
  rows: optional(
    Schema.Array(Schema.Number.pipe(Schema.int(), Schema.greaterThanOrEqualTo(1))).pipe(
      Schema.minItems(1),
      Schema.maxItems(10_000)
    )
  ),
  task: optional(TaskInput),
  preset: optional(Line(200)),
  model: optional(Line(200)),
  fewShot: optional(Schema.Boolean),
  labeledByPerson: optional(Schema.Boolean),
  maxCost: optional(Dollars),
  expect: optional(Expect)
}).annotations({ identifier: "RetryInput" })

/**
 * `label: null` takes a person's label back.
 *
 * @since 0.1.0
 * @category models
 */
export const RowPatch = Schema.Struct({ label: Schema.NullOr(LabelValue) }).annotations({ identifier: "RowPatch" })

/**
 * How a person's labels appear in `labeled.csv`: in columns of their own (as soon as there is one), in place of the model's, or not at all.
 *
 * @since 0.1.0
 * @category models
 */
export const ManualMode = Schema.Literal("columns", "apply", "none")

/**
 * @since 0.1.0
 * @category models
 */
export type ManualMode = typeof ManualMode.Type

const said = (description: string) => Schema.optional(YesNo.annotations({ description }))

/**
 * How a result file is written; each is `false` unless given.
 *
 * @since 0.1.0
 * @category models
 */
export const CsvForm = Schema.Struct({
  bom: said("Begin with a byte order mark, by which Excel knows UTF-8."),
  safeCells: said("Put a ' before cells that a spreadsheet would run as a formula."),
  provenance: said("Add the columns attempt, model, task and batch.")
})

/**
 * @since 0.1.0
 * @category models
 */
export type CsvForm = typeof CsvForm.Type

const byId = Schema.Struct({ id: JobId })

const csv = HttpApiSchema.Uint8Array({ contentType: "text/csv" })

/**
 * @since 0.1.0
 * @category groups
 */
export class JobsApi extends HttpApiGroup.make("jobs")
  .add(
    HttpApiEndpoint.post("create", "/v1/jobs")
      .setPayload(Schema.Union(JobInput, HttpApiSchema.Multipart(JobForm)))
      .setHeaders(
        Schema.Struct({
          "idempotency-key": Schema.optional(
            Schema.String.pipe(Schema.minLength(1), Schema.maxLength(200)).annotations({
              description: "A request that repeats a key of the last 7 days finds the job of the first instead of making another."
            })
          )
        })
      )
      .addSuccess(created(JobDetail, "JobDetail"))
      .addError(ApiProblem.at(404))
      .addError(ApiProblem.at(409))
      .addError(ApiProblem.at(413))
      .addError(ApiProblem.at(415))
      .addError(ApiProblem.at(422))
      .addError(ApiProblem.at(428))
      .annotate(OpenApi.Summary, "Make a job of a CSV, sent along (multipart) or uploaded before (JSON)")
  )
  .add(
    HttpApiEndpoint.get("list", "/v1/jobs")
      .setUrlParams(
        Schema.Struct({
          state: Schema.optional(JobState),
          cursor: Schema.optional(JobId),
          limit: Schema.optional(PageSize(100))
        })
      )
      .addSuccess(JobPage)
      .annotate(OpenApi.Summary, "Jobs, newest first; `next` is the `cursor` of the next page")
  )
  .add(
    HttpApiEndpoint.get("get", "/v1/jobs/:id")
      .setPath(byId)
      .addSuccess(JobDetail)
      .addError(ApiProblem.at(404))
      .annotate(OpenApi.Summary, "A job: counts, shards, cost, waits")
  )
  .add(
    HttpApiEndpoint.del("remove", "/v1/jobs/:id")
      .setPath(byId)
      .addSuccess(HttpApiSchema.NoContent)
      .addError(ApiProblem.at(404))
      .addError(ApiProblem.at(409))
      .addError(ApiProblem.at(502))
      .annotate(OpenApi.Summary, "Delete a job that is over, with its files here and at OpenAI")
  )
  .add(
    HttpApiEndpoint.get("events", "/v1/jobs/:id/events")
      .setPath(byId)
      .setUrlParams(
        Schema.Struct({
          after: Schema.optional(WholeNumber),
          limit: Schema.optional(PageSize(1000))
        })
      )
      .addSuccess(EventPage)
      .addError(ApiProblem.at(404))
      .annotate(OpenApi.Summary, "The history of a job, as a page or as server-sent events")
      .annotate(OpenApi.Transform, alsoAsEvents)
      .annotate(
        OpenApi.Description,
        "With `Accept: text/event-stream` the answer is a stream that starts after `Last-Event-ID` (or `after`): each entry under its kind with `seq` as its id, `job` events with the whole job whenever it changed, and `end` when nothing can change any more. Otherwise it is a page."
      )
  )
  .add(
    HttpApiEndpoint.post("start", "/v1/jobs/:id/start")
      .setPath(byId)
      .setPayload(StartInput)
      .addSuccess(JobDetail)
      .addError(ApiProblem.at(404))
      .addError(ApiProblem.at(409))
      .addError(ApiProblem.at(428))
      .annotate(OpenApi.Summary, "Start a job, or go on with a stopped one, perhaps under a higher spending cap")
  )
  .add(
    HttpApiEndpoint.get("startPlan", "/v1/jobs/:id/start")
      .setPath(byId)
      .addSuccess(SpendPlan)
      .addError(ApiProblem.at(404))
      .addError(ApiProblem.at(409))
      .annotate(OpenApi.Summary, "What starting the job, or going on with it, would send and cost")
  )
  .add(
    HttpApiEndpoint.post("cancel", "/v1/jobs/:id/cancel")
      .setPath(byId)
      .addSuccess(JobDetail)
      .addError(ApiProblem.at(404))
      .annotate(OpenApi.Summary, "End a job early; what was paid is kept")
  )
  .add(
    HttpApiEndpoint.post("retry", "/v1/jobs/:id/retry")
      .setPath(byId)
      .setPayload(RetryInput)
      .addSuccess(created(JobDetail, "JobDetail"))
      .addError(ApiProblem.at(404))
      .addError(ApiProblem.at(409))
      .addError(ApiProblem.at(422))
      .addError(ApiProblem.at(428))
      .annotate(OpenApi.Summary, "Ask the failed rows again, in a job of its own")
  )
  .add(
    HttpApiEndpoint.post("retryPlan", "/v1/jobs/:id/retry/plan")
      .setPath(byId)
      .setPayload(RetryInput)
      .addSuccess(SpendPlan)
      .addError(ApiProblem.at(404))
      .addError(ApiProblem.at(409))
      .addError(ApiProblem.at(422))
      .annotate(OpenApi.Summary, "What asking the failed rows again would send and cost; nothing is sent")
  )
  .add(
    HttpApiEndpoint.get("rows", "/v1/jobs/:id/rows")
      .setPath(byId)
      .setUrlParams(
        Schema.Struct({
          outcome: Schema.optional(Schema.Literal("labeled", "failed", "pending")),
          reason: Schema.optional(FailureReason),
          cursor: Schema.optional(Schema.String.pipe(Schema.pattern(/^\d{1,15}$/))),
          limit: Schema.optional(PageSize(500))
        })
      )
      .addSuccess(RowPage)
      .addError(ApiProblem.at(404))
      .addError(ApiProblem.at(409))
      .annotate(OpenApi.Summary, "Rows with their outcomes, in the input's order")
  )
  .add(
    HttpApiEndpoint.patch("labelRow", "/v1/jobs/:id/rows/:row")
      .setPath(Schema.Struct({ id: JobId, row: WholeNumber.pipe(Schema.greaterThanOrEqualTo(1)) }))
      .setPayload(RowPatch)
      .addSuccess(Row)
      .addError(ApiProblem.at(404))
      .addError(ApiProblem.at(409))
      .addError(ApiProblem.at(422))
      .annotate(OpenApi.Summary, "Say what is right for a row")
  )
  .add(
    HttpApiEndpoint.get("distribution", "/v1/jobs/:id/distribution")
      .setPath(byId)
      .addSuccess(Distribution)
      .addError(ApiProblem.at(404))
      .addError(ApiProblem.at(409))
      .annotate(OpenApi.Summary, "How the rows are spread over the labels")
  )
  .add(
    HttpApiEndpoint.get("labeledCsv", "/v1/jobs/:id/labeled.csv")
      .setPath(byId)
      .setUrlParams(
        Schema.Struct({
          ...CsvForm.fields,
          manual: Schema.optional(
            ManualMode.annotations({
              description:
                "A person's labels: in columns of their own (as soon as there is one), in place of the model's, or not at all."
            })
          )
        })
      )
      .addSuccess(csv)
      .addError(ApiProblem.at(404))
      .addError(ApiProblem.at(409))
      .annotate(OpenApi.Summary, "Every row with its label; rows still open are marked Pending")
  )
  .add(
    HttpApiEndpoint.get("failedCsv", "/v1/jobs/:id/failed.csv")
      .setPath(byId)
      .setUrlParams(CsvForm)
      .addSuccess(csv)
      .addError(ApiProblem.at(404))
      .addError(ApiProblem.at(409))
      .annotate(OpenApi.Summary, "The rows that failed, with their reasons")
  )
  .middleware(Authorization)
  .annotate(OpenApi.Description, "Labelling jobs") {}
