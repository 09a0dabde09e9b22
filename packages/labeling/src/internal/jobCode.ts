/** A job's prompt and answer reader: those of its task, or the extensions that it names. */
import { hash } from "node:crypto"
import * as Answer from "@batchlabel/core/Answer"
import type { Outcome } from "@batchlabel/core/Outcome"
import * as Prompt from "@batchlabel/core/Prompt"
import * as Task from "@batchlabel/core/Task"
import type { TaskError } from "@batchlabel/core/TaskError"
import * as Effect from "effect/Effect"
import { type AnswerReader, type Cells, Extensions, type Ids, type Known, type RequestBuilder } from "../Extensions.js"
import { ExtensionMissing, type LabelingError, labelingError } from "../LabelingError.js"

type Kind = ExtensionMissing["kind"]

const missing = (kind: Kind, id: string): LabelingError => labelingError(new ExtensionMissing({ kind, id }))

/** 16 hex digits that are equal for two jobs exactly when they ask the same and read answers alike. */
export const jobFingerprint = (task: Task.Task, { answerReader, provider, requestBuilder }: Ids): string => {
  const fingerprint = Task.fingerprint(task)
  const ids = [requestBuilder, answerReader, provider]
  if (ids.every((id) => id === undefined)) return fingerprint
  return hash("sha256", JSON.stringify([fingerprint, ...ids.map((id) => id ?? null)])).slice(0, 16)
}

/** The ids that the settings of a job keep. */
export const toIds = (
  { provider }: Known,
  { answers, requests }: { readonly requests?: RequestBuilder | undefined; readonly answers?: AnswerReader | undefined }
): Ids => ({
  ...(requests === undefined ? {} : { requestBuilder: requests.id }),
  ...(answers === undefined ? {} : { answerReader: answers.id }),
  ...(provider === undefined ? {} : { provider })
})

const toCells = (header: ReadonlyArray<string>, cells: ReadonlyArray<string>): Cells => {
  const named: Record<string, string> = Object.create(null)
  for (let index = header.length - 1; index >= 0; index--) named[header[index] ?? ""] = cells[index] ?? ""
  return named
}

/** Of the JSON of a body, which has to be one line for every reader of lines. */
const toLine = (body: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(body).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029")

const refuse = (body: Readonly<Record<string, unknown>>, task: Task.Task): string | undefined => {
  if (body["model"] !== task.model)
    return `the request asks for the model ${JSON.stringify(body["model"])}, not for ${task.model}`
  const answers = body["n"] ?? 1
  return answers === 1 ? undefined : `the request asks for ${JSON.stringify(answers)} answers (n), not for one`
}

/** Rows are rendered by the builder. Tokens are counted over the whole body, which is a little more than is billed. */
const toPrompt = (builder: RequestBuilder, task: Task.Task, header: ReadonlyArray<string>): Prompt.Prompt => {
  const digest = (text: string): string => hash("sha256", `${task.endpoint}\n${builder.id}\n${text}`).slice(0, 24)
  const failed = (cells: ReadonlyArray<string>, failure: string): Prompt.Request => ({
    body: "",
    user: "",
    digest: digest(`!${JSON.stringify(cells)}`),
    failure
  })
  return {
    render: (cells) => {
      try {
        const body = builder.toBody(toCells(header, cells), task)
        const refusal = refuse(body, task)
        if (refusal !== undefined) return failed(cells, refusal)
        const line = toLine(body)
        return { body: line, user: line, digest: digest(line) }
      } catch (error) {
        return failed(cells, error instanceof Error ? error.message : String(error))
      }
    },
    plain: undefined,
    columns: header,
    absent: [],
    constantText: [],
    schemaText: "",
    constantBytes: 0
  }
}

/** Makes a job's task ready for the rows of one header. */
export const compilePrompt = (
  { requestBuilder }: Ids,
  task: Task.Task,
  header: ReadonlyArray<string>,
  textColumn: string
): Effect.Effect<Prompt.Prompt, TaskError | LabelingError> =>
  Effect.gen(function* () {
    if (requestBuilder === undefined) return yield* Prompt.compile(task, header, textColumn)
    const builder = (yield* Extensions).requestBuilders.find(({ id }) => id === requestBuilder)
    if (builder === undefined) return yield* missing("request builder", requestBuilder)
    return toPrompt(builder, task, header)
  })

/** How a job's successful responses are read. */
export const findAnswerReader = (
  { answerReader }: Ids,
  task: Task.Task
): Effect.Effect<(body: unknown) => Outcome, LabelingError> =>
  Effect.gen(function* () {
    if (answerReader === undefined) return Answer.reader(task)
    const reader = (yield* Extensions).answerReaders.find(({ id }) => id === answerReader)
    if (reader === undefined) return yield* missing("answer reader", answerReader)
    return (body) => reader.read(body, task)
  })

/** Fails where the batches of a job are another service's: it would not know them, and they would be made and paid for again. */
export const requireProvider = ({ provider }: Ids): Effect.Effect<void, LabelingError> =>
  Effect.gen(function* () {
    if ((yield* Extensions).provider !== provider) return yield* missing("provider", provider ?? "openai")
  })

/** With extensions that a request brings along, before those that the program has. */
export const withExtensions = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  { answers, requests }: { readonly requests?: RequestBuilder | undefined; readonly answers?: AnswerReader | undefined }
): Effect.Effect<A, E, R> =>
  Effect.flatMap(Extensions, (known) =>
    Effect.provideService(effect, Extensions, {
      ...known,
      requestBuilders: requests === undefined ? known.requestBuilders : [requests, ...known.requestBuilders],
      answerReaders: answers === undefined ? known.answerReaders : [answers, ...known.answerReaders]
    })
  )

/** The extensions that a job was made with, for another job that is to ask in the same way. */
export const findExtensions = ({
  answerReader,
  requestBuilder
}: Ids): Effect.Effect<
  { readonly requests: RequestBuilder | undefined; readonly answers: AnswerReader | undefined },
  LabelingError
> =>
  Effect.gen(function* () {
    const known = yield* Extensions
    const requests = known.requestBuilders.find(({ id }) => id === requestBuilder)
    const answers = known.answerReaders.find(({ id }) => id === answerReader)
    if (requestBuilder !== undefined && requests === undefined) return yield* missing("request builder", requestBuilder)
    if (answerReader !== undefined && answers === undefined) return yield* missing("answer reader", answerReader)
    return { requests, answers }
  })
