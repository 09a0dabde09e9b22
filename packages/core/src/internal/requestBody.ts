import type * as Task from "../Task.js"
import { answerSchema } from "./answerSchema.js"
import { canonical } from "./json.js"

/** A message of a conversation. */
export interface Message {
  readonly role: "system" | "user" | "assistant"
  readonly content: string
}

/** The JSON text of a request body around the user's message: `before` + the message as a JSON string + `after`. */
export interface Envelope {
  readonly before: string
  readonly after: string
}

type Fields = Readonly<Record<string, unknown>>

/** `,"key":value` for each, in the order of the keys' names, so that the order in a task file does not change a request. */
const members = (fields: Fields): string =>
  Object.keys(fields)
    .sort()
    .filter((key) => fields[key] !== undefined)
    .map((key) => `,${canonical(key)}:${canonical(fields[key])}`)
    .join("")

const messagesBefore = (messages: ReadonlyArray<Message>): string =>
  `[${messages.map(({ content, role }) => `{"role":"${role}","content":${canonical(content)}},`).join("")}{"role":"user","content":`

const jsonSchema = (task: Task.Task) => ({ name: "answer", strict: true, schema: answerSchema(task) })

const chatCompletions = (task: Task.Task, examples: ReadonlyArray<Message>): Envelope => {
  const system: ReadonlyArray<Message> = task.system === "" ? [] : [{ role: "system", content: task.system }]
  const format = task.answer === "json_schema" ? { type: "json_schema", json_schema: jsonSchema(task) } : undefined
  return {
    before: `{"model":${canonical(task.model)},"messages":${messagesBefore([...system, ...examples])}`,
    after: `}]${members({ ...task.parameters, response_format: format })}}`
  }
}

const merged = (given: unknown, fields: Fields): Fields | undefined => {
  const set = Object.entries(fields).filter(([, value]) => value !== undefined)
  if (set.length === 0 && given === undefined) return undefined
  return { ...(typeof given === "object" ? given : {}), ...Object.fromEntries(set) }
}

/**
 * The parameters as Responses names them. `seed` is left out: Responses has none, and Chat Completions takes it as a wish only, so a
 * task that moves between the two loses no promise. Source: the request schemas of both endpoints.
 */
const responsesParameters = (task: Task.Task): Fields => {
  const { max_completion_tokens, max_tokens, reasoning, reasoning_effort, seed: _seed, verbosity, ...others } = task.parameters
  const format = task.answer === "json_schema" ? { type: "json_schema", ...jsonSchema(task) } : undefined
  return {
    ...others,
    max_output_tokens: others["max_output_tokens"] ?? max_completion_tokens ?? max_tokens,
    reasoning: merged(reasoning, { effort: reasoning_effort }),
    text: merged(undefined, { format, verbosity })
  }
}

const responses = (task: Task.Task, examples: ReadonlyArray<Message>): Envelope => ({
  before: `{"model":${canonical(task.model)}${task.system === "" ? "" : `,"instructions":${canonical(task.system)}`},"input":${messagesBefore(examples)}`,
  // Without `store: false` the API keeps every answer of the batch for weeks.
  after: `}],"store":false${members(responsesParameters(task))}}`
})

/** The envelope of a task's requests. `task.system` is its final text. */
export const envelope = (task: Task.Task, examples: ReadonlyArray<Message>): Envelope =>
  task.endpoint === "/v1/responses" ? responses(task, examples) : chatCompletions(task, examples)
