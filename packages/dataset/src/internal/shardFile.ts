import { createHash } from "node:crypto"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import { type DatasetError, fileFailed } from "../DatasetError.js"

/** A shard file on disk, complete and flushed. */
export interface ShardFile {
  readonly path: string
  readonly requests: number
  readonly bytes: number
  readonly tokens: number
  readonly sha256: string
  readonly firstRow: number
  readonly lastRow: number
}

/** A file that is written in pieces under a temporary name and takes its own only once it is whole and flushed. */
export interface GrowingFile {
  /** Goes on while the piece is being written: its bytes may change again once a later call of `append` or `written` is through. */
  readonly append: (piece: string | Uint8Array) => Effect.Effect<void, DatasetError>
  /** Waits until all pieces are written; gives the size in bytes and the SHA-256. */
  readonly written: Effect.Effect<{ readonly bytes: number; readonly sha256: string }, DatasetError>
  /** Flushes, closes and renames. */
  readonly publish: Effect.Effect<void, DatasetError>
  /** `written` and `publish`. */
  readonly finish: Effect.Effect<{ readonly bytes: number; readonly sha256: string }, DatasetError>
}

/** Pieces smaller than this are gathered until they are as much. */
const GATHERED_BYTES = 1024 * 1024

export const growingFile = (path: string): Effect.Effect<GrowingFile, DatasetError, FileSystem.FileSystem | Scope.Scope> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const partial = `${path}.partial`
    const failed = fileFailed("write", path)
    const hash = createHash("sha256")
    const handle = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
    const file = yield* fs.open(partial, { flag: "w", mode: 0o600 }).pipe(Scope.extend(handle), Effect.mapError(failed))
    let bytes = 0
    let gathered: Array<Uint8Array> = []
    let gatheredBytes = 0
    let writing: Fiber.Fiber<void, DatasetError> | undefined

    const idle = Effect.suspend(() => {
      if (writing === undefined) return Effect.void
      const before = writing
      writing = undefined
      return Fiber.join(before)
    })
    /** Writes pieces in the background, after those before. A write that was begun is ended before the file is closed. */
    const write = (pieces: ReadonlyArray<Uint8Array>) =>
      Effect.gen(function* () {
        yield* idle
        const all = Effect.forEach(pieces, (piece) => file.writeAll(piece), { discard: true })
        writing = yield* all.pipe(Effect.mapError(failed), Effect.uninterruptible, Effect.forkIn(handle))
      })
    const takeGathered = (): ReadonlyArray<Uint8Array> => {
      const pieces = gathered.length === 0 ? [] : [Buffer.concat(gathered)]
      gathered = []
      gatheredBytes = 0
      return pieces
    }
    const append = (piece: string | Uint8Array) =>
      Effect.suspend(() => {
        const chunk = typeof piece === "string" ? Buffer.from(piece, "utf8") : piece
        hash.update(chunk)
        bytes += chunk.length
        if (chunk.length >= GATHERED_BYTES) return write([...takeGathered(), chunk])
        gathered.push(typeof piece === "string" ? chunk : Uint8Array.from(chunk))
        gatheredBytes += chunk.length
        return gatheredBytes >= GATHERED_BYTES ? write(takeGathered()) : idle
      })
    const written = Effect.suspend(() => (gathered.length === 0 ? Effect.void : write(takeGathered()))).pipe(
      Effect.andThen(idle),
      Effect.map(() => ({ bytes, sha256: hash.copy().digest("hex") }))
    )
    const publish = file.sync.pipe(
      Effect.andThen(Scope.close(handle, Exit.void)),
      Effect.andThen(fs.rename(partial, path)),
      Effect.mapError(failed),
      Effect.uninterruptible
    )
    return { append, written, publish, finish: Effect.zipLeft(written, publish) }
  })
