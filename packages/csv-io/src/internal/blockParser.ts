import type { Buffer } from "node:buffer"
import { parse } from "csv-parse/sync"

/**
 * Turns a block of whole, well-quoted records in UTF-8 into their cells. Blank lines between records are no records. This is the hot
 * path: whatever replaces it must give the same cells.
 */
export type BlockParser = (block: Buffer) => Array<Array<string>>

/** csv-parse, the conforming parser. */
export const csvParseBlocks =
  (delimiter: string, loneCr: boolean): BlockParser =>
  (block) =>
    parse(block, {
      delimiter,
      // A block without CR is spared the comparison with CRLF at every line end.
      record_delimiter: loneCr ? ["\r\n", "\n", "\r"] : ["\r\n", "\n"],
      relax_column_count: true,
      skip_empty_lines: true
    })
