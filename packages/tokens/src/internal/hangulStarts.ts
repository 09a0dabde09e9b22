/**
 * From which parts the encoding of Hangul can start instead of from bytes.
 *
 * A syllable is three bytes, and what they become does not depend on the neighbours as long as no token reaches from a part of the syllable
 * into a neighbour at a rank below those of the syllable's own merges. (Ranks only grow from merge to merge, so all that happens inside the
 * syllable happens before.) Such a syllable is *solid*: it starts as what it becomes by itself. So is a blank with a syllable, up to the
 * point where the syllable is whole: from there on its two neighbours compete for it.
 *
 * Tokens that cut a syllable exist, " \xEC" and "\xA9니다" among them; the others, about 3 % of the syllables in news, start from bytes.
 */
import { NONE, type Vocabulary } from "./vocabulary.js"

const FIRST = 0xac00
const COUNT = 11_172
const BLANK = 0x20

const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80

/** The lead bytes of U+A000 to U+DFFF, Hangul among them. */
const isHangulLead = (byte: number): boolean => byte >= 0xea && byte <= 0xed

/** The lowest rank of the tokens that begin with the last bytes of a syllable, and of those that end with its first bytes. */
interface Cuts {
  readonly after: ReadonlyMap<number, number>
  readonly before: ReadonlyMap<number, number>
}

const cutsOf = ({ arena, size, starts }: Vocabulary): Cuts => {
  const after = new Map<number, number>()
  const before = new Map<number, number>()
  const note = (cuts: Map<number, number>, from: number, to: number, rank: number): void => {
    const key = to - from === 1 ? (arena[from] ?? 0) : ((arena[from] ?? 0) << 8) | (arena[from + 1] ?? 0)
    if (!cuts.has(key)) cuts.set(key, rank)
  }
  for (let rank = 0; rank < size; rank++) {
    const start = starts[rank] ?? 0
    const end = starts[rank + 1] ?? 0
    let head = start
    while (head < end && isContinuation(arena[head] ?? 0)) head++
    // What follows the rest of a syllable is Hangul or ASCII wherever a solid start is used.
    const next = arena[head] ?? 0
    if (head > start && head < end && head - start < 3 && (isHangulLead(next) || next < 0x80)) note(after, start, head, rank)
    let tail = end - 1
    while (tail > start && isContinuation(arena[tail] ?? 0)) tail--
    const blank = tail === start + 1 && arena[start] === BLANK
    if (tail > start && end - tail < 3 && isHangulLead(arena[tail] ?? 0) && !blank) note(before, tail, end, rank)
  }
  return { after, before }
}

/** Writes the starting parts at `parts[length …]` and says how many they are; 0: start from bytes. */
export interface HangulStarts {
  /** Of the syllable at `at` in the piece `[from, to)`. */
  readonly solid: (units: Uint16Array, at: number, from: number, to: number, parts: Int32Array, length: number) => number
  /** Of the blank at `at` with the syllable behind it. */
  readonly spaced: (units: Uint16Array, at: number, to: number, parts: Int32Array, length: number) => number
}

const UNKNOWN = 0
const FROM_BYTES = 5

export const hangulStarts = (vocabulary: Vocabulary): HangulStarts => {
  const { byteRanks } = vocabulary
  const cuts = cutsOf(vocabulary)

  const parts = new Int32Array(4)
  let count = 0
  const blank = byteRanks[BLANK] ?? NONE

  const isWhole = (spaced: boolean): boolean => count === 1 || (spaced && count === 2 && parts[0] === blank)

  /** Merges `parts[0, count)` as far as they go, or until the syllable is whole, and gives the highest rank on the way. */
  const settle = (spaced: boolean): number => {
    let highest = -1
    while (!isWhole(spaced)) {
      let lowest = NONE
      let at = -1
      for (let i = 0; i + 1 < count; i++) {
        const rank = vocabulary.joined(parts[i] ?? NONE, parts[i + 1] ?? NONE)
        if (rank < lowest) {
          lowest = rank
          at = i
        }
      }
      if (at < 0) break
      highest = lowest
      parts[at] = lowest
      count--
      for (let i = at + 1; i < count; i++) parts[i] = parts[i + 1] ?? NONE
    }
    return highest
  }

  /** Leaves the starting parts in `parts[0, count)`; false: start from bytes. */
  const findStart = (index: number, spaced: boolean): boolean => {
    const code = FIRST + index
    const a = 0xe0 | (code >> 12)
    const b = 0x80 | ((code >> 6) & 0x3f)
    const c = 0x80 | (code & 0x3f)
    count = 0
    if (spaced) parts[count++] = blank
    parts[count++] = byteRanks[a] ?? NONE
    parts[count++] = byteRanks[b] ?? NONE
    parts[count++] = byteRanks[c] ?? NONE
    const highest = settle(spaced)
    const after = Math.min(cuts.after.get(c) ?? NONE, cuts.after.get((b << 8) | c) ?? NONE)
    const before = spaced ? NONE : Math.min(cuts.before.get(a) ?? NONE, cuts.before.get((a << 8) | b) ?? NONE)
    const cut = Math.min(after, before)
    return cut === NONE || (isWhole(spaced) && highest < cut)
  }

  // Four parts at most and their number, found on first use.
  const table = (spaced: boolean) => {
    const sizes = new Uint8Array(COUNT)
    const starts = new Int32Array(COUNT * 4)
    return (index: number, target: Int32Array, length: number): number => {
      if (sizes[index] === UNKNOWN) {
        sizes[index] = findStart(index, spaced) ? count : FROM_BYTES
        for (let i = 0; i < count; i++) starts[index * 4 + i] = parts[i] ?? NONE
      }
      const size = sizes[index] ?? FROM_BYTES
      if (size === FROM_BYTES) return 0
      for (let i = 0; i < size; i++) target[length + i] = starts[index * 4 + i] ?? NONE
      return size
    }
  }
  const solidStarts = table(false)
  const spacedStarts = table(true)

  /** The syllable at `at`, if there is one and what follows it is Hangul, ASCII or nothing. */
  const syllable = (units: Uint16Array, at: number, to: number): number => {
    if (at >= to) return -1
    const index = (units[at] ?? 0) - FIRST
    if (index < 0 || index >= COUNT) return -1
    if (at + 1 === to) return index
    const next = units[at + 1] ?? 0
    return next < 0x80 || (next >= FIRST && next < FIRST + COUNT) ? index : -1
  }

  return {
    solid: (units, at, from, to, target, length) => {
      const index = syllable(units, at, to)
      // A blank before it has a claim on its first bytes, which `spaced` looks into.
      return index < 0 || (at > from && units[at - 1] === BLANK) ? 0 : solidStarts(index, target, length)
    },
    spaced: (units, at, to, target, length) => {
      const index = syllable(units, at + 1, to)
      return index < 0 ? 0 : spacedStarts(index, target, length)
    }
  }
}
