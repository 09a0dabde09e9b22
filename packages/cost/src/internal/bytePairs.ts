/**
 * Byte pair encoding of one piece: again and again the neighbours whose joined bytes have the lowest rank become one, the leftmost first,
 * until no neighbours are a token together. Only how many parts are left is wanted.
 */
import { NO_TOKEN, type Vocabulary } from "./vocabulary.js"

// Up to here a scan for the lowest rank beats a heap.
const SHORT = 96

/** The scan: each step looks at all parts, so its time grows with the square of the length. */
const countShort = (
  vocabulary: Vocabulary,
  bytes: Uint8Array,
  prefix: Int32Array,
  length: number,
  starts: Int32Array,
  ranks: Int32Array
): number => {
  const { pairs } = vocabulary
  let parts = length
  for (let i = 0; i < length - 1; i++) {
    starts[i] = i
    ranks[i] = pairs[((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)] ?? NO_TOKEN
  }
  starts[length - 1] = length - 1
  starts[length] = length
  ranks[length - 1] = NO_TOKEN
  for (;;) {
    let lowest = NO_TOKEN
    let at = -1
    for (let i = 0; i < parts - 1; i++) {
      const rank = ranks[i] ?? NO_TOKEN
      if (rank < lowest) {
        lowest = rank
        at = i
      }
    }
    if (at < 0) return parts
    starts.copyWithin(at + 1, at + 2, parts + 1)
    ranks.copyWithin(at + 1, at + 2, parts)
    parts--
    const start = starts[at] ?? 0
    ranks[at] = at + 1 < parts ? vocabulary.rank(bytes, prefix, start, starts[at + 2] ?? 0) : NO_TOKEN
    if (at > 0) ranks[at - 1] = vocabulary.rank(bytes, prefix, starts[at - 1] ?? 0, starts[at + 1] ?? 0)
  }
}

// A heap key orders by rank, then by place: rank × 2³¹ + start, exact in a double.
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
const countLong = (vocabulary: Vocabulary, bytes: Uint8Array, prefix: Int32Array, length: number): number => {
  const { pairs } = vocabulary
  const next = new Int32Array(length)
  const previous = new Int32Array(length)
  const ranks = new Int32Array(length).fill(NO_TOKEN)
  // A merge takes a key and adds two at most, and there are fewer merges than bytes.
  const heap = new Float64Array(2 * length)
  let size = 0
  for (let i = 0; i < length; i++) {
    next[i] = i + 1
    previous[i] = i - 1
    if (i === length - 1) break
    const rank = pairs[((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)] ?? NO_TOKEN
    ranks[i] = rank
    if (rank !== NO_TOKEN) heap[size++] = rank * PLACE + i
  }
  for (let i = (size >> 1) - 1; i >= 0; i--) siftDown(heap, size, i)

  const pair = (at: number): void => {
    const second = next[at] ?? length
    const rank = second < length ? vocabulary.rank(bytes, prefix, at, next[second] ?? length) : NO_TOKEN
    ranks[at] = rank
    if (rank === NO_TOKEN) return
    heap[size] = rank * PLACE + at
    siftUp(heap, size++)
  }

  let parts = length
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
    ranks[second] = NO_TOKEN
    next[at] = third
    if (third < length) previous[third] = at
    parts--
    pair(at)
    const before = previous[at] ?? -1
    if (before >= 0) pair(before)
  }
  return parts
}

/** Counts pieces of one vocabulary. It keeps room for short pieces and takes more only while a long one is counted. */
export const pieceCounter = (vocabulary: Vocabulary): ((bytes: Uint8Array, length: number) => number) => {
  const prefix = new Int32Array(SHORT + 1)
  const starts = new Int32Array(SHORT + 1)
  const ranks = new Int32Array(SHORT + 1)
  return (bytes, length) => {
    const hashes = length > SHORT ? new Int32Array(length + 1) : prefix
    vocabulary.hashPrefixes(bytes, length, hashes)
    if (vocabulary.rank(bytes, hashes, 0, length) !== NO_TOKEN) return 1
    return length > SHORT
      ? countLong(vocabulary, bytes, hashes, length)
      : countShort(vocabulary, bytes, hashes, length, starts, ranks)
  }
}
