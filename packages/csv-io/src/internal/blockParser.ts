import type { Buffer } from "node:buffer"
import { parse } from "csv-parse/sync"

/**
 * Turns a block of whole, well-quoted records in UTF-8 into their cells. Blank lines between records are no records. This is the hot
 * path: whatever replaces it must give the same cells.
 */
export type BlockParser = (block: Buffer) => Array<Array<string>>

const CR = 0x0d

/** csv-parse, the conforming parser. */
export const csvParseBlocks =
  (delimiter: string, loneCr: boolean): BlockParser =>
  (block) =>
    parse(block, {
      delimiter,
      // csv-parse compares each character with each line end it is told, and most blocks hold one kind.
      record_delimiter: loneCr ? ["\r\n", "\n", "\r"] : block.includes(CR) ? ["\r\n", "\n"] : "\n",
      relax_column_count: true,
      skip_empty_lines: true
    })
