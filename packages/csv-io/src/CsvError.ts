/**
 * What can go wrong while a CSV file is read, written, split or merged. Rows are counted from 1 here, as a reader of the text would
 * count them: row 1 is the first one under the header, row 0 is the header itself. Lines and columns count from 1 as well.
 *
 * @since 0.1.0
 */
import type * as Problem from "@batchlabel/core/Problem"
import * as Schema from "effect/Schema"
import * as CsvProblem from "./CsvProblem.js"

const Operation = Schema.Literal("read", "write")

/**
 * The ways in which one record can be broken:
 *
 * - `stray_quote` a quote inside a cell that does not begin with one
 * - `text_after_quote` something between a closing quote and the next delimiter
 * - `unclosed_quote` a quote that opens a cell and is never closed, or is closed on a later line by what is no closing quote
 * - `too_few_cells`, `too_many_cells` compared with the header
 *
 * @since 0.1.0
 * @category models
 */
export const FaultKind = Schema.Literal("stray_quote", "text_after_quote", "unclosed_quote", "too_few_cells", "too_many_cells")

/**
 * @since 0.1.0
 * @category models
 */
export type FaultKind = typeof FaultKind.Type

/**
 * There is no file at the path.
 *
 * @since 0.1.0
 * @category reasons
 */
export class FileNotFound extends Schema.TaggedClass<FileNotFound>()("FileNotFound", { path: Schema.String }) {}

/**
 * Nothing stands in the file, or a byte order mark and blank lines alone.
 *
 * @since 0.1.0
 * @category reasons
 */
export class Empty extends Schema.TaggedClass<Empty>()("Empty", { path: Schema.String }) {}

/**
 * The header has no such column. `nearest` is the column most like it, `delimiter` the character that probably separates the columns
 * where the header seems to hold only one.
 *
 * @since 0.1.0
 * @category reasons
 */
export class MissingColumn extends Schema.TaggedClass<MissingColumn>()("MissingColumn", {
  path: Schema.String,
  column: Schema.String,
  found: Schema.Array(Schema.String),
  nearest: Schema.UndefinedOr(Schema.String),
  delimiter: Schema.UndefinedOr(Schema.String)
}) {}

/**
 * A folder, a pipe or a device: a CSV is read more than once, so that it must be a file.
 *
 * @since 0.1.0
 * @category reasons
 */
export class NotAFile extends Schema.TaggedClass<NotAFile>()("NotAFile", { path: Schema.String }) {}

/**
 * The system does not let this process read or write the path.
 *
 * @since 0.1.0
 * @category reasons
 */
export class PermissionDenied extends Schema.TaggedClass<PermissionDenied>()("PermissionDenied", {
  path: Schema.String,
  operation: Operation
}) {}

/**
 * Any other failure of the file system; `detail` is its own text.
 *
 * @since 0.1.0
 * @category reasons
 */
export class FileFailed extends Schema.TaggedClass<FileFailed>()("FileFailed", {
  path: Schema.String,
  operation: Operation,
  detail: Schema.String
}) {}

/**
 * The byte at `offset` of the file does not fit the encoding. `row` and `line` are those of the record it stands in.
 *
 * @since 0.1.0
 * @category reasons
 */
export class UndecodableByte extends Schema.TaggedClass<UndecodableByte>()("UndecodableByte", {
  path: Schema.String,
  encoding: Schema.String,
  byte: Schema.NonNegativeInt,
  offset: Schema.NonNegativeInt,
  row: Schema.NonNegativeInt,
  line: Schema.NonNegativeInt
}) {}

/**
 * `columns` names each repeated name with its positions: `text (1, 3)`.
 *
 * @since 0.1.0
 * @category reasons
 */
export class DuplicateColumns extends Schema.TaggedClass<DuplicateColumns>()("DuplicateColumns", {
  path: Schema.String,
  columns: Schema.Array(Schema.String)
}) {}

/**
 * Columns of the header have no name.
 *
 * @since 0.1.0
 * @category reasons
 */
export class EmptyColumnNames extends Schema.TaggedClass<EmptyColumnNames>()("EmptyColumnNames", {
  path: Schema.String,
  positions: Schema.Array(Schema.NonNegativeInt)
}) {}

