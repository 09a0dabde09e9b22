/** The result files of an attempt that was collected: here and whole, or fetched again. */
import type { DatasetError } from "@batchlabel/dataset/DatasetError"
import type { Attempt, Job } from "@batchlabel/job-store/Job"
import { OpenAiBatch } from "@batchlabel/openai-batch/OpenAiBatch"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { type LabelingError, labelingError, ResultsDamaged } from "../LabelingError.js"
import { keptUntil } from "./belief.js"
import { fileSize, makeDirectory, type ResultFile, toResultFiles } from "./resultFiles.js"

/** Files that can be read, and whether one can no longer be had from anywhere. */
export interface Collected {
  readonly here: ReadonlyArray<ResultFile>
  readonly isLost: boolean
}

/** The files that were read when the attempt was collected. Attempts of an early version do not say. */
const readOf = (job: Job, attempt: Attempt): ReadonlyArray<ResultFile> => {
  const { collected } = attempt
  if (collected?.absent === "results_unreadable" || collected?.files !== undefined) {
    return toResultFiles(job, attempt).filter(({ kind }) => collected.files?.[kind] !== undefined)
  }
  return toResultFiles(job, attempt)
}

const damaged = (attempt: Attempt, { fileId, path }: ResultFile, detail: string): LabelingError =>
  labelingError(new ResultsDamaged({ batch: attempt.batchId ?? "", file: fileId, path, detail }))

/**
 * Makes sure that what was collected is still here: a file that is absent, or of another size than it had, is fetched again where there is an
 * API to ask, and is an error that names it where that does not help. Never are its rows taken for rows without an answer.
 */
export const collectedFiles = Effect.fn("Results.collectedFiles")(function* (
  job: Job,
  attempt: Attempt,
  isDamaged: (file: ResultFile) => boolean = () => false
): Effect.fn.Return<Collected, LabelingError | DatasetError, FileSystem.FileSystem> {
  const api = yield* Effect.serviceOption(OpenAiBatch)
  const here: Array<ResultFile> = []
  let isLost = false
  for (const file of readOf(job, attempt)) {
    const expected = attempt.collected?.files?.[file.kind]
    const size = yield* fileSize(file.path)
    if (size !== undefined && (expected === undefined || size === expected) && !isDamaged(file)) {
      here.push(file)
      continue
    }
    const what =
      size === undefined ? "it is not there" : `it has ${size} bytes${expected === undefined ? "" : `, not ${expected}`}`
    if (Option.isNone(api)) return yield* damaged(attempt, file, what)
    yield* makeDirectory(job)
    const got = yield* Effect.either(api.value.download({ fileId: file.fileId, path: file.path }))
    if (Either.isLeft(got)) {
      const isGone = got.left.reason._tag === "NotFound" && (yield* Clock.currentTimeMillis) >= keptUntil(job, attempt)
      if (!isGone) return yield* damaged(attempt, file, got.left.message)
      isLost = true
    } else if (expected !== undefined && got.right.bytes !== expected) {
      return yield* damaged(attempt, file, `fetched again, it has ${got.right.bytes} bytes, not ${expected}`)
    } else here.push(file)
  }
  const collected: Collected = { here, isLost }
  return collected
})
