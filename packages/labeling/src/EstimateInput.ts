/**
 * What a job would cost and how long it would take, from its input alone: the rows are rendered as they would be sent, and nothing is.
 *
 * @since 0.1.0
 */
import type * as Prompt from "@batchlabel/core/Prompt"
import * as RequestRules from "@batchlabel/core/RequestRules"
import * as Estimate from "@batchlabel/cost/Estimate"
import * as InputTokens from "@batchlabel/cost/InputTokens"
import * as OutputTokens from "@batchlabel/cost/OutputTokens"
import * as PriceBook from "@batchlabel/cost/PriceBook"
import * as RequestTokens from "@batchlabel/cost/RequestTokens"
import * as CsvReader from "@batchlabel/csv-io/CsvReader"
import * as RequestIndex from "@batchlabel/dataset/RequestIndex"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as Tokens from "@batchlabel/tokens/Tokens"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { answerScope } from "./internal/answerScope.js"
import { readOptions } from "./internal/inputOptions.js"
import { compilePrompt, jobFingerprint, withExtensions } from "./internal/jobCode.js"
import { type JobRequest, toSettings } from "./JobRequest.js"
import type { LabelingError } from "./LabelingError.js"
import type { CsvError, JobStoreError, TaskError } from "./Operation.js"
import { Prices } from "./Prices.js"

/**
 * The request of a job, with a price of one's own in place of the book's.
 *
 * @since 0.1.0
 * @category models
 */
export interface EstimateRequest
  extends Omit<JobRequest, "home" | "retryOf" | "continueOf" | "retryRows" | "retryExcept" | "maxCost" | "separate"> {
  readonly price?: PriceBook.Price | undefined
  /** Only these rows (0-based) are asked, and counted; absent: all. */
  readonly select?: ((row: number, cells: ReadonlyArray<string>) => boolean) | undefined
}

/** Characters of requests that are held at a time: the rows of a batch may make far more than they take themselves. */
const mostHeld = 32 * 1024 * 1024

/**
 * What `estimate` fails with.
 *
 * @since 0.1.0
 * @category errors
 */
export type EstimateError = CsvError | TaskError | JobStoreError | LabelingError

/**
 * What `estimate` needs.
 *
 * @since 0.1.0
 * @category services
 */
export type EstimateRequirements = FileSystem.FileSystem

/**
 * Reads the input once. Answers that the store of jobs knows already cost nothing; without a store in the context none are known.
 *
 * @since 0.1.0
 * @category constructors
 */
export const estimate = (request: EstimateRequest): Effect.Effect<Estimate.Estimate, EstimateError, EstimateRequirements> =>
  withExtensions(estimateWith(request), request)

const estimateWith = Effect.fn("EstimateInput.estimate")(function* (
  request: EstimateRequest
): Effect.fn.Return<Estimate.Estimate, EstimateError, EstimateRequirements> {
  const task = yield* RequestRules.check(request.task)
  const book = yield* Prices
  const store = yield* Effect.serviceOption(JobStore)
  const source = yield* CsvReader.open(request.inputPath, readOptions(request))
  const settings = yield* toSettings(request, source)
  const textColumn = yield* CsvReader.columnIndex(source, request.textColumn ?? "text")
  const prompt = yield* compilePrompt(settings, task, source.header, settings.textColumn)
  const encoding = Tokens.encodingOf(task.model)
  const counter = yield* Tokens.counter(encoding.encoding)
  const tokens = RequestTokens.make(counter, prompt, encoding.assumed)
  const price = request.price ?? PriceBook.lookup(book, task.model)
  const counted = InputTokens.collector({
    tokens,
    limits: { requests: settings.shardRequests, bytes: settings.shardBytes, tokens: settings.shardTokens },
    longContext: price?.longContext
  })
  const seen = RequestIndex.make()
  const rows = { rows: 0, requests: 0, duplicates: 0, known: 0, skipped: 0 }
  const scope = answerScope({ owner: request.owner, settings, taskFingerprint: jobFingerprint(task, settings) })

  const findKnown = Effect.fnUntraced(function* (fresh: ReadonlyArray<Prompt.Request>) {
    if (!settings.useCache || Option.isNone(store)) return undefined
    return yield* store.value.findAnswers(
      scope,
      fresh.map(({ digest }) => digest)
    )
  })

  yield* Stream.runForEach(source.batches, (batch) =>
    Effect.gen(function* () {
      const bad = new Set(batch.bad.map(({ row }) => row))
      for (let at = 0; at < batch.rows.length; ) {
        const fresh: Array<Prompt.Request> = []
        for (let held = 0; at < batch.rows.length && held < mostHeld; at++) {
          const cells = batch.rows[at] ?? []
          if (request.select?.(batch.firstRow + at, cells) === false) continue
          rows.rows++
          if (bad.has(batch.firstRow + at) || (cells[textColumn] ?? "").trim() === "") {
            rows.skipped++
            continue
          }
          const one = prompt.render(cells)
          held += one.body.length
          const size = seen.size
          if (one.failure !== undefined) rows.skipped++
          else if (seen.add(one.digest) === size) fresh.push(one)
          else rows.duplicates++
        }
        const known = yield* findKnown(fresh)
        for (const one of fresh) {
          if (known?.has(one.digest) === true) rows.known++
          else {
            rows.requests++
            counted.add(one)
          }
        }
      }
      request.onProgress?.(batch.bytesRead, source.size, rows.rows)
    })
  )

  const today = DateTime.formatIsoDateUtc(yield* DateTime.now)
  return Estimate.make({
    model: task.model,
    rows,
    input: counted.result(),
    output: OutputTokens.perRequest(task, counter.count),
    encoding,
    book,
    price: request.price,
    queue: { limit: settings.enqueuedTokenLimit, from: request.enqueuedTokenLimit === undefined ? (request.tier ?? 1) : "user" },
    today
  })
})
