/**
 * Byte pair encoding of one piece: again and again the two neighbours that are the token of lowest rank together become one, the leftmost
 * first, until no neighbours are a token together. Only how many parts are left is wanted.
 */
import { hangulStarts } from "./hangulStarts.js"
import { encodeUtf8 } from "./utf8.js"
import { NONE, type Vocabulary } from "./vocabulary.js"

// Up to here a scan for the lowest rank beats a heap.
const SHORT = 96

/** The scan: each step looks at all parts, so its time grows with the square of their number. `parts` and `ranks` are used up. */
const countShort = (vocabulary: Vocabulary, parts: Int32Array, ranks: Int32Array, length: number): number => {
  let count = length
  for (let i = 0; i + 1 < count; i++) ranks[i] = vocabulary.joined(parts[i] ?? 0, parts[i + 1] ?? 0)
  for (;;) {
    let lowest = NONE
    let at = -1
    for (let i = 0; i + 1 < count; i++) {
      const rank = ranks[i] ?? NONE
      if (rank < lowest) {
        lowest = rank
        at = i
      }
    }
    if (at < 0) return count
    count--
    parts[at] = lowest
    for (let i = at + 1; i < count; i++) {
      parts[i] = parts[i + 1] ?? 0
      ranks[i] = ranks[i + 1] ?? NONE
    }
    if (at + 1 < count) ranks[at] = vocabulary.joined(lowest, parts[at + 1] ?? 0)
    if (at > 0) ranks[at - 1] = vocabulary.joined(parts[at - 1] ?? 0, lowest)
  }
}

// A heap key orders by rank, then by place: rank × 2³¹ + place, exact in a double.
const PLACE = 0x80000000

const siftDown = (heap: Float64Array, size: number, from: number): void => {
  const key = heap[from] ?? 0
  let at = from
  for (;;) {
    let child = 2 * at + 1
    if (child >= size) break
    let least = heap[child] ?? 0
    if (child + 1 < size) {
      const right = heap[child + 1] ?? 0
      if (right < least) {
        least = right
        child++
      }
    }
    if (least >= key) break
    heap[at] = least
    at = child
  }
  heap[at] = key
}

const siftUp = (heap: Float64Array, from: number): void => {
  const key = heap[from] ?? 0
  let at = from
  while (at > 0) {
    const parent = (at - 1) >> 1
    const above = heap[parent] ?? 0
    if (above <= key) break
    heap[at] = above
    at = parent
  }
  heap[at] = key
}

/** The heap: parts are a linked list, and a key whose pair has changed since is passed over. */
const countLong = (vocabulary: Vocabulary, parts: Int32Array, length: number): number => {
  const next = new Int32Array(length)
  const previous = new Int32Array(length)
  const ranks = new Int32Array(length).fill(NONE)
  // A merge takes a key and adds two at most, and there are fewer merges than parts.
  const heap = new Float64Array(2 * length)
  let size = 0
  for (let i = 0; i < length; i++) {
    next[i] = i + 1
    previous[i] = i - 1
    if (i === length - 1) break
    const rank = vocabulary.joined(parts[i] ?? 0, parts[i + 1] ?? 0)
    ranks[i] = rank
    if (rank !== NONE) heap[size++] = rank * PLACE + i
  }
  for (let i = (size >> 1) - 1; i >= 0; i--) siftDown(heap, size, i)

  const pair = (at: number): void => {
    const second = next[at] ?? length
    const rank = second < length ? vocabulary.joined(parts[at] ?? 0, parts[second] ?? 0) : NONE
    ranks[at] = rank
    if (rank === NONE) return
    heap[size] = rank * PLACE + at
    siftUp(heap, size++)
  }

  let count = length
  while (size > 0) {
    const key = heap[0] ?? 0
    size--
    if (size > 0) {
      heap[0] = heap[size] ?? 0
      siftDown(heap, size, 0)
    }
    const rank = Math.floor(key / PLACE)
    const at = key - rank * PLACE
    if (ranks[at] !== rank) continue
    const second = next[at] ?? length
    const third = next[second] ?? length
    ranks[second] = NONE
    parts[at] = rank
    next[at] = third
    if (third < length) previous[third] = at
    count--
    pair(at)
    const before = previous[at] ?? -1
    if (before >= 0) pair(before)
  }
  return count
}

/**
 * Counts pieces, given as UTF-16 code units `[from, to)`. It keeps room for short pieces and takes more only while a long one is counted.
 *
 * That a piece is a token as a whole need not be looked up first, as tiktoken does it: merging finds it (a test holds this for every token).
 */
export const pieceCounter = (vocabulary: Vocabulary): ((units: Uint16Array, from: number, to: number) => number) => {
  const { byteRanks } = vocabulary
  const starts = hangulStarts(vocabulary)
  const shortParts = new Int32Array(SHORT)
  const shortRanks = new Int32Array(SHORT)

  const fill = (units: Uint16Array, from: number, to: number, parts: Int32Array): number => {
    let length = 0
    for (let i = from; i < to; i++) {
      const unit = units[i] ?? 0
      if (unit < 0x80) {
        const spaced = i === from && unit === 0x20 ? starts.spaced(units, i, to, parts, length) : 0
        if (spaced > 0) {
          length += spaced
          i++
        } else parts[length++] = byteRanks[unit] ?? NONE
        continue
      }
      const solid = starts.solid(units, i, from, to, parts, length)
      if (solid > 0) {
        length += solid
        continue
      }
      const low = unit >= 0xd800 && unit <= 0xdbff && i + 1 < to ? (units[i + 1] ?? 0) : 0
      const width = low >= 0xdc00 && low <= 0xdfff ? 2 : 1
      const end = encodeUtf8(units, i, i + width, parts, length)
      for (; length < end; length++) parts[length] = byteRanks[parts[length] ?? 0] ?? NONE
      i += width - 1
    }
    return length
  }

  return (units, from, to) => {
    if ((to - from) * 3 <= SHORT) {
      const length = fill(units, from, to, shortParts)
      return length === 1 ? 1 : countShort(vocabulary, shortParts, shortRanks, length)
    }
    const parts = new Int32Array((to - from) * 3)
    const length = fill(units, from, to, parts)
    return length <= SHORT ? countShort(vocabulary, parts, shortRanks, length) : countLong(vocabulary, parts, length)
  }
}
