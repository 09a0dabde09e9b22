/** Batches that the API says it does not know. */
import type { Service } from "@batchlabel/openai-batch/OpenAiBatch"
import * as OpenAiBatchError from "@batchlabel/openai-batch/OpenAiBatchError"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Stream } from "effect"
import { batchesOf } from "./support/smallJob.js"

const hour = 3_600_000

const unknown = (operation: OpenAiBatchError.Operation) =>
  new OpenAiBatchError.OpenAiBatchError({
    operation,
    reason: new OpenAiBatchError.NotFound({ status: 404, detail: "no such batch" })
  })

/** Until so many ms, no look finds a batch. */
const unknownUntil =
  (end: number) =>
  (real: Service): Partial<Service> => ({
    retrieve: (id) => Effect.flatMap(Clock.currentTimeMillis, (now) => (now < end ? unknown("retrieve") : real.retrieve(id)))
  })

describe("a batch that no look finds any more", () => {
  it.live("is not given up while its window is open", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* batchesOf(unknownUntil(20 * hour)), 1)
    })
  )

  it.live("is not given up after its window either, as long as the list shows it", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* batchesOf(unknownUntil(60 * hour)), 1)
    })
  )

  it.live("is not given up for a few looks that fail just after its window", () =>
    Effect.gen(function* () {
      let looks = 0
      const batches = yield* batchesOf((real) => ({
        retrieve: (id) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) => {
            if (now < 26 * hour) return unknown("retrieve")
            return ++looks <= 2 ? unknown("retrieve") : real.retrieve(id)
          }),
        list: (options) => (looks <= 2 ? Stream.fail(unknown("list")) : real.list(options))
      }))
      assert.strictEqual(batches, 1)
    })
  )

  it.live("is asked again once neither look nor list shows it after its window", () =>
    Effect.gen(function* () {
      let first: string | undefined
      const batches = yield* batchesOf((real) => ({
        create: (options) =>
          Effect.tap(real.create(options), ({ id }) =>
            Effect.sync(() => {
              first ??= id
            })
          ),
        retrieve: (id) => (id === first ? unknown("retrieve") : real.retrieve(id)),
        list: (options) => Stream.filter(real.list(options), ({ id }) => id !== first)
      }))
      assert.strictEqual(batches, 2)
    })
  )
})
