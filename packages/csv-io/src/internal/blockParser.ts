import type { Buffer } from "node:buffer"
import { parse } from "csv-parse/sync"

/**
 * Turns a block of whole, well-quoted records in UTF-8 into their cells. Blank lines between records are no records. This is the hot
 * path: whatever replaces it must give the same cells.
 */
export type BlockParser = (block: Buffer) => Array<Array<string>>

const QUOTE = 0x22
const CR = 0x0d

/** Without quotes a line is a record, and what stands between delimiters a cell. */
const splitLines = (block: Buffer, delimiter: string): Array<Array<string>> => {
  const rows: Array<Array<string>> = []
  const text = block.toString("utf8")
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf("\n", start)
    // At the end of the file a CR without LF ends no line.
    const end = found === -1 ? text.length : found > start && text.charCodeAt(found - 1) === CR ? found - 1 : found
    if (end > start) rows.push(text.slice(start, end).split(delimiter))
    start = found === -1 ? text.length : found + 1
  }
  return rows
}

/** csv-parse, the conforming parser, for every block that has quotes. */
export const blockParser =
  (delimiter: string, loneCr: boolean): BlockParser =>
  (block) =>
    block.includes(QUOTE) || loneCr
      ? parse(block, {
          delimiter,
          // csv-parse compares each character with each line end it is told, and most blocks hold one kind.
          record_delimiter: loneCr ? ["\r\n", "\n", "\r"] : block.includes(CR) ? ["\r\n", "\n"] : "\n",
          relax_column_count: true,
          skip_empty_lines: true
        })
      : splitLines(block, delimiter)
