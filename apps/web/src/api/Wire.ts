/** The contract's schemas as plain JSON types: what goes over the wire. Only types are imported, so none of the contract's code is bundled. */
import type * as ApiProblem from "@batchlabel/http-api/ApiProblem"
import type * as EstimatesApi from "@batchlabel/http-api/EstimatesApi"
import type * as Job from "@batchlabel/http-api/Job"
import type * as JobsApi from "@batchlabel/http-api/JobsApi"
import type * as PreviewsApi from "@batchlabel/http-api/PreviewsApi"
import type * as Row from "@batchlabel/http-api/Row"
import type * as SessionApi from "@batchlabel/http-api/SessionApi"
import type * as Money from "@batchlabel/http-api/Spending"
import type * as TasksApi from "@batchlabel/http-api/TasksApi"
import type * as UploadsApi from "@batchlabel/http-api/UploadsApi"

export type ProblemDocument = typeof ApiProblem.Document.Encoded
export type Session = typeof SessionApi.Session.Encoded
export type Upload = typeof UploadsApi.Upload.Encoded

export type Question = typeof Job.Question.Encoded
export type JobInput = typeof Job.JobInput.Encoded
export type JobState = typeof Job.JobState.Encoded
export type JobSummary = typeof Job.JobSummary.Encoded
export type JobDetail = typeof Job.JobDetail.Encoded
export type JobBatch = typeof Job.JobBatch.Encoded
export type JobEvent = typeof Job.JobEvent.Encoded

export type JobPage = typeof JobsApi.JobPage.Encoded
export type RowPage = typeof JobsApi.RowPage.Encoded
export type StartInput = typeof JobsApi.StartInput.Encoded
export type RetryInput = typeof JobsApi.RetryInput.Encoded
export type ManualMode = typeof JobsApi.ManualMode.Encoded
export type CsvForm = typeof JobsApi.CsvForm.Encoded

export type JobRow = typeof Row.Row.Encoded
export type Outcome = JobRow["outcome"]
export type FailureReason = NonNullable<JobRow["reason"]>
export type Distribution = typeof Row.Distribution.Encoded
export type LabelValue = Distribution["labels"][number]["value"]

export type SpendPlan = typeof Money.SpendPlan.Encoded
export type Spending = typeof Money.Spending.Encoded

export type Estimate = typeof EstimatesApi.Estimate.Encoded
export type PreviewInput = typeof PreviewsApi.PreviewInput.Encoded
export type Preview = typeof PreviewsApi.Preview.Encoded

export type Task = typeof TasksApi.Task.Encoded
export type SavedTask = typeof TasksApi.SavedTask.Encoded
