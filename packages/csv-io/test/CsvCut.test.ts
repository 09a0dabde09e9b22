import { Buffer } from "node:buffer"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import iconv from "iconv-lite"
import * as CsvCut from "../src/CsvCut.js"
import type { CsvError } from "../src/CsvError.js"
import type { Encoding } from "../src/CsvReader.js"
import { encode, fileOf, onDisk, readFile, temporaryFolder } from "./support.js"

const text = (path: string) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readFile(path)).pipe(
    Effect.orDie,
    Effect.map((bytes) => Buffer.from(bytes).toString())
  )
const reasonOf = <A, R>(effect: Effect.Effect<A, CsvError, R>) =>
  Effect.map(Effect.flip(effect), ({ reason }): { readonly _tag: string; readonly [field: string]: unknown } => ({ ...reason }))

describe("split", () => {
  it.effect("cuts between records, never inside a quoted line break, and gives each part the header", () =>
    onDisk(
      Effect.gen(function* () {
        const path = yield* fileOf('text,n\n"a\nb",1\nc,2\n"d\n\n""e",3\n', "news.csv")
        const directory = `${yield* temporaryFolder}/new/parts`
        const { parts, rows } = yield* CsvCut.split(path, { rows: 2, directory })
        assert.strictEqual(rows, 3)
        assert.deepStrictEqual(
          parts.map((part) => part.path),
          [`${directory}/news-00001.csv`, `${directory}/news-00002.csv`]
        )
        assert.deepStrictEqual(
          parts.map((part) => part.rows),
          [2, 1]
        )
        const texts = yield* Effect.forEach(parts, (part) => text(part.path))
        assert.deepStrictEqual(texts, ['text,n\n"a\nb",1\nc,2\n', 'text,n\n"d\n\n""e",3\n'])
        assert.deepStrictEqual(
          parts.map((part) => part.bytes),
          texts.map((one) => Buffer.byteLength(one))
        )
      })
    )
  )

  it.effect("keeps parts within a number of bytes, but for a row that alone is larger", () =>
    onDisk(
      Effect.gen(function* () {
        const path = yield* fileOf(`h\n${["aa", "bb", "x".repeat(30), "cc", "dd", "ee"].map((row) => `${row}\n`).join("")}`)
        const directory = yield* temporaryFolder
        const { parts } = yield* CsvCut.split(path, { bytes: 10, directory, prefix: "p" })
        assert.deepStrictEqual(yield* Effect.forEach(parts, (part) => text(part.path)), [
          "h\naa\nbb\n",
          `h\n${"x".repeat(30)}\n`,
          "h\ncc\ndd\n",
          "h\nee\n"
        ])
      })
    )
  )

  it.effect("of a header alone gives one part", () =>
    onDisk(
      Effect.gen(function* () {
        const { parts, rows } = yield* CsvCut.split(yield* fileOf("a,b"), { rows: 5, directory: yield* temporaryFolder })
        assert.strictEqual(rows, 0)
        assert.strictEqual(yield* text(parts[0]?.path ?? ""), "a,b")
      })
    )
  )

  it.effect("does not mind unnamed or repeated columns, ragged rows, or bytes that are no characters", () =>
    onDisk(
      Effect.gen(function* () {
        const content = Buffer.concat([Buffer.from(`,a,a\n1\n1,2,3,4\n${"x".repeat(1_100_000)}\n`), Buffer.from([0xff, 0x0a])])
        const { parts, rows } = yield* CsvCut.split(yield* fileOf(content), { rows: 2, directory: yield* temporaryFolder })
        assert.strictEqual(rows, 4)
        const fs = yield* FileSystem.FileSystem
        const last = yield* fs.readFile(parts[1]?.path ?? "")
        assert.deepStrictEqual([...last.subarray(-2)], [0xff, 0x0a])
      })
    )
  )

  it.effect("refuses names that are taken, and replaces all parts of an earlier split if forced", () =>
    onDisk(
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const directory = yield* temporaryFolder
        const path = yield* fileOf("a\n1\n2\n3\n")
        yield* fs.writeFileString(`${directory}/p-1.csv`, "not a part")
        yield* CsvCut.split(path, { rows: 1, directory, prefix: "p-" })
        assert.deepInclude(yield* reasonOf(CsvCut.split(path, { rows: 2, directory, prefix: "p-" })), {
          _tag: "AlreadyExists",
          path: `${directory}/p-00001.csv`
        })
        yield* CsvCut.split(path, { rows: 2, directory, prefix: "p-", force: true })
        assert.deepStrictEqual([...(yield* fs.readDirectory(directory))].sort(), ["p-00001.csv", "p-00002.csv", "p-1.csv"])
        assert.strictEqual(yield* text(`${directory}/p-00001.csv`), "a\n1\n2\n")
      })
    )
  )

  it.effect("stops at faulty quotes with line and column, leaving nothing, or keeps such records if told to", () =>
    onDisk(
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const directory = yield* temporaryFolder
        const path = yield* fileOf('a,b\n1,2\n3,x"y\n4,"5\n6,7\n')
        assert.deepInclude(yield* reasonOf(CsvCut.split(path, { rows: 1, directory, chunkBytes: 9 })), {
          _tag: "BadRow",
          row: 2,
          line: 3,
          column: 4
        })
        assert.deepStrictEqual(yield* fs.readDirectory(directory), [])
        const { parts } = yield* CsvCut.split(path, { rows: 2, directory, onBadRow: "keep" })
        assert.deepStrictEqual(yield* Effect.forEach(parts, (part) => text(part.path)), ['a,b\n1,2\n3,x"y\n', 'a,b\n4,"5\n6,7\n'])
      })
    )
  )

  it.effect("counts columns of CP949 in characters", () =>
    onDisk(
      Effect.gen(function* () {
        const path = yield* fileOf(encode('제목,b\n똠방각하 효과적,x"y\n', "cp949"))
        const reason = yield* reasonOf(CsvCut.split(path, { rows: 1, directory: yield* temporaryFolder }))
        assert.deepInclude(reason, { _tag: "BadRow", row: 1, line: 2, column: 11 })
      })
    )
  )

  it.effect("needs a size that makes sense", () =>
    onDisk(
      Effect.gen(function* () {
        const path = yield* fileOf("a\n")
        const directory = yield* temporaryFolder
        for (const size of [{}, { rows: 0 }, { bytes: -1 }, { rows: 1.5 }, { rows: 1, bytes: Number.NaN }]) {
          assert.strictEqual((yield* reasonOf(CsvCut.split(path, { ...size, directory })))._tag, "InvalidPartSize")
        }
      })
    )
  )
})

