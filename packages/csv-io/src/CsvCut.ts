/**
 * Cuts a CSV file into parts and joins parts to one, by records: quoted line breaks stay whole, every part has the header, and rows
 * keep their bytes. Cutting a file and joining its parts in order gives the same file, byte for byte.
 *
 * Records are not parsed and their cells not counted. Blank lines stay where they are.
 *
 * @since 0.1.0
 */

import { Buffer } from "node:buffer"
import { basename, extname, join } from "node:path"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import {
  AlreadyExists,
  CsvError,
  EncodingsDiffer,
  HeadersDiffer,
  InvalidDelimiter,
  InvalidPartSize,
  NothingToMerge,
  OutputIsInput
} from "./CsvError.js"
import type { Encoding, ReadOptions } from "./CsvReader.js"
import * as Folder from "./Folder.js"
import { type AtomicFile, atomicFile } from "./internal/atomicFile.js"
import { fileSize, openChunks } from "./internal/chunks.js"
import { Decoder } from "./internal/decoder.js"
import { resolveDelimiter } from "./internal/delimiter.js"
import { fileError } from "./internal/fileError.js"
import { CHUNK_BYTES, type Head, readerOptionsOf, readHead } from "./internal/head.js"
import { endsLine, lineEndOf, markOf, type RawBatch, RawReader } from "./internal/rawReader.js"
import * as OutputFile from "./OutputFile.js"

/**
 * How the input is written. Records with faulty quotes end the work, or are taken as they are with `keep`; the README says where such
 * a record ends.
 *
 * @since 0.1.0
 * @category models
 */
export interface CutOptions extends Omit<ReadOptions, "onBadRow"> {
  /** `fail` unless told. */
  readonly onBadRow?: "fail" | "keep" | undefined
  /** Replaces existing files. */
  readonly force?: boolean | undefined
}

/**
 * `rows` and `bytes` are the most a part may hold, header and byte order mark counted, blank lines at its end not; at least one of them
 * must be given. A row that is too large by itself has a part of its own.
 *
 * @since 0.1.0
 * @category models
 */
export interface SplitOptions extends CutOptions {
  readonly rows?: number | undefined
  readonly bytes?: number | undefined
  /** Made if it is not there. */
  readonly directory: string
  /** What the names of the parts begin with, before a number of five digits; the name of the input and `-` unless told. */
  readonly prefix?: string | undefined
}

/**
 * A part that was written: its path, how many records it holds, and its size in bytes.
 *
 * @since 0.1.0
 * @category models
 */
export interface Part {
  readonly path: string
  readonly rows: number
  readonly bytes: number
}

interface OpenPart {
  readonly path: string
  readonly file: AtomicFile
  rows: number
  bytes: number
}

/** Runs `use` with the bytes of a file, batch by batch; `observe` sees the chunks as they are read. */
const forEachRaw = <E, R>(
  path: string,
  head: Head,
  delimiter: string,
  options: CutOptions | undefined,
  use: (batch: RawBatch) => Effect.Effect<void, E, R>,
  observe: (chunk: Uint8Array, final: boolean) => Effect.Effect<void, CsvError> = () => Effect.void
): Effect.Effect<void, CsvError | E, FileSystem.FileSystem | R> =>
  Effect.scopedWith(
    Effect.fnUntraced(function* (scope) {
      const { maxRecordBytes } = readerOptionsOf(path, delimiter, options)
      const reader = new RawReader({ path, head, delimiter, maxRecordBytes, strict: options?.onBadRow !== "keep" })
      const { next } = yield* Scope.extend(openChunks(path, options?.chunkBytes ?? CHUNK_BYTES), scope)
      for (let final = false; !final; ) {
        const chunk = yield* next
        final = chunk.length === 0
        yield* observe(chunk, final)
        yield* use(yield* reader.push(chunk, final))
        while (reader.hasMore) yield* use(yield* reader.goOn())
      }
    })
  )

/** Refuses a path that leads to a file that is read. */
const requireOther = (path: string, inputs: ReadonlyArray<string>): Effect.Effect<void, CsvError, FileSystem.FileSystem> =>
  Effect.flatMap(
    OutputFile.findSame(path, inputs),
    Option.match({
      onNone: () => Effect.void,
      onSome: (input) => new CsvError({ reason: new OutputIsInput({ path, input }) })
    })
  )

