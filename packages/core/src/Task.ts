/**
 * What to ask about each row and what may be answered: the labels, the prompt, the model. Everything about a labelling job that is
 * not the data.
 *
 * @example
 * ```ts
 * import * as Task from "@batchlabel/core/Task"
 * import * as Either from "effect/Either"
 *
 * const input: Task.TaskInput = { name: "tickets", labels: ["bug", "wish"], template: "{{ text }}" }
 * const task = Task.decode(input, "tickets.yaml")
 * if (Either.isRight(task)) console.log(task.right.model, Task.fingerprint(task.right))
 * ```
 *
 * @since 0.1.0
 */
import { hash } from "node:crypto"
import type * as Either from "effect/Either"
import type * as Schema from "effect/Schema"
import { canonical } from "./internal/json.js"
import { effortsOf } from "./internal/modelFamilies.js"
import * as TaskDecoder from "./internal/taskDecoder.js"
import * as TaskSchema from "./internal/taskSchema.js"
import type { LabelValue } from "./Outcome.js"
import type { TaskError } from "./TaskError.js"

/**
 * Any value that JSON has a text for.
 *
 * @since 0.1.0
 * @category models
 */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

/**
 * One of the answers that exist: `value` is what the label column holds and what the model answers, `name` is for people, `criteria` say
 * when the label is right.
 *
 * @since 0.1.0
 * @category models
 */
export interface Label {
  readonly value: LabelValue
  readonly name: string
  readonly criteria: ReadonlyArray<string>
}

/**
 * A label as a file may write it: its bare value, or `value` with `name` (default: the value) and `criteria` (default: none).
 *
 * @since 0.1.0
 * @category models
 */
export type LabelInput =
  | LabelValue
  | { readonly value: LabelValue; readonly name?: string; readonly criteria?: ReadonlyArray<string> }

/**
 * The schema of a label.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Label: Schema.Schema<Label, LabelInput> = TaskSchema.Label

/**
 * A few-shot example: a user message and the label that answers it. An `input` of text is the message itself; an `input` of columns
 * goes through the template as a row would.
 *
 * @since 0.1.0
 * @category models
 */
export interface Example {
  readonly input: string | { readonly [column: string]: string }
  readonly label: LabelValue
}

/**
 * The schema of an example.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Example: Schema.Schema<Example> = TaskSchema.Example

/**
 * Parameters of a request by their names in Chat Completions. Those that are not listed are sent as they are.
 * Source: https://platform.openai.com/docs/api-reference/chat/create
 *
 * @since 0.1.0
 * @category models
 */
export type Parameters = {
  /** 0 to 2. */
  readonly temperature?: number
  /** 0 to 1. */
  readonly top_p?: number
  /** A cap on the answer's tokens, hidden reasoning included; at least 1. */
  readonly max_completion_tokens?: number
  readonly reasoning_effort?: string
  readonly verbosity?: string
  readonly seed?: number
} & { readonly [name: string]: Json }

/**
 * The names of the columns that results add.
 *
 * @since 0.1.0
 * @category models
 */
export interface Columns {
  readonly label: string
  readonly label_name: string
  readonly labeled: string
  readonly labeled_at: string
}

/**
 * How the model answers: a number, the label's value as text, or a JSON object that a schema enforces.
 *
 * @since 0.1.0
 * @category models
 */
export type AnswerForm = "number" | "text" | "json_schema"

/**
 * The API that answers.
 *
 * @since 0.1.0
 * @category models
 */
export type Endpoint = "/v1/chat/completions" | "/v1/responses"

/**
 * What to ask about each row and what may be answered, every default filled in.
 *
 * @since 0.1.0
 * @category models
 */
export interface Task {
  readonly name: string
  /** At least two, in the order in which results list them. */
  readonly labels: ReadonlyArray<Label>
  /** The system message; empty: none. */
  readonly system: string
  /** The user message, a LiquidJS template. */
  readonly template: string
  readonly examples: ReadonlyArray<Example>
  readonly model: string
  readonly parameters: Parameters
  readonly answer: AnswerForm
  readonly endpoint: Endpoint
  readonly columns: Columns
  /** Parameters that this version does not know are sent. */
  readonly allow_unknown_parameters?: boolean
  /** A model that OpenAI has shut down is asked, on a server that keeps it. */
  readonly allow_retired_model?: boolean
}

/**
 * A task as a file may write it: defaults left out, labels as bare values.
 *
 * @since 0.1.0
 * @category models
 */
