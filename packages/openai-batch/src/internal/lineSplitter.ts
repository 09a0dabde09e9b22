import { Buffer } from "node:buffer"

const NEWLINE = 0x0a

/**
 * Cuts bytes that come in pieces, which must not change afterwards, into lines without their line ends (`\n`, `\r\n`); blank ones and a byte order mark are kept.
 * `undefined`: a line is longer than allowed.
 */
export interface LineSplitter {
  readonly push: (chunk: Uint8Array) => ReadonlyArray<string> | undefined
  /** What stands after the last line end, if anything. */
  readonly end: () => ReadonlyArray<string>
}

/** Complete lines; no character lies across a line end, so that their bytes can be decoded at once. */
const linesOf = (bytes: Buffer, encoding: "utf8" | "latin1"): Array<string> => {
  const lines = bytes.toString(encoding).split("\n")
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]
    if (line?.endsWith("\r") === true) lines[i] = line.slice(0, -1)
  }
  return lines
}

/** With `latin1` the lines are byte strings. */
export const lineSplitter = (maxLineBytes: number, encoding: "utf8" | "latin1"): LineSplitter => {
  // The unfinished line, in the pieces it came in: joining them once keeps a very long line linear.
  let pieces: Array<Uint8Array> = []
  let length = 0

  const take = (last: Uint8Array): Array<string> => {
    const bytes = pieces.length === 0 ? Buffer.from(last.buffer, last.byteOffset, last.length) : Buffer.concat([...pieces, last])
    pieces = []
    length = 0
    return linesOf(bytes, encoding)
  }

  return {
    push: (chunk) => {
      const last = chunk.lastIndexOf(NEWLINE)
      const lines = last === -1 ? [] : take(chunk.subarray(0, last))
      const rest = chunk.subarray(last + 1)
      if (rest.length > 0) pieces.push(rest)
      length += rest.length
      return length > maxLineBytes ? undefined : lines
    },
    end: () => (length === 0 ? [] : take(new Uint8Array(0)))
  }
}
