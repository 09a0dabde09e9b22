import { Buffer, isUtf8 } from "node:buffer"

/**
 * What a decoder made of some bytes: `text` as UTF-8, out of the first `used` bytes. Where `invalid` is set, the byte at `used` does
 * not fit the encoding; otherwise the bytes after `used` are the beginning of a character that has not come whole yet.
 */
export interface Decoding {
  readonly text: Uint8Array
  readonly used: number
  readonly invalid: boolean
}

/** Length without the last character, if that one is cut. */
const wholeLength = (bytes: Uint8Array): number => {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) break
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      return needed > back ? bytes.length - back : bytes.length
    }
  }
  return bytes.length
}

/** Offset of the first character that is not UTF-8, of bytes that are known to hold one: the longest valid beginning, by halves. */
const firstInvalid = (bytes: Uint8Array): number => {
  let valid = 0
  let invalid = bytes.length
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1
    if (isUtf8(bytes.subarray(0, wholeLength(bytes.subarray(0, middle))))) valid = middle
    else invalid = middle
  }
  return wholeLength(bytes.subarray(0, valid))
}

/** UTF-8 is passed on as it is, once it is known to be valid. */
export const decodeUtf8 = (bytes: Uint8Array, final: boolean): Decoding => {
  const used = final ? bytes.length : wholeLength(bytes)
  const text = bytes.subarray(0, used)
  if (isUtf8(text)) return { text, used, invalid: false }
  const invalid = firstInvalid(text)
  return { text: bytes.subarray(0, invalid), used: invalid, invalid: true }
}

/** Decodes UTF-16; half a surrogate pair is invalid. */
export const decodeUtf16 =
  (littleEndian: boolean) =>
  (bytes: Uint8Array, final: boolean): Decoding => {
    // Two bytes become at most three; four become four.
    const text = Buffer.allocUnsafe(bytes.length + (bytes.length >> 1) + 4)
    const [high, low] = littleEndian ? [1, 0] : [0, 1]
    const unit = (at: number): number => ((bytes[at + high] ?? 0) << 8) | (bytes[at + low] ?? 0)
    let read = 0
    let written = 0
    while (read + 1 < bytes.length) {
      const code = unit(read)
      if (code < 0x80) {
        text[written++] = code
      } else if (code < 0x800) {
        text[written++] = 0xc0 | (code >> 6)
        text[written++] = 0x80 | (code & 0x3f)
      } else if (code < 0xd800 || code > 0xdfff) {
        text[written++] = 0xe0 | (code >> 12)
        text[written++] = 0x80 | ((code >> 6) & 0x3f)
        text[written++] = 0x80 | (code & 0x3f)
      } else {
        if (code < 0xdc00 && read + 3 >= bytes.length && !final) break
        const second = read + 3 < bytes.length ? unit(read + 2) : 0
        if (code >= 0xdc00 || second < 0xdc00 || second > 0xdfff) {
          return { text: text.subarray(0, written), used: read, invalid: true }
        }
        const point = 0x10000 + ((code - 0xd800) << 10) + (second - 0xdc00)
        text[written++] = 0xf0 | (point >> 18)
        text[written++] = 0x80 | ((point >> 12) & 0x3f)
        text[written++] = 0x80 | ((point >> 6) & 0x3f)
        text[written++] = 0x80 | (point & 0x3f)
        read += 2
      }
      read += 2
    }
    return { text: text.subarray(0, written), used: read, invalid: final && read < bytes.length }
  }
