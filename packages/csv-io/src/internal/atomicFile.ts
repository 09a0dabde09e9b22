import { randomBytes } from "node:crypto"
import { basename, dirname, join } from "node:path"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import { AlreadyExists, CsvError, NotAFile } from "../CsvError.js"
import { fileError } from "./fileError.js"

/** A file that is written under a temporary name beside its own, and takes its own only once it is whole and on the disk. */
export interface AtomicFile {
  /** Where it is until it has its own name. */
  readonly temporary: string
  readonly append: (bytes: Uint8Array) => Effect.Effect<void, CsvError>
  /** Goes on while the bytes are being written: they may change again, and what went wrong is told, when the next call is through. */
  readonly appendLater: (bytes: Uint8Array) => Effect.Effect<void, CsvError>
  /** Flushes and closes; nothing can be appended any more. */
  readonly close: Effect.Effect<void, CsvError>
  /** Gives the closed file its name. */
  readonly publish: Effect.Effect<void, CsvError>
}

/** What a temporary file is for: to be written and named, or only to see whether one can be. */
type Purpose = "tmp" | "probe"

const temporaryName = (target: string, purpose: Purpose): string =>
  `.${basename(target)}.${randomBytes(6).toString("hex")}.${purpose}`

const isTemporaryOf = (target: string, name: string): boolean => {
  const prefix = `.${basename(target)}.`
  return name.startsWith(prefix) && /^[0-9a-f]{12}\.(?:tmp|probe)$/.test(name.slice(prefix.length))
}

/** The path to write to: where a symbolic link points, so that the link survives. Fails if something is there and may not go. */
const targetOf = (path: string, force: boolean): Effect.Effect<string, CsvError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const failed = fileError(path, "write")
    if (!(yield* fs.exists(path).pipe(Effect.mapError(failed)))) return path
    if (!force) return yield* new CsvError({ reason: new AlreadyExists({ path }) })
    const target = yield* fs.realPath(path).pipe(Effect.mapError(failed))
    const { type } = yield* fs.stat(target).pipe(Effect.mapError(failed))
    return type === "File" ? target : yield* new CsvError({ reason: new NotAFile({ path }) })
  })

/**
 * Opens an `AtomicFile` in a scope; unless it was published by then, the end of the scope removes it. Without `force` an existing file
 * is refused, also one that appears while this one is being written.
 */
export const atomicFile = (
  path: string,
  force: boolean,
  purpose: Purpose = "tmp"
): Effect.Effect<AtomicFile, CsvError, FileSystem.FileSystem | Scope.Scope> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const failed = fileError(path, "write")
    const target = yield* targetOf(path, force)
    const folder = dirname(target)
    const temporary = join(folder, temporaryName(target, purpose))
    let published = false
    yield* Effect.addFinalizer(() => (published ? Effect.void : Effect.ignore(fs.remove(temporary, { force: true }))))
    const handle = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
    const file = yield* fs.open(temporary, { flag: "wx" }).pipe(Scope.extend(handle), Effect.mapError(failed))

    // A name is on the disk once its folder is. Where folders cannot be opened (Windows), the system sees to it.
    const syncFolder = Effect.scoped(Effect.flatMap(fs.open(folder, { flag: "r" }), (opened) => opened.sync)).pipe(Effect.ignore)
    const rename = fs.rename(temporary, target)
    // A link fails where a file has appeared meanwhile, a rename would replace it. Some file systems have no links.
    const link = fs.link(temporary, target).pipe(
      Effect.andThen(Effect.ignore(fs.remove(temporary))),
      Effect.catchIf(
        (cause) => !(cause._tag === "SystemError" && cause.reason === "AlreadyExists"),
        () => rename
      )
    )
    let writing: Fiber.Fiber<void, CsvError> | undefined
    const idle = Effect.suspend(() => {
      if (writing === undefined) return Effect.void
      const before = writing
      writing = undefined
      return Fiber.join(before)
    })
    // A write that was begun is ended before the file is closed.
    const write = (bytes: Uint8Array) => Effect.uninterruptible(Effect.mapError(file.writeAll(bytes), failed))
    return {
      temporary,
      // A write of nothing counts as one that failed.
      append: (bytes) => Effect.andThen(idle, bytes.length === 0 ? Effect.void : write(bytes)),
      appendLater: Effect.fnUntraced(function* (bytes) {
        yield* idle
        if (bytes.length > 0) writing = yield* Effect.forkIn(write(bytes), handle)
      }),
      close: idle.pipe(Effect.andThen(Effect.mapError(file.sync, failed)), Effect.andThen(Scope.close(handle, Exit.void))),
      publish: (force ? rename : link).pipe(
        Effect.mapError(failed),
        Effect.andThen(
          Effect.sync(() => {
            published = true
          })
        ),
        Effect.andThen(syncFolder),
        Effect.uninterruptible
      )
    }
  })

/** Removes the temporary files of writers of `path` that died. */
export const removeLeftovers = (path: string): Effect.Effect<void, CsvError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const target = yield* targetOf(path, true)
    const folder = dirname(target)
    // A folder that cannot be read says so when it is written to.
    const names = yield* Effect.orElseSucceed(fs.readDirectory(folder), () => [])
    for (const name of names.filter((name) => isTemporaryOf(target, name))) {
      yield* fs.remove(join(folder, name), { force: true }).pipe(Effect.mapError(fileError(path, "write")))
    }
  })
