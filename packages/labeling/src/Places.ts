/**
 * The places that a job will write to, tried before anything is sent: what would fail when all is paid for fails at the start.
 *
 * @since 0.1.0
 */
import { realpathSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import type { CsvError } from "@batchlabel/csv-io/CsvError"
import * as OutputFile from "@batchlabel/csv-io/OutputFile"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { toFailedPath } from "./internal/failedPath.js"
import { HomeUnwritable, type LabelingError, labelingError, OutputIsInput, OutputsAreOne } from "./LabelingError.js"

/**
 * Fails with `OutputIsInput` where a path leads to one of `others`: files are compared, not names.
 *
 * @since 0.1.0
 * @category combinators
 */
export const requireOther = Effect.fn("Places.requireOther")(function* (
  path: string,
  others: ReadonlyArray<string>
): Effect.fn.Return<void, LabelingError, FileSystem.FileSystem> {
  const known = others.map((other) => resolve(other))
  const input = known.includes(resolve(path)) ? Option.some(resolve(path)) : yield* OutputFile.findSame(path, known)
  if (Option.isSome(input)) return yield* labelingError(new OutputIsInput({ path: resolve(path), input: input.value }))
})

/**
 * Fails with `OutputIsInput` where the labelled file or its failures would replace a file that is read: the input, or another of `reads`
 * (the task, the prices). Fails with `OutputsAreOne` where the two outputs lead to one file.
 *
 * @since 0.1.0
 * @category combinators
 */
export const requireOwnOutput = Effect.fn("Places.requireOwnOutput")(function* (
  outputPath: string,
  reads: ReadonlyArray<string>
): Effect.fn.Return<void, LabelingError, FileSystem.FileSystem> {
  const output = resolve(outputPath)
  for (const path of [output, toFailedPath(output)]) yield* requireOther(path, reads)
  if (yield* OutputFile.isSame(output, toFailedPath(output))) {
    return yield* labelingError(new OutputsAreOne({ path: output, failed: toFailedPath(output) }))
  }
})

/**
 * Whether the labelled file and its failures can be written, and would replace nothing that is read.
 *
 * @since 0.1.0
 * @category combinators
 */
export const checkOutput = Effect.fn("Places.checkOutput")(function* (
  outputPath: string,
  reads: ReadonlyArray<string>
): Effect.fn.Return<void, LabelingError | CsvError, FileSystem.FileSystem> {
  yield* requireOwnOutput(outputPath, reads)
  const output = resolve(outputPath)
  yield* OutputFile.probe(output)
  yield* OutputFile.probe(toFailedPath(output))
})

const toCause = ({ message, reason }: CsvError): string => {
  switch (reason._tag) {
    case "FileFailed":
      return reason.detail
    case "NotAFolder":
      return `${reason.folder} is not a folder`
    case "PermissionDenied":
      return "permission denied"
    default:
      return message.split("\n")[0] ?? message
  }
}

/**
 * Whether jobs can be kept in a folder, which need not be there yet: the store, and the requests and results of each job.
 *
 * @since 0.1.0
 * @category combinators
 */
export const checkHome = Effect.fn("Places.checkHome")(function* (
  home: string
): Effect.fn.Return<void, LabelingError, FileSystem.FileSystem> {
  const path = resolve(home)
  for (const folder of [path, join(path, "jobs")]) {
    yield* OutputFile.probeFolder(folder).pipe(
      Effect.mapError((error) => labelingError(new HomeUnwritable({ path, detail: toCause(error) })))
    )
  }
})

/**
 * The absolute path of the file that a path leads to, links followed; of one that is not there, the absolute path.
 *
 * @since 0.1.0
 * @category constructors
 */
export const realPath = (path: string): string => {
  try {
    return realpathSync.native(path)
  } catch {
    return resolve(path)
  }
}

/**
 * The folder of jobs for an input, unless the user has named one: `.batchlabel` beside the file itself, so that links to it share its jobs.
 *
 * @since 0.1.0
 * @category constructors
 */
export const homeBeside = (inputPath: string): string => join(dirname(realPath(inputPath)), ".batchlabel")
