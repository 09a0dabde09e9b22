import { characterClasses } from "../data/characterClasses.js"

/** Classes of characters that the patterns of the encodings tell apart. */
export const OTHER = 0
export const UPPER = 1
export const LOWER = 2
/** Letters without case: Hangul, Han, kana … */
export const UNCASED = 3
export const MARK = 4
export const NUMBER = 5
export const SPACE = 6
export const NEWLINE = 7

const CODE_POINTS = 0x110000
const run = /([A-H])([0-9a-z]*)/g

const unpack = (): Uint8Array => {
  const classes = new Uint8Array(CODE_POINTS)
  let at = 0
  for (const [, name = "A", length = ""] of characterClasses.matchAll(run)) {
    const end = at + (length === "" ? 1 : Number.parseInt(length, 36))
    classes.fill(name.charCodeAt(0) - 65, at, end)
    at = end
  }
  return classes
}

let unpacked: Uint8Array | undefined

/** The class of every code point, unpacked on first use. Halves of surrogate pairs are `OTHER`, as U+FFFD is. */
export const classes = (): Uint8Array => {
  unpacked ??= unpack()
  return unpacked
}
