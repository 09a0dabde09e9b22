import { Buffer } from "node:buffer"
import type { Decoding } from "./decoding.js"

/**
 * CP949 (also called UHC or windows-949): EUC-KR, whose 94 × 94 cells hold 2,350 of the modern Hangul syllables, and the remaining
 * 8,822 syllables in Unicode order in the cells around them. Node's `TextDecoder("euc-kr")` knows only the former and turns a syllable
 * like 똠 into control characters without an error, so that the table is built here: from it, and from that order.
 */
const FIRST_LEAD = 0x81
const FIRST_TRAIL = 0x41
const TRAILS = 0xff - FIRST_TRAIL

const range = (from: number, to: number): Array<number> => Array.from({ length: to - from + 1 }, (_, i) => from + i)

const buildTable = (): Uint16Array => {
  const table = new Uint16Array((0xff - FIRST_LEAD) * TRAILS)
  const set = (lead: number, trail: number, code: number): void => {
    table[(lead - FIRST_LEAD) * TRAILS + trail - FIRST_TRAIL] = code
  }
  const decoder = new TextDecoder("euc-kr")
  const syllables = new Set(range(0xac00, 0xd7a3))
  for (const lead of range(0xa1, 0xfd)) {
    if (lead === 0xc9) continue // cells for private use, as those of 0xFE
    for (const trail of range(0xa1, 0xfe)) {
      const text = decoder.decode(Uint8Array.of(lead, trail))
      if (text.length !== 1 || text === "\ufffd") continue
      const code = text.charCodeAt(0)
      set(lead, trail, code)
      syllables.delete(code)
    }
  }
  set(0xa2, 0xe6, 0x20ac) // € and ® came in 1998
  set(0xa2, 0xe7, 0x00ae)
  const rest = syllables.values()
  for (const lead of range(0x81, 0xc6)) {
    for (const trail of [...range(0x41, 0x5a), ...range(0x61, 0x7a), ...range(0x81, lead < 0xa1 ? 0xfe : 0xa0)]) {
      const next = rest.next()
      if (next.done !== true) set(lead, trail, next.value)
    }
  }
  return table
}

let built: Uint16Array | undefined

/** Decodes CP949 to UTF-8. */
export const decodeCp949 = (bytes: Uint8Array, final: boolean): Decoding => {
  built ??= buildTable()
  const table = built
  // Two bytes become at most three.
  const text = Buffer.allocUnsafe(bytes.length + (bytes.length >> 1) + 3)
  let read = 0
  let written = 0
  while (read < bytes.length) {
    const lead = bytes[read] ?? 0
    if (lead < 0x80) {
      text[written++] = lead
      read++
      continue
    }
    const trail = bytes[read + 1]
    if (trail === undefined && lead >= FIRST_LEAD && lead <= 0xfe && !final) break
    const code =
      trail === undefined || trail < FIRST_TRAIL || trail === 0xff || lead < FIRST_LEAD || lead === 0xff
        ? 0
        : (table[(lead - FIRST_LEAD) * TRAILS + trail - FIRST_TRAIL] ?? 0)
    if (code === 0) return { text: text.subarray(0, written), used: read, invalid: true }
    if (code < 0x800) {
      text[written++] = 0xc0 | (code >> 6)
    } else {
      text[written++] = 0xe0 | (code >> 12)
      text[written++] = 0x80 | ((code >> 6) & 0x3f)
    }
    text[written++] = 0x80 | (code & 0x3f)
    read += 2
  }
  return { text: text.subarray(0, written), used: read, invalid: false }
}
