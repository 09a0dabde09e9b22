import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { unreachable } from "../src/api/Failure.js"
import type { Update } from "../src/api/Follow.js"
import * as JobFeed from "../src/state/JobFeed.js"
import { at, job } from "./support/job.js"

const event = (seq: number): Update => ({ kind: "event", event: { seq, at: at(seq), kind: "batch_created", data: {} } })

const all = (updates: ReadonlyArray<Update>): JobFeed.JobFeed => updates.reduce(JobFeed.apply, JobFeed.empty)

describe("what the page knows of a job", () => {
  it("holds each event once, newest first, however often a stream was taken up again", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.integer({ min: 1, max: 40 }), FastCheck.array(FastCheck.nat(39)), (count, breaks) => {
        const numbers = Array.from({ length: count }, (_, index) => index + 1)
        // After every break the server repeats from somewhere before.
        const told = numbers.flatMap((seq) => (breaks.includes(seq) ? numbers.slice(Math.max(0, seq - 3), seq) : [seq]))
        const feed = all(told.map(event))
        assert.deepStrictEqual(
          feed.events.map(({ seq }) => seq),
          [...numbers].reverse()
        )
        assert.strictEqual(feed.last, count)
      })
    )
  })

  it("keeps a history of bounded length", () => {
    const feed = all(Array.from({ length: JobFeed.mostEvents + 10 }, (_, index) => event(index + 1)))
    assert.lengthOf(feed.events, JobFeed.mostEvents)
    assert.strictEqual(feed.events[0]?.seq, JobFeed.mostEvents + 10)
    assert.strictEqual(feed.last, JobFeed.mostEvents + 10)
  })

  it("is not undone by an answer that was long under way", () => {
    const newer = job({ updatedAt: at(2_000), labeled: 20 })
    const older = job({ updatedAt: at(1_000), labeled: 10 })
    const feed = all([
      { kind: "job", job: newer },
      { kind: "job", job: older }
    ])
    assert.strictEqual(feed.job?.labeled, 20)
  })

  it("forgets a failure once the connection is there again, and keeps the job through it", () => {
    const failed = all([
      { kind: "job", job: job() },
      { kind: "failure", failure: unreachable() }
    ])
    assert.isDefined(failed.failure)
    assert.strictEqual(failed.connection, "ended")
    const again = JobFeed.apply(failed, { kind: "connection", connection: "live" })
    assert.isUndefined(again.failure)
    assert.isDefined(again.job)
  })

  it("is the same object where nothing has changed", () => {
    const feed = all([event(1), { kind: "connection", connection: "live" }])
    assert.strictEqual(JobFeed.apply(feed, event(1)), feed)
    assert.strictEqual(JobFeed.apply(feed, { kind: "connection", connection: "live" }), feed)
  })
})
