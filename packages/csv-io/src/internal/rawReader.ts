import { Buffer } from "node:buffer"
import * as Either from "effect/Either"
import { BadRow, CsvError, RecordTooLarge, UndecodableByte } from "../CsvError.js"
import type { Encoding } from "../CsvReader.js"
import { position } from "./cells.js"
import { decodeCp949 } from "./cp949.js"
import { Decoder, undecoded } from "./decoder.js"
import type { Head } from "./head.js"
import { type Obstacle, Records } from "./records.js"

/**
 * Bytes of a file as they stand there, up to the end of a record or a blank line; `starts` and `ends` are the offsets of the records in
 * them, and what lies between is blank lines. `header` comes once, apart: everything up to the end of the header record, without the
 * byte order mark. Bytes are valid until the next push.
 */
export interface RawBatch {
  readonly header: Buffer | undefined
  readonly bytes: Buffer
  readonly starts: ReadonlyArray<number>
  readonly ends: ReadonlyArray<number>
}

const NOTHING: RawBatch = { header: undefined, bytes: Buffer.alloc(0), starts: [], ends: [] }

/** Offsets in UTF-8 as offsets in the same text as UTF-16; `offsets` rise. */
const utf16Offsets = (text: Uint8Array, offsets: ReadonlyArray<number>): Array<number> => {
  let at = 0
  let units = 0
  return offsets.map((offset) => {
    for (; at < offset; at++) {
      const byte = text[at] ?? 0
      if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1
    }
    return units * 2
  })
}

const toUtf16 = (text: Buffer, encoding: "utf-16le" | "utf-16be"): Buffer => {
  const bytes = Buffer.from(text.toString("utf8"), "utf16le")
  return encoding === "utf-16le" ? bytes : bytes.swap16()
}

const isUtf16 = (encoding: Encoding): encoding is "utf-16le" | "utf-16be" => encoding === "utf-16le" || encoding === "utf-16be"

/** The byte order mark of a file, if it has one. */
export const markOf = ({ encoding, markBytes }: Head): Buffer => {
  if (markBytes === 0) return Buffer.alloc(0)
  return isUtf16(encoding) ? toUtf16(Buffer.from("\ufeff"), encoding) : Buffer.from("\ufeff")
}

export interface RawReaderOptions {
  readonly path: string
  readonly head: Head
  readonly delimiter: string
  readonly maxRecordBytes: number
  /** Whether a record with faulty quotes is an error. */
  readonly strict: boolean
}

/**
 * Finds records in the bytes of a file and leaves them as they are. UTF-8 and CP949 are not even decoded: quotes, line ends and the
 * delimiter look the same in both. UTF-16 is scanned as UTF-8 and turned back, which gives the same bytes.
 */
export class RawReader {
  private readonly records: Records
  private readonly options: RawReaderOptions
  /** Records before those at hand, the header included. */
  private seen = 0
  private headerDone = false

  constructor(options: RawReaderOptions) {
    const { encoding, markBytes } = options.head
    this.options = options
    const source = isUtf16(encoding) ? new Decoder(encoding) : undecoded(markBytes)
    this.records = new Records(source, Buffer.from(options.delimiter), options.maxRecordBytes)
  }

  push(chunk: Uint8Array, final: boolean): Either.Either<RawBatch, CsvError> {
    this.release()
    return this.take(this.records.push(chunk, final))
  }

  /** Whether there may be more records in what was pushed. */
  get hasMore(): boolean {
    return this.records.hasMore
  }

  /** Gives the next records of what was pushed. */
  goOn(): Either.Either<RawBatch, CsvError> {
    this.release()
    return this.take(this.records.goOn())
  }

  private release(): void {
    if (!this.headerDone) return
    this.seen += this.records.scanner.starts.length
    this.records.release()
  }

  private take(obstacle: Obstacle | undefined): Either.Either<RawBatch, CsvError> {
    if (obstacle !== undefined) return Either.left(this.obstructed(obstacle))
    const error = this.options.strict ? this.firstFault() : undefined
    if (error !== undefined) return Either.left(error)
    const batch = this.complete()
    const [headerEnd] = batch.ends
    if (this.headerDone) return Either.right(batch)
    if (headerEnd === undefined) return Either.right(NOTHING)
    this.headerDone = true
    const moved = (offsets: ReadonlyArray<number>): Array<number> => offsets.slice(1).map((offset) => offset - headerEnd)
    return Either.right({
      header: Buffer.from(batch.bytes.subarray(0, headerEnd)),
      bytes: batch.bytes.subarray(headerEnd),
      starts: moved(batch.starts),
      ends: moved(batch.ends)
    })
  }

  /** All that is complete in the window. */
  private complete(): RawBatch {
    const { scanner, window } = this.records
    const { encoding } = this.options.head
    const text = window.bytes.subarray(0, scanner.recordStart)
    if (!isUtf16(encoding)) return { header: undefined, bytes: text, starts: scanner.starts, ends: scanner.ends }
    const [starts, ends] = [utf16Offsets(text, scanner.starts), utf16Offsets(text, scanner.ends)]
    return { header: undefined, bytes: toUtf16(text, encoding), starts, ends }
  }

  private firstFault(): CsvError | undefined {
    const { faults, newline, starts } = this.records.scanner
    const fault = faults[0]
    if (fault === undefined) return undefined
    const start = starts[fault.record] ?? 0
    const before = this.records.window.bytes.subarray(start, fault.at)
    // Columns are counted in characters.
    const text = this.options.head.encoding === "cp949" ? Buffer.from(decodeCp949(before, true).text) : before
    const at = position(text, this.records.lineAt(start), text.length, newline === "\r")
    const row = this.seen + fault.record
    return new CsvError({ reason: new BadRow({ path: this.options.path, row, ...at, fault: fault.kind, expected: 0, found: 0 }) })
  }

  private obstructed(obstacle: Obstacle): CsvError {
    const { maxRecordBytes: limit, path } = this.options
    const { scanner, window } = this.records
    const row = this.seen + scanner.starts.length
    return new CsvError({
      reason:
        obstacle._tag === "InvalidByte"
          ? new UndecodableByte({ path, row, line: this.records.lineAt(window.length), ...obstacle.invalid })
          : new RecordTooLarge({ path, row, line: this.records.lineAt(scanner.recordStart), limit })
    })
  }
}

/** Whether the bytes end a line, given how lines end in the file. */
export const endsLine = (bytes: Buffer, { encoding, newline }: Head): boolean => {
  const width = isUtf16(encoding) ? 2 : 1
  if (bytes.length < width) return false
  const last =
    width === 1
      ? bytes[bytes.length - 1]
      : encoding === "utf-16le"
        ? bytes.readUInt16LE(bytes.length - 2)
        : bytes.readUInt16BE(bytes.length - 2)
  return last === 0x0a || (newline === "\r" && last === 0x0d)
}

/** The line end of a file, in its encoding. */
export const lineEndOf = ({ encoding, newline }: Head): Buffer =>
  isUtf16(encoding) ? toUtf16(Buffer.from(newline), encoding) : Buffer.from(newline)
