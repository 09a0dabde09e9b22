import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { charted, labelText, mostBars, sharesOf } from "../src/job/Distribution.js"
import { entryOf } from "../src/job/History.js"
import { leadOf } from "../src/job/Sentence.js"
import * as Route from "../src/Route.js"
import { en } from "../src/text/en.js"
import * as Format from "../src/text/Format.js"
import { ko } from "../src/text/ko.js"
import { at, job } from "./support/job.js"

const f = Format.make("en")

const split = {
  rows: 100,
  requests: 100,
  duplicates: 0,
  known: 0,
  emptyText: 0,
  badRecords: 0,
  tooLarge: 0,
  unsampled: 0,
  inputTokens: 0
}

describe("a job in a sentence", () => {
  it("says what it is doing", () => {
    assert.strictEqual(leadOf(job({ status: "draft" }), en, f), en.job.lead.draft)
    assert.strictEqual(leadOf(job({ shards: { waiting: 1, running: 0, settled: 0 } }), en, f), en.job.lead.waiting)
    assert.strictEqual(leadOf(job({ answered: 25 }), en, f), "25 of 100 requests answered (25%).")
    assert.strictEqual(leadOf(job({ answered: 100 }), en, f), en.job.lead.collecting)
    assert.strictEqual(leadOf(job({ state: "stopped", status: "stopped" }), ko, f), ko.job.lead.stopped)
  })

  it("says that all is labelled only where it is", () => {
    const done = { state: "done", status: "completed", rows: 100, labeled: 100, open: 0 } as const
    assert.strictEqual(leadOf(job({ ...done, split }), en, f), "All 100 rows labelled.")
    assert.strictEqual(
      leadOf(job({ ...done, labeled: 98, failed: 2, split }), en, f).startsWith("98 of 100 requests labelled."),
      true
    )
    const blank = { ...split, requests: 90, duplicates: 8, emptyText: 2 }
    assert.strictEqual(leadOf(job({ ...done, requests: 90, labeled: 90, split: blank }), en, f), "98 of 100 rows labelled.")
    const sampled = { ...split, requests: 10, unsampled: 90 }
    assert.strictEqual(leadOf(job({ ...done, requests: 10, labeled: 10, split: sampled }), en, f), "10 of 100 rows labelled.")
  })
})

describe("the history in words", () => {
  const said = (kind: string, data: unknown) => entryOf({ seq: 1, at: at(0), kind, data }, en, f)

  it("says what happened and to what", () => {
    assert.deepStrictEqual(said("batch_created", { shard: 2, attempt: 1, batch: "batch_x" }), {
      text: "Batch created",
      details: ["shard 2", "batch_x"]
    })
    assert.deepStrictEqual(said("batch_status", { shard: 2, batch: "batch_x", status: "in_progress" }), {
      text: "Batch processing",
      details: ["shard 2", "batch_x"]
    })
    assert.deepStrictEqual(said("batch_collected", { shard: 1, labeled: 90, failed: { refused: 1, truncated: 2 }, again: 7 }), {
      text: "Results collected",
      details: ["shard 1", "90 labelled, 3 failed", "7 sent again"]
    })
    assert.deepStrictEqual(said("row_labeled", { row: 7, value: 0, by: "kim" }).details, ["row 7", "kim"])
    assert.deepStrictEqual(said("job_stopped", { code: "BL3001" }).details, ["BL3001"])
  })

  it("shows what it does not know by its own name, whatever its data", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.jsonValue(), (data) => {
        assert.strictEqual(said("something_new", data).text, "something_new")
      })
    )
  })
})

describe("the distribution", () => {
  const distribution = (count: number) => ({
    rows: 1_000,
    labeled: 900,
    failed: 100,
    pending: 0,
    labels: Array.from({ length: count }, (_, value) => ({
      value,
      name: `label ${value}`,
      count: (value * 7) % 50,
      manual: value % 2
    })),
    failures: {},
    final: true
  })

  it("is drawn in the task's order where all labels have room", () => {
    const shares = sharesOf(distribution(mostBars))
    assert.deepStrictEqual(charted(shares), { bars: shares, rest: [] })
  })

  it("is drawn with the commonest labels where they are many, and loses none", () => {
    const shares = sharesOf(distribution(77))
    const { bars, rest } = charted(shares)
    assert.lengthOf(bars, mostBars)
    assert.sameMembers([...bars, ...rest], [...shares])
    const counts = [...bars, ...rest].map(({ count }) => count)
    assert.deepStrictEqual(
      counts,
      [...counts].sort((a, b) => b - a)
    )
  })

  it("names a label by value and name, once where they are the same", () => {
    assert.strictEqual(labelText({ value: 0, name: "옹호 (Support)" }), "0 · 옹호 (Support)")
    assert.strictEqual(labelText({ value: "card_arrival", name: "card_arrival" }), "card_arrival")
    assert.strictEqual(labelText({ value: 3, name: "" }), "3")
  })
})

describe("addresses", () => {
  it("lead to their pages and back", () => {
    assert.deepStrictEqual(Route.parse(Route.jobs), { page: "jobs" })
    assert.deepStrictEqual(Route.parse(Route.newJob), { page: "new" })
    assert.deepStrictEqual(Route.parse(Route.job("job_01M881VT1ZYN6SRRG9NC7NJ2ED")), {
      page: "job",
      id: "job_01M881VT1ZYN6SRRG9NC7NJ2ED"
    })
  })

  it("that are none are unknown, whatever they hold", () => {
    for (const path of ["/docs", "/new/x", "/jobs", "/jobs/../x", "/jobs/job_", "/jobs/job_a/b", "/jobs/job_%2e", "/v1/jobs"]) {
      assert.strictEqual(Route.parse(path).page, "unknown", path)
    }
  })
})
