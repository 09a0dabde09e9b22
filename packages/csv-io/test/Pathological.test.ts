/** Files whose quotes make one record of what was meant as many, or the other way round. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Stream from "effect/Stream"
import { sized } from "../../../test/support/sized.js"
import * as CsvReader from "../src/CsvReader.js"

const megabytes = sized(10, 50)
const shortLines = sized(1_000_000, 5_000_000)
const brokenLines = sized(300_000, 500_000)

const withFile = <A, E>(content: string | Buffer, use: (path: string) => Effect.Effect<A, E, never>): Effect.Effect<A, E> =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "batchlabel-csv-"))),
    (folder) => {
      const path = join(folder, "in.csv")
      writeFileSync(path, content)
      return use(path)
    },
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )

/** What a reader that looks at every row finds, and the most rows and broken records that it had to hold at a time. */
const readThrough = (path: string, options: CsvReader.ReadOptions) =>
  Effect.gen(function* () {
    const source = yield* CsvReader.open(path, options)
    const seen = { rows: 0, bad: 0, longest: 0, mostRows: 0, mostBad: 0 }
    yield* Stream.runForEach(source.batches, (batch) =>
      Effect.sync(() => {
        seen.rows += batch.size
        seen.bad += batch.bad.length
        seen.mostRows = Math.max(seen.mostRows, batch.size)
        seen.mostBad = Math.max(seen.mostBad, batch.bad.length)
        for (let i = 0; i < batch.size; i++) seen.longest = Math.max(seen.longest, batch.cellBytes(i, 0).length)
      })
    )
    return seen
  }).pipe(Effect.either, Effect.provide(NodeFileSystem.layer))

it.live(`a cell of ${megabytes} MB is a cell, and longer than the limit is an error that says so`, () =>
  withFile(`text,n\n"${"x".repeat(megabytes * 1e6)}",1\ny,2\n`, (path) =>
    Effect.gen(function* () {
      const began = performance.now()
      const read = Either.getOrThrow(yield* readThrough(path, {}))
      assert.deepInclude(read, { rows: 2, bad: 0, longest: megabytes * 1e6 })
      const refused = yield* readThrough(path, { maxRecordBytes: 8 * 1024 ** 2, onBadRow: "skip" })
      assert.deepInclude(Either.isLeft(refused) ? refused.left.reason : {}, { _tag: "RecordTooLarge", row: 1, line: 2 })
      assert.isBelow(performance.now() - began, 30_000)
    })
  )
)

it.live(
  `a quote that is never closed spoils its own line, and the ${shortLines} short lines after it are rows, some at a time`,
  () =>
    withFile(Buffer.from(`text\n"open\n${"xyz\n".repeat(shortLines)}`), (path) =>
      Effect.gen(function* () {
        const read = Either.getOrThrow(yield* readThrough(path, { onBadRow: "skip" }))
        assert.deepInclude(read, { rows: shortLines + 1, bad: 1, longest: 5 })
        assert.isAtMost(read.mostRows, 200_000)
        const failed = yield* readThrough(path, {})
        assert.deepInclude(Either.isLeft(failed) ? failed.left.reason : {}, {
          _tag: "BadRow",
          row: 1,
          line: 2,
          fault: "unclosed_quote"
        })
      })
    )
)

it.live("the lines after it that are broken themselves are told some at a time, with their own lines", () =>
  withFile(Buffer.from(`text,n\n"open,1\n${"x\n".repeat(brokenLines)}`), (path) =>
    Effect.gen(function* () {
      const read = Either.getOrThrow(yield* readThrough(path, { onBadRow: "skip" }))
      assert.deepInclude(read, { rows: brokenLines + 1, bad: brokenLines + 1 })
      assert.isAtMost(read.mostBad, 200_000)
      const source = yield* CsvReader.open(path, { onBadRow: "skip" })
      const batches = [...(yield* Stream.runCollect(source.batches))]
      const last = batches.at(-1)?.bad.at(-1)
      assert.deepInclude(last, { row: brokenLines, line: brokenLines + 2, fault: "too_few_cells" })
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )
)

it.live(`an unclosed quote in the header of ${megabytes} MB is told at its line`, () =>
  withFile(Buffer.from(`text,"n\n${"x,1\n".repeat((megabytes * 1e6) / 4)}`), (path) =>
    Effect.gen(function* () {
      const failed = yield* readThrough(path, { onBadRow: "skip" })
      assert.deepInclude(Either.isLeft(failed) ? failed.left.reason : {}, { _tag: "BadRow", row: 0, line: 1 })
    })
  )
)

it.live("quotes on every line, opened and never closed or doubled without end, are read in one go", () =>
  Effect.gen(function* () {
    for (const line of ['"a\n', 'a,"b\n', '"""a\n', '""""a\n', '"",""\n', '"\n', '""\n', '",\n', 'a"b\n', '"a" \n']) {
      const read = yield* withFile(Buffer.from(`text\n${line.repeat(sized(2.5e5, 1e6) / line.length)}`), (path) =>
        readThrough(path, { onBadRow: "skip" })
      )
      assert.isTrue(Either.isRight(read), line)
    }
  })
)
