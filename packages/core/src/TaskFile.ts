/**
 * Tasks as files that people write: YAML or JSON, with comments, with errors that name the line.
 *
 * @example
 * ```ts
 * import * as Presets from "@batchlabel/core/Presets"
 * import * as TaskFile from "@batchlabel/core/TaskFile"
 * import * as Either from "effect/Either"
 *
 * const text = TaskFile.commented(Either.getOrThrow(Presets.find("topic")), "en")
 * console.log(Either.isRight(TaskFile.parse(text, "task.yaml"))) // true
 * ```
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as JSONSchema from "effect/JSONSchema"
import { isNode, LineCounter, parseDocument } from "yaml"
import * as TaskDecoder from "./internal/taskDecoder.js"
import * as Bounds from "./internal/taskFileBounds.js"
import { write } from "./internal/taskFileText.js"
import type { Lang } from "./Lang.js"
import * as Presets from "./Presets.js"
import * as Task from "./Task.js"
import * as TaskError from "./TaskError.js"

type Keys = ReadonlyArray<PropertyKey>

/** `$schema` tells an editor of JSON where the schema is; it is no part of the task. */
const schemaKey = "$schema"

const withoutSchemaKey = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).filter(([key]) => key !== schemaKey))
    : value

const lineAt = (text: string, offset: number | undefined): number | undefined =>
  offset === undefined ? undefined : text.slice(0, offset).split("\n").length

/**
 * What a task is allowed beyond what its file says: the keys of a task by these names.
 *
 * @since 0.1.0
 * @category models
 */
export type Allowance = Pick<Task.TaskInput, "allow_unknown_parameters" | "allow_retired_model">

const allowing = (value: unknown, allow: Allowance): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value, ...allow } : value

/**
 * Reads a task file. JSON is read as YAML, of which it is a part. `path` is only for the error's text.
 *
 * @since 0.1.0
 * @category constructors
 */
export const parse = (text: string, path: string, allow: Allowance = {}): Either.Either<Task.Task, TaskError.TaskError> => {
  const invalid = (line: number | undefined, detail: string) =>
    Either.left(new TaskError.TaskError({ reason: new TaskError.SyntaxInvalid({ path, line, detail }) }))
  const source = text.replace(/^\ufeff/, "")
  try {
    const excess = Bounds.excessOf(source)
    if (excess !== undefined) return invalid(lineAt(source, excess.offset), excess.detail)
    const lines = new LineCounter()
    const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, logLevel: "error", version: "1.2" })
    const [fault] = [...document.errors, ...document.warnings]
    if (fault !== undefined) return invalid(lines.linePos(fault.pos[0]).line, fault.message)
    const lineOf = (keys: Keys): number | undefined => {
      for (let depth = keys.length; depth > 0; depth--) {
        const node = document.getIn(keys.slice(0, depth), true)
        if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
      }
      return undefined
    }
    const value: unknown = document.toJS()
    const endless = Bounds.faultOf(value)
    if (endless !== undefined) return invalid(undefined, endless)
    return TaskDecoder.decode(allowing(withoutSchemaKey(value), allow), { path, lineOf })
  } catch (error) {
    // An alias without its anchor, or too many of them, shows only here.
    return invalid(undefined, error instanceof Error ? error.message : String(error))
  }
}

/**
 * The text of a task file with a comment on every key: what `batchlabel init` writes. Reading it gives the same task again. The
 * examples of a preset are written too, commented out.
 *
 * @since 0.1.0
 * @category conversions
 */
export const commented = (task: Task.Task, lang: Lang): string => write(task, Presets.examples(task.name), lang)

/**
 * The JSON Schema of task files, for editors. The build writes it to `dist/task.schema.json`.
 *
 * @since 0.1.0
 * @category conversions
 */
export const jsonSchema = (): object => {
  const schema = JSONSchema.make(Task.Task)
  const properties = "properties" in schema ? schema.properties : {}
  return { ...schema, title: "A task of batchlabel", properties: { ...properties, [schemaKey]: { type: "string" } } }
}
