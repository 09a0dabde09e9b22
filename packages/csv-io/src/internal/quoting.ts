import { stringify } from "csv-stringify/sync"

export interface Dialect {
  readonly delimiter: string
  readonly newline: "\n" | "\r\n"
  readonly safeCells: boolean
}

/** What a spreadsheet takes for a formula by its first character (OWASP, "CSV Injection"), full-width forms included. */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/
const PLAIN_NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/

const safeCell = (cell: string): string => (FORMULA.test(cell) && !PLAIN_NUMBER.test(cell) ? `'${cell}` : cell)

/**
 * Cells that need quotes although nothing in them demands it of every reader: some readers trim spaces, some take a lone CR for a line
 * end, and a U+FEFF at the start of a file is taken for a byte order mark.
 */
const DELICATE = /[\r\n]|^[\s\ufeff]|\s$/

/** Records with their line ends. Cells are quoted only where they need it. */
export const stringifyRows = (rows: ReadonlyArray<ReadonlyArray<string>>, dialect: Dialect): string => {
  if (rows.length === 0) return ""
  const { delimiter, newline, safeCells } = dialect
  return stringify(safeCells ? rows.map((row) => row.map(safeCell)) : [...rows], {
    delimiter,
    record_delimiter: newline,
    quoted_match: DELICATE,
    // An empty cell alone would be a blank line, which is no record.
    quoted_empty: rows[0]?.length === 1
  })
}
