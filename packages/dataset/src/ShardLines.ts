/**
 * Shard files as the requests they hold: their ids, the follow-up that asks again only some of them, and the parts of a shard that
 * turned out too large.
 *
 * @since 0.1.0
 */
import * as CustomId from "@batchlabel/core/CustomId"
import * as Jsonl from "@batchlabel/openai-batch/Jsonl"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { type DatasetError, fileFailed } from "./DatasetError.js"
import { growingFile, type ShardFile } from "./internal/shardFile.js"

const anchoredId = /^\{"custom_id":"([^"\\]+)"/

/** The custom_id of a request line that this package wrote. */
const idOf = (line: string): string => anchoredId.exec(line)?.[1] ?? ""

/** Request lines as byte strings: nothing but their ids is looked at. */
const linesOf = (path: string) =>
  Jsonl.fromFile(path, { byteStrings: true }).pipe(
    Stream.mapError(fileFailed("read", path)),
    Stream.map(({ lines }) => lines)
  )

const bytesOf = (lines: ReadonlyArray<string>): Uint8Array => Buffer.from(`${lines.join("\n")}\n`, "latin1")

/**
 * The custom_ids of a shard file in its order, in batches.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ids = (path: string): Stream.Stream<ReadonlyArray<string>, DatasetError, FileSystem.FileSystem> =>
  linesOf(path).pipe(Stream.map((lines) => lines.map(idOf)))

/** What is known of the shard that lines are taken from: its tokens are shared out by bytes. */
interface Origin {
  readonly path: string
  readonly bytes: number
  readonly tokens: number
}

const rowSpan = () => {
  let first = Number.MAX_SAFE_INTEGER
  let last = 0
  return {
    add: (line: string) => {
      const row = CustomId.parse(idOf(line))?.row ?? 0
      first = Math.min(first, row)
      last = Math.max(last, row)
    },
    get firstRow() {
      return first > last ? 0 : first
    },
    get lastRow() {
      return last
    }
  }
}

const tokenShare = (origin: Origin, bytes: number): number => Math.ceil((origin.tokens * bytes) / Math.max(1, origin.bytes))

/**
 * Writes the request lines that `keep` selects into a new shard file: the follow-up that asks again only what is open.
 *
 * @since 0.1.0
 * @category combinators
 */
export const select = Effect.fn("ShardLines.select")(function* (
  origin: Origin,
  keep: (customId: string) => boolean,
  path: string
): Effect.fn.Return<ShardFile, DatasetError, FileSystem.FileSystem | Scope.Scope> {
  const file = yield* growingFile(path)
  const span = rowSpan()
  let requests = 0
  yield* Stream.runForEach(linesOf(origin.path), (lines) => {
    const kept = lines.filter((line) => keep(idOf(line)))
    requests += kept.length
    for (const line of kept) span.add(line)
    return kept.length === 0 ? Effect.void : file.append(bytesOf(kept))
  })
  const { bytes, sha256 } = yield* file.finish
  return { path, requests, bytes, tokens: tokenShare(origin, bytes), sha256, firstRow: span.firstRow, lastRow: span.lastRow }
}, Effect.scoped)

/**
 * Writes the lines of a shard into parts of at most `requests` lines and `bytes` bytes each (a longer line is a part of its own), in
 * order. `pathOf` names part 0, 1, ….
 *
 * @since 0.1.0
 * @category combinators
 */
export const divide = Effect.fn("ShardLines.divide")(function* (
  origin: Origin,
  limits: { readonly requests: number; readonly bytes: number },
  pathOf: (part: number) => string
): Effect.fn.Return<ReadonlyArray<ShardFile>, DatasetError, FileSystem.FileSystem> {
  const parts: Array<ShardFile> = []
  let pending: Array<string> = []
  let pendingBytes = 0
  const write = Effect.suspend(() => {
    if (pending.length === 0) return Effect.void
    const lines = pending
    pending = []
    pendingBytes = 0
    const path = pathOf(parts.length)
    const span = rowSpan()
    for (const line of lines) span.add(line)
    return Effect.gen(function* () {
      const file = yield* growingFile(path)
      yield* file.append(bytesOf(lines))
      const { bytes, sha256 } = yield* file.finish
      parts.push({
        path,
        requests: lines.length,
        bytes,
        tokens: tokenShare(origin, bytes),
        sha256,
        firstRow: span.firstRow,
        lastRow: span.lastRow
      })
    }).pipe(Effect.scoped)
  })
  yield* Stream.runForEach(linesOf(origin.path), (lines) =>
    Effect.forEach(
      lines,
      (line) => {
        const bytes = line.length + 1
        const full = pending.length >= limits.requests || pendingBytes + bytes > limits.bytes
        const take = Effect.sync(() => {
          pending.push(line)
          pendingBytes += bytes
        })
        return full ? Effect.andThen(write, take) : take
      },
      { discard: true }
    )
  )
  yield* write
  return parts
})
