import { describe, expect, it } from "vitest"
import * as Progress from "../src/Progress.js"
import { type Batch, batch, view } from "./support/views.js"

const collected: Batch["collected"] = {
  labeled: 100,
  failed: {},
  again: 0,
  missing: 0,
  unknownIds: 0,
  duplicateIds: 0,
  malformedLines: 0,
  billed: 100,
  usage: { input: 0, output: 0, cached: 0, cacheWrite: 0, reasoning: 0 }
}

describe("the bar of a job", () => {
  it("counts the requests of batches that are sent, each shard once", () => {
    const batches = [
      { ...batch(1, "rejected", 0), batchId: undefined },
      { ...batch(1, "validating", 0), attempt: 2 },
      { ...batch(2, "uploading", 0), batchId: undefined },
      batch(3, "in_progress", 50)
    ]
    expect(Progress.measure(view(batches), "sent")).toEqual([200, 1_000])
  })

  it("counts the requests of batches that are collected, and never more than the job has", () => {
    const done = [...Array(12).keys()].map((index) => ({ ...batch(index + 1, "collected", 100), collected }))
    expect(Progress.measure(view([...done.slice(0, 3), batch(4, "completed", 100)]), "collected")).toEqual([300, 1_000])
    expect(Progress.measure(view(done), "collected")).toEqual([1_000, 1_000])
  })

  it("is drawn within the width of the terminal", () => {
    expect(Progress.line("Reading", 0.5, 12_345, "50 rows/s", 80)).toBe("Reading ████████████░░░░░░░░░░░░ 50%  12,345  50 rows/s")
    expect(Progress.line("Reading", 0.5, 12_345, "50 rows/s", 20).length).toBeLessThanOrEqual(20)
  })
})
