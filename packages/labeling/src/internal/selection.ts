/** Which rows of the input a job asks: all, a seeded sample, or what an earlier job has left without a label (or some of that). */
import type * as CsvReader from "@batchlabel/csv-io/CsvReader"
import type { Job } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import { loadLookup } from "./generations.js"
import { findSample } from "./lineage.js"

type Select = (row: number, cells: ReadonlyArray<string>) => boolean

/** `size` rows of the file, each with the same chance (reservoir sampling), by one pass over it. */
const sampleRows = Effect.fnUntraced(function* (source: CsvReader.CsvSource, size: number, seed: number) {
  const random = Random.make(seed)
  const chosen: Array<number> = []
  let seen = 0
  yield* Stream.runForEach(source.batches, (batch) =>
    Effect.gen(function* () {
      for (let i = 0; i < batch.rows.length; i++) {
        const row = seen++
        if (chosen.length < size) chosen.push(row)
        else {
          const at = yield* random.nextIntBetween(0, row + 1)
          if (at < size) chosen[at] = row
        }
      }
    })
  )
  return new Set(chosen)
})

/** The rows that a job and those before it have asked for at all; `undefined`: every row of the input. */
export const askedRows = Effect.fn("Prepare.askedRows")(function* (job: Job, source: CsvReader.CsvSource) {
  const sample = yield* findSample(job)
  return sample === undefined ? undefined : yield* sampleRows(source, sample.rows, sample.seed)
})

/** Rows that were asked and have no label. A row that was never asked has not failed. */
const unlabelledRows = Effect.fnUntraced(function* (older: Job, source: CsvReader.CsvSource) {
  const lookup = yield* loadLookup(older, source.header)
  const asked = yield* askedRows(older, source)
  const select: Select = (row, cells) => {
    const outcome = lookup(cells)?.outcome
    return outcome === undefined ? asked?.has(row) !== false : outcome._tag !== "Labeled"
  }
  return select
})

export const selection = Effect.fn("Prepare.selection")(function* (job: Job, source: CsvReader.CsvSource) {
  const { retryExcept, retryOf, retryRows, sample } = job.settings
  if (sample !== undefined) {
    const rows = yield* sampleRows(source, sample.rows, sample.seed)
    const select: Select = (row) => rows.has(row)
    return select
  }
  if (retryOf === undefined) return undefined
  const store = yield* JobStore
  const isUnlabelled = yield* unlabelledRows(yield* store.job(retryOf), source)
  const chosen = retryRows === undefined ? undefined : new Set(retryRows)
  const except = new Set(retryExcept)
  const select: Select = (row, cells) => chosen?.has(row) !== false && !except.has(row) && isUnlabelled(row, cells)
  return select
})
