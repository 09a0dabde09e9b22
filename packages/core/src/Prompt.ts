/**
 * From the cells of a row to the request that asks for its label. A prompt is compiled once for a task and a header, and then renders
 * rows without thinking.
 *
 * @example
 * ```ts
 * import * as Presets from "@batchlabel/core/Presets"
 * import * as Prompt from "@batchlabel/core/Prompt"
 * import * as Either from "effect/Either"
 *
 * const task = Either.getOrThrow(Presets.find("sentiment"))
 * const prompt = Either.getOrThrow(Prompt.compile(task, ["id", "review"], "review"))
 * console.log(prompt.render(["1", "Lovely."]).body)
 * ```
 *
 * @since 0.1.0
 */
import { hash } from "node:crypto"
import * as Either from "effect/Either"
import { answerSchema, answerText } from "./internal/answerSchema.js"
import { canonical, quote, wellFormed } from "./internal/json.js"
import { plainPrompt } from "./internal/plainPrompt.js"
import { envelope, type Message } from "./internal/requestBody.js"
import { columnsOf, type TaskScope, taskScope } from "./internal/template/scope.js"
import * as Template from "./internal/template/template.js"
import type * as Task from "./Task.js"
import * as TaskError from "./TaskError.js"

/**
 * What is sent for a row. Two rows with the same `digest` ask the same, byte for byte, and two that ask the same have the same digest.
 *
 * `failure` is set where the template cannot be rendered with this row (a limit, a filter that fails, a value that the row lacks). The
 * request is then no request: `body` is empty and must not be sent; the row fails with this text as its detail.
 *
 * @since 0.1.0
 * @category models
 */
export interface Request {
  /** The JSON text of the request body, on one line, U+2028 and U+2029 escaped. */
  readonly body: string
  /** The user message: the rendered template. Half surrogate pairs are U+FFFD. */
  readonly user: string
  /** 24 lower-case hex digits of a sha256 over the endpoint and the body. */
  readonly digest: string
  readonly failure?: string | undefined
}

/**
 * How to write the requests of a template that only puts cells into its text, in bytes and without decoding a cell. They are those that
 * `render` gives, byte for byte.
 *
 * @since 0.1.0
 * @category models
 */
export interface PlainPrompt {
  /** Indices of the columns it reads. */
  readonly columns: ReadonlyArray<number>
  /** UTF-8 of a body up to the user message, and after it. */
  readonly before: Uint8Array
  readonly after: Uint8Array
  /** A digest is the first 24 hex digits of the sha256 over this and the user message as JSON. */
  readonly seed: Uint8Array
  /** The user message as JSON, quotes included. Cells and result are byte strings (see `ByteString`). */
  readonly json: (cells: ReadonlyArray<string>) => string
  /** The user message itself. */
  readonly user: (cells: ReadonlyArray<string>) => string
  /** The row would make a longer message than `TemplateLimits` allow: `render` says so, and the others must not be asked. */
  readonly isTooLong: (cells: ReadonlyArray<string>) => boolean
}

/**
 * A task made ready for the rows of one header.
 *
 * @since 0.1.0
 * @category models
 */
export interface Prompt {
  /** Total: a row that cannot be rendered gives a request with a `failure`. */
  readonly render: (cells: ReadonlyArray<string>) => Request
  /** The same in bytes; absent where the template does more with a row than to copy its cells. */
  readonly plain: PlainPrompt | undefined
  /** The columns of the header that the template reads, in the header's order. */
  readonly columns: ReadonlyArray<string>
  /** Variables that the header lacks and that the template has a default for, for a notice to the user. */
  readonly absent: ReadonlyArray<string>
  /** The messages that every request carries: the system text and the few-shot examples. */
  readonly constantText: ReadonlyArray<{ readonly role: string; readonly content: string }>
  /** The JSON Schema of the answer that every request carries, or an empty text. */
  readonly schemaText: string
  /** Bytes of a request body without the user message's own. */
  readonly constantBytes: number
}

type Compiled<A> = Either.Either<A, TaskError.TaskError>

const failed = (reason: TaskError.Reason): Either.Either<never, TaskError.TaskError> =>
  Either.left(new TaskError.TaskError({ reason }))

const usesColumn = (task: Task.Task, variable: string, line: number | undefined): Either.Either<never, TaskError.TaskError> =>
  failed(new TaskError.SystemUsesColumn({ task: task.name, variable, line }))

