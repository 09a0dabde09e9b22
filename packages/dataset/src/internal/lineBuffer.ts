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

  /** Adds a byte string. */
  addString(bytes: string): void {
    this.reserve(bytes.length)
    this.used += this.buffer.write(bytes, this.used, "latin1")
  }

  /** Adds bytes. */
  add(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.buffer.set(bytes, this.used)
    this.used += bytes.length
  }

  private reserve(count: number): void {
    if (this.used + count <= this.buffer.length) return
    const wider = Buffer.allocUnsafeSlow(Math.max(this.used + count, this.buffer.length * 2))
    this.buffer.copy(wider, 0, 0, this.used)
    this.buffer = wider
  }
}
