import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import type { CsvError } from "../CsvError.js"
import type { Encoding, ReadOptions } from "../CsvReader.js"
import { openChunks } from "./chunks.js"
import { RowReader, type RowReaderOptions } from "./rowReader.js"

export const CHUNK_BYTES = 1024 * 1024
const MAX_RECORD_BYTES = 128 * 1024 * 1024

/** How far to read for the first byte that tells UTF-8 from CP949, once the header is known. */
const HEAD_BYTES = 1024 * 1024

/** What the beginning of a file tells. */
export interface Head {
  readonly encoding: Encoding
  readonly markBytes: number
  readonly newline: "\n" | "\r\n" | "\r"
  readonly header: ReadonlyArray<string>
}

export const readerOptionsOf = (
  path: string,
  delimiter: string,
  options: Omit<ReadOptions, "onBadRow"> | undefined
): RowReaderOptions => ({
  path,
  delimiter,
  encoding: options?.encoding ?? "auto",
  onBadRow: "fail",
  maxRecordBytes: options?.maxRecordBytes ?? MAX_RECORD_BYTES
})

/** Reads as far as the header, and a little further where the encoding is not clear by then. */
export const readHead = (options: RowReaderOptions, chunkBytes: number): Effect.Effect<Head, CsvError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const reader = new RowReader({ ...options, onBadRow: "skip" })
    const { next } = yield* openChunks(options.path, chunkBytes)
    for (let read = 0; reader.header === undefined || (!reader.decoder.decided && read < HEAD_BYTES); ) {
      const chunk = yield* next
      yield* reader.push(chunk, chunk.length === 0)
      if (chunk.length === 0) break
      read += chunk.length
    }
    const { decoder, header, newline } = reader
    return { encoding: decoder.encoding, markBytes: decoder.markBytes, newline, header: header ?? [] }
  }).pipe(Effect.scoped)
