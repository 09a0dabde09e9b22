/** The local copies of a batch's result files. */

import * as Folder from "@batchlabel/csv-io/Folder"
import { fileFailed } from "@batchlabel/dataset/DatasetError"
import * as Fingerprint from "@batchlabel/dataset/Fingerprint"
import type { Attempt, Job } from "@batchlabel/job-store/Job"
import type { OpenAiBatchError } from "@batchlabel/openai-batch/OpenAiBatchError"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { errorFile, outputFile, resultsDirectory } from "./paths.js"
import type { ReconcileContext } from "./reconcileContext.js"

export type Kind = "output" | "error"

export interface ResultFile {
  readonly kind: Kind
  readonly fileId: string
  readonly path: string
}

/** The result files that a batch names. */
export const toResultFiles = (job: Pick<Job, "directory">, attempt: Attempt): ReadonlyArray<ResultFile> => [
  ...(attempt.outputFileId === undefined
    ? []
    : [{ kind: "output" as const, fileId: attempt.outputFileId, path: outputFile(job, attempt) }]),
  ...(attempt.errorFileId === undefined
    ? []
    : [{ kind: "error" as const, fileId: attempt.errorFileId, path: errorFile(job, attempt) }])
]

const isAbsent = (error: PlatformError): boolean => error._tag === "SystemError" && error.reason === "NotFound"

/** The size of a file; `undefined` where there is none. Whatever else keeps it from being read is an error, not an absence. */
export const fileSize = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  return yield* fs.stat(path).pipe(
    Effect.map(({ size }): number | undefined => Number(size)),
    Effect.catchIf(isAbsent, () => Effect.succeed(undefined)),
    Effect.mapError(fileFailed("read", path))
  )
})

export const makeDirectory = Effect.fnUntraced(function* (job: Pick<Job, "directory">) {
  const path = resultsDirectory(job)
  yield* Folder.make(path, { mode: 0o700 }).pipe(Effect.mapError(fileFailed("write", path)))
})

/** What came of fetching: the files that are here, and the first that could not be had. */
export interface Fetched {
  readonly here: ReadonlyArray<ResultFile>
  readonly failed: { readonly fileId: string; readonly error: OpenAiBatchError } | undefined
}

/** Fetches what is not here yet. */
export const fetch = Effect.fn("resultFiles.fetch")(function* (
  { api, job }: Pick<ReconcileContext, "api" | "job">,
  attempt: Attempt
) {
  yield* makeDirectory(job)
  const here: Array<ResultFile> = []
  let failed: Fetched["failed"]
  for (const file of toResultFiles(job, attempt)) {
    if ((yield* fileSize(file.path)) === undefined) {
      const got = yield* Effect.either(api.download({ fileId: file.fileId, path: file.path }))
      if (Either.isLeft(got)) {
        failed ??= { fileId: file.fileId, error: got.left }
        continue
      }
    }
    here.push(file)
  }
  const fetched: Fetched = { here, failed }
  return fetched
})

/** How large the copies are, for whoever reads them later. */
export const fileSizes = Effect.fnUntraced(function* (files: ReadonlyArray<ResultFile>) {
  const sizes: Partial<Record<Kind, number>> = {}
  for (const { kind, path } of files) sizes[kind] = (yield* fileSize(path)) ?? 0
  return sizes
})

/** Forgets the copies, so that they are fetched again. */
export const discard = Effect.fn("resultFiles.discard")(function* (job: Pick<Job, "directory">, attempt: Attempt) {
  const fs = yield* FileSystem.FileSystem
  for (const path of [outputFile(job, attempt), errorFile(job, attempt)]) {
    yield* fs.remove(path, { force: true }).pipe(Effect.mapError(fileFailed("remove", path)))
  }
})

/** What tells one copy of the files from another. */
export const toSignature = (files: ReadonlyArray<ResultFile>) =>
  Effect.map(
    Effect.forEach(files, ({ fileId, path }) => Effect.map(Fingerprint.ofFile(path), (print) => `${fileId} ${print}`)),
    (parts) => parts.join(" ")
  )

const newline = 0x0a

/** Whether the file ends within a line. */
export const endsWithinLine = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const size = (yield* fileSize(path)) ?? 0
  if (size === 0) return false
  const last = yield* Effect.scoped(
    Effect.gen(function* () {
      const file = yield* fs.open(path, { flag: "r" })
      yield* file.seek(FileSystem.Size(size - 1), "start")
      const buffer = new Uint8Array(1)
      yield* file.read(buffer)
      return buffer[0]
    })
  ).pipe(Effect.mapError(fileFailed("read", path)))
  return last !== newline
})
