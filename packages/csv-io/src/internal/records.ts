import type { Buffer } from "node:buffer"
import { ByteWindow } from "./byteWindow.js"
import type { InvalidByte, TextSource } from "./decoder.js"
import { LineCounter } from "./lineCounter.js"
import { RecordScanner } from "./recordScanner.js"

/** Why the records of a file end before the file does. */
export type Obstacle = { readonly _tag: "InvalidByte"; readonly invalid: InvalidByte } | { readonly _tag: "TooLarge" }

/**
 * Chunks of a file in, records out: `scanner` says where in `window` the complete ones stand, until `release` gives their bytes back.
 */
export class Records {
  readonly window = new ByteWindow()
  readonly scanner: RecordScanner
  private readonly source: TextSource
  private readonly maxRecordBytes: number
  private readonly lines = new LineCounter()
  private final = false
  private invalid: InvalidByte | undefined = undefined

  constructor(source: TextSource, delimiter: Buffer, maxRecordBytes: number) {
    this.source = source
    this.scanner = new RecordScanner(delimiter)
    this.maxRecordBytes = maxRecordBytes
  }

  /** Takes the next chunk, `final` the last one (which may be empty). What was found before an obstacle is still there. */
  push(chunk: Uint8Array, final: boolean): Obstacle | undefined {
    const { invalid, text } = this.source.push(chunk, final)
    this.window.append(text)
    this.invalid = invalid
    this.final = final && invalid === undefined
    return this.goOn()
  }

  /** Whether there may be more complete records in what was pushed: `release` those that are there, and `goOn`. */
  get hasMore(): boolean {
    return this.scanner.paused
  }

  /** Goes on through what was pushed. */
  goOn(): Obstacle | undefined {
    this.scanner.scan(this.window.bytes, this.window.length, this.final)
    if (this.scanner.paused) return undefined
    if (this.invalid !== undefined) return { _tag: "InvalidByte", invalid: this.invalid }
    if (this.scanner.inRecord && this.window.length - this.scanner.recordStart > this.maxRecordBytes) return { _tag: "TooLarge" }
    return undefined
  }

  /** Whether lone CRs end records. */
  get loneCr(): boolean {
    return this.scanner.newline === "\r"
  }

  /** The physical line of an offset in the window, from 1; quick for offsets that rise. */
  lineAt(offset: number): number {
    return this.lines.at(offset, this.text, this.loneCr)
  }

  /** The bytes of the window, one a character. */
  get text(): string {
    return this.scanner.textOf(this.window.bytes)
  }

  /** Gives back the bytes of all complete records. */
  release(): void {
    const count = this.scanner.recordStart
    // Within a long record each chunk comes here: nothing of it may be looked through again.
    if (count === 0) return
    this.lines.discard(count, this.text, this.loneCr)
    this.window.discard(count)
    this.scanner.shift(count)
  }
}
