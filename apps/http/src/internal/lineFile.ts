/** Files of JSON lines, read from a byte offset on. */

import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Turns from "./turns.js"

const blockBytes = 64 * 1024

/**
 * Gives the lines from `offset` on to `visit`, each with the offset at which the next begins, until it returns false, the file ends, or
 * `most` bytes were read. The last offset that `visit` was given; `ended`: the file has no more.
 */
export const visitLines = (
  path: string,
  offset: number,
  most: number,
  visit: (line: string, next: number) => boolean
): Effect.Effect<{ readonly next: number; readonly ended: boolean }, PlatformError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const file = yield* fs.open(path, { flag: "r" })
    yield* file.seek(FileSystem.Size(offset), "start")
    let rest = Buffer.alloc(0)
    let next = offset
    let read = 0
    for (;;) {
      const block = yield* file.readAlloc(FileSystem.Size(blockBytes))
      if (Option.isNone(block)) return { next, ended: true }
      read += block.value.length
      const bytes = rest.length === 0 ? Buffer.from(block.value) : Buffer.concat([rest, block.value])
      let start = 0
      const goesOn = yield* Turns.slice(() => {
        for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, start)) {
          const line = bytes.toString("utf8", start, end)
          next += end + 1 - start
          start = end + 1
          if (!visit(line, next)) return false
        }
        return true
      })
      if (!goesOn) return { next, ended: false }
      rest = bytes.subarray(start)
      if (read >= most) return { next, ended: false }
    }
  }).pipe(Effect.scoped)
