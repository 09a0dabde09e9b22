/** Writes the UTF-8 of UTF-16 code units `[from, to)` into `bytes` at `at` and gives the end. Half pairs become U+FFFD, as `TextEncoder` has it. */
export const encodeUtf8 = (units: Uint16Array, from: number, to: number, bytes: Uint8Array | Int32Array, at: number): number => {
  let end = at
  for (let i = from; i < to; i++) {
    let code = units[i] ?? 0
    if (code < 0x80) {
      bytes[end++] = code
      continue
    }
    if (code < 0x800) {
      bytes[end++] = 0xc0 | (code >> 6)
      bytes[end++] = 0x80 | (code & 0x3f)
      continue
    }
    if (code >= 0xd800 && code <= 0xdfff) {
      const low = i + 1 < to ? (units[i + 1] ?? 0) : 0
      if (code < 0xdc00 && low >= 0xdc00 && low <= 0xdfff) {
        code = ((code - 0xd800) << 10) + (low - 0xdc00) + 0x10000
        i++
        bytes[end++] = 0xf0 | (code >> 18)
        bytes[end++] = 0x80 | ((code >> 12) & 0x3f)
        bytes[end++] = 0x80 | ((code >> 6) & 0x3f)
        bytes[end++] = 0x80 | (code & 0x3f)
        continue
      }
      code = 0xfffd
    }
    bytes[end++] = 0xe0 | (code >> 12)
    bytes[end++] = 0x80 | ((code >> 6) & 0x3f)
    bytes[end++] = 0x80 | (code & 0x3f)
  }
  return end
}
