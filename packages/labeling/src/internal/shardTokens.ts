/**
 * The input tokens of a shard, counted from its lines. What is taken out of a shard may be denser than the rest of it, so that a share by
 * bytes would set too little aside for it.
 */
import type { Task } from "@batchlabel/core/Task"
import * as RequestTokens from "@batchlabel/cost/RequestTokens"
import { type DatasetError, fileFailed } from "@batchlabel/dataset/DatasetError"
import type { JobSettings } from "@batchlabel/job-store/Job"
import * as Jsonl from "@batchlabel/openai-batch/Jsonl"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

interface Message {
  readonly role: string
  readonly content: string
}

interface Format {
  readonly schema?: unknown
  readonly json_schema?: { readonly schema?: unknown }
}

/** A line as the splitter writes it, for either endpoint. */
interface Line {
  readonly body: {
    readonly messages?: ReadonlyArray<Message>
    readonly instructions?: string
    readonly input?: ReadonlyArray<Message>
    readonly response_format?: Format
    readonly text?: { readonly format?: Format }
  }
}

const toMessages = ({ body }: Line): ReadonlyArray<Message> => body.messages ?? body.input ?? []

/** What every request of the shard carries. */
const toConstant = (line: Line): RequestTokens.Constant => {
  const { instructions, response_format, text } = line.body
  const schema = response_format?.json_schema?.schema ?? text?.format?.schema
  return {
    constantText: [
      ...(instructions === undefined ? [] : [{ role: "system", content: instructions }]),
      ...toMessages(line).slice(0, -1)
    ],
    schemaText: schema === undefined ? "" : JSON.stringify(schema)
  }
}

export const countTokens = Effect.fn("shardTokens.count")(function* (
  task: Pick<Task, "model">,
  { requestBuilder }: Pick<JobSettings, "requestBuilder">,
  path: string
): Effect.fn.Return<number, DatasetError, FileSystem.FileSystem> {
  let tokens: RequestTokens.RequestTokens | undefined
  let total = 0
  yield* Jsonl.fromFile(path).pipe(
    Stream.mapError(fileFailed("read", path)),
    Stream.runForEach(
      Effect.fnUntraced(function* ({ lines }) {
        for (const text of lines) {
          const line: Line = JSON.parse(text)
          if (requestBuilder !== undefined) {
            // Nobody here knows what of such a body is text: all of it is counted.
            tokens ??= yield* RequestTokens.forModel(task.model, { constantText: [], schemaText: "" })
            total += tokens.count(JSON.stringify(line.body))
            continue
          }
          tokens ??= yield* RequestTokens.forModel(task.model, toConstant(line))
          total += tokens.count(toMessages(line).at(-1)?.content ?? "")
        }
      })
    )
  )
  return total
})
