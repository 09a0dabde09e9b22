import { Buffer } from "node:buffer"
import * as FileSystem from "@effect/platform/FileSystem"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import iconv from "iconv-lite"
import type { CsvError } from "../src/CsvError.js"
import * as CsvReader from "../src/CsvReader.js"
import { RowReader, type RowReaderOptions } from "../src/internal/rowReader.js"

/** Runs an effect with the file system of Node, in a scope. */
export const onDisk = <A, E>(effect: Effect.Effect<A, E, FileSystem.FileSystem | Scope.Scope>): Effect.Effect<A, E> =>
  effect.pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))

/** A folder of its own that goes away with the scope. */
export const temporaryFolder = Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeTempDirectoryScoped()).pipe(Effect.orDie)

/** A file in a folder of its own. */
export const fileOf = (content: string | Uint8Array, name = "input.csv") =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = `${yield* temporaryFolder}/${name}`
    yield* Effect.orDie(fs.writeFile(path, Buffer.from(content)))
    return path
  })

export interface Everything {
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
  readonly bad: ReadonlyArray<CsvReader.BadRecord>
}

const joined = (batches: Iterable<CsvReader.RowBatch>): Everything => {
  const all = [...batches]
  return { rows: all.flatMap(({ rows }) => rows), bad: all.flatMap(({ bad }) => bad) }
}

/** All rows of a file, and its source. */
export const readFile = (path: string, options?: CsvReader.ReadOptions) =>
  Effect.gen(function* () {
    const source = yield* CsvReader.open(path, options)
    const batches = yield* Stream.runCollect(source.batches)
    return { source, ...joined(batches) }
  })

/** All rows of a text. */
export const readText = (content: string | Uint8Array, options?: CsvReader.ReadOptions) =>
  onDisk(Effect.flatMap(fileOf(content), (path) => readFile(path, options)))

/** Cuts bytes into pieces of the given sizes, which are used again and again. */
export const pieces = (bytes: Uint8Array, sizes: ReadonlyArray<number>): Array<Uint8Array> => {
  const all: Array<Uint8Array> = []
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1
    all.push(bytes.subarray(at, at + size))
    at += size
  }
  return all
}

const reading = (
  bytes: Uint8Array,
  sizes: ReadonlyArray<number>,
  options?: Partial<RowReaderOptions>
): Either.Either<{ readonly header: ReadonlyArray<string>; readonly batches: ReadonlyArray<CsvReader.RowBatch> }, CsvError> => {
  const reader = new RowReader({
    path: "input.csv",
    encoding: "auto",
    delimiter: ",",
    onBadRow: "skip",
    maxRecordBytes: 1e6,
    ...options
  })
  const batches: Array<CsvReader.RowBatch> = []
  // One buffer for all pieces, as a file is read: what the reader keeps it must have copied.
  const buffer = Buffer.alloc(Math.max(...sizes, 1))
  for (const piece of [...pieces(bytes, sizes), new Uint8Array(0)]) {
    buffer.set(piece)
    const result = reader.push(buffer.subarray(0, piece.length), piece.length === 0)
    if (Either.isLeft(result)) return Either.left(result.left)
    buffer.fill(0x22)
    if (result.right !== undefined) batches.push(result.right)
  }
  return Either.right({ header: reader.header ?? [], batches })
}

/** What the pure reader makes of bytes in pieces of the given sizes, without a file. */
export const readBytes = (
  bytes: Uint8Array,
  sizes: ReadonlyArray<number>,
  options?: Partial<RowReaderOptions>
): Either.Either<Everything & { readonly header: ReadonlyArray<string> }, CsvError> =>
  Either.map(reading(bytes, sizes, options), ({ batches, header }) => ({ header, ...joined(batches) }))

/** The same, unparsed and in batches. */
export const readBatches = (
  bytes: Uint8Array,
  sizes: ReadonlyArray<number>,
  options?: Partial<RowReaderOptions>
): ReadonlyArray<CsvReader.RowBatch> => Either.getOrThrow(reading(bytes, sizes, options)).batches

/** Text in one of the encodings, by a library that shares nothing with the reader. */
export const encode = (text: string, encoding: CsvReader.Encoding): Buffer =>
  iconv.encode(text, encoding === "utf-16le" ? "utf16-le" : encoding === "utf-16be" ? "utf16-be" : encoding)
