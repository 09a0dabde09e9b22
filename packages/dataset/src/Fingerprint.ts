/**
 * The fingerprint of an input file: what a job remembers so that a changed input is noticed.
 *
 * @since 0.1.0
 */

import { createHash } from "node:crypto"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type DatasetError, fileFailed } from "./DatasetError.js"

/**
 * 32 hexadecimal digits of the SHA-256 over the file's bytes.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofFile: (path: string) => Effect.Effect<string, DatasetError, FileSystem.FileSystem> = Effect.fn(
  "Fingerprint.ofFile"
)(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const hash = createHash("sha256")
  yield* fs.stream(path, { chunkSize: 1024 * 1024 }).pipe(
    Stream.runForEach((bytes) => Effect.sync(() => hash.update(bytes))),
    Effect.mapError(fileFailed("read", path))
  )
  return hash.digest("hex").slice(0, 32)
})