/**
 * A record is broken, and `onBadRow` says that this ends the reading. `row` 0 is the header.
 *
 * @since 0.1.0
 * @category reasons
 */
export class BadRow extends Schema.TaggedClass<BadRow>()("BadRow", {
  path: Schema.String,
  row: Schema.NonNegativeInt,
  line: Schema.NonNegativeInt,
  column: Schema.NonNegativeInt,
  fault: FaultKind,
  expected: Schema.NonNegativeInt,
  found: Schema.NonNegativeInt
}) {}

/**
 * A record is longer than a record may be, in bytes; mostly a quote that is never closed.
 *
 * @since 0.1.0
 * @category reasons
 */
export class RecordTooLarge extends Schema.TaggedClass<RecordTooLarge>()("RecordTooLarge", {
  path: Schema.String,
  row: Schema.NonNegativeInt,
  line: Schema.NonNegativeInt,
  limit: Schema.NonNegativeInt
}) {}

/**
 * The path to write is taken, and overwriting was not asked for.
 *
 * @since 0.1.0
 * @category reasons
 */
export class AlreadyExists extends Schema.TaggedClass<AlreadyExists>()("AlreadyExists", { path: Schema.String }) {}

/**
 * The delimiter is not one character that can separate cells.
 *
 * @since 0.1.0
 * @category reasons
 */
export class InvalidDelimiter extends Schema.TaggedClass<InvalidDelimiter>()("InvalidDelimiter", { delimiter: Schema.String }) {}

/**
 * Files to be joined have different headers.
 *
 * @since 0.1.0
 * @category reasons
 */
export class HeadersDiffer extends Schema.TaggedClass<HeadersDiffer>()("HeadersDiffer", {
  path: Schema.String,
  expected: Schema.Array(Schema.String),
  found: Schema.Array(Schema.String)
}) {}

/**
 * Files to be joined have different encodings.
 *
 * @since 0.1.0
 * @category reasons
 */
export class EncodingsDiffer extends Schema.TaggedClass<EncodingsDiffer>()("EncodingsDiffer", {
  path: Schema.String,
  expected: Schema.String,
  found: Schema.String
}) {}

/**
 * The folder to write into does not exist.
 *
 * @since 0.1.0
 * @category reasons
 */
export class FolderMissing extends Schema.TaggedClass<FolderMissing>()("FolderMissing", { path: Schema.String }) {}

/**
 * What should hold the output is no folder.
 *
 * @since 0.1.0
 * @category reasons
 */
export class NotAFolder extends Schema.TaggedClass<NotAFolder>()("NotAFolder", {
  path: Schema.String,
  folder: Schema.String
}) {}

/**
 * A folder, a pipe or a device stands where the output would go.
 *
 * @since 0.1.0
 * @category reasons
 */
export class OutputNotAFile extends Schema.TaggedClass<OutputNotAFile>()("OutputNotAFile", { path: Schema.String }) {}

/**
 * What would be written, or removed, is a file that is read: `path` leads to `input`, perhaps by a link.
 *
 * @since 0.1.0
 * @category reasons
 */
export class OutputIsInput extends Schema.TaggedClass<OutputIsInput>()("OutputIsInput", {
  path: Schema.String,
  input: Schema.String
}) {}

/**
 * The size of a part is not a positive whole number.
 *
 * @since 0.1.0
 * @category reasons
 */
export class InvalidPartSize extends Schema.TaggedClass<InvalidPartSize>()("InvalidPartSize", { size: Schema.String }) {}

/**
 * There is no file to join.
 *
 * @since 0.1.0
 * @category reasons
 */
export class NothingToMerge extends Schema.TaggedClass<NothingToMerge>()("NothingToMerge", {}) {}

/**
 * Why a CSV could not be read or written.
 *
 * @since 0.1.0
 * @category reasons
 */
