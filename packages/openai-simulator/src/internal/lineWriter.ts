/**
 * Writes lines to a file, about a megabyte at a time, so that memory stays flat and other requests get their turn between the writes.
 */
import { open } from "node:fs/promises"

export interface LineWriter {
  readonly path: string
  /** Bytes taken so far. */
  readonly bytes: () => number
  /** Takes one piece of text with its newline; resolves once there is room for more. */
  readonly write: (text: string) => Promise<void> | undefined
  readonly close: () => Promise<void>
}

const bufferSize = 1 << 20

export const openLines = async (path: string): Promise<LineWriter> => {
  const file = await open(path, "w")
  let pending: Array<string> = []
  let length = 0
  let bytes = 0
  const flush = async () => {
    const text = Buffer.from(pending.join(""))
    pending = []
    length = 0
    bytes += text.length
    await file.writeFile(text)
  }
  return {
    path,
    bytes: () => bytes,
    write: (text) => {
      pending.push(text)
      length += text.length
      return length < bufferSize ? undefined : flush()
    },
    close: async () => {
      await flush()
      await file.close()
    }
  }
}
