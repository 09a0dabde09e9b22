import { Buffer } from "node:buffer"
import { assert, describe, it } from "@effect/vitest"
import { parse } from "csv-parse"
import * as FastCheck from "effect/FastCheck"
import iconv from "iconv-lite"
import { sized } from "../../../test/support/sized.js"
import type { Encoding } from "../src/CsvReader.js"
import * as CsvWriter from "../src/CsvWriter.js"
import { encode, readBatches, readBytes } from "./support.js"

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
      { numRuns: sized(400, 1500) }
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
const byCsvParse = (text: string, delimiter = ",", loneCr = false): Promise<Array<ReadonlyArray<string>> | undefined> =>
  new Promise((resolve) => {
    const records: Array<ReadonlyArray<string>> = []
    const parser = parse({
      bom: true,
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: loneCr ? ["\r\n", "\n", "\r"] : ["\r\n", "\n"]
    })
    parser.on("data", (record) => records.push(record))
    parser.on("end", () => resolve(records))
    parser.on("error", () => resolve(undefined))
    parser.write(text)
    parser.end()
  })

const delimiter = FastCheck.constantFrom(",", ";", "\t", "|", " ", "x", "·", "；", "🙂")

describe("csv-parse's own stream", () => {
  const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`
  /** Cells in one of the ways in which they can be written, quoted without need at times. */
  const written = (cells: ReadonlyArray<readonly [string, boolean]>, delimiter: string, loneCr: boolean): string =>
    cells
      .map(([text, quoted]) =>
        quoted || /["\n]/.test(text) || text.includes(delimiter) || (loneCr && text.includes("\r")) ? quote(text) : text
      )
      .join(delimiter)
  const cells = FastCheck.array(FastCheck.tuple(cell, FastCheck.boolean()), { minLength: 2, maxLength: 2 })
  const lineEnd = FastCheck.constantFrom("\n", "\r\n", "\n\n", "\r\n\r\n\n")
  const loneEnd = FastCheck.constantFrom("\r", "\n", "\r\n", "\r\r", "\r\n\r")
  const valid = FastCheck.tuple(delimiter, FastCheck.boolean()).chain(([delimiter, loneCr]) =>
    FastCheck.tuple(
      FastCheck.array(FastCheck.tuple(cells, loneCr ? loneEnd : lineEnd), { maxLength: 20 }),
      FastCheck.constantFrom("", "\ufeff"),
      FastCheck.option(cells, { nil: undefined }),
      FastCheck.constantFrom("", loneCr ? "" : "\r")
    ).map(([records, mark, last, end]) => {
      const lines = records.map(([cells, lineEnd]) => written(cells, delimiter, loneCr) + lineEnd)
      // A CR behind a closing quote would be text there, so that only an unquoted cell may end with one.
      const rest = last === undefined ? "" : written(last, delimiter, loneCr)
      const header = `a${delimiter}b${loneCr ? "\r" : "\n"}`
      return {
        delimiter,
        loneCr,
        text: `${mark}${header}${lines.join("")}${rest}${rest === "" || rest.endsWith('"') ? "" : end}`
      }
    })
  )

  it("gives the same rows of every valid text: any delimiters, line ends and chunks", async () => {
    await FastCheck.assert(
      FastCheck.asyncProperty(valid, sizes, async ({ delimiter, loneCr, text }, sizes) => {
        const expected = await byCsvParse(text, delimiter, loneCr)
        const result = readBytes(Buffer.from(text), sizes, { delimiter, onBadRow: "fail" })
        assert.deepStrictEqual(result._tag === "Right" ? [result.right.header, ...result.right.rows] : result.left, expected)
      }),
      { numRuns: sized(500, 2000) }
    )
  })

  it("gives the same rows of every text without quotes, each as wide as the header here", async () => {
    const alphabet = FastCheck.constantFrom(",", "\n", "\r\n", "\r", "a", "가", " ", "\0")
    await FastCheck.assert(
      FastCheck.asyncProperty(FastCheck.stringOf(alphabet, { maxLength: 40 }), sizes, async (body, sizes) => {
        const text = `x,y\n${body}`
        const result = readBytes(Buffer.from(text), sizes)
        const expected = (await byCsvParse(text))?.map((row) => [row[0] ?? "", row[1] ?? ""])
        assert.deepStrictEqual(result._tag === "Right" ? [result.right.header, ...result.right.rows] : result.left, expected)
      }),
      { numRuns: sized(300, 1000) }
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
      { numRuns: sized(500, 2000) }
    )
  })
})

describe("a batch without parsing its rows", () => {
  const textOf = (bytes: string): string => Buffer.from(bytes, "latin1").toString("utf8")

  it("has the same cells as byte strings, and records that read as the same rows when they are copied", () => {
    FastCheck.assert(
      FastCheck.property(
        table,
        // CP949 has all of these.
        FastCheck.constantFrom(",", ";", "\t", " ", "x", "·", "；"),
        FastCheck.constantFrom<"\n" | "\r\n">("\n", "\r\n"),
        encoding,
        sizes,
        ({ header, rows }, delimiter, newline, encoding, sizes) => {
          const cells = [header, ...rows].map((row) => row.map((one) => within(one, encoding)))
          const text = CsvWriter.stringify(cells, { delimiter, newline })
          const read = (bytes: Buffer, encoding: Encoding) => readBatches(bytes, sizes, { delimiter, encoding })
          const copies: Array<string> = []
          for (const batch of read(encode(text, encoding), encoding)) {
            assert.strictEqual(batch.size, batch.rows.length)
            for (const [index, row] of batch.rows.entries()) {
              assert.deepStrictEqual(batch.row(index), row)
              assert.deepStrictEqual(
                row.map((_, column) => textOf(batch.cellBytes(index, column))),
                row
              )
              copies.push(textOf(batch.recordBytes(index) ?? "not to be copied"))
            }
          }
          const again = [CsvWriter.stringify(cells.slice(0, 1), { delimiter, newline }), ...copies.map((one) => one + newline)]
          assert.deepStrictEqual(
            read(Buffer.from(again.join("")), "utf-8").flatMap((batch) => batch.rows),
            cells.slice(1)
          )
        }
      ),
      { numRuns: sized(200, 700) }
    )
  })

  it("has a broken record's cells, but no record to copy", () => {
    const [batch] = readBatches(Buffer.from('a,b\n1,2\nx"y,가\n3\n'), [100], { encoding: "utf-8" })
    assert.deepStrictEqual(batch?.row(1), ['x"y', "가"])
    assert.strictEqual(textOf(batch?.cellBytes(1, 1) ?? ""), "가")
    assert.strictEqual(batch?.cellBytes(2, 1), "")
    assert.deepStrictEqual(
      [0, 1, 2, 3, -1].map((index) => batch?.recordBytes(index)),
      ["1,2", undefined, undefined, undefined, undefined]
    )
  })

  it("gives no record to copy that other readers would end at a CR outside quotes", () => {
    const batches = readBatches(Buffer.from('a,b\nx\ry,"2\r3"\n"x\r\ny",2\r\n1,2\r'), [100])
    assert.deepStrictEqual(
      batches.flatMap((batch) => batch.rows.map((_, index) => batch.recordBytes(index))),
      [undefined, '"x\r\ny",2', undefined]
    )
  })
})
