/**
 * Byte strings: strings that hold the bytes of a UTF-8 text, one a character (`latin1` to Node). A CSV and a JSON text can be taken apart
 * and put together in them, because all that matters there is ASCII, and they are had for a hundredth of the time that decoding takes.
 *
 * @example
 * ```ts
 * import * as ByteString from "@batchlabel/core/ByteString"
 *
 * const bytes = ByteString.fromText("옹호")
 * console.log(bytes.length, ByteString.toText(bytes)) // 6 옹호
 * ```
 *
 * @since 0.1.0
 */
import { Buffer } from "node:buffer"

const scratch = Buffer.allocUnsafeSlow(64 * 1024)

/**
 * The text of a byte string.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toText = (bytes: string): string => {
  if (bytes.length > scratch.length) return Buffer.from(bytes, "latin1").toString("utf8")
  scratch.write(bytes, "latin1")
  return scratch.toString("utf8", 0, bytes.length)
}

/**
 * The byte string of a text; half a surrogate pair becomes U+FFFD.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromText = (text: string): string => Buffer.from(text, "utf8").toString("latin1")

/** Every character that `String.prototype.trim` takes away, in UTF-8. */
const blank = /^(?:[\t-\r ]|\xc2\xa0|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80|\xef\xbb\xbf)*$/

/**
 * Whether nothing is left of its text when blanks are trimmed.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isBlank = (bytes: string): boolean => blank.test(bytes)
