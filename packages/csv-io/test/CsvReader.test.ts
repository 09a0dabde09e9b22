import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Stream from "effect/Stream"
import type { CsvError } from "../src/CsvError.js"
import * as CsvReader from "../src/CsvReader.js"
import { fileOf, onDisk, readFile, readText, temporaryFolder } from "./support.js"

const reasonOf = <A>(effect: Effect.Effect<A, CsvError>) => Effect.map(Effect.flip(effect), ({ reason }) => reason)

describe("rows", () => {
  it.effect("a quoted cell keeps its line breaks, delimiters and doubled quotes", () =>
    Effect.gen(function* () {
      const { rows, source } = yield* readText('text,title\n"one\ntwo, ""three""\r\nfour",x\n')
      assert.deepStrictEqual(source.header, ["text", "title"])
      assert.deepStrictEqual(rows, [['one\ntwo, "three"\r\nfour', "x"]])
    })
  )

  it.effect("LF, CRLF and both in one file end records alike", () =>
    Effect.gen(function* () {
      for (const text of ["a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4\r\n", "a,b\r\n1,2\n3,4\r\n", "a,b\n1,2\r\n3,4"]) {
        const { rows } = yield* readText(text)
        assert.deepStrictEqual(rows, [
          ["1", "2"],
          ["3", "4"]
        ])
      }
    })
  )

  it.effect("the line end of the header is reported", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* readText("a\r\n1\n")).source.newline, "\r\n")
      assert.strictEqual((yield* readText("a\n1\r\n")).source.newline, "\n")
    })
  )

  it.effect("a file whose header ends with a lone CR has lone CRs as line ends", () =>
    Effect.gen(function* () {
      const { rows, source } = yield* readText('a,b\r1,"x\ry"\r\r3,4\r')
      assert.deepStrictEqual(rows, [
        ["1", "x\ry"],
        ["3", "4"]
      ])
      assert.strictEqual(source.newline, "\n")
    })
  )

  it.effect("a lone CR in a file of LF lines belongs to its cell", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* readText("a,b\nx\ry,2\n")).rows, [["x\ry", "2"]])
    })
  )

  it.effect("the last line needs no line end, and may end with an empty cell", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* readText("a,b\n1,2")).rows, [["1", "2"]])
      assert.deepStrictEqual((yield* readText("a,b\n1,")).rows, [["1", ""]])
      assert.deepStrictEqual((yield* readText('a,b\n1,"2"')).rows, [["1", "2"]])
    })
  )

  it.effect("blank lines before, between and after records are no records", () =>
    Effect.gen(function* () {
      const { rows, source } = yield* readText("\n\r\na,b\n\n1,2\r\n\r\n\n3,4\n\n\n")
      assert.deepStrictEqual(source.header, ["a", "b"])
      assert.deepStrictEqual(rows, [
        ["1", "2"],
        ["3", "4"]
      ])
    })
  )

  it.effect("a quoted empty cell alone is a record, a blank line is not", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* readText('a\n""\n\n" "\n')).rows, [[""], [" "]])
    })
  )

  it.effect("cells keep spaces, NUL, U+2028, U+2029 and a U+FEFF that is not at the start", () =>
    Effect.gen(function* () {
      const cells = ["  a  ", "\0b\0", "c\u2028d\u2029e", "\ufefff"]
      assert.deepStrictEqual((yield* readText(`a,b,c,d\n${cells.join(",")}\n`)).rows, [cells])
    })
  )

  it.effect("a header alone has no rows", () =>
    Effect.gen(function* () {
      for (const text of ["a,b", "a,b\n", "a,b\r\n\r\n"]) {
        const { rows, source } = yield* readText(text)
        assert.deepStrictEqual(source.header, ["a", "b"])
        assert.deepStrictEqual(rows, [])
      }
    })
  )

  it.effect("the delimiter is tab for .tsv and may be any other character", () =>
    onDisk(
      Effect.gen(function* () {
        const tsv = yield* fileOf("a\tb\n1,5\t2\n", "x.tsv")
        assert.deepStrictEqual((yield* readFile(tsv)).rows, [["1,5", "2"]])
        for (const delimiter of [";", "|", "\t", " ", "A", "·", "；", "🙂"]) {
          const path = yield* fileOf(`x${delimiter}y\n"1${delimiter}"${delimiter}2\n`)
          const { rows, source } = yield* readFile(path, { delimiter })
          assert.deepStrictEqual(rows, [[`1${delimiter}`, "2"]])
          assert.strictEqual(source.delimiter, delimiter)
        }
        const written = yield* fileOf("x\ty\n1\t2\n")
        assert.deepStrictEqual((yield* readFile(written, { delimiter: "\\t" })).rows, [["1", "2"]])
      })
    )
  )

  it.effect("a quote, a line break, nothing and two characters are no delimiters", () =>
    Effect.gen(function* () {
      for (const delimiter of ['"', "\n", "\r", "", ",,", "\ufeff", "\ud800"]) {
        const reason = yield* reasonOf(readText("a\n", { delimiter }))
        assert.strictEqual(reason._tag, "InvalidDelimiter")
      }
    })
  )

  it.effect("batches number their rows, count the bytes read, and can be run again", () =>
    onDisk(
      Effect.gen(function* () {
        const path = yield* fileOf(`a,b\n${"1,2\n".repeat(1000)}`)
        const source = yield* CsvReader.open(path, { chunkBytes: 64 })
        for (const _ of [1, 2]) {
          const batches = [...(yield* Stream.runCollect(source.batches))]
          assert.isAbove(batches.length, 50)
          let rows = 0
          let bytes = 0
          for (const batch of batches) {
            assert.strictEqual(batch.firstRow, rows)
            assert.isAtLeast(batch.bytesRead, bytes)
            rows += batch.rows.length
            bytes = batch.bytesRead
          }
          assert.strictEqual(rows, 1000)
          assert.strictEqual(bytes, source.size)
        }
      })
    )
  )

  it.effect("a consumer that stops early leaves no open file", () =>
    onDisk(
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const path = yield* fileOf(`a\n${"x\n".repeat(10_000)}`)
        let opened = 0
        let open = 0
        const counting = FileSystem.make({
          ...fs,
          open: (...args) =>
            Effect.zipRight(
              Effect.acquireRelease(
                Effect.sync(() => {
                  opened++
                  open++
                }),
                () => Effect.sync(() => open--)
              ),
              fs.open(...args)
            )
        })
        const first = CsvReader.open(path, { chunkBytes: 1000 }).pipe(
          Effect.flatMap((source) => Stream.runDrain(Stream.take(source.batches, 1)))
        )
        yield* Effect.provideService(first, FileSystem.FileSystem, counting)
        assert.strictEqual(opened, 2)
        assert.strictEqual(open, 0)
      })
    )
  )

  it.effect("a cell of 50 MB is read whole", () =>
    Effect.gen(function* () {
      const cell = "가나다라마".repeat(3_500_000)
      const { rows } = yield* readText(`text,title\n"${cell}",x\nshort,y\n`)
      assert.strictEqual(rows.length, 2)
      assert.isTrue(rows[0]?.[0] === cell)
      assert.deepStrictEqual(rows[1], ["short", "y"])
    })
  )

  it.effect("a record beyond the limit is an error that names its line", () =>
    Effect.gen(function* () {
      const reason = yield* reasonOf(
        readText(`a,b\n1,2\n"${"x".repeat(5000)}",3\n`, { maxRecordBytes: 1000, chunkBytes: 100, onBadRow: "skip" })
      )
      assert.strictEqual(reason._tag, "RecordTooLarge")
      assert.include(reason, { row: 2, line: 3, limit: 1000 })
    })
  )
})

