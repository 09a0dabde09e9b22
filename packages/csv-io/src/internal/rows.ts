import * as ByteString from "@batchlabel/core/ByteString"
import type { BadRecord, RowBatch } from "../CsvReader.js"

const QUOTE = 0x22
const LF = 0x0a
const CR = 0x0d

/** What the scanner has found in a block of whole records, from record `first` on. */
export interface Block {
  /** A byte string; what stands behind the last record is not looked at. */
  readonly text: string
  readonly first: number
  readonly starts: ReadonlyArray<number>
  readonly ends: ReadonlyArray<number>
  readonly cellEnds: ReadonlyArray<number>
  readonly bounds: Int32Array
  readonly loneCr: boolean
}

/** Rows that are parsed when they are asked for, out of a block that is theirs alone. */
export class Rows implements RowBatch {
  readonly firstRow: number
  readonly size: number
  readonly bad: ReadonlyArray<BadRecord>
  readonly bytesRead: number
  private readonly block: Block
  private readonly width: number
  /** The cells of broken records, by index. */
  private readonly broken: ReadonlyMap<number, ReadonlyArray<string>>
  private readonly hasCr: boolean
  private parsed: ReadonlyArray<ReadonlyArray<string>> | undefined = undefined

  constructor(
    block: Block,
    width: number,
    broken: ReadonlyMap<number, ReadonlyArray<string>>,
    about: Pick<RowBatch, "firstRow" | "bad" | "bytesRead">
  ) {
    this.block = block
    this.width = width
    this.broken = broken
    this.size = block.starts.length - block.first
    this.firstRow = about.firstRow
    this.bad = about.bad
    this.bytesRead = about.bytesRead
    this.hasCr = block.text.includes("\r")
  }

  get rows(): ReadonlyArray<ReadonlyArray<string>> {
    this.parsed ??= Array.from({ length: this.size }, (_, index) => this.row(index))
    return this.parsed
  }

  row(index: number): ReadonlyArray<string> {
    const broken = this.broken.get(index)
    if (broken !== undefined) return broken
    if (index < 0 || index >= this.size) return []
    const from = this.firstCell(index)
    const cells = new Array<string>(this.width)
    for (let column = 0; column < this.width; column++) cells[column] = ByteString.toText(this.cell(from + column))
    return cells
  }

  cellBytes(index: number, column: number): string {
    const broken = this.broken.get(index)
    if (broken !== undefined) return ByteString.fromText(broken[column] ?? "")
    return index < 0 || index >= this.size || column < 0 || column >= this.width ? "" : this.cell(this.firstCell(index) + column)
  }

  recordBytes(index: number): string | undefined {
    const { ends, first, starts, text } = this.block
    const [start, end] = [starts[first + index], ends[first + index]]
    if (index < 0 || start === undefined || end === undefined) return undefined
    if (this.broken.has(index) || (this.hasCr && this.hasBareCr(index))) return undefined
    return text.slice(start, end - this.lineEnd(end))
  }

  private firstCell(index: number): number {
    const record = this.block.first + index
    return record === 0 ? 0 : (this.block.cellEnds[record - 1] ?? 0)
  }

  private cell(at: number): string {
    const { bounds, text } = this.block
    const cell = text.slice(bounds[2 * at], bounds[2 * at + 1])
    // In a record that is not broken, quotes inside a cell are doubled ones.
    return cell.includes('"') ? cell.replace(/""/g, '"') : cell
  }

  /** Length of the line end before `end`. */
  private lineEnd(end: number): number {
    const { loneCr, text } = this.block
    const last = text.charCodeAt(end - 1)
    if (last === LF) return text.charCodeAt(end - 2) === CR ? 2 : 1
    return last === CR && loneCr ? 1 : 0
  }

  /** Whether a cell without quotes holds a CR: to this reader a character, to others the end of the record. */
  private hasBareCr(index: number): boolean {
    const { bounds, text } = this.block
    const from = this.firstCell(index)
    for (let at = from; at < from + this.width; at++) {
      const start = bounds[2 * at] ?? 0
      if (text.charCodeAt(start - 1) !== QUOTE && text.slice(start, bounds[2 * at + 1]).includes("\r")) return true
    }
    return false
  }
}
