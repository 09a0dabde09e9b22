/**
 * The splitter: rows of a CSV become request lines in shard files, each small enough for one batch. Equal requests are written once,
 * blank texts and broken records not at all.
 *
 * @since 0.1.0
 */
import * as ByteString from "@batchlabel/core/ByteString"
import * as CustomId from "@batchlabel/core/CustomId"
import type * as Outcome from "@batchlabel/core/Outcome"
import type * as Prompt from "@batchlabel/core/Prompt"
import type * as CsvError from "@batchlabel/csv-io/CsvError"
import type * as CsvReader from "@batchlabel/csv-io/CsvReader"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { DatasetError, TooManyBytes, TooManyShards } from "./DatasetError.js"
import { LineBuffer } from "./internal/lineBuffer.js"
import { type Rendered, requestRenderer } from "./internal/requestRenderer.js"
import { type GrowingFile, growingFile, type ShardFile } from "./internal/shardFile.js"
import * as LocalOutcome from "./LocalOutcome.js"
import * as RequestIndex from "./RequestIndex.js"
import * as RowDigests from "./RowDigests.js"

export type {
  /**
   * A shard on disk: `bytes` of the file, `tokens` of input as far as they were counted, rows 0-based.
   *
   * @since 0.1.0
   * @category models
   */
  ShardFile
} from "./internal/shardFile.js"

/**
 * Where a shard ends. All limits hold at once: whichever is reached first closes the shard.
 *
 * @since 0.1.0
 * @category models
 */
export interface ShardLimits {
  readonly requests: number
  readonly bytes: number
  readonly tokens: number
}

/**
 * An answer that is known already, by the digest of its request.
 *
 * @since 0.1.0
 * @category models
 */
export interface KnownAnswer {
  readonly value: Outcome.LabelValue
  /** When it was given, in unix milliseconds. */
  readonly at: number
  readonly batchId: string | undefined
}

/**
 * What is asked, where the shards go and how large they may be. Sizes are in bytes, rows are 0-based.
 *
 * @since 0.1.0
 * @category models
 */
