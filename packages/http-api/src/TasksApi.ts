/**
 * Tasks kept on the server: the presets, and a team's own.
 *
 * @since 0.1.0
 */
import { LabelValue } from "@batchlabel/core/Outcome"
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as OpenApi from "@effect/platform/OpenApi"
import * as Schema from "effect/Schema"
import * as ApiProblem from "./ApiProblem.js"
import { Authorization } from "./Auth.js"
import { optional, Timestamp } from "./Scalars.js"

/**
 * A task as a client writes it, defaults left out where it likes. The server reads it strictly and says what is wrong with it; the shape is
 * the JSON Schema `TaskInput` of `/openapi.json`, which is that of task files.
 *
 * @since 0.1.0
 * @category models
 */
export const TaskInput = Schema.Record({ key: Schema.String, value: Schema.Unknown }).annotations({
  identifier: "TaskInput",
  description: "A task, as in a task file."
})

/**
 * @since 0.1.0
 * @category models
 */
export type TaskInput = typeof TaskInput.Type

/**
 * A task with every default filled in. It can be sent back as a `TaskInput`.
 *
 * @since 0.1.0
 * @category models
 */
export const Task = Schema.Struct({
  name: Schema.String,
  labels: Schema.Array(Schema.Struct({ value: LabelValue, name: Schema.String, criteria: Schema.Array(Schema.String) })),
  system: Schema.String,
  template: Schema.String,
  examples: Schema.Array(
    Schema.Struct({
      input: Schema.Union(Schema.String, Schema.Record({ key: Schema.String, value: Schema.String })),
      label: LabelValue
    })
  ),
  model: Schema.String,
  parameters: Schema.Record({ key: Schema.String, value: Schema.Unknown }),
  answer: Schema.Literal("number", "text", "json_schema"),
  endpoint: Schema.Literal("/v1/chat/completions", "/v1/responses"),
  columns: Schema.Struct({ label: Schema.String, label_name: Schema.String, labeled: Schema.String, labeled_at: Schema.String })
}).annotations({ identifier: "Task" })

/**
 * @since 0.1.0
 * @category models
 */
export type Task = typeof Task.Type

/**
 * `preset`: it ships with batchlabel and cannot be changed; save it under another name. `examples` are the preset's few-shot examples, which
 * a job takes with `fewShot`.
 *
 * @since 0.1.0
 * @category models
 */
export const SavedTask = Schema.Struct({
  name: Schema.String,
  preset: Schema.Boolean,
  task: Task,
  examples: optional(Task.fields.examples),
  updatedAt: optional(Timestamp)
}).annotations({ identifier: "SavedTask" })

/**
 * @since 0.1.0
 * @category models
 */
export type SavedTask = typeof SavedTask.Type

/**
 * The name under which a task is kept.
 *
 * @since 0.1.0
 * @category models
 */
export const TaskName = Schema.String.pipe(Schema.pattern(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u)).annotations({
  identifier: "TaskName",
  description: "Letters, digits, blanks, dots, dashes and underscores; at most 64."
})

const byName = Schema.Struct({ name: TaskName })

/**
 * @since 0.1.0
 * @category groups
 */
export class TasksApi extends HttpApiGroup.make("tasks")
  .add(
    HttpApiEndpoint.get("list", "/v1/tasks")
      .addSuccess(Schema.Struct({ items: Schema.Array(SavedTask) }))
      .annotate(OpenApi.Summary, "The presets and the tasks you have saved")
  )
  .add(
    HttpApiEndpoint.get("get", "/v1/tasks/:name")
      .setPath(byName)
      .addSuccess(SavedTask)
      .addError(ApiProblem.at(404))
      .annotate(OpenApi.Summary, "A task")
  )
  .add(
    HttpApiEndpoint.put("put", "/v1/tasks/:name")
      .setPath(byName)
      .setPayload(TaskInput)
      .addSuccess(SavedTask)
      .addError(ApiProblem.at(409))
      .addError(ApiProblem.at(422))
      .annotate(OpenApi.Summary, "Save a task under a name, or replace it")
  )
  .add(
    HttpApiEndpoint.del("remove", "/v1/tasks/:name")
      .setPath(byName)
      .addSuccess(HttpApiSchema.NoContent)
      .addError(ApiProblem.at(404))
      .addError(ApiProblem.at(409))
      .annotate(OpenApi.Summary, "Remove a saved task")
  )
  .middleware(Authorization)
  .annotate(OpenApi.Description, "What to ask about each row") {}
