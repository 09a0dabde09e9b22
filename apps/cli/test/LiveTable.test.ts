import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as Format from "../src/Format.js"
import * as LiveTable from "../src/LiveTable.js"
import * as Texts from "../src/Texts.js"
import { batch, view } from "./support/views.js"

describe("the live table", () => {
  it("shows batches, counts, pace, what is left, tokens in flight and money so far", () => {
    const samples = [
      { at: 0, done: 0 },
      { at: 10_000, done: 200 }
    ]
    const shown = LiveTable.lines(
      view([batch(1, "in_progress", 100), batch(2, "in_progress", 100)]),
      samples,
      0,
      10_000,
      Texts.of("en"),
      120
    )
    expect(shown).toContain("    1  processing   100/100  ████████████")
    expect(shown).toContain("Total 200/1000 (20.0%) · 20 rows/s · about 40 s left")
    expect(shown.at(-1)).toBe("12,345 tokens in flight · $0.0015 so far · 10 s elapsed")
    expect(shown.join("\n")).toContain("⏸ Batch 9 waits for room in the token queue")
  })

  it("shows the running ones of many batches and counts the rest", () => {
    const many = [...Array(20).keys()].map((number) => batch(number + 1, number < 15 ? "collected" : "in_progress", 50))
    const shown = LiveTable.lines(view(many), [], 0, 0, Texts.of("en"), 120)
    expect(shown.filter((line) => line.includes("processing"))).toHaveLength(6)
    expect(shown).toContain("… and 12 more")
  })

  it("fits the terminal, however narrow", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.integer({ min: 8, max: 200 }),
        FastCheck.constantFrom<"ko" | "en">("ko", "en"),
        (columns, lang) => {
          const samples = [
            { at: 0, done: 0 },
            { at: 1, done: 1 }
          ]
          for (const line of LiveTable.lines(view([batch(1, "in_progress", 7)]), samples, 0, 99_999, Texts.of(lang), columns)) {
            expect(Format.width(line)).toBeLessThanOrEqual(columns)
          }
        }
      )
    )
  })

  it("takes the pace from the last minutes, and says nothing while nothing moves", () => {
    expect(LiveTable.rateOf([{ at: 0, done: 5 }])).toBeUndefined()
    expect(
      LiveTable.rateOf([
        { at: 0, done: 5 },
        { at: 1_000, done: 5 }
      ])
    ).toBeUndefined()
    const kept = LiveTable.keep(
      [
        { at: 0, done: 0 },
        { at: 1_000, done: 900 }
      ],
      { at: 3_600_000, done: 1_000 }
    )
    expect(kept).toEqual([
      { at: 1_000, done: 900 },
      { at: 3_600_000, done: 1_000 }
    ])
  })
})