/** What the beginning of a file tells; the bytes of CP949 are not decoded, so that only ASCII can be found in them. */
const openForCut = Effect.fnUntraced(function* (path: string, options: CutOptions | undefined, delimiter: string) {
  yield* fileSize(path)
  const head = yield* readHead(readerOptionsOf(path, delimiter, options), options?.chunkBytes ?? CHUNK_BYTES)
  if (head.encoding === "cp949" && delimiter > "\x7f") return yield* new CsvError({ reason: new InvalidDelimiter({ delimiter }) })
  return head
})

/** The parts of an earlier split with the same names. */
const earlierParts = Effect.fnUntraced(function* (directory: string, prefix: string, extension: string) {
  const fs = yield* FileSystem.FileSystem
  const names = yield* fs.readDirectory(directory).pipe(Effect.mapError(fileError(directory, "write")))
  return names
    .filter((name) => name.startsWith(prefix) && name.endsWith(extension))
    .filter((name) => /^\d{5,}$/.test(name.slice(prefix.length, name.length - extension.length)))
    .sort()
    .map((name) => join(directory, name))
})

/**
 * Cuts a CSV file into parts `<prefix>00001.csv` … of at most `rows` rows and `bytes` bytes. The parts take their names at the end,
 * all or (but for a failing disk) none. Where parts of these names are there already, the split is refused; with `force` they are
 * replaced, and those with higher numbers removed, so that the parts in the folder are those of one file.
 *
 * Fails with `InvalidPartSize`, `AlreadyExists`, `BadRow`, and as `CsvReader.open` and `CsvWriter.withFile` do.
 *
 * @since 0.1.0
 * @category combinators
 */
export const split = Effect.fn("CsvCut.split")(function* (
  path: string,
  options: SplitOptions
): Effect.fn.Return<{ readonly parts: ReadonlyArray<Part>; readonly rows: number }, CsvError, FileSystem.FileSystem> {
  const { bytes: maxBytes, directory, rows: maxRows } = options
  const sizes = [maxRows, maxBytes].filter((size) => size !== undefined)
  if (sizes.length === 0 || sizes.some((size) => !Number.isSafeInteger(size) || size < 1)) {
    return yield* new CsvError({ reason: new InvalidPartSize({ size: sizes.join(", ") }) })
  }
  const fs = yield* FileSystem.FileSystem
  const delimiter = yield* resolveDelimiter(path, options.delimiter)
  const head = yield* openForCut(path, options, delimiter)
  const extension = extname(path) === "" ? ".csv" : extname(path)
  const prefix = options.prefix ?? `${basename(path, extname(path))}-`
  yield* Folder.make(directory).pipe(Effect.mapError(fileError(directory, "write")))
  const earlier = yield* earlierParts(directory, prefix, extension)
  for (const part of earlier) yield* requireOther(part, [path])
  if (options.force !== true && earlier[0] !== undefined) {
    return yield* new CsvError({ reason: new AlreadyExists({ path: earlier[0] }) })
  }

  return yield* Effect.scopedWith(
    Effect.fnUntraced(function* (scope) {
      const parts: Array<OpenPart> = []
      let start = Buffer.alloc(0)
      let current: OpenPart | undefined

      const open = Effect.gen(function* () {
        if (current !== undefined) yield* current.file.close
        const name = `${prefix}${String(parts.length + 1).padStart(5, "0")}${extension}`
        const file = yield* Scope.extend(atomicFile(join(directory, name), options.force === true), scope)
        yield* file.append(start)
        const part: OpenPart = { path: join(directory, name), file, rows: 0, bytes: start.length }
        parts.push(part)
        current = part
        return part
      })

      const step = Effect.fnUntraced(function* ({ bytes, ends, header, starts }: RawBatch) {
        if (header !== undefined) {
          start = Buffer.concat([markOf(head), header])
          yield* open
        }
        let part = current
        if (part === undefined) return
        let written = 0
        for (let i = 0; i < ends.length; i++) {
          const [from, to] = [starts[i] ?? 0, ends[i] ?? 0]
          const over = (maxRows ?? Infinity) <= part.rows || (maxBytes ?? Infinity) < part.bytes + (to - written)
          if (over && part.rows > 0) {
            yield* part.file.append(bytes.subarray(written, from))
            part.bytes += from - written
            part = yield* open
            written = from
          }
          part.rows++
        }
        yield* part.file.append(bytes.subarray(written))
        part.bytes += bytes.length - written
      })

      yield* forEachRaw(path, head, delimiter, options, step)
      yield* parts.at(-1)?.file.close ?? Effect.void
      for (const { file } of parts) yield* file.publish
      const kept = new Set(parts.map((part) => part.path))
      for (const stale of earlier) {
        if (!kept.has(stale)) yield* fs.remove(stale).pipe(Effect.mapError(fileError(stale, "write")))
      }
      return {
        parts: parts.map(({ bytes, path, rows }) => ({ path, rows, bytes })),
        rows: parts.reduce((sum, part) => sum + part.rows, 0)
      }
    })
  )
})

