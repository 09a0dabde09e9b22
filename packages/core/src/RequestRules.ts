/**
 * What OpenAI would refuse of every request of a task: values that the endpoint does not take, and parameters that the model does not. A
 * task is held against these rules before a job is made of it, for the API would answer each line with an error, after the wait.
 *
 * They are no part of reading a task: the results of a job can be read whatever the rules say of its task by then.
 *
 * @example
 * ```ts
 * import * as Presets from "@batchlabel/core/Presets"
 * import * as RequestRules from "@batchlabel/core/RequestRules"
 * import * as Either from "effect/Either"
 *
 * const task = Either.getOrThrow(Presets.find("sentiment"))
 * const checked = RequestRules.check({ ...task, parameters: { temperature: 9 } })
 * if (Either.isLeft(checked)) console.error(checked.left.message)
 * ```
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import { effortsOf, refusesSchemas } from "./internal/modelFamilies.js"
import { neverNull, valueRules } from "./internal/parameterValues.js"
import type * as Task from "./Task.js"
import * as TaskError from "./TaskError.js"

/** What a reasoning model takes at no value but its default, and by Responses not at all. */
const defaults: Readonly<Record<string, number>> = { temperature: 1, top_p: 1, frequency_penalty: 0, presence_penalty: 0 }

/** What it does not take at all. */
const refused = ["top_logprobs", "logit_bias", "stop"]

const isGiven = (value: unknown): boolean => value !== undefined && value !== null

const shown = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? String(value)))

const effortOf = (task: Task.Task): unknown => {
  const { reasoning, reasoning_effort } = task.parameters
  if (reasoning_effort !== undefined || task.endpoint !== "/v1/responses") return reasoning_effort
  return typeof reasoning === "object" && reasoning !== null ? Reflect.get(reasoning, "effort") : undefined
}

/** The parameters of a task that a reasoning model refuses while it reasons. */
const refusedByReasoning = ({ endpoint, parameters }: Task.Task): ReadonlyArray<string> =>
  Object.keys(parameters).filter((name) => {
    const value = parameters[name]
    if (!isGiven(value)) return false
    if (name in defaults) return endpoint === "/v1/responses" || value !== defaults[name]
    return refused.includes(name) || (name === "logprobs" && value === true)
  })

function* valueReasons(task: Task.Task): Generator<TaskError.Reason> {
  const rules = valueRules[task.endpoint]
  for (const [parameter, value] of Object.entries(task.parameters)) {
    const rule = rules[parameter]
    if (rule === undefined || (value === null && !neverNull.has(parameter)) || rule.holds(value)) continue
    yield new TaskError.ParameterOutOfRange({
      task: task.name,
      endpoint: task.endpoint,
      parameter,
      value: shown(value),
      expected: rule.expected
    })
  }
}

function* pairReasons({ endpoint, name, parameters }: Task.Task): Generator<TaskError.Reason> {
  if (endpoint !== "/v1/chat/completions") return
  if (isGiven(parameters["top_logprobs"]) && parameters["logprobs"] !== true) {
    yield new TaskError.ParameterNeeds({ task: name, parameter: "top_logprobs", needed: "logprobs: true" })
  }
  if (isGiven(parameters["max_tokens"]) && isGiven(parameters["max_completion_tokens"])) {
    yield new TaskError.ParameterTwice({ task: name, parameter: "max_tokens", other: "max_completion_tokens" })
  }
}

function* modelReasons(task: Task.Task): Generator<TaskError.Reason> {
  const known = effortsOf(task.model)
  if (known === undefined) return
  const refuses = (parameter: string, remedy: TaskError.Remedy) =>
    new TaskError.ModelRefuses({
      task: task.name,
      model: task.model,
      parameter,
      value: shown(parameter === "answer" ? task.answer : task.parameters[parameter]),
      remedy
    })
  if (task.answer === "json_schema" && refusesSchemas(task.model)) yield refuses("answer", "answer")
  const effort = effortOf(task)
  const effortKey = task.parameters.reasoning_effort === undefined ? "reasoning" : "reasoning_effort"
  if (known.length === 0) {
    if (isGiven(effort)) yield refuses(effortKey, "remove")
    const { verbosity } = task.parameters
    if (isGiven(verbosity) && verbosity !== "medium") yield refuses("verbosity", "remove")
    return
  }
  if (isGiven(effort) && !known.includes(String(effort))) {
    yield new TaskError.EffortUnsupported({ task: task.name, model: task.model, value: shown(effort), supported: known })
  }
  if (task.endpoint === "/v1/chat/completions" && isGiven(task.parameters["max_tokens"])) {
    yield refuses("max_tokens", "max_completion_tokens")
  }
  if (effort === "none") return
  for (const parameter of refusedByReasoning(task)) {
    yield refuses(parameter, known.includes("none") ? "effort_none" : "remove")
  }
}

/**
 * The task, or the first thing in it for which OpenAI would refuse every one of its requests. Nothing is known of models whose names are
 * not OpenAI's: of them only the values are looked at.
 *
 * @since 0.1.0
 * @category combinators
 */
export const check = (task: Task.Task): Either.Either<Task.Task, TaskError.TaskError> => {
  for (const reasons of [valueReasons, pairReasons, modelReasons]) {
    for (const reason of reasons(task)) return Either.left(new TaskError.TaskError({ reason }))
  }
  return Either.right(task)
}
