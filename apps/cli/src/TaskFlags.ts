/** The task that the flags describe: a file or a preset, with what the flags change in it. */

import * as Presets from "@batchlabel/core/Presets"
import * as Task from "@batchlabel/core/Task"
import { FileUnreadable, TaskError } from "@batchlabel/core/TaskError"
import * as Message from "@batchlabel/messages/Message"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as App from "./App.js"
import * as Command from "./Command.js"
import type * as Flag from "./Flag.js"
import type * as Flags from "./Flags.js"

export type TaskValues = Flag.ValuesOf<typeof Flags.task>

/** What the flags let a task do that is refused otherwise, as keys of a task. */
const allowed = ({ allowRetiredModel, allowUnknownParameters }: TaskValues) => ({
  ...(allowUnknownParameters ? { allow_unknown_parameters: true } : {}),
  ...(allowRetiredModel ? { allow_retired_model: true } : {})
})

const base = Effect.fnUntraced(function* (
  flags: TaskValues
): Effect.fn.Return<Task.Task, Command.Failure | TaskError, FileSystem.FileSystem> {
  if (flags.task === undefined) return yield* Presets.find(flags.preset ?? Presets.defaultName)
  if (flags.preset !== undefined) {
    return yield* Command.fail(Message.make("BL6009", { one: "--task", other: "--preset" }))
  }
  const TaskFile = yield* Effect.promise(() => import("@batchlabel/core/TaskFile"))
  const path = flags.task
  const fs = yield* FileSystem.FileSystem
  yield* App.requireFile(path)
  const text = yield* fs
    .readFileString(path)
    .pipe(Effect.mapError(({ message }) => new TaskError({ reason: new FileUnreadable({ path, detail: message }) })))
  return yield* TaskFile.parse(text, path, allowed(flags))
})

/** The task with the changes of the flags in it; an explicit temperature is kept, so that a model that refuses it is an error. */
export const change = (task: Task.Task, flags: TaskValues): Task.Task => {
  const { fewShot, model, system, temperature } = flags
  const allows = { ...task, ...allowed(flags) }
  const examples = fewShot && task.examples.length === 0 ? Presets.examples(task.name) : task.examples
  const asked = { ...allows, examples, ...(system === undefined ? {} : { system }) }
  const withModel = model === undefined || model === task.model ? asked : Task.withModel(asked, model)
  return temperature === undefined ? withModel : { ...withModel, parameters: { ...withModel.parameters, temperature } }
}

export const read = Effect.fn("TaskFlags.read")(function* (
  flags: TaskValues
): Effect.fn.Return<Task.Task, Command.Failure | TaskError, FileSystem.FileSystem> {
  return change(yield* base(flags), flags)
})