export const Reason = Schema.Union(
  FileNotFound,
  Empty,
  MissingColumn,
  NotAFile,
  PermissionDenied,
  FileFailed,
  UndecodableByte,
  DuplicateColumns,
  EmptyColumnNames,
  BadRow,
  RecordTooLarge,
  AlreadyExists,
  InvalidDelimiter,
  HeadersDiffer,
  EncodingsDiffer,
  FolderMissing,
  NotAFolder,
  OutputNotAFile,
  OutputIsInput,
  InvalidPartSize,
  NothingToMerge
)

/**
 * @since 0.1.0
 * @category reasons
 */
export type Reason = typeof Reason.Type

// A header of a thousand columns would bury what the text has to say.
const shown = (names: ReadonlyArray<string>): ReadonlyArray<string> => (names.length <= 40 ? names : [...names.slice(0, 40), "…"])

const hex = (byte: number): string => `0x${byte.toString(16).toUpperCase().padStart(2, "0")}`

const problemOf = (reason: Reason): Problem.Problem => {
  switch (reason._tag) {
    case "FileNotFound":
      return CsvProblem.make("BL1001", { path: reason.path })
    case "Empty":
      return CsvProblem.make("BL1002", { path: reason.path })
    case "MissingColumn": {
      const { column, delimiter, found, nearest, path } = reason
      return CsvProblem.make("BL1003", {
        path,
        column,
        found: shown(found),
        nearest,
        delimiter: delimiter === "\t" ? "\\t" : delimiter
      })
    }
    case "NotAFile":
      return CsvProblem.make("BL1004", { path: reason.path })
    case "PermissionDenied":
      return CsvProblem.make("BL1005", { path: reason.path, operation: reason.operation })
    case "FileFailed":
      return CsvProblem.make("BL1006", { path: reason.path, operation: reason.operation, detail: reason.detail })
    case "UndecodableByte": {
      const { byte, encoding, line, offset, path, row } = reason
      return CsvProblem.make("BL1007", { path, encoding, byte: hex(byte), offset, row, line })
    }
    case "DuplicateColumns":
      return CsvProblem.make("BL1008", { path: reason.path, columns: shown(reason.columns) })
    case "EmptyColumnNames":
      return CsvProblem.make("BL1009", { path: reason.path, positions: shown(reason.positions.map(String)) })
    case "BadRow": {
      const { column, expected, fault, found, line, path, row } = reason
      return row === 0
        ? CsvProblem.make("BL1011", { path, line, column, fault, expected, found })
        : CsvProblem.make("BL1010", { path, row, line, column, fault, expected, found })
    }
    case "RecordTooLarge":
      return CsvProblem.make("BL1012", { path: reason.path, row: reason.row, line: reason.line, limit: reason.limit })
    case "AlreadyExists":
      return CsvProblem.make("BL1013", { path: reason.path })
    case "InvalidDelimiter":
      return CsvProblem.make("BL1014", { delimiter: reason.delimiter })
    case "HeadersDiffer":
      return CsvProblem.make("BL1015", { path: reason.path, expected: shown(reason.expected), found: shown(reason.found) })
    case "EncodingsDiffer":
      return CsvProblem.make("BL1016", { path: reason.path, expected: reason.expected, found: reason.found })
    case "FolderMissing":
      return CsvProblem.make("BL1017", { path: reason.path })
    case "NotAFolder":
      return CsvProblem.make("BL1073", { path: reason.path, folder: reason.folder })
    case "OutputNotAFile":
      return CsvProblem.make("BL1074", { path: reason.path })
    case "OutputIsInput":
      return CsvProblem.make("BL1075", { path: reason.path, input: reason.input })
    case "InvalidPartSize":
      return CsvProblem.make("BL1018", { size: reason.size })
    case "NothingToMerge":
      return CsvProblem.make("BL1019", {})
  }
}

/**
 * A CSV that could not be read or written. `reason` is tagged and names file, line, row and column as far as they are known.
 *
 * @since 0.1.0
 * @category errors
 */
export class CsvError extends Schema.TaggedError<CsvError>()("CsvError", { reason: Reason }) {
  /** Its code and data, and one plain sentence. */
  get problem(): Problem.Problem {
    return problemOf(this.reason)
  }

  override get message(): string {
    return this.problem.message
  }
}
