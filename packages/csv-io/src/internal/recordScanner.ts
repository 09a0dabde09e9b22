import type { Buffer } from "node:buffer"
import type { FaultKind } from "../CsvError.js"
import { CellBounds } from "./cellBounds.js"

const QUOTE = 0x22
const LF = 0x0a
const CR = 0x0d

/** Where the scan stands: before a record, before a cell, in a cell without quotes (or behind one with quotes), or between quotes. */
enum State {
  Record = 0,
  Cell = 1,
  Plain = 2,
  Quoted = 3
}

/**
 * Records that are found in one scan. A chunk of a file has fewer, but a quote that was never closed leaves all lines up to the end of the
 * file, or the limit of a record, to be judged anew.
 */
const mostRecords = 200_000

/** A record whose quotes are wrong: `record` is its index among those found, `at` the offset of the first fault. */
export interface QuoteFault {
  readonly record: number
  readonly kind: FaultKind
  readonly at: number
}

/**
 * Finds the records of a CSV and the bounds of their cells, in UTF-8 (or any encoding in which quotes, line ends and the delimiter are
 * bytes of their own) that comes piece by piece.
 *
 * A record ends at LF or CRLF outside quotes; where the first line ends with a lone CR, at lone CRs as well. Blank lines are no
 * records. Faulty quotes are noticed here, and a fault must not swallow the records after it:
 *
 * - a quote inside an unquoted cell, and text after a closing quote on the line of its opening quote, are taken as they are; the
 *   record goes on to its end and is faulty;
 * - a quoted cell that is never closed, or whose next quote stands on a later line and is no closing quote, cannot be trusted to hold
 *   those lines: the faulty record ends with the line of the opening quote, and the lines after it are judged anew.
 *
 * The bytes are looked at as a string of one character a byte: V8 searches it many times faster than a `Buffer`.
 */
export class RecordScanner {
  /** Offsets of the records found so far, ends after their line ends. */
  starts: Array<number> = []
  ends: Array<number> = []
  /** How many cells there are up to the end of each record; those of a faulty record mean nothing. */
  cellEnds: Array<number> = []
  faults: Array<QuoteFault> = []
  readonly cells = new CellBounds()
  /** Where the record at hand begins. */
  recordStart = 0
  /** Whether the last scan found as many records as it may, so that there may be more in the bytes it was given. */
  paused = false
  /** How the first line ends; undefined until then. */
  newline: "\n" | "\r\n" | "\r" | undefined = undefined

  /** The bytes of the last scan from `base` on, one a character. */
  private text = ""
  private base = 0
  private position = 0
  private state = State.Record
  private fault: Omit<QuoteFault, "record"> | undefined = undefined
  private quoteAt = 0
  private cellStart = 0
  /** Where the quoted cell at hand has its closing quote, or -1. */
  private closedAt = -1
  private readonly delimiter: string
  private readonly first: number
  /** How many bytes must be known to tell a delimiter or a line end. */
  private readonly reach: number

  constructor(delimiter: Buffer) {
    this.delimiter = delimiter.toString("latin1")
    this.first = delimiter[0] ?? 0
    this.reach = Math.max(delimiter.length, 2)
  }

  /** Whether the scan stands inside a record. */
  get inRecord(): boolean {
    return this.state !== State.Record
  }

