/**
 * The tokens of an encoding, and which two of them are a third when joined. A token's rank is its place in the list: the lower, the earlier
 * it is merged. The first 256 ranks or so are the single bytes, in an order of their own.
 */
import { encodeUtf8 } from "./utf8.js"

/** A token as the vocabulary files give it: its text, or its bytes where they are no UTF-8. */
export type Token = string | ReadonlyArray<number>

/** The rank of what is no token. */
export const NONE = 0x3ffff

const BASE = 0x01000193

const mix = (hash: number): number => {
  const h = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return h ^ (h >>> 12)
}

// Joined pairs that were looked up lately, absent ones included: two words a slot, which hold both ranks and the result, 18 bits each.
const PAIRS = 1 << 16

export class Vocabulary {
  readonly size: number
  /** The rank of each single byte. */
  readonly byteRanks = new Int32Array(256).fill(NONE)
  /** The bytes of all tokens, one after the other; token `r` is `[starts[r], starts[r + 1])`. */
  readonly arena: Uint8Array
  readonly starts: Int32Array
  private readonly hashes: Int32Array
  private readonly slots: Int32Array
  private readonly mask: number
  private readonly powers: Int32Array
  private readonly pairs = new Int32Array(PAIRS * 2).fill(-1)

  constructor(tokens: ReadonlyArray<Token>) {
    if (tokens.length >= NONE) throw new RangeError(`a vocabulary has fewer than ${NONE} tokens, not ${tokens.length}`)
    const size = tokens.reduce((sum, token) => sum + (typeof token === "string" ? token.length * 3 : token.length), 0)
    const arena = new Uint8Array(size)
    const starts = new Int32Array(tokens.length + 1)
    const hashes = new Int32Array(tokens.length)
    let capacity = 1 << 16
    while (capacity < tokens.length * 2) capacity *= 2
    // A slot is a rank plus one; 0 is free.
    const slots = new Int32Array(capacity)
    const mask = capacity - 1
    let units = new Uint16Array(1024)
    let end = 0
    let longest = 0
    tokens.forEach((token, rank) => {
      const start = end
      starts[rank] = start
      if (typeof token === "string") {
        if (token.length > units.length) units = new Uint16Array(token.length)
        for (let i = 0; i < token.length; i++) units[i] = token.charCodeAt(i)
        end = encodeUtf8(units, 0, token.length, arena, end)
      } else {
        for (const byte of token) arena[end++] = byte
      }
      longest = Math.max(longest, end - start)
      if (end - start === 1) this.byteRanks[arena[start] ?? 0] = rank
      let hash = 0
      for (let i = start; i < end; i++) hash = (Math.imul(hash, BASE) + (arena[i] ?? 0) + 1) | 0
      hashes[rank] = hash
      let slot = mix(hash) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = rank + 1
    })
    starts[tokens.length] = end
    this.size = tokens.length
    this.arena = arena.slice(0, end)
    this.starts = starts
    this.hashes = hashes
    this.slots = slots
    this.mask = mask
    this.powers = new Int32Array(longest + 1)
    for (let i = 0, power = 1; i <= longest; i++, power = Math.imul(power, BASE)) this.powers[i] = power
  }

  /** The rank of the token that `left` and `right` are together, or `NONE`. */
  joined(left: number, right: number): number {
    const { pairs } = this
    const upper = (left << 14) | (right >>> 4)
    const lower = (right & 15) << 18
    const at = ((Math.imul(upper, 0x2c1b3c6d) ^ Math.imul(right, 0x297a2d39)) >>> 16) << 1
    const found = pairs[at + 1] ?? -1
    if (pairs[at] === upper && found >= 0 && (found & ~NONE) === lower) return found & NONE
    const rank = this.find(left, right)
    pairs[at] = upper
    pairs[at + 1] = lower | rank
    return rank
  }

  private find(left: number, right: number): number {
    const { arena, hashes, mask, powers, slots, starts } = this
    const leftStart = starts[left] ?? 0
    const leftLength = (starts[left + 1] ?? 0) - leftStart
    const rightStart = starts[right] ?? 0
    const rightLength = (starts[right + 1] ?? 0) - rightStart
    const length = leftLength + rightLength
    if (length >= powers.length) return NONE
    const hash = (Math.imul(hashes[left] ?? 0, powers[rightLength] ?? 0) + (hashes[right] ?? 0)) | 0
    for (let slot = mix(hash) & mask; ; slot = (slot + 1) & mask) {
      const rank = (slots[slot] ?? 0) - 1
      if (rank < 0) return NONE
      if (hashes[rank] !== hash) continue
      const start = starts[rank] ?? 0
      if ((starts[rank + 1] ?? 0) - start !== length) continue
      let i = 0
      while (i < leftLength && arena[start + i] === arena[leftStart + i]) i++
      if (i < leftLength) continue
      const rest = start + leftLength
      i = 0
      while (i < rightLength && arena[rest + i] === arena[rightStart + i]) i++
      if (i === rightLength) return rank
    }
  }
}
