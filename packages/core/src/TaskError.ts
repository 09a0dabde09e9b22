/**
 * What can be wrong with a task, its file or its templates.
 *
 * @example
 * ```ts
 * import * as Task from "@batchlabel/core/Task"
 * import * as Either from "effect/Either"
 *
 * const task = Task.decode({ name: "tickets", labels: ["bug"] }, "tickets.yaml")
 * if (Either.isLeft(task)) console.error(task.left.problem.code, task.left.message)
 * ```
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import type * as Problem from "./Problem.js"
import * as TaskProblem from "./TaskProblem.js"

const Line = Schema.UndefinedOr(Schema.Number)
const Nearest = Schema.UndefinedOr(Schema.String)
const Names = Schema.Array(Schema.String)

/** The file (or whatever the caller named) and the 1-based line of the key, where there is a line. */
const place = { path: Schema.String, line: Line }

const Kind = Schema.Literal(
  "text",
  "name",
  "labels",
  "label",
  "label_value",
  "text_list",
  "examples",
  "example",
  "example_input",
  "temperature",
  "fraction",
  "count",
  "integer",
  "json",
  "keys",
  "answer",
  "endpoint"
)

/**
 * The task file is not there or may not be read. Whoever opens the file reports this: core opens none.
 *
 * @since 0.1.0
 * @category reasons
 */
export class FileUnreadable extends Schema.TaggedClass<FileUnreadable>()("FileUnreadable", {
  path: Schema.String,
  detail: Schema.String
}) {}

/**
 * The text is neither YAML nor JSON.
 *
 * @since 0.1.0
 * @category reasons
 */
export class SyntaxInvalid extends Schema.TaggedClass<SyntaxInvalid>()("SyntaxInvalid", { ...place, detail: Schema.String }) {}

/**
 * The file holds no keys and values at all.
 *
 * @since 0.1.0
 * @category reasons
 */
export class NotATask extends Schema.TaggedClass<NotATask>()("NotATask", { path: Schema.String, actual: Schema.String }) {}

/**
 * A key that a task must have is not there.
 *
 * @since 0.1.0
 * @category reasons
 */
export class KeyMissing extends Schema.TaggedClass<KeyMissing>()("KeyMissing", { ...place, key: Schema.String }) {}

/**
 * A key that no task has, most often a misspelt one.
 *
 * @since 0.1.0
 * @category reasons
 */
export class KeyUnknown extends Schema.TaggedClass<KeyUnknown>()("KeyUnknown", {
  ...place,
  key: Schema.String,
  known: Names,
  nearest: Nearest
}) {}

/**
 * A key holds something that it cannot hold.
 *
 * @since 0.1.0
 * @category reasons
 */
export class ValueInvalid extends Schema.TaggedClass<ValueInvalid>()("ValueInvalid", {
  ...place,
  key: Schema.String,
  expected: Kind,
  actual: Schema.String
}) {}

/**
 * Two labels have the same value once written out (`1` and `"1"` are the same answer).
 *
 * @since 0.1.0
 * @category reasons
 */
export class LabelDuplicate extends Schema.TaggedClass<LabelDuplicate>()("LabelDuplicate", {
  ...place,
  key: Schema.String,
  value: Schema.String
}) {}

/**
 * More labels than the schema of a structured answer can list.
 *
 * @since 0.1.0
 * @category reasons
 */
export class LabelsTooMany extends Schema.TaggedClass<LabelsTooMany>()("LabelsTooMany", { ...place, count: Schema.Number }) {}

/**
 * `answer: number` with a label that is not a number.
 *
 * @since 0.1.0
 * @category reasons
 */
export class AnswerMismatch extends Schema.TaggedClass<AnswerMismatch>()("AnswerMismatch", {
  ...place,
  key: Schema.String,
  value: Schema.String
}) {}

/**
 * A few-shot example carries a label that the task does not have.
 *
 * @since 0.1.0
 * @category reasons
 */
export class ExampleLabelUnknown extends Schema.TaggedClass<ExampleLabelUnknown>()("ExampleLabelUnknown", {
  ...place,
  key: Schema.String,
  value: Schema.String,
  labels: Names
}) {}

/**
 * A parameter that the task decides in another way (`instead`), or that a batch cannot have.
 *
 * @since 0.1.0
 * @category reasons
 */
export class ParameterReserved extends Schema.TaggedClass<ParameterReserved>()("ParameterReserved", {
  ...place,
  parameter: Schema.String,
  instead: Schema.UndefinedOr(Schema.String)
}) {}

/**
 * A parameter that the task's endpoint does not have.
 *
 * @since 0.1.0
 * @category reasons
 */