describe("header", () => {
  it.effect("an empty file, a byte order mark alone and blank lines alone are empty", () =>
    Effect.gen(function* () {
      for (const text of ["", "\ufeff", "\n\r\n\n", "\ufeff\n"]) {
        assert.strictEqual((yield* reasonOf(readText(text)))._tag, "Empty")
      }
      assert.strictEqual((yield* reasonOf(readText(Uint8Array.of(0xff, 0xfe))))._tag, "Empty")
    })
  )

  it.effect("repeated names are an error that tells each with its positions", () =>
    Effect.gen(function* () {
      const reason = yield* reasonOf(readText("text,title,text,a,title,text\n"))
      assert.deepInclude(reason, { _tag: "DuplicateColumns", columns: ["text (1, 3, 6)", "title (2, 5)"] })
    })
  )

  it.effect("columns without a name are an error that tells their positions", () =>
    Effect.gen(function* () {
      assert.deepInclude(yield* reasonOf(readText(",text, \n")), { _tag: "EmptyColumnNames", positions: [1, 3] })
    })
  )

  it.effect("a broken header is an error even where broken rows are skipped", () =>
    Effect.gen(function* () {
      for (const text of ['a,b"c\n1,2\n', '"a"b,c\n1,2\n', '"a,b\n1,2\n']) {
        const reason = yield* reasonOf(readText(text, { onBadRow: "skip" }))
        assert.strictEqual(reason._tag, "BadRow")
        assert.include(reason, { row: 0, line: 1 })
      }
    })
  )

  it.effect("quoted names may hold line breaks and delimiters", () =>
    Effect.gen(function* () {
      const { rows, source } = yield* readText('"te\nxt","a,b"\n1,2\n')
      assert.deepStrictEqual(source.header, ["te\nxt", "a,b"])
      assert.deepStrictEqual(rows, [["1", "2"]])
    })
  )

  const source = (header: ReadonlyArray<string>, delimiter = ",") => ({ path: "x.csv", header, delimiter })

  it("columnIndex finds a column by its exact name", () => {
    assert.deepStrictEqual(CsvReader.columnIndex(source(["title", "text"]), "text"), Either.right(1))
  })

  it("a missing column is told with the columns there are and the nearest name", () => {
    const missing = (header: ReadonlyArray<string>, column: string, delimiter?: string) =>
      Either.match(CsvReader.columnIndex(source(header, delimiter), column), {
        onLeft: ({ reason }) => (reason._tag === "MissingColumn" ? reason : undefined),
        onRight: () => undefined
      })
    assert.deepInclude(missing(["Text", "title"], "text"), { found: ["Text", "title"], nearest: "Text" })
    assert.strictEqual(missing(["article_text", "title"], "text")?.nearest, "article_text")
    assert.strictEqual(missing(["txet", "title"], "text")?.nearest, undefined)
    assert.strictEqual(missing(["texts", "title"], "text")?.nearest, "texts")
    assert.strictEqual(missing(["contnet", "title"], "content")?.nearest, "contnet")
    assert.strictEqual(missing(["본문", "제목"], "text")?.nearest, undefined)
    assert.strictEqual(missing(["text;title"], "text")?.delimiter, ";")
    assert.strictEqual(missing(["text\ttitle"], "text")?.delimiter, "\t")
    assert.strictEqual(missing(["text,title"], "text", "\t")?.delimiter, ",")
    assert.strictEqual(missing(["a", "b;c"], "text")?.delimiter, undefined)
  })
})

describe("files", () => {
  it.effect("a missing file, a folder and a file without permission are told apart", () =>
    onDisk(
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        const reason = (path: string) => Effect.map(Effect.flip(CsvReader.open(path)), (error) => error.reason._tag)
        assert.strictEqual(yield* reason(`${folder}/none.csv`), "FileNotFound")
        assert.strictEqual(yield* reason(folder), "NotAFile")
        assert.strictEqual(yield* reason("/dev/null"), "NotAFile")
      })
    )
  )

  it.effect("a file that may not be read is an error of permission", () =>
    onDisk(
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const path = yield* fileOf("a\n")
        // The superuser may read everything, so that the refusal is made here.
        const refusing = FileSystem.make({
          ...fs,
          open: () =>
            Effect.flip(fs.open(`${path}/none`)).pipe(
              Effect.orDie,
              Effect.flatMap((error) => Effect.fail(Object.assign(error, { reason: "PermissionDenied" })))
            )
        })
        const error = yield* Effect.flip(Effect.provideService(CsvReader.open(path), FileSystem.FileSystem, refusing))
        assert.deepInclude(error.reason, { _tag: "PermissionDenied", path, operation: "read" })
      })
    )
  )
})
