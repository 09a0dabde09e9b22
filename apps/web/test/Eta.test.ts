import { assert, describe, it } from "@effect/vitest"
import { eta } from "../src/job/Eta.js"
import { at, batch, job } from "./support/job.js"

const minute = 60_000
const day = 24 * 60 * minute
const nothing = { about: undefined, latest: undefined }

describe("when a job will be done", () => {
  it("goes by its pace so far", () => {
    const half = job({ answered: 50, batches: [batch({ createdAt: at(0), expiresAt: at(day) })] })
    assert.deepStrictEqual(eta(half, 10 * minute), { about: 20 * minute, latest: day })
  })

  it("is not guessed from too little", () => {
    const batches = [batch({ createdAt: at(0), expiresAt: at(day) })]
    assert.deepStrictEqual(eta(job({ answered: 1, batches }), 10 * minute), { about: undefined, latest: day })
    assert.deepStrictEqual(eta(job({ answered: 50, batches }), 5_000), { about: undefined, latest: day })
  })

  it("is never later than the last batch expires", () => {
    const slow = job({ answered: 10, batches: [batch({ createdAt: at(0), expiresAt: at(day) })] })
    assert.deepStrictEqual(eta(slow, 20 * 60 * minute), { about: day, latest: day })
  })

  it("has no latest time while shards are not sent, or a batch has none", () => {
    const batches = [batch({ createdAt: at(0), expiresAt: at(day) })]
    const waiting = job({ answered: 50, batches, shards: { waiting: 1, running: 1, settled: 0 } })
    assert.deepStrictEqual(eta(waiting, 10 * minute), { about: 20 * minute, latest: undefined })
    const unknown = job({ batches: [...batches, batch({ shard: 2 })] })
    assert.deepStrictEqual(eta(unknown, minute), nothing)
  })

  it("does not count batches that have ended", () => {
    const ended = batch({ shard: 1, expiresAt: at(day), endedAt: at(minute) })
    const running = batch({ shard: 2, expiresAt: at(2 * day) })
    assert.strictEqual(eta(job({ batches: [ended, running] }), minute).latest, 2 * day)
    assert.deepStrictEqual(eta(job({ batches: [ended] }), minute), nothing)
  })

  it("is not asked of a job that is not under way", () => {
    const batches = [batch({ expiresAt: at(day) })]
    for (const part of [{ state: "done" }, { state: "stopped" }, { status: "draft" }] as const) {
      assert.deepStrictEqual(eta(job({ answered: 50, batches, ...part }), 10 * minute), nothing)
    }
  })
})
