/**
 * Reads a CSV file as batches of rows. Memory stays at a few chunks of the file, or the record at hand where that is longer.
 *
 * @example
 * ```ts
 * import * as CsvReader from "@batchlabel/csv-io/CsvReader"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * export const countRows = (path: string) =>
 *   Effect.flatMap(CsvReader.open(path), (source) => Stream.runFold(source.batches, 0, (rows, batch) => rows + batch.size))
 * ```
 *
 * @since 0.1.0
 */
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { CsvError, type FaultKind, MissingColumn } from "./CsvError.js"
import { fileSize, openChunks } from "./internal/chunks.js"
import { resolveDelimiter } from "./internal/delimiter.js"
import { CHUNK_BYTES, readerOptionsOf, readHead } from "./internal/head.js"
import { checkHeader, likelyDelimiter, nearestName } from "./internal/header.js"
import { RowReader, type RowReaderOptions } from "./internal/rowReader.js"

/**
 * CP949 is EUC-KR with all modern Hangul, as Korean Windows and Excel write it.
 *
 * @since 0.1.0
 * @category models
 */
export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "cp949"

/**
 * How a file is read. What is left out is found in the file.
 *
 * @since 0.1.0
 * @category models
 */
export interface ReadOptions {
  /**
   * `auto` (the default) believes a byte order mark; without one, the file is UTF-8 if it can be, else CP949. A byte order mark is
   * believed before an encoding given here.
   */
  readonly encoding?: Encoding | "auto" | undefined
  /** One character; tab for `.tsv` and comma for all else unless told. `\t` may be written out. */
  readonly delimiter?: string | undefined
  /** `fail` (the default) ends the reading at a broken record, `skip` reports it in its batch. */
  readonly onBadRow?: "fail" | "skip" | undefined
  /** A longer record is an error; 128 MiB unless told. */
  readonly maxRecordBytes?: number | undefined
  /** Bytes a read, and so the size of a batch; 1 MiB unless told. */
  readonly chunkBytes?: number | undefined
}

/**
 * A record that could not be read. `row` counts data rows from 0, `line` physical lines and `column` characters from 1. `problem` is
 * an English sentence about `fault`; `expected` and `found` are numbers of cells. `raw` is the record, cut after 10,000 bytes.
 *
 * @since 0.1.0
 * @category models
 */
export interface BadRecord {
  readonly row: number
  readonly line: number
  readonly column: number
  readonly fault: FaultKind
  readonly expected: number
  readonly found: number
  readonly problem: string
  readonly raw: string
}

/**
 * Some rows, as many cells each as the header has, parsed when they are asked for. `firstRow` is the number of row 0 of the batch, counted
 * from 0 over all data rows. A broken record has its row here too, with the cells that could be made out, and is told by `bad`.
 *
 * A batch keeps its part of the file, about `chunkBytes`, as long as it lives.
 *
 * @since 0.1.0
 * @category models
 */
export interface RowBatch {
  readonly firstRow: number
  /** How many rows there are; known without parsing them. */
  readonly size: number
  /** All rows. They are parsed once, the first time. */
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
  /** The cells of one row, `index` counted from 0 in the batch; parsed at each call. */
  readonly row: (index: number) => ReadonlyArray<string>
  /**
   * A cell as a byte string (see `ByteString` of core). For those who pass text on without looking into it: decoding costs more than all
   * else.
   */
  readonly cellBytes: (index: number, column: number) => string
  /**
   * A record as it stands in the file, in UTF-8, without its line end, as a byte string. Undefined where it cannot be copied into another
   * file: it is broken, or has a CR outside quotes, at which other readers would end it.
   */
  readonly recordBytes: (index: number) => string | undefined
  readonly bad: ReadonlyArray<BadRecord>
  /** Bytes of the file read so far. */
  readonly bytesRead: number
}

/**
 * A CSV file whose header has been read. `encoding` is `utf-8` as long as all bytes are ASCII, however far into the file; should the
 * first others turn out to be CP949, they are read as such.
 *
 * @since 0.1.0
 * @category models
 */
export interface CsvSource {
  readonly path: string
  readonly size: number
  readonly encoding: Encoding
  readonly bom: boolean
  readonly delimiter: string
  /** How the header line ends; `\n` for lone CRs. */
  readonly newline: "\n" | "\r\n"
  readonly header: ReadonlyArray<string>
  /** Reads the file from its start, each time it is run. */
  readonly batches: Stream.Stream<RowBatch, CsvError, FileSystem.FileSystem>
}

const batches = (options: RowReaderOptions, chunkBytes: number): Stream.Stream<RowBatch, CsvError, FileSystem.FileSystem> =>
  Stream.unwrapScoped(
    Effect.map(openChunks(options.path, chunkBytes), ({ next }) => {
      const reader = new RowReader(options)
      let ended = false
      const step: Effect.Effect<RowBatch, Option.Option<CsvError>> = Effect.suspend(() => {
        if (ended && !reader.hasMore) return Effect.fail(Option.none())
        const read = Effect.flatMap(next, (chunk) => {
          ended = chunk.length === 0
          return reader.push(chunk, ended)
        })
        return (reader.hasMore ? Effect.suspend(() => reader.goOn()) : read).pipe(
          Effect.mapError(Option.some),
          Effect.flatMap((batch) => (batch === undefined ? step : Effect.succeed(batch)))
        )
      })
      return Stream.repeatEffectOption(step)
    })
  )

/**
 * Reads the header of a CSV and finds out how it is written.
 *
 * Fails with `FileNotFound`, `NotAFile`, `PermissionDenied`, `FileFailed`, `InvalidDelimiter`, `Empty`, `UndecodableByte`,
 * `DuplicateColumns`, `EmptyColumnNames`, `RecordTooLarge`, or `BadRow` (row 0) for a broken header.
 *
 * @since 0.1.0
 * @category constructors
 */
export const open = Effect.fn("CsvReader.open")(function* (
  path: string,
  options?: ReadOptions
): Effect.fn.Return<CsvSource, CsvError, FileSystem.FileSystem> {
  const delimiter = yield* resolveDelimiter(path, options?.delimiter)
  const size = yield* fileSize(path)
  const chunkBytes = options?.chunkBytes ?? CHUNK_BYTES
  const readerOptions = { ...readerOptionsOf(path, delimiter, options), onBadRow: options?.onBadRow ?? "fail" }
  const head = yield* readHead(readerOptions, chunkBytes)
  const error = checkHeader(path, head.header)
  if (error !== undefined) return yield* error
  return {
    path,
    size,
    encoding: head.encoding,
    bom: head.markBytes > 0,
    delimiter,
    newline: head.newline === "\r\n" ? "\r\n" : "\n",
    header: head.header,
    batches: batches(readerOptions, chunkBytes)
  }
})

/**
 * The index of a column, or `MissingColumn` with the columns there are and the nearest name.
 *
 * @since 0.1.0
 * @category combinators
 */
export const columnIndex = (
  source: Pick<CsvSource, "path" | "header" | "delimiter">,
  column: string
): Either.Either<number, CsvError> => {
  const { delimiter, header, path } = source
  const index = header.indexOf(column)
  return index >= 0
    ? Either.right(index)
    : Either.left(
        new CsvError({
          reason: new MissingColumn({
            path,
            column,
            found: header,
            nearest: nearestName(column, header),
            delimiter: likelyDelimiter(header, delimiter)
          })
        })
      )
}
