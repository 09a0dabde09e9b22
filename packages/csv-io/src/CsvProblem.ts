/**
 * The codes `BL1xxx`: reading and writing CSV files.
 *
 * @since 0.1.0
 */
import * as Problem from "@batchlabel/core/Problem"

/** What is wrong with one record; `expected` and `found` count cells. */
type Fault = {
  readonly fault: "stray_quote" | "text_after_quote" | "unclosed_quote" | "too_few_cells" | "too_many_cells"
  readonly expected: number
  readonly found: number
}

type Position = { readonly path: string; readonly line: number; readonly column: number }

type Operation = "read" | "write"

const faults: Readonly<Record<Fault["fault"], (fault: Fault) => string>> = {
  stray_quote: () => 'a quote (") inside a cell that does not start with one',
  text_after_quote: () => 'text after the closing quote (") of a cell',
  unclosed_quote: () => 'an opening quote (") that is never closed correctly',
  too_few_cells: ({ expected, found }) => `too few cells: ${found}; the header has ${expected}`,
  too_many_cells: ({ expected, found }) => `too many cells: ${found}; the header has ${expected}`
}

const rowName = (row: number): string => (row === 0 ? "header" : `data row ${row}`)

/**
 * One plain sentence for each code.
 *
 * @since 0.1.0
 * @category problems
 */
export const sentences = {
  BL1001: (p: { path: string }) => `The input file does not exist: ${p.path}`,
  BL1002: (p: { path: string }) => `The input file is empty: ${p.path}`,
  BL1003: (p: {
    path: string
    column: string
    found: ReadonlyArray<string>
    nearest: string | undefined
    delimiter: string | undefined
  }) => `${p.path} has no column '${p.column}'. Columns: ${p.found.join(", ")}`,
  BL1004: (p: { path: string }) => `Not a regular file: ${p.path}`,
  BL1005: (p: { path: string; operation: Operation }) => `No permission to ${p.operation}: ${p.path}`,
  BL1006: (p: { path: string; operation: Operation; detail: string }) => `Cannot ${p.operation} ${p.path}: ${p.detail}`,
  BL1007: (p: { path: string; encoding: string; byte: string; offset: number; row: number; line: number }) =>
    `Byte ${p.byte} at offset ${p.offset} of ${p.path} is not valid ${p.encoding} (line ${p.line}, ${rowName(p.row)})`,
  BL1008: (p: { path: string; columns: ReadonlyArray<string> }) =>
    `${p.path} has several columns with the same name: ${p.columns.join(", ")}`,
  BL1009: (p: { path: string; positions: ReadonlyArray<string> }) =>
    `${p.path} has columns without a name, at position ${p.positions.join(", ")}`,
  BL1010: (p: Fault & Position & { row: number }) =>
    `Cannot read data row ${p.row} of ${p.path}, line ${p.line}, column ${p.column}: ${faults[p.fault](p)}`,
  BL1011: (p: Fault & Position) =>
    `Cannot read the header of ${p.path}, line ${p.line}, column ${p.column}: ${faults[p.fault](p)}`,
  BL1012: (p: { path: string; row: number; line: number; limit: number }) =>
    `The ${rowName(p.row)} of ${p.path}, starting on line ${p.line}, is larger than ${p.limit} bytes`,
  BL1013: (p: { path: string }) => `The output file already exists: ${p.path}`,
  BL1014: (p: { delimiter: string }) => `Not a usable delimiter: '${p.delimiter}'`,
  BL1015: (p: { path: string; expected: ReadonlyArray<string>; found: ReadonlyArray<string> }) =>
    `The header of ${p.path} differs from that of the first file: ${p.found.join(", ")} instead of ${p.expected.join(", ")}`,
  BL1016: (p: { path: string; expected: string; found: string }) =>
    `${p.path} is encoded in ${p.found}, the files before it in ${p.expected}`,
  BL1017: (p: { path: string }) => `The output folder does not exist: ${p.path}`,
  BL1018: (p: { size: string }) => `Not a usable part size: ${p.size}`,
  BL1019: () => "There are no files to merge",
  BL1020: (p: Fault) => faults[p.fault](p),
  BL1073: (p: { path: string; folder: string }) => `Cannot write ${p.path}: ${p.folder} is not a folder`,
  BL1074: (p: { path: string }) => `The output path is a folder, a pipe or a device: ${p.path}`,
  BL1075: (p: { path: string; input: string }) => `The output ${p.path} is the input file ${p.input}`
}

/**
 * Makes a problem of a CSV: a code of this family with its data.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Problem.family(sentences)
