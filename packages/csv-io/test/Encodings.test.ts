import { Buffer } from "node:buffer"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import iconv from "iconv-lite"
import type { Encoding } from "../src/CsvReader.js"
import { decodeCp949 } from "../src/internal/cp949.js"
import { encode, readBytes, readText } from "./support.js"

const text = "text,title\n\"정부의 새 정책이…\n'효과적'이라는 평가\",기사 제목\n똠방각하 펲시콜라 ㉠ 漢字,끝\n"
const rows = [
  ["정부의 새 정책이…\n'효과적'이라는 평가", "기사 제목"],
  ["똠방각하 펲시콜라 ㉠ 漢字", "끝"]
]

describe("the encoding", () => {
  it.effect("of UTF-8, UTF-8 with a mark, UTF-16 and CP949 is found out, and the rows are equal", () =>
    Effect.gen(function* () {
      const cases: ReadonlyArray<readonly [Encoding, boolean, string]> = [
        ["utf-8", false, text],
        ["utf-8", true, `\ufeff${text}`],
        ["utf-16le", true, `\ufeff${text}`],
        ["utf-16be", true, `\ufeff${text}`],
        ["utf-16le", false, text],
        ["utf-16be", false, text],
        ["cp949", false, text]
      ]
      for (const [encoding, bom, content] of cases) {
        const result = yield* readText(encode(content, encoding))
        assert.strictEqual(result.source.encoding, encoding)
        assert.strictEqual(result.source.bom, bom)
        assert.deepStrictEqual(result.source.header, ["text", "title"])
        assert.deepStrictEqual(result.rows, rows)
      }
    })
  )

  it.effect("can be given", () =>
    Effect.gen(function* () {
      for (const encoding of ["utf-8", "utf-16le", "utf-16be", "cp949"] as const) {
        assert.deepStrictEqual((yield* readText(encode(text, encoding), { encoding })).rows, rows)
      }
    })
  )

  it.effect("that is given gives way to a byte order mark", () =>
    Effect.gen(function* () {
      const { rows: found, source } = yield* readText(`\ufeff${text}`, { encoding: "cp949" })
      assert.strictEqual(source.encoding, "utf-8")
      assert.deepStrictEqual(found, rows)
    })
  )

  it.effect("of two bytes that are both UTF-8 and CP949 is UTF-8, unless the bytes after them are not", () =>
    Effect.gen(function* () {
      // 표 is C7 A5 in CP949, which is ǥ in UTF-8.
      assert.deepStrictEqual((yield* readText(encode("a\n표\n", "cp949"))).rows, [["ǥ"]])
      assert.deepStrictEqual((yield* readText(encode("a\n표\n가\n", "cp949"))).rows, [["표"], ["가"]])
    })
  )

  it.effect("of a file that is ASCII for long and CP949 then is CP949", () =>
    Effect.gen(function* () {
      const ascii = `${"plain text ".repeat(9)},x\n`.repeat(20_000)
      for (const [encoding, expected] of [
        ["cp949", "끝났다"],
        ["utf-8", "끝났다"]
      ] as const) {
        const result = yield* readText(encode(`text,title\n${ascii}끝났다,y\n`, encoding))
        assert.strictEqual(result.source.encoding, "utf-8")
        assert.strictEqual(result.rows.length, 20_001)
        assert.deepStrictEqual(result.rows.at(-1), [expected, "y"])
      }
    })
  )

  it("does not depend on how the bytes come", () => {
    for (const encoding of ["utf-8", "utf-16le", "utf-16be", "cp949"] as const) {
      for (const size of [1, 2, 3, 5, 7]) {
        const result = readBytes(encode(encoding === "cp949" ? text : `\ufeff${text}`, encoding), [size])
        assert.deepInclude(result._tag === "Right" ? result.right : {}, { header: ["text", "title"], rows, bad: [] })
      }
    }
  })
})

