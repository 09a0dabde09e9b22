/**
 * JSON Lines as the Batch API reads and writes them: UTF-8, one record a line, lines ended by 0x0A and by nothing else. Readers of text
 * lines are no use here: some of them also split on U+2028, which is an ordinary character inside JSON.
 *
 * @since 0.1.0
 */
import * as ByteString from "@batchlabel/core/ByteString"
import type { PlatformError } from "@effect/platform/Error"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Stream from "effect/Stream"
import { lineStream } from "./internal/lineStream.js"

/**
 * Some lines of a file. `bytesRead` counts from the start of the file.
 *
 * @since 0.1.0
 * @category models
 */
export interface LineBatch {
  readonly lines: ReadonlyArray<string>
  readonly bytesRead: number
}

/**
 * How the lines of a file are read.
 *
 * @since 0.1.0
 * @category models
 */
export interface ReadOptions {
  /** Bytes a read; 256 KiB unless told. */
  readonly chunkBytes?: number | undefined
  /** A longer line is a failure; 256 MiB unless told, because a JavaScript string cannot be much longer. */
  readonly maxLineBytes?: number | undefined
  /** The lines as byte strings (`ByteString` of core), for readers that look at what is ASCII only: decoding takes most of the time. */
  readonly byteStrings?: boolean | undefined
}

// A record of JSON begins with a printable character, so that the costly test is for blank and oddly indented lines only.
const isBlank = (line: string): boolean => line.length === 0 || (line.charCodeAt(0) <= 0x20 && line.trim() === "")

const BYTE_ORDER_MARK = "\ufeff"

const without = (start: string, line: string): string => (line.startsWith(start) ? line.slice(start.length) : line)

/**
 * The lines of a file in batches of about `chunkBytes`, without their line ends. A `\r` before the line end, a byte order mark at the
 * start of the file and blank lines are dropped; the last line needs no line end. Bytes that are no UTF-8 become U+FFFD.
 *
 * Memory: a few chunks, or the line at hand where that is longer.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromFile = (path: string, options?: ReadOptions): Stream.Stream<LineBatch, PlatformError, FileSystem.FileSystem> =>
  Stream.suspend(() => {
    let first = true
    const byteOrderMark = options?.byteStrings === true ? ByteString.fromText(BYTE_ORDER_MARK) : BYTE_ORDER_MARK
    return lineStream(path, options).pipe(
      Stream.map(({ bytesRead, lines }) => {
        const marked = first && lines.length > 0
        if (marked) first = false
        return {
          bytesRead,
          lines: (marked ? [without(byteOrderMark, lines[0] ?? ""), ...lines.slice(1)] : lines).filter((line) => !isBlank(line))
        }
      }),
      Stream.filter(({ lines }) => lines.length > 0)
    )
  })
