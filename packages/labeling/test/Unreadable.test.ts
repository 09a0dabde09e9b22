/** Results that can never be read: the wait for them ends when they can no longer be there. */
import type { Batch } from "@batchlabel/openai-batch/Batch"
import type { Service } from "@batchlabel/openai-batch/OpenAiBatch"
import * as OpenAiBatchError from "@batchlabel/openai-batch/OpenAiBatchError"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import type * as JobView from "../src/JobView.js"
import { batchesOf, type Wrap } from "./support/smallJob.js"

const day = 24 * 3_600_000

const notFound = new OpenAiBatchError.OpenAiBatchError({
  operation: "download",
  reason: new OpenAiBatchError.NotFound({ status: 404, detail: "no such file" })
})

/** How the job ends, when, and how many batches it has made. */
const ended = (wrap: Wrap) =>
  Effect.gen(function* () {
    let end: { readonly view: JobView.JobView; readonly at: number } | undefined
    const batches = yield* batchesOf(wrap, {
      over: (view, at) => {
        end = { view, at }
      }
    })
    return end === undefined ? assert.fail("not over") : { ...end, batches }
  })

describe("results that are never found", () => {
  it.live("are waited for as long as they are kept, then their rows end as unreadable, paid for and not asked again", () =>
    Effect.gen(function* () {
      const { at, batches, view } = yield* ended(() => ({ download: () => notFound }))
      assert.strictEqual(batches, 1)
      assert.deepStrictEqual([view.labeled, view.failed], [0, { results_unreadable: 2 }])
      const [batch] = view.batches
      assert.isAtLeast(at, (batch?.endedAt ?? Number.POSITIVE_INFINITY) + 30 * day)
      assert.isAbove(Number(view.spent), 0)
    })
  )

  it.live("are had by the name that a new look at the batch gives them", () =>
    Effect.gen(function* () {
      let looks = 0
      const misnamed = (batch: Batch): Batch =>
        batch.outputFileId === undefined || looks++ > 0 ? batch : { ...batch, outputFileId: "file-of-yesterday" }
      const { batches, view } = yield* ended((real: Service) => ({
        retrieve: (id) => Effect.map(real.retrieve(id), misnamed)
      }))
      assert.deepStrictEqual([batches, view.labeled], [1, 2])
    })
  )
})

describe("a batch that says it has answers, and names no file", () => {
  it.live("is given more time than one that has none to give", () =>
    Effect.gen(function* () {
      let first: number | undefined
      let clock = 0
      const late = (batch: Batch): Batch => {
        if (batch.status !== "completed") return batch
        first ??= clock
        const counts = { total: 2, completed: 2, failed: 0 }
        return clock < first + 45 * 60_000 ? { ...batch, counts, outputFileId: undefined } : { ...batch, counts }
      }
      const { batches, view } = yield* ended((real, time) => ({
        retrieve: (id) => {
          clock = time.clock.unsafeCurrentTimeMillis()
          return Effect.map(real.retrieve(id), late)
        },
        list: (options) => Stream.map(real.list(options), late)
      }))
      assert.deepStrictEqual([batches, view.labeled], [1, 2])
    })
  )
})
