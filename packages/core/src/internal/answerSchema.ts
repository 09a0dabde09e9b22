import type * as Task from "../Task.js"

/** The key under which a structured answer carries the label. */
export const labelKey = "label"

const typesOf = (task: Task.Task): string | ReadonlyArray<string> => {
  const types = [...new Set(task.labels.map(({ value }) => (typeof value === "number" ? "number" : "string")))]
  return types.length === 1 ? types.join() : types
}

/**
 * The JSON Schema of a structured answer: one key, whose values are the labels. It keeps to the strict subset (an object, every key
 * required, no other keys). Source: OpenAI's guide to structured outputs.
 */
export const answerSchema = (task: Task.Task) => ({
  type: "object",
  properties: { [labelKey]: { type: typesOf(task), enum: task.labels.map(({ value }) => value) } },
  required: [labelKey],
  additionalProperties: false
})

/** The text with which a model answers with a label, as few-shot examples show it. */
export const answerText = (task: Task.Task, value: Task.Label["value"]): string =>
  task.answer === "json_schema" ? JSON.stringify({ [labelKey]: value }) : String(value)
