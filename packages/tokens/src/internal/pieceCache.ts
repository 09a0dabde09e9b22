/** Token counts of pieces that were seen lately. Bounded: when it is full it starts again from nothing. */

// A slot: hash, place in the arena, length and count; length 0 is free.
const FIELDS = 4
const SLOTS = 1 << 17
const ENTRIES = SLOTS / 2
const ARENA = 1 << 20

/** Longer pieces hardly come twice. */
const LONGEST = 64

export class PieceCache {
  private slots = new Int32Array(SLOTS * FIELDS)
  private arena = new Uint16Array(ARENA)
  private used = 0
  private entries = 0

  /** The count of the piece `units[from, to)`, or what `miss` says it is. */
  count(units: Uint16Array, from: number, to: number, miss: (units: Uint16Array, from: number, to: number) => number): number {
    const length = to - from
    if (length > LONGEST) return miss(units, from, to)
    let hash = length
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ (units[i] ?? 0), 0x01000193) ^ (hash >>> 15)
    const { arena, slots } = this
    let slot = Math.imul(hash, 0x2c1b3c6d) >>> 15
    for (;;) {
      const at = slot * FIELDS
      const stored = slots[at + 2] ?? 0
      if (stored === 0) break
      if (stored === length && slots[at] === hash) {
        const place = slots[at + 1] ?? 0
        let i = 0
        while (i < length && arena[place + i] === units[from + i]) i++
        if (i === length) return slots[at + 3] ?? 0
      }
      slot = (slot + 1) & (SLOTS - 1)
    }
    const count = miss(units, from, to)
    if (this.entries === ENTRIES || this.used + length > ARENA) {
      slots.fill(0)
      this.used = 0
      this.entries = 0
      return count
    }
    const at = slot * FIELDS
    for (let i = 0; i < length; i++) arena[this.used + i] = units[from + i] ?? 0
    slots[at] = hash
    slots[at + 1] = this.used
    slots[at + 2] = length
    slots[at + 3] = count
    this.used += length
    this.entries++
    return count
  }
}
