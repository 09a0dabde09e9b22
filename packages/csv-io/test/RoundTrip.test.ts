import { Buffer } from "node:buffer"
import { assert, describe, it } from "@effect/vitest"
import { parse } from "csv-parse"
import * as FastCheck from "effect/FastCheck"
import iconv from "iconv-lite"
import type { Encoding } from "../src/CsvReader.js"
import * as CsvWriter from "../src/CsvWriter.js"
import { blockParser } from "../src/internal/blockParser.js"
import { encode, readBytes } from "./support.js"

const sizes = FastCheck.array(FastCheck.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 })
const special = FastCheck.constantFrom(
  '"',
  '""',
  ",",
  ";",
  "\t",
  "\n",
  "\r",
  "\r\n",
  " ",
  "\0",
  "\ufeff",
  "\u2028",
  "\u2029",
  "=",
  "가",
  "똠",
  ""
)
const cell = FastCheck.oneof(
  FastCheck.fullUnicodeString({ maxLength: 8 }),
  FastCheck.array(special, { maxLength: 6 }).map((parts) => parts.join("")),
  FastCheck.constantFrom("", "text", "기사 제목")
)
const table = FastCheck.integer({ min: 1, max: 5 }).chain((width) =>
  FastCheck.array(FastCheck.array(cell, { minLength: width, maxLength: width }), { maxLength: 8 }).map((rows) => ({
    header: Array.from({ length: width }, (_, i) => `column ${i}`),
    rows
  }))
)
const encoding = FastCheck.constantFrom<Encoding>("utf-8", "utf-16le", "utf-16be", "cp949")

/** The nearest cell that CP949 can hold. */
const within = (text: string, encoding: Encoding): string =>
  encoding === "cp949" ? iconv.decode(iconv.encode(text.replaceAll("\ufeff", ""), "cp949"), "cp949") : text

describe("what is written", () => {
  it("is read as the same cells: any cells, delimiters, line ends, marks, encodings and chunks", () => {
    FastCheck.assert(
      FastCheck.property(
        table,
        FastCheck.constantFrom(",", ";", "\t", "|", " ", "x", "·", "；"),
        FastCheck.constantFrom<"\n" | "\r\n">("\n", "\r\n"),
        FastCheck.boolean(),
        encoding,
        sizes,
        ({ header, rows }, delimiter, newline, bom, encoding, sizes) => {
          const cells = rows.map((row) => row.map((one) => within(one, encoding)))
          const text = CsvWriter.stringify([header, ...cells], { delimiter, newline, bom: bom && encoding !== "cp949" })
          const result = readBytes(encode(text, encoding), sizes, { encoding, delimiter, onBadRow: "fail" })
          assert.deepStrictEqual(result._tag === "Right" ? result.right : result.left, { header, rows: cells, bad: [] })
        }
      ),
      { numRuns: 1500 }
    )
  })

  it("is read as the same cells where the encoding must be found out", () => {
    FastCheck.assert(
      FastCheck.property(table, encoding, sizes, ({ header, rows }, encoding, sizes) => {
        // Without a byte that is no UTF-8, CP949 is not told from it.
        const cells = [...rows, header.map(() => "똠방각하 효과적")].map((row) => row.map((one) => within(one, encoding)))
        const text = CsvWriter.stringify([header, ...cells], { bom: encoding !== "cp949" })
        const result = readBytes(encode(text, encoding), sizes, { onBadRow: "fail" })
        assert.deepStrictEqual(result._tag === "Right" ? result.right.rows : result.left, cells)
      }),
      { numRuns: 500 }
    )
  })
})

/** All records of a text by csv-parse's own stream, or undefined if it refuses the text. */
const byCsvParse = (text: string): Promise<Array<ReadonlyArray<string>> | undefined> =>
  new Promise((resolve) => {
    const records: Array<ReadonlyArray<string>> = []
    const parser = parse({ bom: true, relax_column_count: true, skip_empty_lines: true, record_delimiter: ["\r\n", "\n"] })
    parser.on("data", (record) => records.push(record))
    parser.on("end", () => resolve(records))
    parser.on("error", () => resolve(undefined))
    parser.write(text)
    parser.end()
  })

describe("csv-parse's own stream", () => {
  const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`
  /** A cell in one of the ways in which it can be written, quoted without need at times. */
  const written = FastCheck.tuple(cell, FastCheck.boolean()).map(([text, quoted]) =>
    quoted || /["\n,]/.test(text) ? quote(text) : text
  )
  const lineEnd = FastCheck.constantFrom("\n", "\r\n", "\n\n", "\r\n\r\n\n")
  const valid = FastCheck.tuple(
    FastCheck.array(FastCheck.tuple(FastCheck.array(written, { minLength: 2, maxLength: 2 }), lineEnd), { maxLength: 20 }),
    FastCheck.constantFrom("", "\ufeff"),
    FastCheck.constantFrom("", "last,line", '"last","line"', "last,", "la\rst,line\r")
  ).map(([records, mark, last]) => `${mark}x,y\n${records.map(([cells, end]) => cells.join(",") + end).join("")}${last}`)

  it("gives the same rows of every valid text", async () => {
    await FastCheck.assert(
      FastCheck.asyncProperty(valid, sizes, async (text, sizes) => {
        const expected = await byCsvParse(text)
        const result = readBytes(Buffer.from(text), sizes, { onBadRow: "fail" })
        assert.deepStrictEqual(result._tag === "Right" ? [result.right.header, ...result.right.rows] : result.left, expected)
      }),
      { numRuns: 1000 }
    )
  })

  it("gives the same rows of every text without quotes, which is not given to it", async () => {
    const alphabet = FastCheck.constantFrom(",", "\n", "\r\n", "\r", "a", "가", " ", "\0")
    await FastCheck.assert(
      FastCheck.asyncProperty(FastCheck.stringOf(alphabet, { maxLength: 40 }), async (text) => {
        assert.deepStrictEqual(blockParser(",", false)(Buffer.from(text)), await byCsvParse(text))
      }),
      { numRuns: 1000 }
    )
  })

  it("refuses the quotes of a text exactly when this reader does", async () => {
    const alphabet = FastCheck.constantFrom('"', ",", "\n", "\r\n", "a", '""', '","')
    await FastCheck.assert(
      FastCheck.asyncProperty(FastCheck.stringOf(alphabet, { maxLength: 30 }), async (body) => {
        const text = `x,y\n${body}`
        const expected = await byCsvParse(text)
        const result = readBytes(Buffer.from(text), [1000])
        assert.strictEqual(result._tag, "Right")
        if (result._tag === "Left") return
        const faulty = result.right.bad.some(({ fault }) => !fault.endsWith("cells"))
        assert.strictEqual(faulty, expected === undefined, JSON.stringify(text))
      }),
      { numRuns: 2000 }
    )
  })
})
