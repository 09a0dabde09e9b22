/**
 * Removes what is left over: uploads that nobody made a job of, inputs whose job was never made, keys that need not be remembered.
 *
 * @since 0.1.0
 */

import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import { Jobs } from "@batchlabel/job-store/Jobs"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as JobRecords from "./JobRecords.js"
import type { ServerDatabase } from "./ServerDatabase.js"
import { ServerSettings } from "./ServerSettings.js"
import * as Uploads from "./Uploads.js"

const pageOfRecords = 1_000

/** Records older than a time whose job is gone, or was never made, with their inputs. */
const removeUnused = Effect.fnUntraced(function* (before: number) {
  const fs = yield* FileSystem.FileSystem
  const jobs = yield* Jobs
  for (let after = ""; ; ) {
    const paths = yield* JobRecords.pathsOlderThan(before, { after, limit: pageOfRecords })
    for (const path of yield* jobs.unusedInputs(paths)) {
      yield* JobRecords.remove(path)
      yield* Effect.ignore(fs.remove(path))
    }
    const last = paths.at(-1)
    if (last === undefined || paths.length < pageOfRecords) return
    after = last
  }
})

/**
 * One round.
 *
 * @since 0.1.0
 * @category running
 */
export const tidy: Effect.Effect<void, JobStoreError, FileSystem.FileSystem | Jobs | ServerDatabase | ServerSettings> =
  Effect.gen(function* () {
    const { keyLifetime, uploadLifetime } = yield* ServerSettings
    const now = yield* Clock.currentTimeMillis
    yield* Uploads.removeExpired
    yield* JobRecords.forgetKeys(now - Duration.toMillis(keyLifetime))
    yield* removeUnused(now - Duration.toMillis(uploadLifetime))
  }).pipe(Effect.withSpan("Housekeeping.tidy"))

/**
 * Tidies up every ten minutes.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<never, never, FileSystem.FileSystem | Jobs | ServerDatabase | ServerSettings> =
  Layer.scopedDiscard(
    tidy.pipe(
      Effect.catchAll((error) => Effect.logWarning(error.message)),
      Effect.repeat(Schedule.spaced("10 minutes")),
      Effect.forkScoped
    )
  )