export interface TaskInput {
  readonly name: string
  readonly labels: ReadonlyArray<LabelInput>
  readonly system?: string
  readonly template: string
  readonly examples?: ReadonlyArray<Example>
  /** Default: `gpt-4o-mini`. */
  readonly model?: string
  readonly parameters?: Parameters
  /** Default: `text`. */
  readonly answer?: AnswerForm
  /** Default: `/v1/chat/completions`. */
  readonly endpoint?: Endpoint
  readonly columns?: Partial<Columns>
  readonly allow_unknown_parameters?: boolean
  readonly allow_retired_model?: boolean
}

/**
 * The schema of a task. It says what each key may hold; `decode` also checks what the keys mean together.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Task: Schema.Schema<Task, TaskInput> = TaskSchema.Task

/**
 * Reads a task out of plain data, strictly: unknown keys, doubled labels, examples with labels that do not exist and parameters that
 * the endpoint does not have are errors. `path` is where the data came from, for the error's text.
 *
 * @since 0.1.0
 * @category constructors
 */
export const decode = (input: unknown, path: string): Either.Either<Task, TaskError> =>
  TaskDecoder.decode(input, { path, lineOf: () => undefined })

/**
 * Reads back a task that was accepted before, such as that of a job: rules that came later do not make it unreadable.
 *
 * @since 0.1.0
 * @category constructors
 */
export const restore = (input: unknown, path: string): Either.Either<Task, TaskError> =>
  TaskDecoder.restore(input, { path, lineOf: () => undefined })

/**
 * The name of a label, or the value itself if the task has no such label.
 *
 * @since 0.1.0
 * @category getters
 */
export const labelName = (task: Task, value: LabelValue): string =>
  task.labels.find((label) => label.value === value)?.name ?? String(value)

/** Label names and criteria shape a request only where a template writes them into it. */
const mentionsTask = (task: Task): boolean => /\btask\b/.test(task.template) || /\btask\b/.test(task.system)

/** The parts of a task that shape a request or the reading of an answer, by the names that users know. */
const parts = (task: Task): Readonly<Record<string, string>> => ({
  labels: canonical(mentionsTask(task) ? task.labels : task.labels.map(({ value }) => value)),
  system: canonical(task.system),
  template: canonical(task.template),
  examples: canonical(task.examples),
  model: canonical(task.model),
  parameters: canonical(task.parameters),
  answer: canonical(task.answer),
  endpoint: canonical(task.endpoint)
})

/**
 * 16 hex digits that are equal for two tasks exactly when they ask the same and read answers alike. The task's name, the names of
 * output columns, and names of labels that no template mentions do not count: changing them after a job was sent is harmless.
 *
 * @since 0.1.0
 * @category getters
 */
export const fingerprint = (task: Task): string => hash("sha256", canonical(parts(task))).slice(0, 16)

/**
 * The parts in which two tasks differ, for "the task changed: template, model". Empty exactly when their fingerprints are equal.
 *
 * @since 0.1.0
 * @category getters
 */
export const describeChange = (before: Task, after: Task): ReadonlyArray<string> => {
  const left = parts(before)
  const right = parts(after)
  return Object.keys(left).filter((part) => left[part] !== right[part])
}

/** What reasoning models refuse while they reason, and the caps that their reasoning would eat up. */
const notForReasoning = [
  "temperature",
  "top_p",
  "logprobs",
  "top_logprobs",
  "frequency_penalty",
  "presence_penalty",
  "logit_bias",
  "stop",
  "max_tokens",
  "max_completion_tokens"
]

/** What only reasoning models know. */
const forReasoning = ["reasoning", "reasoning_effort", "verbosity"]

/**
 * The task with another model. Reasoning models refuse `temperature` and its like and spend the answer's cap on hidden reasoning, so
 * for them those parameters and the cap are left out, unless `reasoning_effort` is `none`; a model that does not reason gets no effort and
 * no verbosity. What the new model refuses all the same, `RequestRules.check` says.
 * Source: OpenAI's parameter errors ("'temperature' does not support 0 with this model") and its advice on caps for reasoning models.
 *
 * @since 0.1.0
 * @category combinators
 */
export const withModel = (task: Task, model: string): Task => {
  const efforts = effortsOf(model)
  if (efforts === undefined || (efforts.length > 0 && task.parameters.reasoning_effort === "none")) return { ...task, model }
  const dropped = new Set(efforts.length === 0 ? forReasoning : notForReasoning)
  const kept = Object.entries(task.parameters).filter(([key]) => !dropped.has(key))
  return { ...task, model, parameters: Object.fromEntries(kept) }
}
