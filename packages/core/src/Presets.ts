/**
 * Tasks that are ready to use. Each has few-shot examples, which are kept apart because every row pays for them.
 *
 * @example
 * ```ts
 * import * as Presets from "@batchlabel/core/Presets"
 *
 * console.log(Presets.names, Presets.get(Presets.defaultName)?.labels.length)
 * ```
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import { nearest } from "./internal/nearest.js"
import { newsStanceEn, newsStanceEnExamples, newsStanceKo, newsStanceKoExamples } from "./internal/presets/newsStance.js"
import { sentiment, sentimentExamples } from "./internal/presets/sentiment.js"
import { topic, topicExamples } from "./internal/presets/topic.js"
import type * as Task from "./Task.js"
import * as TaskError from "./TaskError.js"

interface Preset {
  readonly task: Task.Task
  readonly examples: ReadonlyArray<Task.Example>
}

const presets: ReadonlyMap<string, Preset> = new Map(
  [
    { task: newsStanceKo, examples: newsStanceKoExamples },
    { task: newsStanceEn, examples: newsStanceEnExamples },
    { task: sentiment, examples: sentimentExamples },
    { task: topic, examples: topicExamples }
  ].map((preset) => [preset.task.name, preset])
)

/**
 * The guide's prompt: the stance of a Korean news article, in three labels.
 *
 * @since 0.1.0
 * @category constants
 */
export const defaultName = newsStanceKo.name

/**
 * The names of all presets, the default first.
 *
 * @since 0.1.0
 * @category constants
 */
export const names: ReadonlyArray<string> = [...presets.keys()]

/**
 * The preset of this name, without its examples.
 *
 * @since 0.1.0
 * @category getters
 */
export const get = (name: string): Task.Task | undefined => presets.get(name)?.task

/**
 * The preset of this name, or an error that lists the names there are.
 *
 * @since 0.1.0
 * @category getters
 */
export const find = (name: string): Either.Either<Task.Task, TaskError.TaskError> =>
  Either.fromNullable(
    get(name),
    () => new TaskError.TaskError({ reason: new TaskError.PresetUnknown({ name, names, nearest: nearest(name, names) }) })
  )

/**
 * The few-shot examples of a preset: none for a name that is no preset.
 *
 * @since 0.1.0
 * @category getters
 */
export const examples = (name: string): ReadonlyArray<Task.Example> => presets.get(name)?.examples ?? []
