/**
 * How many tokens an answer will be: known from its form and the labels, but for what a model reasons before it answers.
 *
 * @since 0.1.0
 */
import type { Task } from "@batchlabel/core/Task"
import * as Budget from "./Budget.js"
import { reasoningEffort } from "./data/reasoningEffort.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Range<A = number> {
  readonly low: A
  readonly mid: A
  readonly high: A
}

/**
 * What of a task decides the length of its answers.
 *
 * @since 0.1.0
 * @category models
 */
export type AnswerShape = Pick<Task, "answer" | "labels" | "model" | "parameters">

/**
 * The output tokens of one request: `visible` is the answer itself, `reasoning` what a reasoning model spends before it (an assumption by
 * `effort`; `undefined` for other models), `total` both of them, no more than `cap`.
 *
 * @since 0.1.0
 * @category models
 */
export interface OutputTokens {
  readonly visible: Range
  readonly reasoning: (Range & { readonly effort: string | undefined }) | undefined
  readonly total: Range
  readonly cap: Budget.OutputCap
}

// A model may add blanks, quotes or a full stop, and the end of the answer is billed by some.
const SPARE = 4

/** The text of the shortest answer with a label, as the few-shot examples of a request show it. */
const answerText = (task: AnswerShape, value: string | number): string =>
  task.answer === "json_schema" ? JSON.stringify({ label: value }) : String(value)

const visibleOf = (task: AnswerShape, count: (text: string) => number): Range => {
  const tokens = task.labels.map(({ value }) => count(answerText(task, value)))
  const mean = tokens.reduce((sum, tokens) => sum + tokens, 0) / tokens.length
  return { low: Math.min(...tokens), mid: mean, high: Math.max(...tokens) + SPARE }
}

const effortOf = ({ parameters }: AnswerShape): string | undefined => {
  if (parameters.reasoning_effort !== undefined) return parameters.reasoning_effort
  const { reasoning } = parameters
  if (typeof reasoning !== "object" || reasoning === null || !("effort" in reasoning)) return undefined
  return typeof reasoning.effort === "string" ? reasoning.effort : undefined
}

const reasoningOf = (task: AnswerShape): OutputTokens["reasoning"] => {
  const base = task.model.startsWith("ft:") ? task.model.slice(3) : task.model
  if (!reasoningEffort.models.test(base) || base.includes("chat")) return undefined
  const effort = effortOf(task)
  const tokens = effort === undefined ? undefined : reasoningEffort.tokens[effort]
  return { ...(tokens ?? reasoningEffort.unstated), effort }
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const perRequest = (task: AnswerShape, count: (text: string) => number): OutputTokens => {
  const cap = Budget.outputCap(task.model, task.parameters)
  const visible = visibleOf(task, count)
  const reasoning = reasoningOf(task)
  const answers = Budget.answersOf(task.parameters)
  const sum = (part: keyof Range): number => Math.min((visible[part] + (reasoning?.[part] ?? 0)) * answers, cap.tokens)
  return { visible, reasoning, total: { low: sum("low"), mid: sum("mid"), high: sum("high") }, cap }
}
