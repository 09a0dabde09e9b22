/** Lines that are put together in memory which is used again and again. */
export class LineBuffer {
  private buffer = Buffer.allocUnsafeSlow(2 * 1024 * 1024)
  private used = 0

  get bytes(): Uint8Array {
    return this.buffer.subarray(0, this.used)
  }

  clear(): void {
    this.used = 0
  }

  /** Makes room for so many bytes more. */
  reserve(count: number): void {
    if (this.used + count <= this.buffer.length) return
    const wider = Buffer.allocUnsafeSlow(Math.max(this.used + count, this.buffer.length * 2))
    this.buffer.copy(wider, 0, 0, this.used)
    this.buffer = wider
  }

  /** Adds a byte string; there must be room for it. */
  addString(bytes: string): void {
    this.used += this.buffer.write(bytes, this.used, "latin1")
  }

  /** Adds bytes; there must be room for them. */
  add(bytes: Uint8Array): void {
    this.buffer.set(bytes, this.used)
    this.used += bytes.length
  }
}
