import { Buffer } from "node:buffer"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import { CsvError, NotAFile } from "../CsvError.js"
import { fileError } from "./fileError.js"

/** Reads a file from its start. */
export interface Chunks {
  /** The next chunk, empty at the end of the file. Its memory is used again for a later one. */
  readonly next: Effect.Effect<Uint8Array, CsvError>
}

/** Size of a regular file in bytes. */
export const fileSize = (path: string): Effect.Effect<number, CsvError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const info = yield* fs.stat(path).pipe(Effect.mapError(fileError(path, "read")))
    if (info.type !== "File") return yield* new CsvError({ reason: new NotAFile({ path }) })
    return Number(info.size)
  })

/** While a chunk is worked on, the next one is being read. */
export const openChunks = (
  path: string,
  chunkBytes: number
): Effect.Effect<Chunks, CsvError, FileSystem.FileSystem | Scope.Scope> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const handle = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
    const file = yield* fs.open(path, { flag: "r" }).pipe(Scope.extend(handle), Effect.mapError(fileError(path, "read")))
    let [filled, free] = [Buffer.allocUnsafeSlow(chunkBytes), Buffer.allocUnsafeSlow(chunkBytes)]
    // A read that was begun is ended before the file is closed.
    const readAhead = Effect.suspend(() =>
      file.read(free).pipe(Effect.mapError(fileError(path, "read")), Effect.uninterruptible, Effect.forkIn(handle))
    )
    let reading: Fiber.Fiber<FileSystem.Size, CsvError> | undefined
    const next = Effect.gen(function* () {
      const count = yield* Fiber.join(reading ?? (yield* readAhead))
      ;[filled, free] = [free, filled]
      reading = yield* readAhead
      return filled.subarray(0, Number(count))
    })
    return { next }
  })
