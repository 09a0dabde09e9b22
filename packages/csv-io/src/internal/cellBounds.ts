/** Where cells begin and end: a pair of offsets each, between the quotes where there are any. */
export class CellBounds {
  private offsets = new Int32Array(8192)
  private used = 0

  /** How many cells there are. */
  get count(): number {
    return this.used >> 1
  }

  add(start: number, end: number): void {
    if (this.used === this.offsets.length) {
      const wider = new Int32Array(this.used * 2)
      wider.set(this.offsets)
      this.offsets = wider
    }
    this.offsets[this.used] = start
    this.offsets[this.used + 1] = end
    this.used += 2
  }

  /** A copy of the first `cells`. */
  take(cells: number): Int32Array {
    return this.offsets.slice(0, cells * 2)
  }

  /** Forgets the first `cells`; the bytes of the others have moved by `count`. */
  shift(cells: number, count: number): void {
    this.offsets.copyWithin(0, cells * 2, this.used)
    this.used -= cells * 2
    for (let i = 0; i < this.used; i++) this.offsets[i] = (this.offsets[i] ?? 0) - count
  }
}
