/** Creates of unknown outcome: how long the list of batches is waited for before another is created. */
import * as OpenAiBatchError from "@batchlabel/openai-batch/OpenAiBatchError"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Stream } from "effect"
import { batchesOf } from "./support/smallJob.js"

const gatewayTimeout = new OpenAiBatchError.OpenAiBatchError({
  operation: "create",
  reason: new OpenAiBatchError.ServerError({ status: 504, detail: "the gateway has waited long enough" })
})

describe("a create of unknown outcome", () => {
  it.live("gives the list its time from the end of the call, however long the call took", () =>
    Effect.gen(function* () {
      let lost = false
      const batches = yield* batchesOf((real, time) => ({
        create: (options) =>
          Effect.gen(function* () {
            if (lost) return yield* real.create(options)
            lost = true
            time.setTime((yield* Clock.currentTimeMillis) + 65_000)
            yield* real.create(options)
            return yield* gatewayTimeout
          }),
        list: () =>
          Stream.filterEffect(real.list(), (batch) =>
            Effect.map(Clock.currentTimeMillis, (now) => now >= batch.createdAt + 30_000)
          )
      }))
      assert.strictEqual(batches, 1)
    })
  )

  it.live("is not taken for lost by the first look of another process: the request may have been under way", () =>
    Effect.gen(function* () {
      let underWay: Effect.Effect<unknown, OpenAiBatchError.OpenAiBatchError> | undefined
      let died = false
      const batches = yield* batchesOf((real) => ({
        create: (options) => {
          if (died) return real.create(options)
          died = true
          underWay = real.create(options)
          return Effect.die("killed")
        },
        list: () =>
          Stream.unwrap(
            Effect.gen(function* () {
              const listed = yield* Stream.runCollect(real.list())
              // Only now it acts.
              if (underWay !== undefined) yield* underWay
              underWay = undefined
              return Stream.fromIterable(listed)
            })
          )
      }))
      assert.strictEqual(batches, 1)
    })
  )

  it.live("is made again once the list has had its time", () =>
    Effect.gen(function* () {
      let dropped = false
      const batches = yield* batchesOf((real) => ({
        create: (options) => {
          if (dropped) return real.create(options)
          dropped = true
          return Effect.die("killed before it was sent")
        }
      }))
      assert.strictEqual(batches, 1)
    })
  )
})
