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
 * @since 0.1.0
 * @category models
 */
export interface RowResult {
  readonly customId: string
  readonly digest: string
  readonly outcome: Outcome.Outcome
}

/**
 * `malformed` counts lines that are no JSON object, or whose custom_id is absent or not one of ours.
 *
 * @since 0.1.0
 * @category models
 */
export interface ResultBatch {
  readonly results: ReadonlyArray<RowResult>
  readonly malformed: number
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
      for (const text of lines) {
        const line = ResultLine.parse(text)
        if (Either.isLeft(line) || line.right.customId === undefined) continue
        const id = CustomId.parse(line.right.customId)
        if (id !== undefined) results.push({ customId: line.right.customId, digest: id.digest, outcome: outcomeOf(line.right) })
      }
      return { results, malformed: lines.length - results.length }
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
