/**
 * What can be labelled: a CSV file by its path, the bytes of a CSV, or rows.
 *
 * @since 0.1.0
 */
import type { DatasetError } from "@batchlabel/dataset/DatasetError"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import { spool } from "./internal/spool.js"
import type { LabelingError } from "./LabelingError.js"
import * as Places from "./Places.js"

/**
 * What a cell may be. `null` and `undefined` are empty cells.
 *
 * @since 0.1.0
 * @category models
 */
export type Cell = string | number | bigint | boolean | null | undefined

/**
 * Cells by the names of their columns. The first row says which columns there are; the text to be labelled stands in `text`, unless the
 * request names another column.
 *
 * @since 0.1.0
 * @category models
 */
export type Row = Readonly<Record<string, Cell>>

/**
 * - a text: the path of a CSV file
 * - bytes, a `Blob` or `File`, a web stream, or what has one as its `body` (a `Request`, a `Response`): a CSV
 * - an array, an iterable, an async iterable or a `Stream`: of rows, or of the bytes of a CSV
 *
 * @since 0.1.0
 * @category models
 */
export type Input =
  | string
  | Uint8Array
  | ArrayBuffer
  | Blob
  | ReadableStream<Uint8Array>
  | { readonly body: ReadableStream<Uint8Array> | null }
  | Iterable<Row>
  | AsyncIterable<Row | Uint8Array>
  | Stream.Stream<Row | Uint8Array, unknown>

/**
 * The path of a file that holds the input. What is no file is written to one under `home`, named by its content, so that the same rows find
 * the job that was made of them, also after a crash. Memory: a few pieces of the input.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toFile = (input: Input, home: string): Effect.Effect<string, LabelingError | DatasetError, FileSystem.FileSystem> =>
  typeof input === "string" ? Effect.sync(() => Places.realPath(input)) : spool(input, home)
