import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { JobStore } from "../src/JobStore.js"
import { sqliteFile } from "./backends.js"

const answers = Array.from({ length: 200_000 }, (_, index) => ({
  digest: createHash("sha256").update(String(index)).digest("hex").slice(0, 24),
  value: index % 2,
  at: 1_790_000_000_000 + index,
  batchId: "batch_0123456789abcdef0123456789abcdef"
}))

// In processor time, since the machine does other things as well. Far below what is reached (see the README), and far above what a
// statement or a parameter a value would reach.
const atLeast = 60_000

const perSecond = <A, E, R>(work: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const before = process.cpuUsage()
    return Effect.map(work, () => {
      const { system, user } = process.cpuUsage(before)
      return Math.round((answers.length / (user + system)) * 1_000_000)
    })
  })

describe("the speed of the answer cache", () => {
  it.scopedLive("a shard's answers are stored and found by the ten thousand, not one by one", () =>
    Effect.gen(function* () {
      const place = yield* sqliteFile.place
      yield* Effect.gen(function* () {
        const store = yield* JobStore
        const shards = [0, 1, 2, 3].map((part) => answers.slice(part * 50_000, (part + 1) * 50_000))
        const stored = yield* perSecond(Effect.forEach(shards, (shard) => store.saveAnswers("scope", shard)))
        const found = yield* perSecond(
          Effect.forEach(shards, (shard) =>
            Effect.map(
              store.findAnswers(
                "scope",
                shard.map(({ digest }) => digest)
              ),
              (hits) => assert.strictEqual(hits.size, 50_000)
            )
          )
        )
        assert.isAbove(stored, atLeast)
        assert.isAbove(found, atLeast)
      }).pipe(Effect.provide(place.layer()))
    })
  )
})
