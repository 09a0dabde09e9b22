import { type PlatformError, SystemError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { LineBatch, ReadOptions } from "../Jsonl.js"
import { lineSplitter } from "./lineSplitter.js"

const CHUNK_BYTES = 256 * 1024
// Twice this is the longest string V8 makes.
const MAX_LINE_BYTES = 256 * 1024 * 1024

/** Every line of a file, blank ones included, in batches; the last one tells the size of the file. */
export const lineStream = (path: string, options?: ReadOptions): Stream.Stream<LineBatch, PlatformError, FileSystem.FileSystem> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const splitter = lineSplitter(options?.maxLineBytes ?? MAX_LINE_BYTES, options?.byteStrings === true ? "latin1" : "utf8")
      const tooLong = new SystemError({
        module: "FileSystem",
        method: "stream",
        reason: "InvalidData",
        description: "a line is too long to be read",
        pathOrDescriptor: path
      })
      let bytesRead = 0
      const whole = fs.stream(path, { chunkSize: options?.chunkBytes ?? CHUNK_BYTES, bufferSize: 2 }).pipe(
        Stream.mapEffect((chunk) => {
          bytesRead += chunk.length
          const lines = splitter.push(chunk)
          return lines === undefined ? Effect.fail(tooLong) : Effect.succeed({ lines, bytesRead })
        })
      )
      return Stream.concat(whole, Stream.fromEffect(Effect.sync(() => ({ lines: splitter.end(), bytesRead }))))
    })
  )