describe("concat", () => {
  const joined = (contents: ReadonlyArray<string | Uint8Array>, options?: CsvCut.CutOptions) =>
    Effect.gen(function* () {
      const paths = yield* Effect.forEach(contents, (content) => fileOf(content))
      const out = `${yield* temporaryFolder}/all.csv`
      const result = yield* CsvCut.concat(paths, out, options)
      return { ...result, out }
    })

  it.effect("keeps one header, and ends the last line of a file before the next file's rows", () =>
    onDisk(
      Effect.gen(function* () {
        const { bytes, out, rows } = yield* joined(["a,b\r\n1,2", "a,b", "a,b\n3,4\n\n", '"a","b"\n5,6'])
        assert.strictEqual(yield* text(out), "a,b\r\n1,2\r\n3,4\n\n5,6")
        assert.strictEqual(rows, 3)
        assert.strictEqual(bytes, 18)
      })
    )
  )

  it.effect("keeps the byte order mark of the first file only", () =>
    onDisk(
      Effect.gen(function* () {
        assert.strictEqual(yield* text((yield* joined(["\ufeffa\n1\n", "\ufeffa\n2\n", "a\n3\n"])).out), "\ufeffa\n1\n2\n3\n")
        assert.strictEqual(yield* text((yield* joined(["a\n1\n", "\ufeffa\n2\n"])).out), "a\n1\n2\n")
      })
    )
  )

  it.effect("ends lines in UTF-16 too", () =>
    onDisk(
      Effect.gen(function* () {
        for (const encoding of ["utf-16le", "utf-16be"] as const) {
          const { out } = yield* joined([encode("\ufeffa\n가", encoding), encode("\ufeffa\n나\n", encoding)])
          const { rows } = yield* readFile(out)
          assert.deepStrictEqual(rows, [["가"], ["나"]])
        }
      })
    )
  )

  it.effect("refuses other columns, naming both headers, and leaves no output", () =>
    onDisk(
      Effect.gen(function* () {
        for (const other of ["b,a\n3,4\n", "a\n3\n", "a,b,c\n"]) {
          const reason = yield* reasonOf(joined(["a,b\n1,2\n", other]))
          assert.strictEqual(reason._tag, "HeadersDiffer")
          assert.deepInclude(reason, { expected: ["a", "b"] })
        }
      })
    )
  )

  it.effect("refuses another encoding wherever it shows, but not ASCII beside it", () =>
    onDisk(
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const korean = "a\n똠방각하 효과적\n"
        const ascii = `a\n${`${"x".repeat(99)}\n`.repeat(14_000)}`
        const differ = yield* reasonOf(joined([korean, encode(korean, "cp949")]))
        assert.deepInclude(differ, { _tag: "EncodingsDiffer", expected: "utf-8", found: "cp949" })
        const late = yield* reasonOf(joined([encode(korean, "cp949"), `${ascii}똠\n`]))
        assert.deepInclude(late, { _tag: "EncodingsDiffer", expected: "cp949", found: "utf-8" })
        assert.strictEqual((yield* reasonOf(joined([korean, encode(`\ufeff${korean}`, "utf-16le")])))._tag, "EncodingsDiffer")
        const { out, rows } = yield* joined([ascii, encode(korean, "cp949"), ascii])
        assert.strictEqual(rows, 28_001)
        assert.strictEqual((yield* fs.stat(out)).size, FileSystem.Size(2 * ascii.length - 2 + encode(korean, "cp949").length - 2))
      })
    )
  )

  it.effect("refuses an existing output, and an empty list", () =>
    onDisk(
      Effect.gen(function* () {
        const path = yield* fileOf("a\n1\n")
        const out = yield* fileOf("a\nold\n")
        assert.deepInclude(yield* reasonOf(CsvCut.concat([path], out)), { _tag: "AlreadyExists", path: out })
        assert.strictEqual((yield* reasonOf(CsvCut.concat([], `${path}.out`)))._tag, "NothingToMerge")
        yield* CsvCut.concat([path, path], out, { force: true })
        assert.strictEqual(yield* text(out), "a\n1\n1\n")
      })
    )
  )
})

