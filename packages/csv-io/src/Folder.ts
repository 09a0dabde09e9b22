/**
 * Folders, made as far as they are missing.
 *
 * @since 0.1.0
 */
import { dirname } from "node:path"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"

const failsBy = (error: PlatformError, reason: "NotFound" | "AlreadyExists"): boolean =>
  error._tag === "SystemError" && error.reason === reason

/**
 * Makes a folder and the folders above it that are missing; one that is there already is left as it is.
 *
 * One level at a time: Node's own `recursive` takes "not found" for "make what is above first", and where nothing can be made at all
 * (`/proc`, `/dev/fd`) it asks for ever, deaf to signals.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  path: string,
  options?: { readonly mode?: number | undefined }
): Effect.Effect<void, PlatformError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const mode = options?.mode === undefined ? {} : { mode: options.mode }
    const level = fs.makeDirectory(path, mode).pipe(
      Effect.catchIf(
        (error) => failsBy(error, "AlreadyExists"),
        (error) => Effect.flatMap(fs.stat(path), ({ type }) => (type === "Directory" ? Effect.void : Effect.fail(error)))
      )
    )
    yield* level.pipe(
      Effect.catchIf(
        (error) => failsBy(error, "NotFound") && dirname(path) !== path,
        () => Effect.zipRight(make(dirname(path), options), level)
      )
    )
  })

/**
 * The folder that will hold what is made at `path`: the nearest one above it that is there.
 *
 * @since 0.1.0
 * @category getters
 */
export const nearest = (path: string): Effect.Effect<string, PlatformError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const there = yield* fs.stat(path).pipe(
      Effect.as(true),
      Effect.catchIf(
        (error) => failsBy(error, "NotFound") && dirname(path) !== path,
        () => Effect.succeed(false)
      )
    )
    return there ? path : yield* nearest(dirname(path))
  })
