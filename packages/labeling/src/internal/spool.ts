/**
 * Inputs that are no files are written to one beside the jobs, so that a job whose process died can go on. The file is named by its content:
 * the same rows find the same job.
 */
import { createHash, randomBytes } from "node:crypto"
import { dirname, join, resolve } from "node:path"
import * as CsvWriter from "@batchlabel/csv-io/CsvWriter"
import * as Folder from "@batchlabel/csv-io/Folder"
import { type DatasetError, fileFailed } from "@batchlabel/dataset/DatasetError"
import type { Job } from "@batchlabel/job-store/Job"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Cell, Input, Row } from "../Input.js"
import { InputUnreadable, type LabelingError, labelingError, RowColumnUnknown } from "../LabelingError.js"

const folderOf = (home: string): string => join(resolve(home), "inputs")

const prefix = ".spool-"

/** A file of a spool that is still being written is younger than this. */
const oldest = Duration.days(1)

/** Whether the input of a job was written by `spool`. */
export const isSpooled = ({ directory, input }: Pick<Job, "directory" | "input">): boolean =>
  dirname(input.path) === folderOf(dirname(dirname(directory)))

const unreadable = (cause: unknown): LabelingError =>
  labelingError(new InputUnreadable({ detail: cause instanceof Error ? cause.message : String(cause) }))

const toText = (cell: Cell): string => (cell === null || cell === undefined ? "" : String(cell))

type Piece = Row | Uint8Array

/** Any input as a stream of rows, or of bytes. */
const toStream = (input: Exclude<Input, string>): Stream.Stream<Piece, LabelingError> => {
  if (input instanceof Uint8Array) return Stream.make(input)
  if (input instanceof ArrayBuffer) return Stream.make(new Uint8Array(input))
  if (Stream.StreamTypeId in input) return Stream.mapError(input, unreadable)
  if (input instanceof ReadableStream) return Stream.fromReadableStream({ evaluate: () => input, onError: unreadable })
  if (input instanceof Blob) return Stream.fromReadableStream({ evaluate: () => input.stream(), onError: unreadable })
  if ("body" in input && (input.body === null || input.body instanceof ReadableStream)) {
    const { body } = input
    if (body === null) return Stream.fail(unreadable("the request has no body"))
    return Stream.fromReadableStream({ evaluate: () => body, onError: unreadable })
  }
  if (Symbol.asyncIterator in input) return Stream.fromAsyncIterable(input, unreadable)
  if (Symbol.iterator in input) return Stream.fromIterable(input)
  return Stream.fail(unreadable("it is neither rows nor bytes"))
}

/** Rows become lines of CSV under the columns of the first one; bytes stay what they are. */
const toBytes = () => {
  const encoder = new TextEncoder()
  let columns: ReadonlyArray<string> | undefined
  let row = 0
  return (piece: Piece): Effect.Effect<Uint8Array, LabelingError> =>
    Effect.suspend(() => {
      if (piece instanceof Uint8Array) return Effect.succeed(piece)
      row++
      const isFirst = columns === undefined
      const known = columns ?? Object.keys(piece)
      columns = known
      const unknown = Object.keys(piece).find((column) => !known.includes(column))
      if (unknown !== undefined) return labelingError(new RowColumnUnknown({ row, column: unknown }))
      const cells = known.map((column) => toText(piece[column]))
      return Effect.succeed(encoder.encode(CsvWriter.stringify(isFirst ? [known, cells] : [cells])))
    })
}

/** What processes that died have left half written. */
const removeLeftovers = Effect.fnUntraced(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const now = yield* Clock.currentTimeMillis
  for (const name of (yield* fs.readDirectory(folder)).filter((one) => one.startsWith(prefix))) {
    const { mtime } = yield* fs.stat(join(folder, name))
    const age = now - Option.match(mtime, { onNone: () => now, onSome: (at) => at.getTime() })
    if (age > Duration.toMillis(oldest)) yield* fs.remove(join(folder, name))
  }
}, Effect.ignore)

/** The path of a file that holds the input. Memory: a few pieces of it. */
export const spool = Effect.fn("Labeling.spool")(function* (
  input: Exclude<Input, string>,
  home: string
): Effect.fn.Return<string, LabelingError | DatasetError, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  const folder = folderOf(home)
  const temporary = join(folder, `${prefix}${randomBytes(8).toString("hex")}`)
  const failed = Effect.mapError(fileFailed("write", folder))
  yield* failed(Folder.make(folder, { mode: 0o700 }))
  yield* removeLeftovers(folder)
  const hash = createHash("sha256")
  const write = Effect.gen(function* () {
    const file = yield* failed(fs.open(temporary, { flag: "wx", mode: 0o600 }))
    yield* toStream(input).pipe(
      Stream.mapEffect(toBytes()),
      Stream.runForEachChunk((chunk) =>
        Effect.forEach(
          chunk,
          (bytes) =>
            Effect.zipRight(
              Effect.sync(() => hash.update(bytes)),
              failed(file.writeAll(bytes))
            ),
          {
            discard: true
          }
        )
      )
    )
    yield* failed(file.sync)
  })
  return yield* Effect.scoped(write).pipe(
    Effect.map(() => join(folder, `${hash.digest("hex").slice(0, 32)}.csv`)),
    Effect.tap((named) => failed(fs.rename(temporary, named))),
    Effect.onError(() => Effect.ignore(fs.remove(temporary, { force: true })))
  )
})
