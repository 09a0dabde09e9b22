import { Buffer } from "node:buffer"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import { sized } from "../../../test/support/sized.js"
import { readBytes, readText } from "./support.js"

/** What is reported of the broken records of a text. */
const faultsOf = (text: string) =>
  Effect.map(readText(text, { onBadRow: "skip" }), ({ bad, rows }) => ({
    rows,
    bad: bad.map(({ column, fault, line, row }) => ({ row, line, column, fault }))
  }))

describe("a broken record", () => {
  it.effect("ends the reading and names line, column and fault", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(readText('text,title\n"one\ntwo",x\nthree,y"z\n'))
      assert.deepInclude(error.reason, { _tag: "BadRow", row: 2, line: 4, column: 8, fault: "stray_quote" })
      for (const part of ["input.csv", "line 4", "column 8", "data row 2", "quote"]) assert.include(error.message, part)
    })
  )

  it.effect("is reported beside the good rows where it is to be skipped, with its cells as far as they can be told", () =>
    Effect.gen(function* () {
      const { bad, rows } = yield* readText('a,b\n1,2\nx"y,"z"\n3,4\n', { onBadRow: "skip" })
      assert.deepStrictEqual(rows, [
        ["1", "2"],
        ['x"y', "z"],
        ["3", "4"]
      ])
      assert.strictEqual(bad.length, 1)
      assert.deepInclude(bad[0], { row: 1, line: 3, column: 2, fault: "stray_quote", raw: 'x"y,"z"' })
      assert.include(bad[0]?.problem ?? "", "quote")
    })
  )

  it.effect("has text after a closing quote: the fault is where the text begins", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* faultsOf('a,b\n1,"x" y\n"그는 "안녕" 했다",2\n3,4\n'), {
        rows: [
          ["1", '"x" y'],
          ['"그는 "안녕" 했다"', "2"],
          ["3", "4"]
        ],
        bad: [
          { row: 0, line: 2, column: 6, fault: "text_after_quote" },
          { row: 1, line: 3, column: 6, fault: "text_after_quote" }
        ]
      })
    })
  )

  it.effect("has a cell too few: the fault is where the record ends", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* faultsOf('a,b,c\n1,2\n"x\ny",한글\n3,4,5\n'), {
        rows: [
          ["1", "2", ""],
          ["x\ny", "한글", ""],
          ["3", "4", "5"]
        ],
        bad: [
          { row: 0, line: 2, column: 4, fault: "too_few_cells" },
          { row: 1, line: 4, column: 6, fault: "too_few_cells" }
        ]
      })
    })
  )

  it.effect("has a cell too many: the fault is where the first of them begins", () =>
    Effect.gen(function* () {
      const { bad, rows } = yield* readText('a,b\n1,"2,2",3,4\n5,6\n', { onBadRow: "skip" })
      assert.deepStrictEqual(rows, [
        ["1", "2,2"],
        ["5", "6"]
      ])
      assert.deepInclude(bad[0], { row: 0, line: 2, column: 9, fault: "too_many_cells", expected: 2, found: 4 })
      assert.include(bad[0]?.problem ?? "", "4")
    })
  )

  it.effect("has a quote that is open at the end of the file: only its line is lost", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* faultsOf('a,b\n1,2\n3,"4\n5,6\n7,8'), {
        rows: [
          ["1", "2"],
          ["3", '"4'],
          ["5", "6"],
          ["7", "8"]
        ],
        bad: [{ row: 1, line: 3, column: 3, fault: "unclosed_quote" }]
      })
      assert.deepStrictEqual(yield* faultsOf('a,b\n1,"2'), {
        rows: [["1", '"2']],
        bad: [{ row: 0, line: 2, column: 3, fault: "unclosed_quote" }]
      })
    })
  )

  it.effect("has a quote that a later record's opening quote seems to close: the records between are kept", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* faultsOf('a,b\n"Hello,x\n1,2\n3,4\n5,"6\n7"\n8,9\n'), {
        rows: [
          ['"Hello', "x"],
          ["1", "2"],
          ["3", "4"],
          ["5", "6\n7"],
          ["8", "9"]
        ],
        bad: [{ row: 0, line: 2, column: 1, fault: "unclosed_quote" }]
      })
    })
  )

  it.effect("in CRLF lines is judged like one in LF lines", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* faultsOf('a,b\r\n"x,1\r\n2,3\r\n4,"y"z\r\n5,6\r\n'), {
        rows: [
          ['"x', "1"],
          ["2", "3"],
          ["4", '"y"z'],
          ["5", "6"]
        ],
        bad: [
          { row: 0, line: 2, column: 1, fault: "unclosed_quote" },
          { row: 2, line: 4, column: 6, fault: "text_after_quote" }
        ]
      })
    })
  )

  it.effect("in lines that end with a lone CR is found by line and column too", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* faultsOf('a,b\r"x\ry",1\r2,z"\r3\r'), {
        rows: [
          ["x\ry", "1"],
          ["2", 'z"'],
          ["3", ""]
        ],
        bad: [
          { row: 1, line: 4, column: 4, fault: "stray_quote" },
          { row: 2, line: 5, column: 2, fault: "too_few_cells" }
        ]
      })
    })
  )

  it.effect("of great length is reported by its beginning", () =>
    Effect.gen(function* () {
      const { bad } = yield* readText(`a,b\n${"가".repeat(20_000)}\n`, { onBadRow: "skip" })
      assert.strictEqual(bad[0]?.raw, `${"가".repeat(3333)}…`)
      assert.strictEqual(bad[0]?.column, 20_001)
    })
  )
})