describe("a byte that does not fit", () => {
  const reasonOf = (bytes: Uint8Array, encoding?: Encoding) =>
    Effect.map(Effect.flip(readText(bytes, { encoding, onBadRow: "skip" })), ({ reason }) => reason)

  it.effect("is an error with its offset, row and line", () =>
    Effect.gen(function* () {
      const before = Buffer.from('text,title\n"가\n나",x\n다,')
      const bytes = Buffer.concat([before, Buffer.from([0xff]), Buffer.from("라\n마,y\n")])
      const reason = yield* reasonOf(bytes)
      assert.deepInclude(reason, {
        _tag: "UndecodableByte",
        encoding: "utf-8",
        byte: 0xff,
        offset: before.length,
        row: 2,
        line: 4
      })
      const error = yield* Effect.flip(readText(bytes))
      for (const part of ["0xFF", String(before.length)]) assert.include(error.message, part)
    })
  )

  it.effect("is found in the header, at the end of the file, and in every encoding", () =>
    Effect.gen(function* () {
      assert.deepInclude(yield* reasonOf(Buffer.from([0xff, 0x2c, 0x62, 0x0a])), { offset: 0, row: 0, line: 1 })
      // UTF-8 cut inside a character
      assert.deepInclude(yield* reasonOf(Buffer.from("a\n가").subarray(0, 4), "utf-8"), {
        offset: 2,
        byte: 0xea,
        row: 1,
        line: 2
      })
      // CP949 cut after a lead byte, with a trail that is none, and with a cell that is empty
      assert.deepInclude(yield* reasonOf(Buffer.from([0x61, 0x0a, 0xb0]), "cp949"), { offset: 2, byte: 0xb0, row: 1 })
      assert.deepInclude(yield* reasonOf(Buffer.from([0x61, 0x0a, 0xb0, 0xa1, 0xb0, 0x20]), "cp949"), { offset: 4 })
      assert.deepInclude(yield* reasonOf(Buffer.from([0x61, 0x0a, 0xc9, 0xa1]), "cp949"), { offset: 2, byte: 0xc9 })
      // UTF-16 with half a pair, and with half a unit
      assert.deepInclude(yield* reasonOf(Buffer.from("\ufeffa\n\ud800b\n", "utf16le")), { offset: 6, encoding: "utf-16le" })
      assert.deepInclude(yield* reasonOf(Buffer.from("\ufeffa\n\udc00\n", "utf16le")), { offset: 6 })
      assert.deepInclude(yield* reasonOf(Buffer.from("\ufeffa\nb\n", "utf16le").subarray(0, 9)), { offset: 8 })
      assert.deepInclude(yield* reasonOf(Buffer.from("\ufeffa\n\ud800", "utf16le")), { offset: 6 })
    })
  )

  it.effect("in UTF-8 text is told as no UTF-8, in CP949 text as no CP949", () =>
    Effect.gen(function* () {
      const broken = (encoding: Encoding) => Buffer.concat([encode(text.repeat(20), encoding), Buffer.from([0xff, 0x0a])])
      assert.deepInclude(yield* reasonOf(broken("utf-8")), { encoding: "utf-8" })
      assert.deepInclude(yield* reasonOf(broken("cp949")), { encoding: "cp949" })
    })
  )

  it("has the offset at which it was put, wherever that is and however the bytes come", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.array(FastCheck.constantFrom("a", "é", "가", "🙂", ",", "\n", "b"), { maxLength: 40 }),
        FastCheck.array(FastCheck.constantFrom("a", "é", "가", "🙂", "\n"), { maxLength: 10 }),
        FastCheck.constantFrom([0xff], [0xc0], [0x80], [0xed, 0xa0, 0x80], [0xf5], [0xe0, 0x80, 0x80]),
        FastCheck.array(FastCheck.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
        (before, after, broken, sizes) => {
          const head = `x\n${before.join("").replaceAll(",", ";")}`
          const bytes = Buffer.concat([Buffer.from(head), Buffer.from(broken), Buffer.from(after.join(""))])
          const result = readBytes(bytes, sizes, { encoding: "utf-8" })
          const reason = result._tag === "Left" ? { ...result.left.reason } : {}
          const lines = head.split("\n")
          const records = lines.slice(1, -1).filter((line) => line !== "").length
          assert.deepInclude(reason, {
            _tag: "UndecodableByte",
            offset: Buffer.byteLength(head),
            byte: broken[0],
            line: lines.length,
            row: records + 1
          })
        }
      ),
      { numRuns: 300 }
    )
  })
})

describe("CP949", () => {
  it("is decoded as an independent table says, all 126 × 190 pairs of it", () => {
    for (let lead = 0x80; lead <= 0xff; lead++) {
      for (let trail = 0x00; trail <= 0xff; trail++) {
        const pair = Buffer.of(lead, trail)
        const { invalid, text } = decodeCp949(pair, true)
        const expected = iconv.decode(pair, "cp949")
        assert.strictEqual(invalid, expected.includes("\ufffd"), pair.toString("hex"))
        if (!invalid) assert.strictEqual(Buffer.from(text).toString("utf8"), expected, pair.toString("hex"))
      }
    }
  })
})
