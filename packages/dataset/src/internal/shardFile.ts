import { createHash } from "node:crypto"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
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
  readonly append: (text: string) => Effect.Effect<void, DatasetError>
  /** Flushes and renames; gives the size in bytes and the SHA-256. */
  readonly finish: Effect.Effect<{ readonly bytes: number; readonly sha256: string }, DatasetError>
}

export const growingFile = (path: string): Effect.Effect<GrowingFile, DatasetError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const partial = `${path}.partial`
    const failed = fileFailed("write", path)
    const hash = createHash("sha256")
    let bytes = 0
    yield* fs.writeFile(partial, new Uint8Array(0), { mode: 0o600 }).pipe(Effect.mapError(failed))
    return {
      append: (text) =>
        Effect.suspend(() => {
          const chunk = Buffer.from(text, "utf8")
          hash.update(chunk)
          bytes += chunk.length
          return fs.writeFile(partial, chunk, { flag: "a" })
        }).pipe(Effect.mapError(failed)),
      finish: Effect.scoped(Effect.flatMap(fs.open(partial, { flag: "r+" }), (file) => file.sync)).pipe(
        Effect.andThen(fs.rename(partial, path)),
        Effect.mapError(failed),
        Effect.map(() => ({ bytes, sha256: hash.digest("hex") }))
      )
    }
  })
