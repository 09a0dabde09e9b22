import { Buffer } from "node:buffer"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { CsvError, NotAFile } from "../CsvError.js"
import { fileError } from "./fileError.js"

/** Reads a file from its start. */
export interface Chunks {
  /** The next chunk, empty at the end of the file. It shares its memory with the chunk before. */
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

export const openChunks = (
  path: string,
  chunkBytes: number
): Effect.Effect<Chunks, CsvError, FileSystem.FileSystem | Scope.Scope> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const file = yield* fs.open(path, { flag: "r" }).pipe(Effect.mapError(fileError(path, "read")))
    const buffer = Buffer.allocUnsafeSlow(chunkBytes)
    return {
      next: file.read(buffer).pipe(
        Effect.map((count) => buffer.subarray(0, Number(count))),
        Effect.mapError(fileError(path, "read"))
      )
    }
  })