describe("split and concat", () => {
  const row = FastCheck.tuple(
    FastCheck.constantFrom("가나", "🙂🙂", '"x\ny"', '"a""b"', "", " ", '"\r\n,"', "plain", "똠", "\ufeff"),
    FastCheck.constantFrom("1", '","', '"\n\n"', "끝")
  ).map((cells) => cells.join(","))
  const lineEnd = FastCheck.constantFrom("\n", "\r\n", "\n\n", "\r\n\n\r\n")
  const file = FastCheck.tuple(
    FastCheck.constantFrom("", "\n", "\r\n\n"),
    lineEnd,
    FastCheck.array(FastCheck.tuple(row, lineEnd), { maxLength: 12 }),
    FastCheck.constantFrom("", "마지막,x", '"\n",y')
  ).map(([lead, end, rows, last]) => `${lead}text,"na\nme"${end}${rows.map((one) => one.join("")).join("")}${last}`)

  it.effect.prop(
    "give the same file back, byte for byte, whatever the sizes, chunks and encodings",
    [
      file,
      FastCheck.record({ rows: FastCheck.integer({ min: 1, max: 5 }), bytes: FastCheck.integer({ min: 20, max: 200 }) }),
      FastCheck.constantFrom<Encoding>("utf-8", "utf-16le", "utf-16be", "cp949"),
      FastCheck.boolean(),
      FastCheck.oneof(FastCheck.integer({ min: 1, max: 64 }), FastCheck.constant(4096))
    ],
    ([content, limits, encoding, bom, chunkBytes]) =>
      onDisk(
        Effect.gen(function* () {
          const fs = yield* FileSystem.FileSystem
          const plain = encoding === "cp949" ? content.replaceAll("\ufeff", "") : content
          const bytes = encode(bom && encoding !== "cp949" ? `\ufeff${plain}` : plain, encoding)
          const path = yield* fileOf(bytes)
          const options = { encoding, chunkBytes }
          const { parts, rows } = yield* CsvCut.split(path, { ...limits, ...options, directory: yield* temporaryFolder })
          const before = yield* readFile(path, { encoding })
          assert.strictEqual(rows, before.rows.length)
          for (const part of parts) {
            const read = yield* readFile(part.path, { encoding })
            const content = iconv.decode(Buffer.from(yield* fs.readFile(part.path)), encoding, { stripBOM: false })
            // Blank lines at the end of a part do not count.
            const counted = encode(content.replace(/(?<=[\r\n])[\r\n]+$/, ""), encoding).length
            assert.isTrue(part.rows <= limits.rows && (counted <= limits.bytes || part.rows <= 1))
            assert.deepStrictEqual(read.source.header, before.source.header)
            assert.strictEqual(read.rows.length, part.rows)
            assert.strictEqual(read.source.size, part.bytes)
          }
          const out = `${yield* temporaryFolder}/all.csv`
          const total = yield* CsvCut.concat(
            parts.map((part) => part.path),
            out,
            options
          )
          assert.deepStrictEqual(total, { rows, bytes: bytes.length })
          assert.isTrue(bytes.equals(yield* fs.readFile(out)))
        })
      ),
    { fastCheck: { numRuns: 30 } }
  )
})
