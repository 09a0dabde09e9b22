import { Buffer } from "node:buffer"

const scratch = Buffer.allocUnsafeSlow(64 * 1024)

/**
 * The text of a byte string: a string that holds the bytes of its UTF-8, one a character. It costs a hundredth of a decoded text to make,
 * and commas, quotes and line ends look the same in it.
 */
export const textOf = (bytes: string): string => {
  if (bytes.length > scratch.length) return Buffer.from(bytes, "latin1").toString("utf8")
  scratch.write(bytes, "latin1")
  return scratch.toString("utf8", 0, bytes.length)
}

/** The byte string of a text. */
export const bytesOf = (text: string): string => Buffer.from(text, "utf8").toString("latin1")
