import { Buffer } from "node:buffer"
import * as ByteString from "@batchlabel/core/ByteString"
import * as FileSystem from "@effect/platform/FileSystem"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import * as Stream from "effect/Stream"
import { lineSplitter } from "../src/internal/lineSplitter.js"
import * as Jsonl from "../src/Jsonl.js"

/** Writes the bytes, and gives all lines and the batches they came in. */
const read = (bytes: Uint8Array, options?: Jsonl.ReadOptions) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* fs.makeTempFileScoped({ suffix: ".jsonl" })
    yield* fs.writeFile(path, bytes)
    const batches = Chunk.toReadonlyArray(yield* Stream.runCollect(Jsonl.fromFile(path, options)))
    return { batches, lines: batches.flatMap(({ lines }) => lines) }
  }).pipe(Effect.provide(NodeFileSystem.layer), Effect.scoped)

const readText = (text: string, options?: Jsonl.ReadOptions) => read(Buffer.from(text), options)

/** Cuts the bytes into pieces of the given sizes, round and round, and splits them. */
const split = (bytes: Buffer, sizes: ReadonlyArray<number>): ReadonlyArray<string> => {
  const splitter = lineSplitter(Number.MAX_SAFE_INTEGER, "utf8")
  const lines: Array<string> = []
  for (let start = 0, i = 0; start < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1
    lines.push(...(splitter.push(bytes.subarray(start, start + size)) ?? []))
    start += size
  }
  lines.push(...splitter.end())
  return lines
}

// Characters of one to four bytes, separators that other readers split on, and a lone surrogate's replacement.
const character = FastCheck.constantFrom(
  "a",
  "{",
  '"',
  "é",
  "한",
  "글",
  "😀",
  "\u2028",
  "\u2029",
  "\u0085",
  "\v",
  "\f",
  "\ufeff",
  " ",
  "\ufffd"
)
const record = FastCheck.stringOf(character, { maxLength: 12 }).map((text) => `x${text}x`)

describe("lines of bytes", () => {
  it.effect("are the same as byte strings, a byte order mark taken away too", () =>
    Effect.gen(function* () {
      const texts = FastCheck.sample(FastCheck.array(FastCheck.oneof(record, FastCheck.constant("")), { maxLength: 12 }), 60)
      for (const text of texts.map((records) => `\ufeff${records.join("\n")}`)) {
        const { lines } = yield* readText(text, { byteStrings: true, chunkBytes: 7 })
        assert.deepStrictEqual(lines.map(ByteString.toText), (yield* readText(text)).lines)
      }
    })
  )

  it("are the same whatever the sizes of the pieces they come in", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.array(FastCheck.oneof(record, FastCheck.constant("")), { maxLength: 12 }),
        FastCheck.constantFrom("\n", "\r\n"),
        FastCheck.boolean(),
        FastCheck.array(FastCheck.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        (records, newline, final, sizes) => {
          const text = records.join(newline) + (final && records.length > 0 ? newline : "")
          const expected = text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/)
          assert.deepStrictEqual(split(Buffer.from(text), sizes), expected)
        }
      ),
      { numRuns: 500 }
    )
  })

  it("arbitrary bytes cost nothing but themselves: every line between them is whole", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.array(FastCheck.uint8Array({ maxLength: 20 }), { minLength: 1, maxLength: 8 }),
        FastCheck.integer({ min: 1, max: 7 }),
        (noise, size) => {
          const good = Buffer.from('{"ok":"한"}')
          const bytes = Buffer.concat(noise.flatMap((bad) => [Buffer.from(bad), Buffer.from("\n"), good, Buffer.from("\n")]))
          const lines = split(bytes, [size])
          assert.strictEqual(lines.filter((line) => line === '{"ok":"한"}').length, noise.length)
        }
      )
    )
  })
})

describe("Jsonl.fromFile", () => {
  it.effect("does not split on U+2028, U+2029, U+0085 or a lone carriage return", () =>
    Effect.gen(function* () {
      const line = '{"text":"a\u2028b\u2029c\u0085d\re\vf"}'
      const { lines } = yield* readText(`${line}\n${line}\n`)
      assert.deepStrictEqual(lines, [line, line])
    })
  )

  it.effect("drops blank lines, the carriage return before a line end and a byte order mark at the start only", () =>
    Effect.gen(function* () {
      const { lines } = yield* readText('\ufeff{"a":1}\r\n\r\n\n  \t\n{"b":2}\r\n  {"c":3}\n\ufeff{"d":4}')
      assert.deepStrictEqual(lines, ['{"a":1}', '{"b":2}', '  {"c":3}', '\ufeff{"d":4}'])
    })
  )

  it.effect("a file of nothing, of blank lines or of a mark has no line", () =>
    Effect.gen(function* () {
      for (const text of ["", "\n", "\r\n\r\n", "   ", "\ufeff", "\ufeff\n"]) {
        assert.deepStrictEqual((yield* readText(text)).lines, [])
      }
    })
  )

  it.effect("the last line needs no line end", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* readText("a\nb")).lines, ["a", "b"])
    })
  )

  for (const chunkBytes of [1, 2, 3, 5, 64]) {
    it.effect(`reads ${chunkBytes} ${chunkBytes === 1 ? "byte" : "bytes"} at a time with no character harmed`, () =>
      Effect.gen(function* () {
        const records = ['{"text":"정부의 😀 정책\u2028"}', '{"text":"é"}', '{"text":"마지막"}']
        const { lines } = yield* readText(`\ufeff${records.join("\r\n\n")}`, { chunkBytes })
        assert.deepStrictEqual(lines, records)
      })
    )
  }

  it.effect("says how many bytes were read, up to the size of the file", () =>
    Effect.gen(function* () {
      const text = '{"text":"한글"}\n'.repeat(1_000)
      const { batches } = yield* readText(text, { chunkBytes: 1_024 })
      const read = batches.map(({ bytesRead }) => bytesRead)
      assert.isAbove(batches.length, 10)
      assert.strictEqual(read.at(-1), Buffer.byteLength(text))
      assert.deepStrictEqual(
        read,
        read.toSorted((a, b) => a - b)
      )
    })
  )

  it.effect("can be run again", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* fs.makeTempFileScoped()
      yield* fs.writeFileString(path, "\ufeffa\nb")
      const stream = Jsonl.fromFile(path)
      const first = yield* Stream.runCollect(stream)
      assert.deepStrictEqual(yield* Stream.runCollect(stream), first)
    }).pipe(Effect.provide(NodeFileSystem.layer), Effect.scoped)
  )

  it.effect("a line of 50 MB is a line", () =>
    Effect.gen(function* () {
      const long = Buffer.alloc(50_000_000, 0x61)
      const { lines } = yield* read(Buffer.concat([Buffer.from("first\n"), long, Buffer.from("\nlast")]))
      assert.deepStrictEqual(
        lines.map((line) => line.length),
        [5, 50_000_000, 4]
      )
    })
  )

  it.effect("a line longer than allowed is a failure that names the file, not a crash", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(readText(`short\n${"x".repeat(100)}\nshort\n`, { maxLineBytes: 50, chunkBytes: 10 }))
      assert.strictEqual(error._tag, "SystemError")
      assert.include(error.message, "too long")
      const { lines } = yield* readText("short\n".repeat(100), { maxLineBytes: 50 })
      assert.strictEqual(lines.length, 100)
    })
  )

  it.effect("a file that is not there is a failure", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Stream.runDrain(Jsonl.fromFile("/no/such/file.jsonl")))
      assert.strictEqual(error._tag === "SystemError" && error.reason, "NotFound")
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )
})
