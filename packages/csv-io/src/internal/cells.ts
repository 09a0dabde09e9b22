import type { Buffer } from "node:buffer"

const QUOTE = 0x22
const LF = 0x0a
const CR = 0x0d

/** A cell of a record and the offset in the record at which it begins. */
export interface Cell {
  readonly start: number
  readonly text: string
}

/** The record without its line end. */
export const withoutLineEnd = (record: Buffer, loneCr: boolean): Buffer => {
  const { length } = record
  const [last, second] = [record[length - 1], record[length - 2]]
  return record.subarray(0, last === LF ? (second === CR ? length - 2 : length - 1) : last === CR && loneCr ? length - 1 : length)
}

/** Offset just after the closing quote of the quoted cell at `start`, or -1. */
const closingQuote = (record: Buffer, start: number): number => {
  let p = start + 1
  for (;;) {
    p = record.indexOf(QUOTE, p)
    if (p === -1) return -1
    if (record[p + 1] !== QUOTE) return p + 1
    p += 2
  }
}

/**
 * The cells of a record that may be broken, as the scanner sees them. A cell whose quotes are right is read as usual; of another one
 * the text stands as it is in the file, quotes and all.
 */
export const lenientCells = (record: Buffer, delimiter: Buffer): Array<Cell> => {
  const cells: Array<Cell> = []
  let start = 0
  for (;;) {
    const closed = record[start] === QUOTE ? closingQuote(record, start) : -1
    const found = record.indexOf(delimiter, Math.max(closed, start))
    const end = found === -1 ? record.length : found
    const text =
      closed === end ? record.toString("utf8", start + 1, end - 1).replace(/""/g, '"') : record.toString("utf8", start, end)
    cells.push({ start, text })
    if (found === -1) return cells
    start = end + delimiter.length
  }
}

/** Line and column of an offset in a record that begins on `line`; a column is a character, both count from 1. */
export const position = (record: Buffer, line: number, offset: number, loneCr: boolean): { line: number; column: number } => {
  let lineStart = 0
  for (let p = 0; p < offset; p++) {
    if (record[p] === LF || (loneCr && record[p] === CR && record[p + 1] !== LF)) {
      line++
      lineStart = p + 1
    }
  }
  let column = 1
  for (let p = lineStart; p < offset; p++) {
    // Bytes that go on a character begin with the bits 10.
    if (((record[p] ?? 0) & 0xc0) !== 0x80) column++
  }
  return { line, column }
}

/** The beginning of a record as text, at most `limit` bytes, cut between characters. */
export const excerpt = (record: Buffer, limit: number): string => {
  if (record.length <= limit) return record.toString("utf8")
  let end = limit
  while (end > 0 && ((record[end] ?? 0) & 0xc0) === 0x80) end--
  return `${record.toString("utf8", 0, end)}…`
}