/** `system` is rendered once: it may speak of the task, never of a row. */
const renderSystem = (task: Task.Task, scope: TaskScope): Compiled<string> => {
  const origin = { task: task.name, part: "system" }
  const compiled = Template.compile(task.system, columnsOf([], "text"), scope, origin)
  if (Either.isLeft(compiled)) {
    const { reason } = compiled.left
    return reason._tag === "VariableUnknown" ? usesColumn(task, reason.variable, reason.line) : Either.left(compiled.left)
  }
  const [variable] = compiled.right.absent
  if (variable !== undefined) return usesColumn(task, variable, undefined)
  try {
    return Either.right(compiled.right.render([]))
  } catch (error) {
    return failed(new TaskError.RenderFailed({ ...origin, detail: Template.detailOf(error) }))
  }
}

/** The user and assistant messages of one example. Columns go through the template as a row of their own. */
const renderExample = (
  task: Task.Task,
  scope: TaskScope,
  textColumn: string,
  index: number
): Compiled<ReadonlyArray<Message>> => {
  const example = task.examples[index]
  if (example === undefined) return Either.right([])
  const messages = (user: string): ReadonlyArray<Message> => [
    { role: "user", content: user },
    { role: "assistant", content: answerText(task, example.label) }
  ]
  if (typeof example.input === "string") return Either.right(messages(example.input))
  const origin = { task: task.name, part: `examples[${index}]` }
  const header = Object.keys(example.input)
  const columns = columnsOf(header, header.includes(textColumn) ? textColumn : "text")
  const compiled = Template.compile(task.template, columns, scope, origin)
  if (Either.isLeft(compiled)) return Either.left(compiled.left)
  try {
    return Either.right(messages(compiled.right.render(Object.values(example.input))))
  } catch (error) {
    return failed(new TaskError.RenderFailed({ ...origin, detail: Template.detailOf(error) }))
  }
}

const renderExamples = (task: Task.Task, scope: TaskScope, textColumn: string): Compiled<ReadonlyArray<Message>> =>
  Either.map(Either.all(task.examples.map((_, index) => renderExample(task, scope, textColumn, index))), (pairs) => pairs.flat())

const digestLength = 24

const sha256 = (text: string): string => hash("sha256", text)

/**
 * Makes a task ready for the rows of a CSV with this header. `{{ text }}` reads `textColumn` whatever that is called, `{{ row["…"] }}`
 * any column by its name, and every other variable the column of its name; of columns with equal names the first counts.
 *
 * It fails if a template cannot be parsed, if it uses a variable that is neither a column nor has a default, if it uses no column at
 * all, or if it runs into a limit whatever the row.
 *
 * @since 0.1.0
 * @category constructors
 */
export const compile = (task: Task.Task, header: ReadonlyArray<string>, textColumn = "text"): Compiled<Prompt> =>
  Either.gen(function* () {
    const scope = taskScope(task)
    const system = yield* renderSystem(task, scope)
    const columns = columnsOf(header, textColumn)
    const template = yield* Template.compile(task.template, columns, scope, { task: task.name, part: "template" })
    if (template.columns.size === 0 && !template.anyColumn) {
      return yield* failed(new TaskError.TemplateWithoutColumn({ task: task.name, columns: header }))
    }
    const examples = yield* renderExamples(task, scope, textColumn)
    const { after, before } = envelope({ ...task, system }, examples)
    const constant = sha256(`${task.endpoint}\n${before}\n${after}`)

    const failure = (cells: ReadonlyArray<string>, error: unknown): Request => ({
      body: "",
      user: "",
      digest: sha256(`${constant}!${canonical(cells)}`).slice(0, digestLength),
      failure: Template.detailOf(error)
    })

    const render = (cells: ReadonlyArray<string>): Request => {
      let user: string
      try {
        user = template.render(cells)
      } catch (error) {
        return failure(cells, error)
      }
      let { escaped, json } = quote(user)
      if (escaped) {
        user = wellFormed(user)
        json = quote(user).json
      }
      return { body: before + json + after, user, digest: sha256(constant + json).slice(0, digestLength) }
    }

    return {
      render,
      plain: plainPrompt(template.segments, { before, after, seed: constant }),
      columns: header.filter((_, index) => template.anyColumn || template.columns.has(index)),
      absent: [...template.absent],
      constantText: [...(system === "" ? [] : [{ role: "system", content: system }]), ...examples],
      schemaText: task.answer === "json_schema" ? canonical(answerSchema(task)) : "",
      constantBytes: Buffer.byteLength(before + after)
    }
  })