describe("many broken records", () => {
  // Cells of one line: behind a quote that is never closed, the lines of a longer cell are judged one by one.
  const plain = FastCheck.stringOf(FastCheck.constantFrom("가", "b", " ", "'", "é"), { minLength: 1, maxLength: 8 })
  const quoted = FastCheck.stringOf(FastCheck.constantFrom("가", "b", ",", '""'), { maxLength: 8 }).map((text) => `"b${text}"`)
  const good = FastCheck.tuple(FastCheck.oneof(plain, quoted), plain).map((cells) => ({ line: cells.join(","), good: true }))
  // None that ends with a quote: `"a` and `b"` on two lines are a cell of two lines, and nothing tells otherwise.
  const broken = FastCheck.constantFrom('a"b,c', '"a"b,c', '"ab,c', "a", "a,b,c", 'a,"b"c').map((line) => ({ line, good: false }))

  it("cost none of the good ones", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.array(FastCheck.oneof(good, broken), { maxLength: 12 }),
        FastCheck.array(FastCheck.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        (records, sizes) => {
          const text = `x,y\n${records.map(({ line }) => `${line}\n`).join("")}`
          const result = readBytes(Buffer.from(text), sizes)
          assert.strictEqual(result._tag, "Right")
          if (result._tag === "Left") return
          assert.strictEqual(result.right.rows.length, records.length)
          const badRows = new Set(result.right.bad.map(({ row }) => row))
          for (const [row, record] of records.entries()) {
            assert.strictEqual(badRows.has(row), !record.good)
            assert.strictEqual(result.right.bad.find((one) => one.row === row)?.line ?? row + 2, row + 2)
          }
        }
      ),
      { numRuns: 500 }
    )
  })
})

describe("any text at all", () => {
  const alphabet = FastCheck.constantFrom('"', ",", "\n", "\r", "a", "가", '""', '","', '\n"', "\r\n")
  const text = FastCheck.stringOf(alphabet, { maxLength: 60 })
  const sizes = FastCheck.array(FastCheck.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 })

  it("gives the same rows and faults whatever the chunks", () => {
    FastCheck.assert(
      FastCheck.property(text, sizes, (body, sizes) => {
        const bytes = Buffer.from(`x,y\n${body}`)
        assert.deepStrictEqual(readBytes(bytes, sizes), readBytes(bytes, [bytes.length]))
      }),
      { numRuns: sized(500, 2000) }
    )
  })

  it("gives rows as wide as the header, and each broken one once", () => {
    FastCheck.assert(
      FastCheck.property(text, (body) => {
        const result = readBytes(Buffer.from(`x,y\n${body}`), [1000])
        assert.strictEqual(result._tag, "Right")
        if (result._tag === "Left") return
        for (const row of result.right.rows) assert.strictEqual(row.length, 2)
        const bad = result.right.bad.map(({ row }) => row)
        assert.deepStrictEqual(
          [...new Set(bad)].sort((a, b) => a - b),
          bad
        )
      }),
      { numRuns: sized(500, 2000) }
    )
  })

  it("has its lines and columns where the raw text of a broken record stands", () => {
    FastCheck.assert(
      FastCheck.property(text, (body) => {
        const whole = `x,y\n${body}`
        const result = readBytes(Buffer.from(whole), [1000])
        if (result._tag === "Left") return
        const lines = whole.split("\n")
        for (const { column, line, raw } of result.right.bad) {
          const at = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0) + column - 1
          const start = whole.lastIndexOf(raw, at)
          assert.isTrue(start >= 0 && start <= at && at <= start + raw.length + 1, `${line}:${column} ${JSON.stringify(raw)}`)
        }
      }),
      { numRuns: sized(500, 2000) }
    )
  })
})
