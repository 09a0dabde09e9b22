/**
 * The guide's own files beside the working directory: `batch_info_openai.json`, and `batch_openai.jsonl` with the requests.
 *
 * @since 0.1.0
 */
import { resolve } from "node:path"
import { fileFailed } from "@batchlabel/dataset/DatasetError"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import { shardFile } from "./internal/paths.js"
import { withLeaseWaiting } from "./internal/withLeaseWaiting.js"
import type { JobView } from "./JobView.js"
import * as Places from "./Places.js"

/**
 * `batch_id`, `submitted_at`, `input_file` and `num_articles` as the guide has them; `job_id` and, for jobs of several batches, `batches`
 * are ours.
 *
 * @since 0.1.0
 * @category models
 */
export interface BatchInfo {
  readonly batch_id: string | null
  readonly submitted_at: string
  readonly input_file: string
  readonly num_articles: number
  readonly job_id: string
  readonly batches?: ReadonlyArray<string>
}

const two = (value: number): string => String(value).padStart(2, "0")

/** `2024-01-15T10:30:00`, local time, as the guide writes it. */
const localTime = (at: number): string => {
  const date = new Date(at)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (view: JobView, inputFile: string): BatchInfo => {
  const ids = view.batches.flatMap(({ batchId }) => (batchId === undefined ? [] : [batchId]))
  return {
    batch_id: ids[0] ?? null,
    submitted_at: localTime(view.job.createdAt),
    input_file: inputFile,
    num_articles: view.job.split?.rows ?? 0,
    job_id: view.job.id,
    ...(view.batches.length > 1 ? { batches: ids } : {})
  }
}

/**
 * Whole or not at all, and one process at a time: the temporary name is the same for all, so that what a dead one has left is replaced. Never
 * in the place of the job's own input, by whatever name.
 */
const replace = (
  path: string,
  inputPath: string,
  write: (partial: string) => Effect.Effect<void, PlatformError, FileSystem.FileSystem>
) =>
  withLeaseWaiting(
    `output:${resolve(path)}`,
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const partial = `${path}.partial`
      yield* Places.requireOther(path, [inputPath])
      // A link of that name would be written through.
      yield* Effect.ignore(fs.remove(partial, { force: true }))
      yield* write(partial).pipe(Effect.andThen(fs.rename(partial, path)), Effect.mapError(fileFailed("write", path)))
    })
  )

/**
 * Writes the info file, whole or not at all.
 *
 * @since 0.1.0
 * @category combinators
 */
export const write = Effect.fn("BatchInfo.write")(function* (path: string, info: BatchInfo) {
  const fs = yield* FileSystem.FileSystem
  yield* replace(path, info.input_file, (partial) => fs.writeFileString(partial, `${JSON.stringify(info, null, 2)}\n`))
})

/**
 * Copies the requests of a job's first shards to one file, as the guide's script leaves it for inspection.
 *
 * @since 0.1.0
 * @category combinators
 */
export const writeRequests = Effect.fn("BatchInfo.writeRequests")(function* (
  path: string,
  view: JobView,
  shardPaths: ReadonlyArray<string>
) {
  const fs = yield* FileSystem.FileSystem
  const [first] = shardPaths
  if (first === undefined) return
  yield* replace(path, view.job.input.path, (partial) => fs.copyFile(shardFile(view.job, { path: first }), partial))
})