export class ParameterUnsupported extends Schema.TaggedClass<ParameterUnsupported>()("ParameterUnsupported", {
  ...place,
  parameter: Schema.String,
  endpoint: Schema.String
}) {}

/**
 * What helps where a model refuses a parameter: to remove it, to switch reasoning off, to use the newer name, or another form of answer.
 *
 * @since 0.1.0
 * @category models
 */
export const Remedy = Schema.Literal("remove", "effort_none", "max_completion_tokens", "answer")

/**
 * @since 0.1.0
 * @category models
 */
export type Remedy = typeof Remedy.Type

/**
 * The model refuses a parameter, as reasoning models do `temperature`.
 *
 * @since 0.1.0
 * @category reasons
 */
export class ModelRefuses extends Schema.TaggedClass<ModelRefuses>()("ModelRefuses", {
  task: Schema.String,
  model: Schema.String,
  parameter: Schema.String,
  value: Schema.String,
  remedy: Remedy
}) {}

/**
 * The model does not know this effort of reasoning.
 *
 * @since 0.1.0
 * @category reasons
 */
export class EffortUnsupported extends Schema.TaggedClass<EffortUnsupported>()("EffortUnsupported", {
  task: Schema.String,
  model: Schema.String,
  value: Schema.String,
  supported: Names
}) {}

/**
 * The endpoint takes no such value. `expected` is short and in symbols: `≥ 16`.
 *
 * @since 0.1.0
 * @category reasons
 */
export class ParameterOutOfRange extends Schema.TaggedClass<ParameterOutOfRange>()("ParameterOutOfRange", {
  task: Schema.String,
  endpoint: Schema.String,
  parameter: Schema.String,
  value: Schema.String,
  expected: Schema.String
}) {}

/**
 * A parameter is taken only together with another.
 *
 * @since 0.1.0
 * @category reasons
 */
export class ParameterNeeds extends Schema.TaggedClass<ParameterNeeds>()("ParameterNeeds", {
  task: Schema.String,
  parameter: Schema.String,
  needed: Schema.String
}) {}

/**
 * Two parameters say the same thing, and the endpoint takes only one of them.
 *
 * @since 0.1.0
 * @category reasons
 */
export class ParameterTwice extends Schema.TaggedClass<ParameterTwice>()("ParameterTwice", {
  task: Schema.String,
  parameter: Schema.String,
  other: Schema.String
}) {}

/**
 * A parameter that OpenAI's public description of the endpoint does not have, most often a misspelt one.
 *
 * @since 0.1.0
 * @category reasons
 */
export class ParameterUnknown extends Schema.TaggedClass<ParameterUnknown>()("ParameterUnknown", {
  ...place,
  parameter: Schema.String,
  endpoint: Schema.String,
  nearest: Nearest
}) {}

/**
 * Two of the output columns have the same name.
 *
 * @since 0.1.0
 * @category reasons
 */
export class ColumnDuplicate extends Schema.TaggedClass<ColumnDuplicate>()("ColumnDuplicate", {
  ...place,
  key: Schema.String,
  column: Schema.String
}) {}

/**
 * LiquidJS cannot parse a template. `part` is `template`, `system` or `examples[n]`; line and column are 1-based, in that text.
 *
 * @since 0.1.0
 * @category reasons
 */
export class TemplateInvalid extends Schema.TaggedClass<TemplateInvalid>()("TemplateInvalid", {
  task: Schema.String,
  part: Schema.String,
  line: Line,
  column: Line,
  detail: Schema.String
}) {}

/**
 * A template uses a variable that is no column and has no default.
 *
 * @since 0.1.0
 * @category reasons
 */
export class VariableUnknown extends Schema.TaggedClass<VariableUnknown>()("VariableUnknown", {
  task: Schema.String,
  part: Schema.String,
  variable: Schema.String,
  line: Line,
  columns: Names,
  nearest: Nearest
}) {}

/**
 * A template uses `row` or `task` by itself, which stands for many texts, not for one.
 *
 * @since 0.1.0
 * @category reasons
 */
export class VariableNotText extends Schema.TaggedClass<VariableNotText>()("VariableNotText", {
  task: Schema.String,
  part: Schema.String,
  variable: Schema.String,
  line: Line
}) {}

/**
 * `system` uses a column, though it is the same for every row.
 *
 * @since 0.1.0
 * @category reasons
 */
export class SystemUsesColumn extends Schema.TaggedClass<SystemUsesColumn>()("SystemUsesColumn", {
  task: Schema.String,
  variable: Schema.String,
  line: Line
}) {}

