import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs"
import { join } from "node:path"
import * as CustomId from "@batchlabel/core/CustomId"
import * as Prompt from "@batchlabel/core/Prompt"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Either, Fiber, FastCheck as fc, Stream } from "effect"
import { sized } from "../../../test/support/sized.js"
import * as LocalOutcome from "../src/LocalOutcome.js"
import * as RowDigests from "../src/RowDigests.js"
import * as ShardLines from "../src/ShardLines.js"
import * as Splitter from "../src/Splitter.js"
import { csvOf, folder, header, noLimits, open, prompt, requestsIn, task, wellFormed } from "./support/dataset.js"

const splitRows = (rows: ReadonlyArray<ReadonlyArray<string>>, options: Partial<Splitter.SplitOptions> = {}) =>
  Effect.gen(function* () {
    const directory = yield* folder
    const path = join(directory, "input.csv")
    csvOf(path, rows)
    const source = yield* open(path)
    const report = yield* Splitter.split<never, never>(source, {
      prompt,
      endpoint: task.endpoint,
      textColumn: 0,
      directory,
      limits: noLimits,
      ...options
    })
    return { directory, report }
  })

const linkOf = (fd: string): string => {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`)
  } catch {
    return ""
  }
}

const cell = fc.oneof(
  fc.constantFrom("", " ", "같은 글", "a", "b"),
  fc.string({ maxLength: 30 }),
  fc.fullUnicodeString({ maxLength: 10 })
)
const rowsOf = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 40 })

describe("the splitter", () => {
  it.effect("asks each distinct request exactly once, in the order of the rows, within every limit", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(rowsOf, fc.integer({ min: 1, max: 7 }), fc.integer({ min: 400, max: 2_000 }), (rows, requests, bytes) =>
          Effect.gen(function* () {
            const { report } = yield* splitRows(rows, {
              limits: { requests, bytes, tokens: 50 },
              countTokens: (user) => user.length
            })
            const asked = rows.map(([text]) => text).filter((text) => text.trim() !== "")
            const distinct = [...new Set(asked.map((text) => prompt.render([text, ""]).digest))]
            const written = report.shards.flatMap(({ path }) => requestsIn(path))
            const digests = written.map(({ custom_id }) => CustomId.parse(custom_id)?.digest ?? "")
            assert.deepStrictEqual(digests, distinct)
            assert.strictEqual(
              report.rows,
              report.requests +
                report.duplicates +
                report.known +
                report.emptyText +
                report.badRecords +
                report.tooLarge +
                report.unselected
            )
            assert.strictEqual(report.rows, rows.length)
            for (const shard of report.shards) {
              assert.isAtMost(shard.requests, requests)
              assert.isAtMost(shard.bytes, bytes)
              assert.isAtMost(shard.tokens, 50)
              assert.strictEqual(statSync(shard.path).size, shard.bytes)
            }
            for (const { custom_id, body } of written) {
              const row = CustomId.parse(custom_id)?.row ?? -1
              assert.strictEqual(body.messages.at(-1)?.content, wellFormed(rows[row]?.[0] ?? ""))
            }
          }).pipe(Effect.scoped, Effect.provide(NodeContext.layer), Effect.runPromise)
        ),
        { numRuns: sized(25, 60) }
      )
    )
  )

  it.effect("writes the same files without decoding the rows as with it, digests of the rows included", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(rowsOf, fc.integer({ min: 400, max: 2_000 }), (rows, bytes) =>
          Effect.gen(function* () {
            const options = { limits: { requests: 9, bytes, tokens: 60 }, countTokens: (user: string) => user.length }
            const ask = Either.getOrThrow(
              Prompt.compile({ ...task, template: 'T: {{ title | default: "없음" }}\n{{ text }}\u2028"' }, header)
            )
            assert.isDefined(ask.plain)
            const quick = yield* splitRows(rows, { ...options, prompt: ask })
            const slow = yield* splitRows(rows, { ...options, prompt: { ...ask, plain: undefined } })
            const names = readdirSync(quick.directory).filter((name) => name !== "input.csv")
            assert.includeMembers(names, ["local.jsonl", "rows.bin"])
            assert.deepStrictEqual(
              names.map((name) => [name, readFileSync(join(quick.directory, name), "utf8")]),
              names.map((name) => [name, readFileSync(join(slow.directory, name), "utf8")])
            )
            const { shards, ...counts } = quick.report
            assert.deepInclude(slow.report, counts)
            assert.deepStrictEqual(
              shards.map(({ sha256 }) => sha256),
              slow.report.shards.map(({ sha256 }) => sha256)
            )
          }).pipe(Effect.scoped, Effect.provide(NodeContext.layer), Effect.runPromise)
        ),
        { numRuns: sized(25, 60) }
      )
    )
  )

  it.scoped("keeps for each row the digest of what it asks, and none for a row that asks nothing", () =>
    Effect.gen(function* () {
      const rows = [
        ["a", ""],
        [" \u3000", ""],
        ["b", ""],
        ["a", "again"],
        ["c", ""]
      ]
      const { directory } = yield* splitRows(rows, { select: (row) => row !== 2 })
      const kept = yield* RowDigests.open(join(directory, RowDigests.FILE_NAME))
      const digestOf = (text: string) => prompt.render([text, ""]).digest
      const first = yield* kept.next(3)
      assert.deepStrictEqual(
        [0, 1, 2, 3].map((index) => first.get(index)),
        [digestOf("a"), undefined, undefined, undefined]
      )
      const last = yield* kept.next(4)
      assert.deepStrictEqual(
        [0, 1, 2].map((index) => last.get(index)),
        [digestOf("a"), digestOf("c"), undefined]
      )
      assert.strictEqual((yield* kept.next(1)).get(0), undefined)
      const none = yield* RowDigests.open(join(directory, "none.bin"))
      assert.strictEqual((yield* none.next(1)).get(0), undefined)
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped.skipIf(process.platform !== "linux")(
    "an interrupted split leaves no file open, and no shard under its own name",
    () =>
      Effect.gen(function* () {
        const directory = yield* folder
        const path = join(directory, "input.csv")
        csvOf(
          path,
          Array.from({ length: 20_000 }, (_, i) => [`${i} ${"글".repeat(100)}`, ""])
        )
        const openFiles = () =>
          readdirSync("/proc/self/fd").flatMap((fd) => (linkOf(fd).startsWith(directory) ? [linkOf(fd)] : []))
        const reached = yield* Deferred.make<void>()
        const source = yield* open(path)
        const fiber = yield* Effect.fork(
          Splitter.split<never, never>(source, {
            prompt,
            endpoint: task.endpoint,
            textColumn: 0,
            directory,
            limits: noLimits,
            known: (digests) =>
              Effect.as(
                digests.length > 0 && openFiles().length > 3 ? Deferred.succeed(reached, undefined) : Effect.void,
                new Map()
              )
          })
        )
        yield* Deferred.await(reached)
        yield* Fiber.interrupt(fiber)
        assert.deepStrictEqual(openFiles(), [])
        assert.deepStrictEqual(
          readdirSync(directory).filter((name) => /^shard-\d+\.jsonl$/.test(name)),
          []
        )
      }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped("a row that alone exceeds a limit fails as row_too_large and its neighbours go on", () =>
    Effect.gen(function* () {
      const { directory, report } = yield* splitRows(
        [
          ["short", ""],
          ["x".repeat(5_000), ""],
          ["also short", ""]
        ],
        {
          limits: { ...noLimits, bytes: 2_000 }
        }
      )
      assert.strictEqual(report.tooLarge, 1)
      assert.strictEqual(report.requests, 2)
      const [line] = readFileSync(join(directory, "local.jsonl"), "utf8").trimEnd().split("\n")
      const local = LocalOutcome.decode(line ?? "")
      assert.strictEqual(local?.outcome._tag, "Failed")
      if (local?.outcome._tag === "Failed") assert.strictEqual(local.outcome.reason, "row_too_large")
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped("an answer that is known is not asked again", () =>
    Effect.gen(function* () {
      const known = prompt.render(["seen", ""]).digest
      const { report } = yield* splitRows(
        [
          ["seen", ""],
          ["new", ""],
          ["seen", "again"]
        ],
        {
          known: (digests) =>
            Effect.succeed(new Map(digests.includes(known) ? [[known, { value: 1, at: 5, batchId: "batch_1" }]] : []))
        }
      )
      assert.deepInclude(report, { requests: 1, known: 1, duplicates: 1 })
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped("only selected rows are asked", () =>
    Effect.gen(function* () {
      const { report } = yield* splitRows(
        [
          ["a", ""],
          ["b", ""],
          ["c", ""]
        ],
        { select: (row) => row === 1 }
      )
      assert.deepInclude(report, { requests: 1, unselected: 2 })
    }).pipe(Effect.provide(NodeContext.layer))
  )
})

describe("the lines of a shard", () => {
  it.scoped("are divided into parts that hold the same lines in the same order", () =>
    Effect.gen(function* () {
      const { directory, report } = yield* splitRows(Array.from({ length: 25 }, (_, i) => [`글 ${i}`, ""]))
      const [shard] = report.shards
      if (shard === undefined) return assert.fail("no shard")
      const parts = yield* ShardLines.divide(shard, { requests: 7, bytes: 100_000 }, (part) =>
        join(directory, `part-${part}.jsonl`)
      )
      assert.deepStrictEqual(
        parts.map(({ requests }) => requests),
        [7, 7, 7, 4]
      )
      assert.strictEqual(parts.map(({ path }) => readFileSync(path, "utf8")).join(""), readFileSync(shard.path, "utf8"))
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped("a follow-up holds exactly the selected requests, byte for byte", () =>
    Effect.gen(function* () {
      const { directory, report } = yield* splitRows(Array.from({ length: 9 }, (_, i) => [`글 ${i}`, ""]))
      const [shard] = report.shards
      if (shard === undefined) return assert.fail("no shard")
      const ids = yield* Stream.runCollect(ShardLines.ids(shard.path))
      const wanted = new Set([...ids].flat().filter((_, i) => i % 3 === 0))
      const file = yield* ShardLines.select(shard, (id) => wanted.has(id), join(directory, "next.jsonl"))
      assert.strictEqual(file.requests, 3)
      const lines = readFileSync(shard.path, "utf8").split("\n")
      assert.deepStrictEqual(
        readFileSync(file.path, "utf8").trimEnd().split("\n"),
        lines.filter((_, i) => i % 3 === 0 && i < 9)
      )
    }).pipe(Effect.provide(NodeContext.layer))
  )
})
