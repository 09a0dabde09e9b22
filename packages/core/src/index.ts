/**
 * What is asked about each row, and what became of it: tasks, prompts, answers, outcomes. Pure.
 *
 * @since 0.1.0
 */
export * as Answer from "./Answer.js"
export * as ByteString from "./ByteString.js"
export * as CustomId from "./CustomId.js"
export * as Lang from "./Lang.js"
export * as Outcome from "./Outcome.js"
export * as Presets from "./Presets.js"
export * as Problem from "./Problem.js"
export * as Prompt from "./Prompt.js"
export * as RequestRules from "./RequestRules.js"
export * as Task from "./Task.js"
export * as TaskError from "./TaskError.js"
export * as TaskFile from "./TaskFile.js"
export * as TaskProblem from "./TaskProblem.js"
export * as TemplateLimits from "./TemplateLimits.js"
