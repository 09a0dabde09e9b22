/** Result files that come late, and what dead processes have left. */
import { readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Batch } from "@batchlabel/openai-batch/Batch"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { batchesOf } from "./support/smallJob.js"

/** Completed as the API's clock has it, which is an hour behind; without its files for two minutes of ours. */
const late = (batch: Batch, firstSeen: number | undefined, now: number): Batch => ({
  ...batch,
  completedAt: (batch.completedAt ?? now) - 3_600_000,
  ...(firstSeen !== undefined && now >= firstSeen + 120_000 ? {} : { outputFileId: undefined, errorFileId: undefined })
})

const lateFiles = (counts: Batch["counts"] | "as they are") => {
  let firstSeen: number | undefined
  return batchesOf((real) => ({
    retrieve: (id) =>
      Effect.gen(function* () {
        const batch = yield* real.retrieve(id)
        const now = yield* Clock.currentTimeMillis
        if (batch.status !== "completed") return batch
        const shown = late(batch, firstSeen, now)
        firstSeen ??= now
        return counts === "as they are" ? shown : { ...shown, counts }
      })
  }))
}

describe("a completed batch without its files", () => {
  it.live("is given its time by the clock of this machine, whatever the API's says", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* lateFiles("as they are"), 1)
    })
  )

  it.live("is given its time also if its counts are those of an empty batch", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* lateFiles({ total: 0, completed: 0, failed: 0 }), 1)
    })
  )
})

describe("what a dead process has left", () => {
  it.live("is gone when the job is done: half-written files, and follow-ups that were not stored", () =>
    Effect.gen(function* () {
      const shards: Array<string> = []
      const results: Array<string> = []
      yield* batchesOf(undefined, {
        prepared: (directory) => {
          for (const name of ["shard-00002.jsonl", "shard-00003.jsonl.partial", "notes.txt"]) {
            writeFileSync(join(directory, "shards", name), "")
          }
        },
        finished: (directory) => {
          shards.push(...readdirSync(join(directory, "shards")))
          results.push(...readdirSync(join(directory, "results")))
        }
      })
      assert.deepStrictEqual(shards.sort(), ["local.jsonl", "notes.txt", "rows.bin", "shard-00001.jsonl"])
      assert.deepStrictEqual(results, ["shard-00001.1.output.jsonl"])
    })
  )
})
