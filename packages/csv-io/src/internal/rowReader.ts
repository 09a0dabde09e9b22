import { Buffer } from "node:buffer"
import * as Problem from "@batchlabel/core/Problem"
import * as Either from "effect/Either"
import { BadRow, CsvError, Empty, type FaultKind, RecordTooLarge, UndecodableByte } from "../CsvError.js"
import type { BadRecord, Encoding, RowBatch } from "../CsvReader.js"
import { type BlockParser, blockParser } from "./blockParser.js"
import { excerpt, lenientCells, position, withoutLineEnd } from "./cells.js"
import { Decoder } from "./decoder.js"
import { type Obstacle, Records } from "./records.js"

export interface RowReaderOptions {
  readonly path: string
  readonly encoding: Encoding | "auto"
  readonly delimiter: string
  readonly onBadRow: "fail" | "skip"
  readonly maxRecordBytes: number
}

/** Fewer good records than this between two broken ones are not worth a call of the block parser, which costs far more than they. */
const SHORT_RUN = 8

/** Of a broken record no more than this is reported. */
const RAW_BYTES = 10_000

interface Fault {
  readonly kind: FaultKind
  readonly at: number
  readonly expected: number
  readonly found: number
}

/**
 * Chunks of a file in, batches of rows out. Pure: it neither reads nor waits, and its batches do not depend on the chunks but in size.
 */
export class RowReader {
  /** Names of the columns, once the header has come. */
  header: ReadonlyArray<string> | undefined = undefined
  readonly decoder: Decoder
  private readonly records: Records
  private readonly options: RowReaderOptions
  private readonly delimiter: Buffer
  private parse: BlockParser
  private row = 0
  private bytesRead = 0

  constructor(options: RowReaderOptions) {
    this.options = options
    this.delimiter = Buffer.from(options.delimiter)
    this.decoder = new Decoder(options.encoding)
    this.records = new Records(this.decoder, this.delimiter, options.maxRecordBytes)
    this.parse = blockParser(options.delimiter, false)
  }

  /** How the first line ends. */
  get newline(): "\n" | "\r\n" | "\r" {
    return this.records.scanner.newline ?? "\n"
  }

  /** Takes the next chunk, `final` the last one; gives the rows that are complete now, if any. */
  push(chunk: Uint8Array, final: boolean): Either.Either<RowBatch | undefined, CsvError> {
    this.bytesRead += chunk.length
    const obstacle = this.records.push(chunk, final)
    if (obstacle !== undefined) return Either.left(this.obstructed(obstacle))
    const { scanner } = this.records
    let first = 0
    if (this.header === undefined && scanner.starts.length > 0) {
      const error = this.takeHeader()
      if (error !== undefined) return Either.left(error)
      first = 1
    }
    if (this.header === undefined) {
      return final ? Either.left(new CsvError({ reason: new Empty({ path: this.options.path }) })) : Either.right(undefined)
    }
    if (scanner.starts.length === first) {
      this.records.release()
      return Either.right(undefined)
    }
    const batch = this.takeRows(first, this.header.length)
    this.records.release()
    this.row += batch.rows.length
    const bad = batch.bad[0]
    if (bad !== undefined && this.options.onBadRow === "fail") {
      const { column, expected, fault, found, line, row } = bad
      const { path } = this.options
      return Either.left(new CsvError({ reason: new BadRow({ path, row: row + 1, line, column, fault, expected, found }) }))
    }
    return Either.right(batch)
  }

  private record(index: number): Buffer {
    const { scanner, window } = this.records
    return withoutLineEnd(window.bytes.subarray(scanner.starts[index], scanner.ends[index]), this.loneCr)
  }

  private lenient(index: number): Array<string> {
    return lenientCells(this.record(index), this.delimiter).map(({ text }) => text)
  }

  private get loneCr(): boolean {
    return this.records.scanner.newline === "\r"
  }

  private takeHeader(): CsvError | undefined {
    const { path } = this.options
    const { faults, lines } = this.records.scanner
    this.parse = blockParser(this.options.delimiter, this.loneCr)
    const record = this.record(0)
    const fault = faults[0]
    if (fault !== undefined && fault.record === 0) {
      const at = position(record, lines[0] ?? 1, fault.at - (this.records.scanner.starts[0] ?? 0), this.loneCr)
      return new CsvError({ reason: new BadRow({ path, row: 0, ...at, fault: fault.kind, expected: 0, found: 0 }) })
    }
    this.header = this.parse(record)[0] ?? []
    return undefined
  }

  private takeRows(first: number, width: number): RowBatch {
    const { ends, faults, starts } = this.records.scanner
    const rows: Array<ReadonlyArray<string>> = []
    const bad: Array<BadRecord> = []
    const add = (index: number, fault: Fault): void => {
      const row = this.row + rows.length
      bad.push(this.report(index, row, fault))
    }
    /** The records from `from` up to `to`, whose quotes are all right. */
    const addRun = (from: number, to: number): void => {
      const cells =
        to - from < SHORT_RUN
          ? Array.from({ length: to - from }, (_, i) => this.lenient(from + i))
          : this.parse(this.records.window.bytes.subarray(starts[from], ends[to - 1]))
      for (let i = 0; i < cells.length; i++) {
        const row = cells[i] ?? []
        if (row.length === width) {
          rows.push(row)
        } else {
          add(from + i, this.raggedFault(from + i, width, row.length))
          rows.push(this.fitted(row, width))
        }
      }
    }
    let next = first
    for (const fault of faults) {
      if (fault.record < first) continue
      addRun(next, fault.record)
      const cells = this.lenient(fault.record)
      const at = fault.at - (starts[fault.record] ?? 0)
      add(fault.record, { kind: fault.kind, at, expected: width, found: cells.length })
      rows.push(this.fitted(cells, width))
      next = fault.record + 1
    }
    addRun(next, starts.length)
    return { firstRow: this.row, rows, bad, bytesRead: this.bytesRead }
  }

  /** Where a record has its first cell too many, or where it ends. */
  private raggedFault(index: number, expected: number, found: number): Fault {
    const record = this.record(index)
    if (found < expected) return { kind: "too_few_cells", at: record.length, expected, found }
    const extra = lenientCells(record, this.delimiter)[expected]
    return { kind: "too_many_cells", at: extra?.start ?? record.length, expected, found }
  }

  private fitted(cells: ReadonlyArray<string>, width: number): ReadonlyArray<string> {
    return cells.length >= width ? cells.slice(0, width) : [...cells, ...new Array<string>(width - cells.length).fill("")]
  }

  private report(index: number, row: number, { at, expected, found, kind }: Fault): BadRecord {
    const record = this.record(index)
    return {
      row,
      ...position(record, this.records.scanner.lines[index] ?? 0, at, this.loneCr),
      fault: kind,
      expected,
      found,
      problem: Problem.make("BL1020", { fault: kind, expected, found }).text("en"),
      raw: excerpt(record, RAW_BYTES)
    }
  }

  private obstructed(obstacle: Obstacle): CsvError {
    const { path } = this.options
    const { scanner } = this.records
    const index = scanner.starts.length + (this.header === undefined ? 0 : 1)
    const row = this.row + index
    switch (obstacle._tag) {
      case "InvalidByte":
        return new CsvError({ reason: new UndecodableByte({ path, row, line: scanner.line, ...obstacle.invalid }) })
      case "TooLarge": {
        const { maxRecordBytes: limit } = this.options
        return new CsvError({ reason: new RecordTooLarge({ path, row, line: scanner.recordLine, limit }) })
      }
    }
  }
}
