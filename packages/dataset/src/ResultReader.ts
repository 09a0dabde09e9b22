/**
 * Result files as batches of outcomes. A line that cannot be read is counted and costs its neighbours nothing.
 *
 * @since 0.1.0
 */
import * as CustomId from "@batchlabel/core/CustomId"
import type * as Outcome from "@batchlabel/core/Outcome"
import * as Jsonl from "@batchlabel/openai-batch/Jsonl"
import * as ResultLine from "@batchlabel/openai-batch/ResultLine"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Either from "effect/Either"
import * as Stream from "effect/Stream"
import { type DatasetError, fileFailed } from "./DatasetError.js"
import * as LocalOutcome from "./LocalOutcome.js"
import * as ResultOutcome from "./ResultOutcome.js"

/**
 * A line of a result file that could be read: its custom_id, the digest in it, and the outcome.
 *
 * @since 0.1.0
 * @category models
 */
export interface RowResult {
  readonly customId: string
  readonly digest: string
  readonly outcome: Outcome.Outcome
}

/**
 * `malformed` counts lines that are no JSON object, or whose custom_id is absent or not one of ours. Of these, `traces` are what still shows
 * where they come from: the ids that can be found in their text, and `""` for a result without an id. `endsMalformed`: the last line of
 * the batch is malformed.
 *
 * @since 0.1.0
 * @category models
 */
export interface ResultBatch {
  readonly results: ReadonlyArray<RowResult>
  readonly malformed: number
  readonly traces: ReadonlyArray<string>
  readonly endsMalformed: boolean
}

const idInside = /"custom_id"\s*:\s*"([^"\\]+)"/

/** What a line that cannot be used still tells of its origin: an id in its text, `""` for a result that names none; `undefined`: nothing. */
const traceOf = (text: string, line: Either.Either<ResultLine.ResultLine, string>): string | undefined => {
  if (Either.isLeft(line)) return idInside.exec(text)?.[1]
  const { customId, error, statusCode } = line.right
  return customId === undefined && (statusCode !== undefined || (error !== undefined && line.right.id !== undefined))
    ? ""
    : undefined
}

/**
 * The outcomes in one output or error file, in the file's order. `readAnswer` reads a successful response (`Answer.reader` of core).
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromFile = (
  path: string,
  readAnswer: (body: unknown) => Outcome.Outcome
): Stream.Stream<ResultBatch, DatasetError, FileSystem.FileSystem> => {
  const outcomeOf = ResultOutcome.fromLine(readAnswer)
  return Jsonl.fromFile(path).pipe(
    Stream.mapError(fileFailed("read", path)),
    Stream.map(({ lines }) => {
      const results: Array<RowResult> = []
      const traces: Array<string> = []
      let endsMalformed = false
      for (const text of lines) {
        const line = ResultLine.parse(text)
        const customId = Either.isRight(line) ? line.right.customId : undefined
        const id = customId === undefined ? undefined : CustomId.parse(customId)
        endsMalformed = id === undefined
        if (Either.isRight(line) && customId !== undefined && id !== undefined) {
          results.push({ customId, digest: id.digest, outcome: outcomeOf(line.right) })
        } else {
          const trace = traceOf(text, line)
          if (trace !== undefined) traces.push(trace)
        }
      }
      return { results, malformed: lines.length - results.length, traces, endsMalformed }
    })
  )
}

/**
 * The outcomes in a job's `local.jsonl`, with the time of each in unix milliseconds.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromLocalFile = (
  path: string
): Stream.Stream<
  ReadonlyArray<RowResult & { readonly at: number; readonly batchId: string | undefined }>,
  DatasetError,
  FileSystem.FileSystem
> =>
  Jsonl.fromFile(path).pipe(
    Stream.mapError(fileFailed("read", path)),
    Stream.map(({ lines }) =>
      lines.flatMap((text) => {
        const local = LocalOutcome.decode(text)
        const id = local === undefined ? undefined : CustomId.parse(local.customId)
        return local === undefined || id === undefined
          ? []
          : [{ customId: local.customId, digest: id.digest, outcome: local.outcome, at: local.at, batchId: local.batchId }]
      })
    )
  )
