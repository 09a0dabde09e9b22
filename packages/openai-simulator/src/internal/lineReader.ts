/**
 * Lines of a JSONL file, cut at the byte 0x0A only, so that U+2028 inside a text never splits a line and memory stays flat.
 */
import { createReadStream } from "node:fs"

/** Batches of raw lines (without their newline), about a chunk's worth at a time. A file's last line needs no newline. */
export async function* readLines(path: string, chunkBytes = 1 << 18): AsyncGenerator<Array<Buffer>> {
  let rest: Array<Buffer> = []
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
    const bytes: Buffer = chunk
    const lines: Array<Buffer> = []
    let from = 0
    for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, from)) {
      const end = bytes.subarray(from, at)
      lines.push(rest.length === 0 ? end : Buffer.concat([...rest, end]))
      rest = []
      from = at + 1
    }
    if (from < bytes.length) rest.push(bytes.subarray(from))
    if (lines.length > 0) yield lines
  }
  if (rest.length > 0) yield [Buffer.concat(rest)]
}
