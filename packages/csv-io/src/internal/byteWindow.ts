import { Buffer } from "node:buffer"

const BASE_BYTES = 1024 * 1024

/** The part of a text that is being worked on: bytes are appended at its end and discarded at its start. */
export class ByteWindow {
  bytes = Buffer.allocUnsafeSlow(BASE_BYTES)
  length = 0

  append(piece: Uint8Array): void {
    const needed = this.length + piece.length
    if (needed > this.bytes.length) this.resize(Math.max(needed, this.bytes.length * 2))
    this.bytes.set(piece, this.length)
    this.length = needed
  }

  discard(count: number): void {
    this.bytes.copyWithin(0, count, this.length)
    this.length -= count
    // One huge record must not hold its memory for the rest of the file.
    if (this.bytes.length > 8 * BASE_BYTES && this.length <= BASE_BYTES) this.resize(BASE_BYTES)
  }

  private resize(capacity: number): void {
    const next = Buffer.allocUnsafeSlow(capacity)
    this.bytes.copy(next, 0, 0, this.length)
    this.bytes = next
  }
}