/**
 * The template uses no column, so that every row would ask the same.
 *
 * @since 0.1.0
 * @category reasons
 */
export class TemplateWithoutColumn extends Schema.TaggedClass<TemplateWithoutColumn>()("TemplateWithoutColumn", {
  task: Schema.String,
  columns: Names
}) {}

/**
 * A template parses but cannot be rendered: it runs into a limit, or a filter fails whatever the row holds.
 *
 * @since 0.1.0
 * @category reasons
 */
export class RenderFailed extends Schema.TaggedClass<RenderFailed>()("RenderFailed", {
  task: Schema.String,
  part: Schema.String,
  detail: Schema.String
}) {}

/**
 * No preset has this name.
 *
 * @since 0.1.0
 * @category reasons
 */
export class PresetUnknown extends Schema.TaggedClass<PresetUnknown>()("PresetUnknown", {
  name: Schema.String,
  names: Names,
  nearest: Nearest
}) {}

/**
 * Everything that can be wrong with a task, its file or its templates.
 *
 * @since 0.1.0
 * @category reasons
 */
export const Reason = Schema.Union(
  FileUnreadable,
  SyntaxInvalid,
  NotATask,
  KeyMissing,
  KeyUnknown,
  ValueInvalid,
  LabelDuplicate,
  LabelsTooMany,
  AnswerMismatch,
  ExampleLabelUnknown,
  ParameterReserved,
  ParameterUnsupported,
  ModelRefuses,
  EffortUnsupported,
  ParameterOutOfRange,
  ParameterNeeds,
  ParameterTwice,
  ParameterUnknown,
  ColumnDuplicate,
  TemplateInvalid,
  VariableUnknown,
  VariableNotText,
  SystemUsesColumn,
  TemplateWithoutColumn,
  RenderFailed,
  PresetUnknown
)

/**
 * @since 0.1.0
 * @category reasons
 */
export type Reason = typeof Reason.Type

const problemOf = (reason: Reason): Problem.Problem => {
  switch (reason._tag) {
    case "SyntaxInvalid":
      return TaskProblem.make("BL2001", reason)
    case "KeyMissing":
      return TaskProblem.make("BL2002", reason)
    case "KeyUnknown":
      return TaskProblem.make("BL2003", reason)
    case "ValueInvalid":
      return TaskProblem.make("BL2004", reason)
    case "LabelDuplicate":
      return TaskProblem.make("BL2005", reason)
    case "AnswerMismatch":
      return TaskProblem.make("BL2006", reason)
    case "ExampleLabelUnknown":
      return TaskProblem.make("BL2007", reason)
    case "ParameterReserved":
      return TaskProblem.make("BL2008", reason)
    case "ParameterUnsupported":
      return TaskProblem.make("BL2009", reason)
    case "ParameterUnknown":
      return TaskProblem.make("BL2073", reason)
    case "TemplateInvalid":
      return TaskProblem.make("BL2010", reason)
    case "VariableUnknown":
      return TaskProblem.make("BL2011", reason)
    case "VariableNotText":
      return TaskProblem.make("BL2012", reason)
    case "SystemUsesColumn":
      return TaskProblem.make("BL2013", reason)
    case "TemplateWithoutColumn":
      return TaskProblem.make("BL2014", reason)
    case "RenderFailed":
      return TaskProblem.make("BL2015", reason)
    case "PresetUnknown":
      return TaskProblem.make("BL2016", reason)
    case "ColumnDuplicate":
      return TaskProblem.make("BL2017", reason)
    case "NotATask":
      return TaskProblem.make("BL2018", reason)
    case "LabelsTooMany":
      return TaskProblem.make("BL2019", reason)
    case "FileUnreadable":
      return TaskProblem.make("BL2020", reason)
    case "ModelRefuses":
      return TaskProblem.make("BL2080", reason)
    case "EffortUnsupported":
      return TaskProblem.make("BL2081", reason)
    case "ParameterOutOfRange":
      return TaskProblem.make("BL2082", reason)
    case "ParameterNeeds":
      return TaskProblem.make("BL2083", reason)
    case "ParameterTwice":
      return TaskProblem.make("BL2084", reason)
  }
}

/**
 * A task that cannot be used. `reason` is tagged and says why; `problem` is its code with data.
 *
 * @since 0.1.0
 * @category errors
 */
export class TaskError extends Schema.TaggedError<TaskError>()("TaskError", { reason: Reason }) {
  /** Its code and data, and one plain sentence. */
  get problem(): Problem.Problem {
    return problemOf(this.reason)
  }

  override get message(): string {
    return this.problem.message
  }
}
