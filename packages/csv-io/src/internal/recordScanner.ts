import type { FaultKind } from "../CsvError.js"

const QUOTE = 0x22
const LF = 0x0a
const CR = 0x0d

/** Where the scan stands: before a record, before a cell, in a cell without quotes, or between quotes. */
enum State {
  Record = 0,
  Cell = 1,
  Plain = 2,
  Quoted = 3
}

/** A record whose quotes are wrong: `record` is its index among those found, `at` the offset of the first fault. */
export interface QuoteFault {
  readonly record: number
  readonly kind: FaultKind
  readonly at: number
}

/**
 * Finds the records of a CSV in UTF-8 (or any encoding in which quotes, line ends and the delimiter are single bytes of their own),
 * without parsing their cells, in text that comes piece by piece.
 *
 * A record ends at LF or CRLF outside quotes; where the first line ends with a lone CR, at lone CRs as well. Blank lines are no
 * records. Faulty quotes are noticed here, and a fault must not swallow the records after it:
 *
 * - a quote inside an unquoted cell, and text after a closing quote on the line of its opening quote, are taken as they are; the
 *   record goes on to its end and is faulty;
 * - a quoted cell that is never closed, or whose next quote stands on a later line and is no closing quote, cannot be trusted to hold
 *   those lines: the faulty record ends with the line of the opening quote, and the lines after it are judged anew.
 */
export class RecordScanner {
  /** Offsets of the records found so far, ends after their line ends, and the physical lines they begin on. */
  starts: Array<number> = []
  ends: Array<number> = []
  lines: Array<number> = []
  faults: Array<QuoteFault> = []
  /** The line of the scan, from 1. */
  line = 1
  /** Where the record at hand begins, and its line. */
  recordStart = 0
  recordLine = 1
  /** How the first line ends; undefined until then. */
  newline: "\n" | "\r\n" | "\r" | undefined = undefined

  private position = 0
  private state = State.Record
  private fault: Omit<QuoteFault, "record"> | undefined = undefined
  private quoteAt = 0
  private quoteLine = 1
  private readonly delimiter: Uint8Array
  private readonly first: number
  /** How many bytes must be known to tell a delimiter or a line end. */
  private readonly reach: number

  constructor(delimiter: Uint8Array) {
    this.delimiter = delimiter
    this.first = delimiter[0] ?? 0
    this.reach = Math.max(delimiter.length, 2)
  }

  /** Whether the scan stands inside a record. */
  get inRecord(): boolean {
    return this.state !== State.Record
  }

  /** Goes on through `bytes` up to `end`; with `final` no more will come, so that the last record ends there. */
  scan(bytes: Uint8Array, end: number, final: boolean): void {
    const { first, reach } = this
    let p = this.position
    // What cannot be told apart yet at the end of what there is waits for the bytes after it.
    for (;;) {
      if (p >= end) {
        if (!final || this.state === State.Record) break
        if (this.state === State.Quoted) {
          p = this.resynchronise(bytes, end)
        } else {
          this.finish(end)
        }
        continue
      }
      if (this.state === State.Record) {
        if (bytes[p] === CR && p + reach > end && !final) break
        const lineEnd = this.lineEnd(bytes, p, end)
        if (lineEnd > 0) {
          p += lineEnd
          this.nextLine(bytes, p, lineEnd)
          this.recordStart = p
          this.recordLine = this.line
          continue
        }
        this.recordStart = p
        this.recordLine = this.line
        this.state = State.Cell
      }
      if (this.state === State.Cell) {
        if (bytes[p] === QUOTE) {
          this.quoteAt = p
          this.quoteLine = this.line
          this.state = State.Quoted
          p++
        } else {
          this.state = State.Plain
        }
        continue
      }
      if (this.state === State.Quoted) {
        let byte = bytes[p]
        while (p < end && byte !== QUOTE) {
          if (byte === LF) this.line++
          else if (byte === CR && this.newline === "\r") {
            if (p + 1 >= end && !final) break
            if (bytes[p + 1] !== LF) this.line++
          }
          byte = bytes[++p]
        }
        if (p >= end) continue
        if (byte !== QUOTE || (p + 1 + reach > end && !final)) break
        p++
        if (p < end && bytes[p] === QUOTE) {
          p++
          continue
        }
        if (p >= end || this.delimiterAt(bytes, p, end) || this.lineEnd(bytes, p, end) > 0) {
          this.state = State.Plain
        } else if (this.line === this.quoteLine) {
          this.fault ??= { kind: "text_after_quote", at: p }
          this.state = State.Plain
        } else {
          p = this.resynchronise(bytes, end)
        }
        continue
      }
      let byte = bytes[p]
      while (p < end && byte !== first && byte !== LF && byte !== QUOTE && byte !== CR) byte = bytes[++p]
      if (p >= end) continue
      if (byte === QUOTE) {
        this.fault ??= { kind: "stray_quote", at: p }
        p++
        continue
      }
      if (byte !== LF && p + reach > end && !final) break
      const lineEnd = this.lineEnd(bytes, p, end)
      if (lineEnd > 0) {
        p += lineEnd
        this.nextLine(bytes, p, lineEnd)
        this.finish(p)
      } else if (this.delimiterAt(bytes, p, end)) {
        p += this.delimiter.length
        this.state = State.Cell
      } else {
        p++
      }
    }
    this.position = p
  }

  /** Forgets the records found so far and the first `count` bytes, which were discarded. */
  shift(count: number): void {
    this.starts = []
    this.ends = []
    this.lines = []
    this.faults = []
    this.position -= count
    this.recordStart -= count
    this.quoteAt -= count
    if (this.fault !== undefined) this.fault = { ...this.fault, at: this.fault.at - count }
  }

  /** Length of the line end at `p`, or 0. */
  private lineEnd(bytes: Uint8Array, p: number, end: number): number {
    if (bytes[p] === LF) return 1
    if (bytes[p] !== CR) return 0
    if (p + 1 < end && bytes[p + 1] === LF) return 2
    return this.newline === undefined || this.newline === "\r" ? 1 : 0
  }

  private delimiterAt(bytes: Uint8Array, p: number, end: number): boolean {
    if (p + this.delimiter.length > end) return false
    for (let i = 0; i < this.delimiter.length; i++) {
      if (bytes[p + i] !== this.delimiter[i]) return false
    }
    return true
  }

  private nextLine(bytes: Uint8Array, after: number, length: number): void {
    this.line++
    this.newline ??= length === 2 ? "\r\n" : bytes[after - 1] === LF ? "\n" : "\r"
  }

  private finish(end: number): void {
    if (this.fault !== undefined) {
      this.faults.push({ record: this.starts.length, ...this.fault })
      this.fault = undefined
    }
    this.starts.push(this.recordStart)
    this.ends.push(end)
    this.lines.push(this.recordLine)
    this.recordStart = end
    this.recordLine = this.line
    this.state = State.Record
  }

  /** Ends the record with the line of the quote that turned out to open nothing, and gives the offset to go on from. */
  private resynchronise(bytes: Uint8Array, end: number): number {
    this.fault ??= { kind: "unclosed_quote", at: this.quoteAt }
    this.line = this.quoteLine
    let p = this.quoteAt
    while (p < end) {
      const lineEnd = this.lineEnd(bytes, p, end)
      p += Math.max(lineEnd, 1)
      if (lineEnd > 0) {
        this.nextLine(bytes, p, lineEnd)
        break
      }
    }
    this.finish(p)
    return p
  }
}
