/**
 * How the encodings cut a text into the pieces that are encoded by themselves. The patterns are those of tiktoken (`pat_str`), by hand:
 * each function gives the end of the piece that starts at `at`, and that is the leftmost alternative that matches, backtracking included.
 */
import { classes, LOWER, MARK, NEWLINE, NUMBER, OTHER, SPACE, UNCASED, UPPER } from "./characters.js"

/** UTF-16 code units `[0, end)`; `at < end`. */
export type NextPiece = (units: Uint16Array, at: number, end: number) => number

const QUOTE = 0x27
const SLASH = 0x2f
const BLANK = 0x20

/** `(?i:'s|'t|'re|'ve|'m|'ll|'d)`: its end, or `at` if there is none. U+017F is an `s` where case does not count. */
const contraction = (units: Uint16Array, at: number, end: number): number => {
  if (at + 1 >= end || units[at] !== QUOTE) return at
  const unit = units[at + 1] ?? 0
  const a = unit | 0x20
  if (unit === 0x17f) return at + 2
  if (unit > 0x7f) return at
  if (a === 0x73 || a === 0x74 || a === 0x6d || a === 0x64) return at + 2
  if (at + 2 >= end) return at
  const next = units[at + 2] ?? 0
  const b = next | 0x20
  if (next > 0x7f) return at
  return (a === 0x6c && b === 0x6c) || ((a === 0x76 || a === 0x72) && b === 0x65) ? at + 3 : at
}

const make = (table: Uint8Array): { readonly o200k: NextPiece; readonly cl100k: NextPiece } => {
  /** The class of the character at `at`, in the low bits, with its width minus one above them. */
  const astral = (units: Uint16Array, at: number, end: number): number => {
    if (at + 1 >= end) return OTHER
    const high = units[at] ?? 0
    const low = units[at + 1] ?? 0
    if (high > 0xdbff || low < 0xdc00 || low > 0xdfff) return OTHER
    return (table[((high - 0xd800) << 10) + (low - 0xdc00) + 0x10000] ?? OTHER) | 8
  }
  const classAt = (units: Uint16Array, at: number, end: number): number => {
    const unit = units[at] ?? 0
    return unit >= 0xd800 && unit <= 0xdfff ? astral(units, at, end) : (table[unit] ?? OTHER)
  }

  /**
   * `[Lu Lt Lm Lo M]*[Ll Lm Lo M]+` or, failing that, `[Lu Lt Lm Lo M]+[Ll Lm Lo M]*`, with a contraction. Where no lower case follows the
   * first run, the pattern gives back capitals up to the last caseless letter. A mark counts as one.
   */
  const word = (units: Uint16Array, at: number, end: number): number => {
    let i = at
    let caseless = -1
    let kind = OTHER
    while (i < end) {
      kind = classAt(units, i, end)
      const plain = kind & 7
      if (plain === UNCASED || plain === MARK) {
        i += 1 + (kind >> 3)
        caseless = i
      } else if (plain === UPPER) i += 1 + (kind >> 3)
      else break
    }
    if (i < end && (kind & 7) === LOWER) {
      while (i < end) {
        kind = classAt(units, i, end)
        const plain = kind & 7
        if (plain !== LOWER && plain !== UNCASED && plain !== MARK) break
        i += 1 + (kind >> 3)
      }
    } else if (caseless >= 0) i = caseless
    return contraction(units, i, end)
  }

  /** `\p{L}+` */
  const letters = (units: Uint16Array, at: number, end: number): number => {
    let i = at
    while (i < end) {
      const kind = classAt(units, i, end)
      const plain = kind & 7
      if (plain !== LOWER && plain !== UNCASED && plain !== UPPER) break
      i += 1 + (kind >> 3)
    }
    return i
  }

  /** `\p{N}{1,3}` */
  const digits = (units: Uint16Array, at: number, end: number): number => {
    let i = at
    for (let n = 0; n < 3 && i < end; n++) {
      const kind = classAt(units, i, end)
      if ((kind & 7) !== NUMBER) break
      i += 1 + (kind >> 3)
    }
    return i
  }

  /** `[^\s\p{L}\p{N}]+` */
  const symbols = (units: Uint16Array, at: number, end: number): number => {
    let i = at
    while (i < end) {
      const kind = classAt(units, i, end)
      const plain = kind & 7
      if (plain !== OTHER && plain !== MARK) break
      i += 1 + (kind >> 3)
    }
    return i
  }

  /** `\s*[\r\n]+`, else `\s+(?!\S)`, else `\s+`: up to the last line break, else all but the blank before a word. */
  const blanks = (units: Uint16Array, at: number, end: number): number => {
    let i = at
    let lines = -1
    while (i < end) {
      const plain = table[units[i] ?? 0] ?? OTHER
      if (plain === NEWLINE) lines = i + 1
      else if (plain !== SPACE) break
      i++
    }
    if (lines >= 0) return lines
    return i === end || i - at === 1 ? i : i - 1
  }

  const o200k: NextPiece = (units, at, end) => {
    const kind = classAt(units, at, end)
    const plain = kind & 7
    if (plain >= UPPER && plain <= MARK) return word(units, at, end)
    if (plain === NUMBER) return digits(units, at, end)
    if (plain === NEWLINE) return blanks(units, at, end)
    const next = at + 1 + (kind >> 3)
    const after = next < end ? classAt(units, next, end) & 7 : SPACE
    if (after >= UPPER && after <= MARK) return word(units, next, end)
    if (plain === SPACE && !(after === OTHER && units[at] === BLANK)) return blanks(units, at, end)
    let i = symbols(units, next, end)
    while (i < end && (table[units[i] ?? 0] === NEWLINE || units[i] === SLASH)) i++
    return i
  }

  const cl100k: NextPiece = (units, at, end) => {
    const short = contraction(units, at, end)
    if (short > at) return short
    const kind = classAt(units, at, end)
    const plain = kind & 7
    if (plain >= UPPER && plain <= UNCASED) return letters(units, at, end)
    if (plain === NUMBER) return digits(units, at, end)
    if (plain === NEWLINE) return blanks(units, at, end)
    const next = at + 1 + (kind >> 3)
    const after = next < end ? classAt(units, next, end) & 7 : SPACE
    if (after >= UPPER && after <= UNCASED) return letters(units, next, end)
    if (plain === SPACE && !((after === OTHER || after === MARK) && units[at] === BLANK)) return blanks(units, at, end)
    let i = symbols(units, next, end)
    while (i < end && table[units[i] ?? 0] === NEWLINE) i++
    return i
  }

  return { o200k, cl100k }
}

/** The scanners, over the table of `characters`. */
export const scanners = (): { readonly o200k: NextPiece; readonly cl100k: NextPiece } => make(classes())
