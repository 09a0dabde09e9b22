/**
 * Files that are going to be written: whether they can be, and whether they are files that must not be touched.
 *
 * @since 0.1.0
 */
import { Buffer } from "node:buffer"
import { dirname, join } from "node:path"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { CsvError, FileFailed, FolderMissing, NotAFolder, OutputNotAFile } from "./CsvError.js"
import * as Folder from "./Folder.js"
import { atomicFile } from "./internal/atomicFile.js"

const findStat = (path: string) => Effect.flatMap(FileSystem.FileSystem, (fs) => Effect.option(fs.stat(path)))

const modifiedAt = ({ mtime }: FileSystem.File.Info): number | undefined => Option.getOrUndefined(mtime)?.getTime()

/**
 * Whether two paths lead to one file, by symbolic or hard links, or in a folder that does not tell case apart. Two files that are not
 * there are never one.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isSame = (left: string, right: string): Effect.Effect<boolean, never, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const [a, b] = [yield* findStat(left), yield* findStat(right)]
    if (Option.isNone(a) || Option.isNone(b)) return false
    const [one, other] = [a.value, b.value]
    if (Option.isSome(one.ino) && Option.isSome(other.ino)) {
      // Numbers of files may be larger than a number of JavaScript holds exactly: size and time tell the rest apart.
      return (
        one.dev === other.dev &&
        one.ino.value === other.ino.value &&
        one.size === other.size &&
        modifiedAt(one) === modifiedAt(other)
      )
    }
    const real = yield* Effect.option(Effect.all([fs.realPath(left), fs.realPath(right)]))
    return Option.exists(real, ([leftPath, rightPath]) => leftPath === rightPath)
  })

/**
 * The first of `others` that is the file at `path`.
 *
 * @since 0.1.0
 * @category lookups
 */
export const findSame = (
  path: string,
  others: ReadonlyArray<string>
): Effect.Effect<Option.Option<string>, never, FileSystem.FileSystem> =>
  Effect.map(
    Effect.filter(others, (other) => isSame(path, other)),
    ([first]) => Option.fromNullable(first)
  )

const requireFolder = (path: string): Effect.Effect<void, CsvError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const folder = dirname(path)
    const failed = (cause: PlatformError): CsvError => {
      const reason = cause._tag === "SystemError" ? cause.reason : undefined
      if (reason === "NotFound") return new CsvError({ reason: new FolderMissing({ path }) })
      if (reason === "BadResource") return new CsvError({ reason: new NotAFolder({ path, folder }) })
      return new CsvError({ reason: new FileFailed({ path, operation: "write", detail: cause.message }) })
    }
    const { type } = yield* fs.stat(folder).pipe(Effect.mapError(failed))
    if (type !== "Directory") return yield* new CsvError({ reason: new NotAFolder({ path, folder }) })
  })

const isNoFile = (error: CsvError): boolean => error.reason._tag === "NotAFile"
const isNoFolder = (error: CsvError): boolean => error.reason._tag === "FolderMissing"

/**
 * Writes a byte where a file at `path` would be written, flushes it to the disk and takes it away again: what would fail later fails now.
 * What is at `path` is not touched.
 *
 * Fails with `FolderMissing`, `NotAFolder`, `OutputNotAFile`, `PermissionDenied` or `FileFailed`.
 *
 * @since 0.1.0
 * @category combinators
 */
export const probe = (path: string): Effect.Effect<void, CsvError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    yield* requireFolder(path)
    const file = yield* atomicFile(path, true, "probe")
    yield* file.append(Buffer.from("\n"))
    yield* file.close
  }).pipe(
    Effect.scoped,
    Effect.catchIf(isNoFile, () => new CsvError({ reason: new OutputNotAFile({ path }) })),
    // The folder is there, yet nothing can be made in it: /proc, /dev/fd.
    Effect.catchIf(isNoFolder, (error) =>
      Effect.flatMap(Effect.option(requireFolder(path)), (folder) =>
        Option.isNone(folder)
          ? error
          : new CsvError({
              reason: new FileFailed({ path, operation: "write", detail: `no file can be made in ${dirname(path)}` })
            })
      )
    )
  )

/**
 * As `probe`, for a folder that need not be there yet: whether it can be made, or written to where it is.
 *
 * @since 0.1.0
 * @category combinators
 */
export const probeFolder = (path: string): Effect.Effect<void, CsvError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const failed = (cause: PlatformError): CsvError =>
      cause._tag === "SystemError" && cause.reason === "BadResource"
        ? new CsvError({ reason: new NotAFolder({ path, folder: path }) })
        : new CsvError({ reason: new FileFailed({ path, operation: "write", detail: cause.message }) })
    const folder = yield* Folder.nearest(path).pipe(Effect.mapError(failed))
    yield* probe(join(folder, "probe"))
  })
