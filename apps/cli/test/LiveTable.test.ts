import type { JobView } from "@batchlabel/labeling/JobView"
import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as Format from "../src/Format.js"
import * as LiveTable from "../src/LiveTable.js"
import * as Texts from "../src/Texts.js"

type Batch = JobView["batches"][number]

const batch = (shard: number, state: Batch["state"], done: number): Batch => ({
  shard,
  round: 1,
  attempt: 1,
  batchId: `batch_${shard}`,
  state,
  requests: 100,
  tokens: 1_000,
  counts: { total: 100, completed: done, failed: 0 },
  errors: [],
  createdAt: 0,
  intentAt: 0,
  expiresAt: undefined,
  endedAt: undefined,
  cost: undefined,
  misses: 0,
  collected: undefined
})

const view = (batches: ReadonlyArray<Batch>): JobView => ({
  job: {
    id: "job_1",
    createdAt: 0,
    updatedAt: 0,
    state: "open",
    detail: undefined,
    input: { path: "/data/news.csv", fingerprint: "f", bytes: 1 },
    outputPath: undefined,
    directory: "/data/.batchlabel/jobs/job_1",
    task: "{}",
    taskName: "news-stance-ko",
    taskFingerprint: "t",
    model: "gpt-4o-mini",
    endpoint: "/v1/chat/completions",
    settings: {
      textColumn: "text",
      encoding: "utf-8",
      delimiter: ",",
      onBadRow: "fail",
      attempts: 3,
      shardRequests: 100,
      shardBytes: 1,
      shardTokens: 1,
      useCache: true
    },
    split: undefined,
    maxCost: undefined,
    owner: undefined
  },
  status: "in_progress",
  requests: 1_000,
  labeled: 0,
  failed: {},
  failedTotal: 0,
  open: 1_000,
  answered: batches.reduce((sum, { counts }) => sum + (counts?.completed ?? 0), 0),
  shards: { waiting: 0, running: batches.length, settled: 0 },
  batches,
  waits: [{ reason: "tokens", since: 0, until: undefined, shard: 9, requests: 100, tokens: 1_000 }],
  tokensInFlight: 12_345,
  spent: 1_500_000_000n,
  reserved: 0n,
  usage: { input: 0, output: 0, cached: 0, cacheWrite: 0, reasoning: 0 },
  finished: false
})

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
    expect(shown.at(-1)).toBe("12,345 tokens in flight · $0.0015 so far · 10 s gone")
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