/**
 * Joins CSV files with equal headers to one: the header of the first, then the rows of all in the order of `paths`. Where a file does
 * not end its last line, that line is ended before the next file's rows.
 *
 * Fails with `NothingToMerge`, `HeadersDiffer`, `EncodingsDiffer`, `BadRow`, and as `CsvReader.open` and `CsvWriter.withFile` do; the
 * output is then not there.
 *
 * @since 0.1.0
 * @category combinators
 */
export const concat = Effect.fn("CsvCut.concat")(function* (
  paths: ReadonlyArray<string>,
  out: string,
  options?: CutOptions
): Effect.fn.Return<{ readonly rows: number; readonly bytes: number }, CsvError, FileSystem.FileSystem> {
  const [firstPath] = paths
  if (firstPath === undefined) return yield* new CsvError({ reason: new NothingToMerge() })
  const delimiter = yield* resolveDelimiter(firstPath, options?.delimiter)
  yield* requireOther(out, paths)
  const heads: Array<{ readonly path: string; readonly head: Head }> = []
  for (const path of paths) {
    const head = yield* openForCut(path, options, delimiter)
    const expected = heads[0]?.head.header ?? head.header
    if (expected.length !== head.header.length || expected.some((name, i) => name !== head.header[i])) {
      return yield* new CsvError({ reason: new HeadersDiffer({ path, expected, found: head.header }) })
    }
    heads.push({ path, head })
  }

  return yield* Effect.scopedWith(
    Effect.fnUntraced(function* (scope) {
      const file = yield* Scope.extend(atomicFile(out, options?.force === true), scope)
      const total = { rows: 0, bytes: 0 }
      const append = (bytes: Buffer) => {
        total.bytes += bytes.length
        return file.append(bytes)
      }
      // The encoding of the output, once a file has bytes by which to know it: ASCII alone goes with UTF-8 and CP949.
      let encoding: Encoding | undefined
      // Set where the bytes so far do not end a line: how the next rows begin.
      let lineEnd: Buffer | undefined

      for (const [index, { head, path }] of heads.entries()) {
        const decoder = new Decoder(options?.encoding ?? "auto")
        const agree = (chunk: Uint8Array, final: boolean): Effect.Effect<void, CsvError> => {
          if (decoder.decided && encoding === decoder.encoding) return Effect.void
          if (!decoder.decided) decoder.push(chunk, final)
          if (!decoder.decided) return Effect.void
          encoding ??= decoder.encoding
          return encoding === decoder.encoding
            ? Effect.void
            : new CsvError({ reason: new EncodingsDiffer({ path, expected: encoding, found: decoder.encoding }) })
        }
        const step = Effect.fnUntraced(function* ({ bytes, ends, header }: RawBatch) {
          total.rows += ends.length
          const text = index === 0 && header !== undefined ? Buffer.concat([markOf(head), header, bytes]) : bytes
          if (text.length === 0) return
          if (lineEnd !== undefined) yield* append(lineEnd)
          yield* append(text)
          lineEnd = endsLine(text, head) ? undefined : lineEndOf(head)
        })
        yield* forEachRaw(path, head, delimiter, options, step, agree)
      }
      yield* file.close
      yield* file.publish
      return total
    })
  )
})
