import { Buffer } from "node:buffer"
import * as Either from "effect/Either"
import { BadRow, CsvError, Empty, type FaultKind, RecordTooLarge, UndecodableByte } from "../CsvError.js"
import * as CsvProblem from "../CsvProblem.js"
import type { BadRecord, Encoding, RowBatch } from "../CsvReader.js"
import { type Cell, excerpt, lenientCells, position, withoutLineEnd } from "./cells.js"
import { Decoder } from "./decoder.js"
import { headerCells } from "./headerCells.js"
import { type Obstacle, Records } from "./records.js"
import { Rows } from "./rows.js"

export interface RowReaderOptions {
  readonly path: string
  readonly encoding: Encoding | "auto"
  readonly delimiter: string
  readonly onBadRow: "fail" | "skip"
  readonly maxRecordBytes: number
}

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
  private row = 0
  private bytesRead = 0

  constructor(options: RowReaderOptions) {
    this.options = options
    this.delimiter = Buffer.from(options.delimiter)
    this.decoder = new Decoder(options.encoding)
    this.records = new Records(this.decoder, this.delimiter, options.maxRecordBytes)
  }

  /** How the first line ends. */
  get newline(): "\n" | "\r\n" | "\r" {
    return this.records.scanner.newline ?? "\n"
  }

  /** Takes the next chunk, `final` the last one; gives the rows that are complete now, if any. */
  push(chunk: Uint8Array, final: boolean): Either.Either<RowBatch | undefined, CsvError> {
    this.bytesRead += chunk.length
    return this.take(this.records.push(chunk, final), final)
  }

  /** Whether there may be more rows in what was pushed. */
  get hasMore(): boolean {
    return this.records.hasMore
  }

  /** Gives the next rows of what was pushed. */
  goOn(): Either.Either<RowBatch | undefined, CsvError> {
    return this.take(this.records.goOn(), false)
  }

  private take(obstacle: Obstacle | undefined, final: boolean): Either.Either<RowBatch | undefined, CsvError> {
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
    this.row += batch.size
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
    return withoutLineEnd(window.bytes.subarray(scanner.starts[index], scanner.ends[index]), this.records.loneCr)
  }

  private takeHeader(): CsvError | undefined {
    const { delimiter, path } = this.options
    const { faults, starts } = this.records.scanner
    const [fault] = faults
    const start = starts[0] ?? 0
    const record = this.record(0)
    if (fault !== undefined && fault.record === 0) {
      const at = position(record, this.records.lineAt(start), fault.at - start, this.records.loneCr)
      return new CsvError({ reason: new BadRow({ path, row: 0, ...at, fault: fault.kind, expected: 0, found: 0 }) })
    }
    this.header = headerCells(record, delimiter)
    return undefined
  }

  private takeRows(first: number, width: number): RowBatch {
    const { loneCr, scanner, text } = this.records
    const { cellEnds, cells, ends, faults, starts } = scanner
    const bad: Array<BadRecord> = []
    const broken = new Map<number, ReadonlyArray<string>>()
    let before = first === 0 ? 0 : (cellEnds[first - 1] ?? 0)
    let at = faults.findIndex(({ record }) => record >= first)
    for (let record = first; record < starts.length; record++) {
      const cellEnd = cellEnds[record] ?? 0
      const found = cellEnd - before
      before = cellEnd
      const fault = at === -1 ? undefined : faults[at]
      const faulty = fault?.record === record
      if (!faulty && found === width) continue
      const lenient = lenientCells(this.record(record), this.delimiter)
      const index = record - first
      broken.set(index, this.fitted(lenient, width))
      bad.push(
        this.report(
          record,
          this.row + index,
          faulty
            ? { kind: fault.kind, at: fault.at - (starts[record] ?? 0), expected: width, found: lenient.length }
            : this.raggedFault(record, lenient, width)
        )
      )
      if (faulty) at++
    }
    const bounds = cells.take(before)
    return new Rows({ text, first, starts, ends, cellEnds, bounds, loneCr }, width, broken, {
      firstRow: this.row,
      bad,
      bytesRead: this.bytesRead
    })
  }

  /** Where a record has its first cell too many, or where it ends. */
  private raggedFault(index: number, cells: ReadonlyArray<Cell>, expected: number): Fault {
    const found = cells.length
    const kind = found < expected ? "too_few_cells" : "too_many_cells"
    return { kind, at: cells[expected]?.start ?? this.record(index).length, expected, found }
  }

  private fitted(cells: ReadonlyArray<Cell>, width: number): ReadonlyArray<string> {
    return Array.from({ length: width }, (_, column) => cells[column]?.text ?? "")
  }

  private report(index: number, row: number, { at, expected, found, kind }: Fault): BadRecord {
    const record = this.record(index)
    return {
      row,
      ...position(record, this.records.lineAt(this.records.scanner.starts[index] ?? 0), at, this.records.loneCr),
      fault: kind,
      expected,
      found,
      problem: CsvProblem.make("BL1020", { fault: kind, expected, found }).message,
      raw: excerpt(record, RAW_BYTES)
    }
  }

  private obstructed(obstacle: Obstacle): CsvError {
    const { path } = this.options
    const { scanner, window } = this.records
    const row = this.row + scanner.starts.length + (this.header === undefined ? 0 : 1)
    switch (obstacle._tag) {
      case "InvalidByte": {
        const line = this.records.lineAt(window.length)
        return new CsvError({ reason: new UndecodableByte({ path, row, line, ...obstacle.invalid }) })
      }
      case "TooLarge": {
        const line = this.records.lineAt(scanner.recordStart)
        return new CsvError({ reason: new RecordTooLarge({ path, row, line, limit: this.options.maxRecordBytes }) })
      }
    }
  }
}