export interface SplitOptions<E = never, R = never> {
  readonly prompt: Prompt.Prompt
  readonly endpoint: string
  /** Index of the text column: a row whose text is blank is not sent. */
  readonly textColumn: number
  /** An existing, empty folder for `shard-00001.jsonl` …, `local.jsonl` and the rows' digests (see `RowDigests`). */
  readonly directory: string
  readonly limits: ShardLimits
  /** What all shards together may be; without it there is no bound. */
  readonly most?: { readonly shards: number; readonly bytes: number } | undefined
  /** Input tokens of a request by its user message; without it shards are not limited by tokens. */
  readonly countTokens?: ((user: string) => number) | undefined
  /** Looks up answers that are known already, one call a batch of rows. */
  readonly known?: ((digests: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, KnownAnswer>, E, R>) | undefined
  /** Whether a row is asked at all (a sample, or only the failures of an earlier job); absent: every row. */
  readonly select?: ((row: number, cells: ReadonlyArray<string>) => boolean) | undefined
  readonly onProgress?: ((bytesRead: number, rows: number) => void) | undefined
}

/**
 * `rows` = `requests` + `duplicates` + `known` (rows answered from the cache, their duplicates excluded) + the skipped ones, of which
 * `unselected` are those that `select` left out.
 *
 * @since 0.1.0
 * @category models
 */
export interface SplitReport {
  readonly rows: number
  readonly requests: number
  readonly duplicates: number
  readonly known: number
  readonly emptyText: number
  readonly badRecords: number
  readonly tooLarge: number
  readonly unselected: number
  readonly inputTokens: number
  readonly shards: ReadonlyArray<ShardFile>
}

interface Candidate {
  readonly row: number
  readonly request: Rendered
}

interface OpenShard {
  readonly path: string
  readonly file: GrowingFile
  readonly firstRow: number
  lastRow: number
  requests: number
  bytes: number
  tokens: number
}

/** Characters of requests that are held at a time: the rows of a batch may make far more than they take themselves. */
const mostHeld = 32 * 1024 * 1024

const shardName = (index: number): string => `shard-${String(index + 1).padStart(5, "0")}.jsonl`

/**
 * Streams the rows of `source` into shard files under `options.directory`. The result depends on the input and the options alone, so
 * that a run that was interrupted is simply repeated.
 *
 * Memory: a few batches of rows and of lines, and about 40 bytes a distinct request.
 *
 * @since 0.1.0
 * @category combinators
 */
export const split: <E = never, R = never>(
  source: CsvReader.CsvSource,
  options: SplitOptions<E, R>
) => Effect.Effect<SplitReport, E | CsvError.CsvError | DatasetError, R | FileSystem.FileSystem> = Effect.fn("Splitter.split")(
  (source, options) => Effect.scopedWith((scope) => splitIn(scope, source, options))
)

const splitIn = Effect.fnUntraced(function* <E, R>(
  scope: Scope.Scope,
  source: CsvReader.CsvSource,
  options: SplitOptions<E, R>
): Effect.fn.Return<SplitReport, E | CsvError.CsvError | DatasetError, R | FileSystem.FileSystem> {
  const { limits, textColumn } = options
  const renderer = requestRenderer(options.prompt, options.endpoint)
  const seen = RequestIndex.make()
  const shards: Array<ShardFile> = []
  const fileAt = (name: string) => growingFile(`${options.directory}/${name}`).pipe(Scope.extend(scope))
  const local = yield* fileAt("local.jsonl")
  const rowDigests = yield* fileAt(RowDigests.FILE_NAME)
  const count = {
    rows: 0,
    requests: 0,
    duplicates: 0,
    known: 0,
    emptyText: 0,
    badRecords: 0,
    tooLarge: 0,
    unselected: 0,
    inputTokens: 0
  }
  let current: OpenShard | undefined
  let total = 0
  let publishing: Fiber.Fiber<void, DatasetError> | undefined
  // One is filled while the other is being written.
  let [lines, spare] = [new LineBuffer(), new LineBuffer()]

  /** The rows of a batch, from one on, that ask something no earlier row has asked; `next` is the first that has not been looked at. */
  const candidates = (batch: CsvReader.RowBatch, bad: ReadonlySet<number>, from: number, digests: RowDigests.RowDigests) => {
    const fresh: Array<Candidate> = []
    let i = from
    for (let held = 0; i < batch.size && held < mostHeld; i++) {
      const row = batch.firstRow + i
      count.rows++
      if (bad.has(row)) count.badRecords++
      else if (ByteString.isBlank(batch.cellBytes(i, textColumn))) count.emptyText++
      else if (options.select !== undefined && !options.select(row, batch.row(i))) count.unselected++
      else {
        const request = renderer.render(batch, i)
        held += request.own.length + request.user.length
        digests.set(i, request.digest)
        const size = seen.size
        if (seen.add(request.digest) === size) fresh.push({ row, request })
        else count.duplicates++
      }
    }
    return { fresh, next: i }
  }

  const flush = Effect.suspend(() => {
    const { bytes } = lines
    if (current === undefined || bytes.length === 0) return Effect.void
    ;[lines, spare] = [spare, lines]
    // What was in it is on the disk when `append` is through.
    return Effect.andThen(current.file.append(bytes), () => lines.clear())
  })

  /** Waits for the shard that is being flushed to the disk, if any. */
  const published = Effect.suspend(() => (publishing === undefined ? Effect.void : Fiber.join(publishing)))

  const close = Effect.gen(function* () {
    if (current === undefined) return
    yield* flush
    const { file, firstRow, lastRow, path, requests, tokens } = current
    const { bytes, sha256 } = yield* file.written
    yield* published
    // The disk is slow, and the next shard need not wait for it.
    publishing = yield* Effect.forkIn(file.publish, scope)
    shards.push({ path, requests, bytes, tokens, sha256, firstRow, lastRow })
    current = undefined
  })

  /** However a client cuts its file: nobody's disk is filled, and nobody waits for a job of very many batches. */
  const requireRoom = (bytes: number): Effect.Effect<void, DatasetError> => {
    const { most } = options
    if (most === undefined) return Effect.void
    if (shards.length >= most.shards) return new DatasetError({ reason: new TooManyShards({ limit: most.shards }) })
    if (total + bytes > most.bytes) return new DatasetError({ reason: new TooManyBytes({ limit: most.bytes }) })
    total += bytes
    return Effect.void
  }

  const open = Effect.fnUntraced(function* (firstRow: number) {
    const name = shardName(shards.length)
    const path = `${options.directory}/${name}`
    const shard: OpenShard = { path, file: yield* fileAt(name), firstRow, lastRow: firstRow, requests: 0, bytes: 0, tokens: 0 }
    current = shard
    return shard
  })

  const take = Effect.fnUntraced(function* (fresh: ReadonlyArray<Candidate>) {
    const known = options.known === undefined ? undefined : yield* options.known(fresh.map(({ request }) => request.digest))
    const answered: Array<string> = []
    for (const { request, row } of fresh) {
      const customId = CustomId.make(row, request.digest)
      if (request.failure !== undefined) {
        count.badRecords++
        answered.push(
          LocalOutcome.encode({ customId, outcome: LocalOutcome.unrenderable(request.failure), at: 0, batchId: undefined })
        )
        continue
      }
      const answer = known?.get(request.digest)
      if (answer !== undefined) {
        count.known++
        answered.push(LocalOutcome.encode({ customId, outcome: { _tag: "Labeled", value: answer.value, raw: "" }, ...answer }))
        continue
      }
      const bytes = renderer.size(customId, request)
      const tokens = options.countTokens?.(renderer.userText(request)) ?? 0
      if (bytes > limits.bytes || tokens > limits.tokens) {
        count.tooLarge++
        answered.push(
          LocalOutcome.encode({ customId, outcome: LocalOutcome.tooLarge(bytes, tokens, limits), at: 0, batchId: undefined })
        )
        continue
      }
      if (
        current !== undefined &&
        (current.requests + 1 > limits.requests ||
          current.bytes + bytes > limits.bytes ||
          current.tokens + tokens > limits.tokens)
      ) {
        yield* close
      }
      yield* requireRoom(bytes)
      const shard = current ?? (yield* open(row))
      renderer.write(lines, customId, request)
      shard.requests++
      shard.bytes += bytes
      shard.tokens += tokens
      shard.lastRow = row
      count.requests++
      count.inputTokens += tokens
    }
    yield* flush
    if (answered.length > 0) yield* local.append(answered.join(""))
  })

  const step = Effect.fnUntraced(function* (batch: CsvReader.RowBatch) {
    const digests = RowDigests.make(batch.size)
    const bad = new Set(batch.bad.map((record) => record.row))
    for (let at = 0; at < batch.size; ) {
      const { fresh, next } = candidates(batch, bad, at, digests)
      yield* take(fresh)
      at = next
    }
    yield* rowDigests.append(digests.bytes)
    options.onProgress?.(batch.bytesRead, count.rows)
  })

  yield* Stream.runForEach(source.batches, step)
  yield* close
  yield* published
  yield* local.finish
  yield* rowDigests.finish
  return { ...count, shards }
})
