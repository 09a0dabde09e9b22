/**
 * The tokens of an encoding as bytes, to be found by the bytes of a range of a text. A token's rank is its place in the list.
 */

/** A token as the vocabulary files give it: its text, or its bytes where they are no UTF-8. */
export type Token = string | ReadonlyArray<number>

const BASE = 0x01000193

// Powers of BASE modulo 2³², as far as the longest token goes.
const powersOf = (length: number): Int32Array => {
  const powers = new Int32Array(length + 1)
  let power = 1
  for (let i = 0; i <= length; i++) {
    powers[i] = power
    power = Math.imul(power, BASE)
  }
  return powers
}

/** Writes the UTF-8 of UTF-16 code units `[from, to)` into `bytes` at `at` and gives the end. Half pairs become U+FFFD, as `TextEncoder` has it. */
export const encodeUtf8 = (units: Uint16Array, from: number, to: number, bytes: Uint8Array, at: number): number => {
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

/** Copies the code units of a text. */
export const copyUnits = (text: string, units: Uint16Array): void => {
  for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i)
}

export const NO_TOKEN = 0x7fffffff

const mix = (hash: number): number => {
  const h = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return h ^ (h >>> 12)
}

export class Vocabulary {
  /** Bytes of the longest token. */
  readonly longest: number
  /** The rank of each pair of bytes, `NO_TOKEN` where the pair is no token. */
  readonly pairs: Int32Array
  private readonly arena: Uint8Array
  private readonly starts: Int32Array
  private readonly slots: Int32Array
  private readonly mask: number
  private readonly powers: Int32Array

  constructor(tokens: ReadonlyArray<Token>) {
    let size = 0
    for (const token of tokens) size += typeof token === "string" ? token.length * 3 : token.length
    const arena = new Uint8Array(size)
    const starts = new Int32Array(tokens.length + 1)
    let capacity = 1 << 16
    while (capacity < tokens.length * 2) capacity *= 2
    // A slot is a hash and a rank plus one; 0 is free.
    const slots = new Int32Array(capacity * 2)
    const pairs = new Int32Array(0x10000).fill(NO_TOKEN)
    const mask = capacity - 1
    let units = new Uint16Array(1024)
    let end = 0
    let longest = 0
    tokens.forEach((token, rank) => {
      const start = end
      starts[rank] = start
      if (typeof token === "string") {
        if (token.length > units.length) units = new Uint16Array(token.length)
        copyUnits(token, units)
        end = encodeUtf8(units, 0, token.length, arena, end)
      } else {
        for (const byte of token) arena[end++] = byte
      }
      const length = end - start
      if (length > longest) longest = length
      if (length === 2) pairs[((arena[start] ?? 0) << 8) | (arena[start + 1] ?? 0)] = rank
      let hash = 0
      for (let i = start; i < end; i++) hash = (Math.imul(hash, BASE) + (arena[i] ?? 0) + 1) | 0
      let slot = mix(hash) & mask
      while (slots[slot * 2 + 1] !== 0) slot = (slot + 1) & mask
      slots[slot * 2] = hash
      slots[slot * 2 + 1] = rank + 1
    })
    starts[tokens.length] = end
    this.longest = longest
    this.pairs = pairs
    this.arena = arena.slice(0, end)
    this.starts = starts
    this.slots = slots
    this.mask = mask
    this.powers = powersOf(longest)
  }

  /** Fills `prefix[0 .. length]` so that `rank` can hash any range of `bytes` in one step. */
  hashPrefixes(bytes: Uint8Array, length: number, prefix: Int32Array): void {
    let hash = 0
    prefix[0] = 0
    for (let i = 0; i < length; i++) {
      hash = (Math.imul(hash, BASE) + (bytes[i] ?? 0) + 1) | 0
      prefix[i + 1] = hash
    }
  }

  /** The rank of `bytes[from, to)`, `NO_TOKEN` if it is no token. */
  rank(bytes: Uint8Array, prefix: Int32Array, from: number, to: number): number {
    const length = to - from
    if (length > this.longest) return NO_TOKEN
    const hash = ((prefix[to] ?? 0) - Math.imul(prefix[from] ?? 0, this.powers[length] ?? 0)) | 0
    const { arena, mask, slots, starts } = this
    for (let slot = mix(hash) & mask; ; slot = (slot + 1) & mask) {
      const rank = (slots[slot * 2 + 1] ?? 0) - 1
      if (rank < 0) return NO_TOKEN
      if (slots[slot * 2] !== hash) continue
      const start = starts[rank] ?? 0
      if ((starts[rank + 1] ?? 0) - start !== length) continue
      let i = 0
      while (i < length && arena[start + i] === bytes[from + i]) i++
      if (i === length) return rank
    }
  }
}
