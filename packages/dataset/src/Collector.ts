/**
 * The collector: what the result files of a shard say about each of its requests. Every request of the shard ends as labelled, failed
 * or missing; ids that the shard does not know, ids that come twice and lines that cannot be read are counted, never trusted.
 *
 * @since 0.1.0
 */
import * as CustomId from "@batchlabel/core/CustomId"
import type * as Outcome from "@batchlabel/core/Outcome"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { DatasetError } from "./DatasetError.js"
import * as RequestIndex from "./RequestIndex.js"
import * as ResultReader from "./ResultReader.js"
import * as ShardLines from "./ShardLines.js"

/**
 * What became of the requests of a shard: `expected` = `labeled` + those of `failed` + those of `retryable`.
 *
 * @since 0.1.0
 * @category models
 */
export interface CollectReport {
  /** Requests in the shard file. */
  readonly expected: number
  readonly labeled: number
  /** Requests that failed for good, by reason. */
  readonly failed: Readonly<Partial<Record<Outcome.FailureReason, number>>>
  /** Requests that may be asked again, by reason; those of which no file speaks included, unless they are to be left alone. */
  readonly retryable: Readonly<Partial<Record<Outcome.FailureReason, number>>>
  readonly missing: number
  readonly unknownIds: number
  readonly duplicateIds: number
  readonly malformedLines: number
  /** Requests that were answered and so are paid for, whatever their answer. */
  readonly billed: number
  /** Their tokens. */
  readonly usage: Outcome.Usage
  /** What each result file holds, in the order of their paths. */
  readonly files: ReadonlyArray<FileTally>
  /** Whether a request of this shard may be asked again. */
  readonly mayRetry: (customId: string) => boolean
}

/**
 * The lines of one result file: `own` are of this shard, as far as they can be read; `traces` are malformed ones that still show that
 * they are results of it. `endsMalformed`: the last line is malformed, as in a file that was cut.
 *
 * @since 0.1.0
 * @category models
 */
export interface FileTally {
  readonly path: string
  readonly lines: number
  readonly own: number
  readonly traces: number
  readonly endsMalformed: boolean
}

/**
 * Which shard, which result files, and how an answer is read.
 *
 * @since 0.1.0
 * @category models
 */
export interface CollectOptions<E = never, R = never> {
  readonly shardPath: string
  /** The output and the error file, as far as there are any. */
  readonly resultPaths: ReadonlyArray<string>
  readonly readAnswer: (body: unknown) => Outcome.Outcome
  /** What requests are of which no file speaks: `missing` unless told. Those whose results could not be read are not to be asked again. */
  readonly absent?: "missing" | "expired" | "cancelled" | "results_unreadable" | undefined
  /** Sees each batch of accepted results (of this shard, first label of each id). */
  readonly onResults?: ((results: ReadonlyArray<ResultReader.RowResult>) => Effect.Effect<void, E, R>) | undefined
}

/** What is known of a request so far, a byte each. */
const State = { missing: 0, labeled: 1, failed: 2, retryable: 3 }

const shardIds = (path: string) =>
  Effect.gen(function* () {
    const index = RequestIndex.make()
    yield* Stream.runForEach(ShardLines.ids(path), (ids) =>
      Effect.sync(() => {
        for (const id of ids) index.add(CustomId.parse(id)?.digest ?? "")
      })
    )
    return index
  })

/**
 * Reads the result files of one shard attempt against the shard file.
 *
 * @since 0.1.0
 * @category combinators
 */
export const collect: <E = never, R = never>(
  options: CollectOptions<E, R>
) => Effect.Effect<CollectReport, E | DatasetError, R | FileSystem.FileSystem> = Effect.fn("Collector.collect")(function* <E, R>(
  options: CollectOptions<E, R>
): Effect.fn.Return<CollectReport, E | DatasetError, R | FileSystem.FileSystem> {
  const ids = yield* shardIds(options.shardPath)
  const states = new Uint8Array(ids.size)
  const outcomes = new Map<number, Outcome.Failed>()
  const usage = { input: 0, output: 0, cached: 0, cacheWrite: 0, reasoning: 0 }
  const count = { unknownIds: 0, duplicateIds: 0, malformedLines: 0, billed: 0 }

  const accept = (results: ReadonlyArray<ResultReader.RowResult>): Array<ResultReader.RowResult> => {
    const accepted: Array<ResultReader.RowResult> = []
    for (const result of results) {
      const slot = ids.find(result.digest)
      if (slot === -1) {
        count.unknownIds++
        continue
      }
      const { outcome } = result
      // Told twice, a request was still run once.
      if (outcome.usage !== undefined && states[slot] === State.missing) {
        count.billed++
        usage.input += outcome.usage.input
        usage.output += outcome.usage.output
        usage.cached += outcome.usage.cached
        usage.cacheWrite += outcome.usage.cacheWrite
        usage.reasoning += outcome.usage.reasoning
      }
      if (states[slot] !== State.missing) count.duplicateIds++
      // A label is final; a failure gives way to a label, not to another failure.
      if (states[slot] === State.labeled || (states[slot] !== State.missing && outcome._tag === "Failed")) continue
      if (outcome._tag === "Labeled") {
        states[slot] = State.labeled
        outcomes.delete(slot)
      } else {
        states[slot] = outcome.retryable ? State.retryable : State.failed
        outcomes.set(slot, outcome)
      }
      accepted.push(result)
    }
    return accepted
  }

  const files: Array<FileTally> = []
  for (const path of options.resultPaths) {
    const tally = { path, lines: 0, own: 0, traces: 0, endsMalformed: false }
    files.push(tally)
    yield* ResultReader.fromFile(path, options.readAnswer).pipe(
      Stream.runForEach((batch) => {
        count.malformedLines += batch.malformed
        tally.lines += batch.results.length + batch.malformed
        for (const { digest } of batch.results) if (ids.find(digest) !== -1) tally.own++
        for (const id of batch.traces) if (id === "" || ids.find(CustomId.parse(id)?.digest ?? "") !== -1) tally.traces++
        tally.endsMalformed = batch.endsMalformed
        const accepted = accept(batch.results)
        return options.onResults === undefined || accepted.length === 0 ? Effect.void : options.onResults(accepted)
      })
    )
  }

  let labeled = 0
  let missing = 0
  for (const state of states) {
    if (state === State.labeled) labeled++
    if (state === State.missing) missing++
  }
  const failed: Partial<Record<Outcome.FailureReason, number>> = {}
  const retryable: Partial<Record<Outcome.FailureReason, number>> = {}
  const absent = options.absent ?? "missing"
  const isLeftAlone = absent === "results_unreadable"
  if (missing > 0) (isLeftAlone ? failed : retryable)[absent] = missing
  for (const [slot, { reason }] of outcomes) {
    const tally = states[slot] === State.retryable ? retryable : failed
    tally[reason] = (tally[reason] ?? 0) + 1
  }
  return {
    ...count,
    expected: ids.size,
    labeled,
    failed,
    retryable,
    missing,
    usage,
    files,
    mayRetry: (customId) => {
      const state = states[ids.find(CustomId.parse(customId)?.digest ?? "")]
      return state === State.retryable || (state === State.missing && !isLeftAlone)
    }
  }
})
