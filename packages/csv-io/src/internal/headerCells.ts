import type { Buffer } from "node:buffer"
import { parse } from "csv-parse/sync"

/**
 * The names in a well-quoted header record without its line end, by csv-parse: what a column is called should not hang on a parser of our
 * own, and there is one header a file.
 */
export const headerCells = (record: Buffer, delimiter: string): ReadonlyArray<string> => {
  // The record is one: nothing in it ends it.
  const [names] = parse(record, { delimiter, record_delimiter: "\n", relax_column_count: true })
  return names ?? []
}
