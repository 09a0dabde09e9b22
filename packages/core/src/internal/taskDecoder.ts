import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as TaskError from "../TaskError.js"
import type { Kind } from "../TaskProblem.js"
import { nearest } from "./nearest.js"
import * as Parameters from "./parameters.js"
import * as TaskSchema from "./taskSchema.js"

type Task = typeof TaskSchema.Task.Type
type Keys = ReadonlyArray<PropertyKey>
type Issue = ParseResult.ArrayFormatterIssue

/** Where a task comes from: its path, and the line of a key where the source has lines. */
export interface Source {
  readonly path: string
  readonly lineOf: (keys: Keys) => number | undefined
}

/** `labels[0].name` */
const written = (keys: Keys): string =>
  keys.map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${String(key)}`)).join("")

const knownKeys = (keys: Keys): ReadonlyArray<string> => {
  switch (keys[0]) {
    case "labels":
      return ["value", "name", "criteria"]
    case "examples":
      return Object.keys(TaskSchema.Example.fields)
    case "columns":
      return Object.keys(TaskSchema.defaultColumns)
    default:
      return Object.keys(TaskSchema.Task.fields)
  }
}

const valueAt = (input: unknown, keys: Keys): unknown =>
  keys.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined,
    input
  )

const shown = (value: unknown): string => {
  const text = value === undefined ? "" : (JSON.stringify(value) ?? String(value))
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

const parameterKinds: Readonly<Record<string, Kind>> = {
  temperature: "temperature",
  top_p: "fraction",
  max_completion_tokens: "count",
  reasoning_effort: "text",
  verbosity: "text",
  seed: "integer"
}

/** What the value of a key may be: the top keys, then what is inside of them. */
const kindOf = ([top, index, key, inner]: Keys): Kind => {
  switch (top) {
    case "labels":
      if (index === undefined) return "labels"
      if (key === undefined) return "label"
      if (key === "value") return "label_value"
      return key === "name" ? "name" : inner === undefined ? "text_list" : "text"
    case "examples":
      if (index === undefined) return "examples"
      if (key === undefined) return "example"
      if (key === "label") return "label_value"
      return inner === undefined ? "example_input" : "text"
    case "parameters":
      return index === undefined ? "keys" : (parameterKinds[String(index)] ?? "json")
    case "columns":
      return index === undefined ? "keys" : "name"
    case "answer":
    case "endpoint":
      return top
    default:
      return top === "system" ? "text" : "name"
  }
}

/** Of the alternatives that a union reports about one value, the one that looked furthest into it. */
const furthest = (issues: ReadonlyArray<Issue>): Issue => {
  const [first] = issues
  const about = issues.filter((issue) => issue.path[0] === first?.path[0] && issue.path[1] === first?.path[1])
  return about.reduce(
    (best, issue) => (issue.path.length > best.path.length ? issue : best),
    about[0] ?? { _tag: "Type", path: [], message: "" }
  )
}

const shapeReason = (input: unknown, issue: Issue, source: Source): TaskError.Reason => {
  const key = written(issue.path)
  const place = { path: source.path, line: source.lineOf(issue.path) }
  if (issue.path.length === 0) return new TaskError.NotATask({ path: source.path, actual: shown(input) })
  switch (issue._tag) {
    case "Missing":
      return new TaskError.KeyMissing({ path: source.path, line: source.lineOf(issue.path.slice(0, -1)), key })
    case "Unexpected": {
      const known = knownKeys(issue.path)
      return new TaskError.KeyUnknown({ ...place, key, known, nearest: nearest(String(issue.path.at(-1)), known) })
    }
    default: {
      const actual = valueAt(input, issue.path)
      const kind = kindOf(issue.path)
      // A bare label that is a text is only a text of the wrong form.
      const expected = kind === "label" && typeof actual === "string" ? "label_value" : kind
      return new TaskError.ValueInvalid({ ...place, key, expected, actual: shown(actual) })
    }
  }
}

/** Parameters that the request builder writes itself, with the key of the task that decides them. */
const reserved: Readonly<Record<string, string | undefined>> = {
  model: "model",
  messages: "template",
  input: "template",
  instructions: "system",
  response_format: "answer",
  text: "answer",
  store: undefined,
  stream: undefined,
  stream_options: undefined,
  background: undefined
}

/** Parameters that one endpoint has and the other answers with an error. Source: the request schemas of both endpoints. */
const absentParameters: Readonly<Record<Task["endpoint"], ReadonlyArray<string>>> = {
  "/v1/chat/completions": [
    "max_output_tokens",
    "include",
    "truncation",
    "previous_response_id",
    "reasoning",
    "conversation",
    "context_management",
    "max_tool_calls",
    "prompt",
    "background_options"
  ],
  "/v1/responses": [
    "n",
    "stop",
    "frequency_penalty",
    "presence_penalty",
    "logit_bias",
    "logprobs",
    "prediction",
    "functions",
    "function_call",
    "modalities",
    "audio",
    "web_search_options"
  ]
}

/** Columns that results may add beside the four of a task. */
const addedColumns = ["failure_reason", "failure_detail", "raw_answer", "attempt", "model", "task", "batch"]

/** A schema may list 1,000 values, and 15,000 characters once it lists more than 250. Source: OpenAI's guide to structured outputs. */
const schemaTooLarge = ({ answer, labels }: Task): boolean => {
  const characters = labels.reduce((sum, { value }) => sum + String(value).length, 0)
  return answer === "json_schema" && (labels.length > 1000 || (labels.length > 250 && characters > 15_000))
}

function* meaningReasons(task: Task, source: Source): Generator<TaskError.Reason> {
  const place = (...keys: Keys) => ({ path: source.path, line: source.lineOf(keys) })
  const values = new Set<string>()
  for (const [index, { value }] of task.labels.entries()) {
    const key = `labels[${index}]`
    // Answers are compared in one Unicode form, so two spellings of one text are one label.
    const text = String(value).normalize()
    if (values.has(text)) yield new TaskError.LabelDuplicate({ ...place("labels", index), key, value: String(value) })
    if (task.answer === "number" && typeof value !== "number") {
      yield new TaskError.AnswerMismatch({ ...place("labels", index), key, value })
    }
    values.add(text)
  }
  if (schemaTooLarge(task)) yield new TaskError.LabelsTooMany({ ...place("labels"), count: task.labels.length })
  for (const [index, { label }] of task.examples.entries()) {
    if (!task.labels.some(({ value }) => value === label)) {
      yield new TaskError.ExampleLabelUnknown({
        ...place("examples", index, "label"),
        key: `examples[${index}].label`,
        value: String(label),
        labels: [...values]
      })
    }
  }
  for (const parameter of Object.keys(task.parameters)) {
    if (Object.hasOwn(reserved, parameter)) {
      yield new TaskError.ParameterReserved({ ...place("parameters", parameter), parameter, instead: reserved[parameter] })
    } else if (absentParameters[task.endpoint].includes(parameter)) {
      yield new TaskError.ParameterUnsupported({ ...place("parameters", parameter), parameter, endpoint: task.endpoint })
    } else if (task.allow_unknown_parameters !== true && !Parameters.isKnown(task.endpoint, parameter)) {
      yield new TaskError.ParameterUnknown({
        ...place("parameters", parameter),
        parameter,
        endpoint: task.endpoint,
        nearest: Parameters.nearestTo(task.endpoint, parameter)
      })
    }
  }
  const columns = Object.entries(task.columns)
  for (const [index, [key, column]] of columns.entries()) {
    if (addedColumns.includes(column) || columns.slice(0, index).some(([, other]) => other === column)) {
      yield new TaskError.ColumnDuplicate({ ...place("columns", key), key: `columns.${key}`, column })
    }
  }
}

const decodeShape = Schema.decodeUnknownEither(TaskSchema.Task, { errors: "all", onExcessProperty: "error" })

const failed = (reason: TaskError.Reason): Either.Either<never, TaskError.TaskError> =>
  Either.left(new TaskError.TaskError({ reason }))

/** A task that was accepted before: of what it means nothing is asked again, lest a job that is under way become unreadable. */
export const restore = (input: unknown, source: Source): Either.Either<Task, TaskError.TaskError> => {
  const shape = decodeShape(input)
  if (Either.isRight(shape)) return Either.right(shape.right)
  return failed(shapeReason(input, furthest(ParseResult.ArrayFormatter.formatErrorSync(shape.left)), source))
}

/** A task, or the first thing that is wrong with it. */
export const decode = (input: unknown, source: Source): Either.Either<Task, TaskError.TaskError> => {
  const shape = decodeShape(input)
  if (Either.isLeft(shape)) {
    return failed(shapeReason(input, furthest(ParseResult.ArrayFormatter.formatErrorSync(shape.left)), source))
  }
  for (const reason of meaningReasons(shape.right, source)) return failed(reason)
  return Either.right(shape.right)
}
