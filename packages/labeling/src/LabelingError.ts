/**
 * What can go wrong in the pipeline beyond the errors of the packages it composes.
 *
 * @since 0.1.0
 */
import type * as Problem from "@batchlabel/core/Problem"
import * as Schema from "effect/Schema"
import * as JobProblem from "./JobProblem.js"

/**
 * An unfinished job of the same input and output was started from something else; `changed` names what differs.
 *
 * @since 0.1.0
 * @category reasons
 */
export class JobChanged extends Schema.TaggedClass<JobChanged>()("JobChanged", {
  job: Schema.String,
  path: Schema.String,
  changed: Schema.Array(Schema.String)
}) {}

/**
 * @since 0.1.0
 * @category reasons
 */
export class InputChanged extends Schema.TaggedClass<InputChanged>()("InputChanged", {
  job: Schema.String,
  path: Schema.String
}) {}

/**
 * @since 0.1.0
 * @category reasons
 */
export class NotFinished extends Schema.TaggedClass<NotFinished>()("NotFinished", {
  job: Schema.String,
  status: Schema.String
}) {}

/**
 * @since 0.1.0
 * @category reasons
 */
export class BatchUnknown extends Schema.TaggedClass<BatchUnknown>()("BatchUnknown", { batch: Schema.String }) {}

/**
 * @since 0.1.0
 * @category reasons
 */
export class BatchForeign extends Schema.TaggedClass<BatchForeign>()("BatchForeign", { batch: Schema.String }) {}

/**
 * @since 0.1.0
 * @category reasons
 */
export class OutputIsInput extends Schema.TaggedClass<OutputIsInput>()("OutputIsInput", {
  path: Schema.String,
  input: Schema.String
}) {}

/**
 * The labelled file and its failures would be one file.
 *
 * @since 0.1.0
 * @category reasons
 */
export class OutputsAreOne extends Schema.TaggedClass<OutputsAreOne>()("OutputsAreOne", {
  path: Schema.String,
  failed: Schema.String
}) {}

/**
 * The model is shut down before a batch that is sent now would be over. `date`: `YYYY-MM-DD`.
 *
 * @since 0.1.0
 * @category reasons
 */
export class ModelShutDown extends Schema.TaggedClass<ModelShutDown>()("ModelShutDown", {
  model: Schema.String,
  date: Schema.String
}) {}

/**
 * A column of results would have the name of the column of texts. `key`: that of the task's `columns`.
 *
 * @since 0.1.0
 * @category reasons
 */
export class ColumnIsText extends Schema.TaggedClass<ColumnIsText>()("ColumnIsText", {
  column: Schema.String,
  key: Schema.String
}) {}

/**
 * The folder of jobs cannot be made, or not be written to.
 *
 * @since 0.1.0
 * @category reasons
 */
export class HomeUnwritable extends Schema.TaggedClass<HomeUnwritable>()("HomeUnwritable", {
  path: Schema.String,
  detail: Schema.String
}) {}

/**
 * @since 0.1.0
 * @category reasons
 */
export class OutputExists extends Schema.TaggedClass<OutputExists>()("OutputExists", { path: Schema.String }) {}

/**
 * @since 0.1.0
 * @category reasons
 */
export class NothingToLabel extends Schema.TaggedClass<NothingToLabel>()("NothingToLabel", {
  path: Schema.String,
  column: Schema.String
}) {}

/**
 * @since 0.1.0
 * @category reasons
 */
export class JobBusy extends Schema.TaggedClass<JobBusy>()("JobBusy", { job: Schema.String }) {}

/**
 * @since 0.1.0
 * @category reasons
 */
export class NothingFailed extends Schema.TaggedClass<NothingFailed>()("NothingFailed", { job: Schema.String }) {}

/**
 * The batches of the job were made with another task than the one that is given to bring it back.
 *
 * @since 0.1.0
 * @category reasons
 */
export class TaskDiffers extends Schema.TaggedClass<TaskDiffers>()("TaskDiffers", {
  job: Schema.String,
  expected: Schema.String,
  found: Schema.String
}) {}

/**
 * A process died while it rebuilt the job from the API's list.
 *
 * @since 0.1.0
 * @category reasons
 */
export class RecoveryUnfinished extends Schema.TaggedClass<RecoveryUnfinished>()("RecoveryUnfinished", { job: Schema.String }) {}

/**
 * A result file that was collected is not here any more, or not whole, and could not be fetched again.
 *
 * @since 0.1.0
 * @category reasons
 */
export class ResultsDamaged extends Schema.TaggedClass<ResultsDamaged>()("ResultsDamaged", {
  batch: Schema.String,
  file: Schema.String,
  path: Schema.String,
  detail: Schema.String
}) {}

/**
 * What the API gives as the input file of a batch is not what the batch was made from.
 *
 * @since 0.1.0
 * @category reasons
 */
export class InputFileForeign extends Schema.TaggedClass<InputFileForeign>()("InputFileForeign", {
  batch: Schema.String,
  file: Schema.String,
  detail: Schema.String
}) {}

