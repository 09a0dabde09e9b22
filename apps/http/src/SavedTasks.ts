/**
 * Tasks kept on the server under names, each owner's apart.
 *
 * @since 0.1.0
 */
import * as Presets from "@batchlabel/core/Presets"
import * as Task from "@batchlabel/core/Task"
import type { ApiProblem } from "@batchlabel/http-api/ApiProblem"
import type { SavedTask } from "@batchlabel/http-api/TasksApi"
import * as Database from "@batchlabel/job-store/Database"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as Message from "@batchlabel/messages/Message"
import * as SqlSchema from "@effect/sql/SqlSchema"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Problems from "./internal/problems.js"
import { ServerDatabase } from "./ServerDatabase.js"
import { ServerSettings } from "./ServerSettings.js"
import { Workshop } from "./Workshop.js"

/** Ends when whatever came in meanwhile has been looked at. */
const breath: Effect.Effect<void> = Effect.async((resume) => {
  setImmediate(() => resume(Effect.void))
})

/**
 * A kept task, read.
 *
 * @since 0.1.0
 * @category models
 */
export type KeptTask = SavedTask & { readonly task: Task.Task }

const presetOf = (name: string): KeptTask | undefined => {
  const task = Presets.get(name)
  return task === undefined ? undefined : { name, preset: true, task, examples: Presets.examples(name) }
}

const TaskModel = Schema.Struct({
  owner: Schema.String,
  name: Schema.String,
  task: Schema.parseJson(),
  updatedAt: Database.column("updated_at", Database.Integer)
})

const encode = Schema.encodeSync(TaskModel)

const savedOf = ({ name, task, updatedAt }: typeof TaskModel.Type): Effect.Effect<KeptTask, ApiProblem> =>
  Task.decode(task, name).pipe(
    Effect.mapBoth({ onFailure: Problems.ofError, onSuccess: (read) => ({ name, preset: false, task: read, updatedAt }) })
  )

/**
 * The presets, then the owner's own by name.
 *
 * @since 0.1.0
 * @category operations
 */
export const list = Effect.fn("SavedTasks.list")(function* (
  owner: string
): Effect.fn.Return<ReadonlyArray<KeptTask>, ApiProblem | JobStoreError, ServerDatabase> {
  const { read, sql } = yield* ServerDatabase
  const find = SqlSchema.findAll({
    Request: Schema.String,
    Result: TaskModel,
    execute: (whose) => sql`SELECT * FROM batchlabel_http_tasks WHERE owner = ${whose} ORDER BY name`
  })
  const rows = yield* read(find(owner))
  const presets = Presets.names.flatMap((name) => presetOf(name) ?? [])
  return [...presets, ...(yield* Effect.forEach(rows, (row) => Effect.zipLeft(savedOf(row), breath)))]
})

/**
 * A preset, or a task of the owner's.
 *
 * @since 0.1.0
 * @category operations
 */
export const get = Effect.fn("SavedTasks.get")(function* (
  owner: string,
  name: string
): Effect.fn.Return<KeptTask, ApiProblem | JobStoreError, ServerDatabase> {
  const preset = presetOf(name)
  if (preset !== undefined) return preset
  const { read, sql } = yield* ServerDatabase
  const find = SqlSchema.findOne({
    Request: Schema.String,
    Result: TaskModel,
    execute: (wanted) => sql`SELECT * FROM batchlabel_http_tasks WHERE owner = ${owner} AND name = ${wanted}`
  })
  const found = yield* read(find(name))
  return Option.isSome(found) ? yield* savedOf(found.value) : yield* Problems.make(404, Message.make("BL7016", { name }))
})

const refusePreset = (name: string): Effect.Effect<void, ApiProblem> =>
  Presets.get(name) === undefined ? Effect.void : Effect.fail(Problems.make(409, Message.make("BL7017", { name })))

/**
 * Keeps a task, in place of the one that had the name before.
 *
 * @since 0.1.0
 * @category operations
 */
export const put = Effect.fn("SavedTasks.put")(function* (
  owner: string,
  name: string,
  input: unknown
): Effect.fn.Return<KeptTask, ApiProblem | JobStoreError, ServerDatabase | ServerSettings | Workshop> {
  yield* refusePreset(name)
  const workshop = yield* Workshop
  const { limits } = yield* ServerSettings
  const task = yield* workshop.run("decodeTask", { task: input, name }, { owner, bytes: 0 })
  const { sql, transaction } = yield* ServerDatabase
  const now = yield* Clock.currentTimeMillis
  const others = SqlSchema.single({
    Request: Schema.String,
    Result: Schema.Struct({ n: Database.Integer }),
    execute: (mine) => sql`SELECT COUNT(*) AS n FROM batchlabel_http_tasks WHERE owner = ${owner} AND name <> ${mine}`
  })
  yield* transaction(
    Effect.gen(function* () {
      const { n } = yield* Effect.catchTag(others(name), "NoSuchElementException", Effect.die)
      if (n >= limits.savedTasks) {
        return yield* Problems.make(409, Message.make("BL7185", { limit: limits.savedTasks }))
      }
      yield* sql`INSERT INTO batchlabel_http_tasks ${sql.insert(encode({ owner, name, task, updatedAt: now }))}
        ON CONFLICT (owner, name) DO UPDATE SET task = excluded.task, updated_at = excluded.updated_at`
    })
  )
  return { name, preset: false, task, updatedAt: now }
})

/**
 * @since 0.1.0
 * @category operations
 */
export const remove = Effect.fn("SavedTasks.remove")(function* (
  owner: string,
  name: string
): Effect.fn.Return<void, ApiProblem | JobStoreError, ServerDatabase> {
  yield* refusePreset(name)
  yield* get(owner, name)
  const { sql, transaction } = yield* ServerDatabase
  yield* transaction(sql`DELETE FROM batchlabel_http_tasks WHERE owner = ${owner} AND name = ${name}`)
})

/**
 * What a client says about the task of a job.
 *
 * @since 0.1.0
 * @category models
 */
export interface TaskChoice {
  readonly task?: unknown
  readonly preset?: string | undefined
  readonly model?: string | undefined
  readonly fewShot?: boolean | undefined
}

/**
 * The task that a client means: one it sends, one that is kept under a name, or `otherwise` where it names none; then with its model and
 * the examples of the preset.
 *
 * @since 0.1.0
 * @category operations
 */
export const choose = Effect.fn("SavedTasks.choose")(function* (
  owner: string,
  { fewShot, model, preset, task }: TaskChoice,
  otherwise: Task.Task | undefined
): Effect.fn.Return<Task.Task, ApiProblem | JobStoreError, ServerDatabase | Workshop> {
  const named = preset ?? (otherwise === undefined ? Presets.defaultName : undefined)
  const chosen =
    task !== undefined
      ? yield* Effect.flatMap(Workshop, ({ run }) => run("decodeTask", { task, name: "task" }, { owner, bytes: 0 }))
      : named !== undefined
        ? (yield* get(owner, named)).task
        : otherwise
  if (chosen === undefined) return yield* Problems.make(404, Message.make("BL7016", { name: "" }))
  const examples = Presets.examples(named ?? chosen.name)
  const taught = fewShot === true && chosen.examples.length === 0 ? { ...chosen, examples } : chosen
  return model === undefined ? taught : Task.withModel(taught, model)
})