  /** Goes on through `bytes` up to `end`; with `final` no more will come, so that the last record ends there. */
  scan(bytes: Buffer, end: number, final: boolean): void {
    const { first, reach } = this
    // With what is left of the scan before, as long as that is little: the caller wants the records as a string as well.
    let base = this.view(bytes, 2 * this.position <= end ? 0 : this.position, end)
    let { text } = this
    let { length } = text
    let p = this.position - base
    this.paused = false

    // What cannot be told apart yet at the end of what there is waits for the bytes after it.
    for (;;) {
      if (p >= length) {
        if (!final || this.state === State.Record) break
        if (this.state === State.Quoted) {
          const resumed = this.resynchronise(bytes, end)
          if (resumed < base) {
            base = this.view(bytes, resumed, end)
            text = this.text
            length = text.length
          }
          p = resumed - base
        } else {
          if (this.state === State.Cell) this.beginCell(base + p)
          this.endCell(base + p)
          this.finish(base + p)
        }
        continue
      }
      if (this.starts.length >= mostRecords) {
        this.paused = true
        break
      }
      if (this.state === State.Record) {
        if (text.charCodeAt(p) === CR && p + reach > length && !final) break
        const lineEnd = this.lineEnd(text.charCodeAt(p), text.charCodeAt(p + 1))
        if (lineEnd > 0) {
          p += lineEnd
          this.noteNewline(text.charCodeAt(p - 1), lineEnd)
          this.recordStart = base + p
          continue
        }
        this.recordStart = base + p
        this.state = State.Cell
      }
      if (this.state === State.Cell) {
        if (text.charCodeAt(p) === QUOTE) {
          this.quoteAt = base + p
          p++
          this.state = State.Quoted
        } else {
          this.state = State.Plain
        }
        this.beginCell(base + p)
        continue
      }
      if (this.state === State.Quoted) {
        const quote = text.indexOf('"', p)
        p = quote === -1 ? length : quote
        if (quote === -1) continue
        if (p + 1 + reach > length && !final) break
        p++
        if (p < length && text.charCodeAt(p) === QUOTE) {
          p++
          continue
        }
        if (p >= length || this.delimiterAt(text, p) || this.lineEnd(text.charCodeAt(p), text.charCodeAt(p + 1)) > 0) {
          this.closedAt = base + quote
          this.state = State.Plain
        } else if (this.onLineOfQuote(bytes, base + p)) {
          this.fault ??= { kind: "text_after_quote", at: base + p }
          this.state = State.Plain
        } else {
          const resumed = this.resynchronise(bytes, end)
          if (resumed < base) {
            base = this.view(bytes, resumed, end)
            text = this.text
            length = text.length
          }
          p = resumed - base
        }
        continue
      }
      let byte = text.charCodeAt(p)
      while (byte !== first && byte !== LF && byte !== QUOTE && byte !== CR && ++p < length) byte = text.charCodeAt(p)
      if (p >= length) continue
      if (byte === QUOTE) {
        this.fault ??= { kind: "stray_quote", at: base + p }
        p++
        continue
      }
      if (byte !== LF && p + reach > length && !final) break
      const lineEnd = this.lineEnd(text.charCodeAt(p), text.charCodeAt(p + 1))
      if (lineEnd > 0) {
        this.endCell(base + p)
        p += lineEnd
        this.noteNewline(text.charCodeAt(p - 1), lineEnd)
        this.finish(base + p)
      } else if (this.delimiterAt(text, p)) {
        this.endCell(base + p)
        p += this.delimiter.length
        this.state = State.Cell
      } else {
        p++
      }
    }
    this.position = base + p
  }

  /** All bytes up to where the last scan ended, one a character. */
  textOf(bytes: Buffer): string {
    if (this.base !== 0) this.view(bytes, 0, this.base + this.text.length)
    return this.text
  }

  /** Forgets the records found so far and the first `count` bytes, which were discarded. */
  shift(count: number): void {
    this.cells.shift(this.cellEnds.at(-1) ?? 0, count)
    this.starts = []
    this.ends = []
    this.cellEnds = []
    this.faults = []
    this.text = ""
    this.base = 0
    this.position -= count
    this.recordStart -= count
    this.quoteAt -= count
    this.cellStart -= count
    if (this.closedAt !== -1) this.closedAt -= count
    if (this.fault !== undefined) this.fault = { ...this.fault, at: this.fault.at - count }
  }

  /** Takes the bytes from `base` to `end` into view. */
  private view(bytes: Buffer, base: number, end: number): number {
    this.text = bytes.toString("latin1", base, end)
    this.base = base
    return base
  }

  /** Length of the line end that these two begin with, or 0. */
  private lineEnd(byte: number | undefined, next: number | undefined): number {
    if (byte === LF) return 1
    if (byte !== CR) return 0
    if (next === LF) return 2
    return this.newline === undefined || this.newline === "\r" ? 1 : 0
  }

  private delimiterAt(text: string, p: number): boolean {
    return text.charCodeAt(p) === this.first && (this.delimiter.length === 1 || text.startsWith(this.delimiter, p))
  }

  private onLineOfQuote(bytes: Buffer, at: number): boolean {
    const between = bytes.subarray(this.quoteAt, at)
    return !between.includes(LF) && !(this.newline === "\r" && between.includes(CR))
  }

  private noteNewline(last: number | undefined, length: number): void {
    this.newline ??= length === 2 ? "\r\n" : last === LF ? "\n" : "\r"
  }

  private beginCell(at: number): void {
    this.cellStart = at
    this.closedAt = -1
  }

  private endCell(at: number): void {
    this.cells.add(this.cellStart, this.closedAt === -1 ? at : this.closedAt)
  }

  private finish(end: number): void {
    if (this.fault !== undefined) {
      this.faults.push({ record: this.starts.length, ...this.fault })
      this.fault = undefined
    }
    this.starts.push(this.recordStart)
    this.ends.push(end)
    this.cellEnds.push(this.cells.count)
    this.recordStart = end
    this.state = State.Record
  }

  /** Ends the record with the line of the quote that turned out to open nothing, and gives the offset to go on from. */
  private resynchronise(bytes: Buffer, end: number): number {
    this.fault ??= { kind: "unclosed_quote", at: this.quoteAt }
    let p = this.quoteAt
    while (p < end) {
      const lineEnd = this.lineEnd(bytes[p], p + 1 < end ? bytes[p + 1] : undefined)
      p += Math.max(lineEnd, 1)
      if (lineEnd > 0) {
        this.noteNewline(bytes[p - 1], lineEnd)
        break
      }
    }
    this.finish(p)
    return p
  }
}