/**
 * A job can only be forgotten once it is over, and no other job asks its failures again.
 *
 * @since 0.1.0
 * @category reasons
 */
export class JobInUse extends Schema.TaggedClass<JobInUse>()("JobInUse", { job: Schema.String, status: Schema.String }) {}

/**
 * There is no sample job of the input and task.
 *
 * @since 0.1.0
 * @category reasons
 */
export class SampleUnknown extends Schema.TaggedClass<SampleUnknown>()("SampleUnknown", { path: Schema.String }) {}

/**
 * A row has a column that the first row has not. `row`: 1-based.
 *
 * @since 0.1.0
 * @category reasons
 */
export class RowColumnUnknown extends Schema.TaggedClass<RowColumnUnknown>()("RowColumnUnknown", {
  row: Schema.Number,
  column: Schema.String
}) {}

/**
 * The rows or bytes of an input could not be had, or are none. `detail`: the error of their source.
 *
 * @since 0.1.0
 * @category reasons
 */
export class InputUnreadable extends Schema.TaggedClass<InputUnreadable>()("InputUnreadable", { detail: Schema.String }) {}

/**
 * A job was made with code that this program does not have: see `Extensions`.
 *
 * @since 0.1.0
 * @category reasons
 */
export class ExtensionMissing extends Schema.TaggedClass<ExtensionMissing>()("ExtensionMissing", {
  kind: Schema.Literal("request builder", "answer reader", "provider"),
  id: Schema.String
}) {}

/**
 * @since 0.1.0
 * @category reasons
 */
export const Reason = Schema.Union(
  JobChanged,
  InputChanged,
  NotFinished,
  BatchUnknown,
  BatchForeign,
  OutputIsInput,
  OutputsAreOne,
  HomeUnwritable,
  ModelShutDown,
  ColumnIsText,
  OutputExists,
  NothingToLabel,
  JobBusy,
  NothingFailed,
  TaskDiffers,
  RecoveryUnfinished,
  ResultsDamaged,
  InputFileForeign,
  JobInUse,
  SampleUnknown,
  RowColumnUnknown,
  InputUnreadable,
  ExtensionMissing
)

const toProblem = (reason: typeof Reason.Type): Problem.Problem => {
  switch (reason._tag) {
    case "JobChanged":
      return JobProblem.make("BL5002", { job: reason.job, path: reason.path, changed: reason.changed })
    case "InputChanged":
      return JobProblem.make("BL5003", { job: reason.job, path: reason.path })
    case "NotFinished":
      return JobProblem.make("BL5004", { job: reason.job, status: reason.status })
    case "BatchUnknown":
      return JobProblem.make("BL5005", { batch: reason.batch })
    case "BatchForeign":
      return JobProblem.make("BL5006", { batch: reason.batch })
    case "OutputIsInput":
      return JobProblem.make("BL5007", { path: reason.path, input: reason.input })
    case "OutputsAreOne":
      return JobProblem.make("BL5073", { path: reason.path, failed: reason.failed })
    case "ModelShutDown":
      return JobProblem.make("BL5373", { model: reason.model, date: reason.date })
    case "ColumnIsText":
      return JobProblem.make("BL5074", { column: reason.column, key: reason.key })
    case "HomeUnwritable":
      return JobProblem.make("BL5173", { path: reason.path, detail: reason.detail })
    case "OutputExists":
      return JobProblem.make("BL5008", { path: reason.path })
    case "NothingToLabel":
      return JobProblem.make("BL5009", { path: reason.path, column: reason.column })
    case "JobBusy":
      return JobProblem.make("BL5010", { job: reason.job })
    case "NothingFailed":
      return JobProblem.make("BL5016", { job: reason.job })
    case "TaskDiffers":
      return JobProblem.make("BL5062", { job: reason.job, expected: reason.expected, found: reason.found })
    case "RecoveryUnfinished":
      return JobProblem.make("BL5018", { job: reason.job })
    case "ResultsDamaged":
      return JobProblem.make("BL5046", { batch: reason.batch, file: reason.file, path: reason.path, detail: reason.detail })
    case "InputFileForeign":
      return JobProblem.make("BL5047", { batch: reason.batch, file: reason.file, detail: reason.detail })
    case "JobInUse":
      return JobProblem.make("BL5069", { job: reason.job, status: reason.status })
    case "SampleUnknown":
      return JobProblem.make("BL6027", { path: reason.path })
    case "RowColumnUnknown":
      return JobProblem.make("BL5066", { row: reason.row, column: reason.column })
    case "InputUnreadable":
      return JobProblem.make("BL5067", { detail: reason.detail })
    case "ExtensionMissing":
      return JobProblem.make("BL5068", { kind: reason.kind, id: reason.id })
  }
}

/**
 * @since 0.1.0
 * @category errors
 */
export class LabelingError extends Schema.TaggedError<LabelingError>()("LabelingError", { reason: Reason }) {
  /** Its code and data, and one plain sentence. */
  get problem(): Problem.Problem {
    return toProblem(this.reason)
  }

  override get message(): string {
    return this.problem.message
  }
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const labelingError = (reason: typeof Reason.Type): LabelingError => new LabelingError({ reason })
