/**
 * Writes CSV files in UTF-8, each whole or not at all.
 *
 * @since 0.1.0
 */

import { Buffer } from "node:buffer"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import type { CsvError } from "./CsvError.js"
import * as AtomicFile from "./internal/atomicFile.js"
import { resolveDelimiter } from "./internal/delimiter.js"
import { stringifyRows } from "./internal/quoting.js"

/**
 * How a file is written.
 *
 * @since 0.1.0
 * @category models
 */
export interface WriteOptions {
  /** One character; tab for `.tsv` and comma for all else unless told. */
  readonly delimiter?: string | undefined
  /** `\n` unless told. */
  readonly newline?: "\n" | "\r\n" | undefined
  /** Begins the file with a byte order mark, by which Excel knows UTF-8. */
  readonly bom?: boolean | undefined
  /**
   * Puts a `'` before cells that a spreadsheet would run as a formula: those that begin with `=`, `+`, `-`, `@` (also full-width), a
   * tab or a line break, and are no plain number. Off unless told, because it changes what stands in the cells.
   */
  readonly safeCells?: boolean | undefined
  /** Replaces an existing file. */
  readonly force?: boolean | undefined
  /**
   * Told when the file is whole and on the disk, before it takes its name: a caller that keeps the size and time of `temporary` knows the
   * file again even if it dies right after.
   */
  readonly onWhole?: ((file: { readonly path: string; readonly temporary: string }) => Effect.Effect<void, CsvError>) | undefined
}

/**
 * A CSV file that is being written. Writes follow each other: one at a time.
 *
 * @since 0.1.0
 * @category models
 */
export interface CsvFile {
  readonly write: (rows: ReadonlyArray<ReadonlyArray<string>>) => Effect.Effect<void, CsvError>
  /**
   * Records that are CSV already, in UTF-8, in the delimiter of the file and each with its line end. Goes on while they are being written:
   * the bytes may change again once the next call is through.
   */
  readonly copy: (records: Uint8Array) => Effect.Effect<void, CsvError>
}

const BOM = "\ufeff"

/**
 * Runs `use` with a file of rows. The file has a temporary name in the folder of `path` until `use` is done, is flushed to the disk and
 * then takes its name; if `use` fails or is interrupted, it is removed. A symbolic link at `path` stays and its target is replaced.
 *
 * Fails with `AlreadyExists` (also if the file appears meanwhile) unless `force` is set, `FolderMissing`, `NotAFile`,
 * `PermissionDenied`, `FileFailed`, `InvalidDelimiter`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const withFile = <A, E, R>(
  path: string,
  options: WriteOptions,
  use: (file: CsvFile) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | CsvError, R | FileSystem.FileSystem> =>
  Effect.scopedWith(
    Effect.fnUntraced(function* (scope) {
      const delimiter = yield* resolveDelimiter(path, options.delimiter)
      const dialect = { delimiter, newline: options.newline ?? "\n", safeCells: options.safeCells === true }
      const file = yield* Scope.extend(AtomicFile.atomicFile(path, options.force === true), scope)
      if (options.bom === true) yield* file.append(Buffer.from(BOM))
      const result = yield* use({
        write: (rows) =>
          rows.length === 0 ? Effect.void : Effect.suspend(() => file.appendLater(Buffer.from(stringifyRows(rows, dialect)))),
        copy: file.appendLater
      })
      yield* file.close
      if (options.onWhole !== undefined) yield* options.onWhole({ path, temporary: file.temporary })
      yield* file.publish
      return result
    })
  )

/**
 * Removes what writers of `path` have left that died before they were done. Only for a caller that knows that none is at work.
 *
 * @since 0.1.0
 * @category combinators
 */
export const removeLeftovers = (path: string): Effect.Effect<void, CsvError, FileSystem.FileSystem> =>
  AtomicFile.removeLeftovers(path)

/**
 * Rows as CSV text, each with its line end. Cells are quoted only where they need it, and reading the text gives the same cells.
 *
 * @since 0.1.0
 * @category combinators
 */
export const stringify = (
  rows: ReadonlyArray<ReadonlyArray<string>>,
  options?: Pick<WriteOptions, "delimiter" | "newline" | "bom" | "safeCells">
): string => {
  const { bom, delimiter, newline, safeCells } = options ?? {}
  const text = stringifyRows(rows, { delimiter: delimiter ?? ",", newline: newline ?? "\n", safeCells: safeCells === true })
  return bom === true ? BOM + text : text
}
