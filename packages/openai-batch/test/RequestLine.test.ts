import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as RequestLine from "../src/RequestLine.js"

const url = "/v1/chat/completions"
describe("RequestLine.encode", () => {
  it("writes the keys in the API's order, on one line", () => {
    assert.strictEqual(
      RequestLine.encode({ customId: "r1-a", url, body: '{"model":"m"}' }),
      '{"custom_id":"r1-a","method":"POST","url":"/v1/chat/completions","body":{"model":"m"}}'
    )
  })

  it("any custom_id and url come back as they were, on one line for every reader", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.fullUnicodeString(), FastCheck.string(), FastCheck.jsonValue(), (customId, path, value) => {
        const text = RequestLine.encode({
          customId: `${customId}\u2028`,
          url: path,
          body: JSON.stringify({ value }).replaceAll(/[\u2028\u2029]/g, "")
        })
        assert.notMatch(text, /[\n\r\u2028\u2029]/)
        const read = JSON.parse(text)
        assert.strictEqual(read.custom_id, `${customId}\u2028`)
        assert.strictEqual(read.url, path)
        assert.strictEqual(read.method, "POST")
      })
    )
  })

  // Texts of UTF-16 units hold lone surrogates, line ends of every kind and half of an escape.
  const anyText = FastCheck.oneof(
    FastCheck.string16bits(),
    FastCheck.stringOf(
      FastCheck.constantFrom("\r", "\n", "\u2028", "\u2029", "\u0085", "\ud800", "\udc00", '"', "\\", "a", "{", "}")
    )
  )
  const oneLine = (line: RequestLine.RequestLine): { readonly [key: string]: unknown } => {
    const text = RequestLine.encode(line)
    assert.notMatch(text, /[\n\r\u2028\u2029\p{Surrogate}]/u)
    const read = JSON.parse(text)
    assert.deepStrictEqual(Object.keys(read), ["custom_id", "method", "url", "body"])
    return read
  }

  it("whatever it is given, one line of JSON comes out", () => {
    FastCheck.assert(
      FastCheck.property(anyText, anyText, anyText, (customId, url, body) => {
        const read = oneLine({ customId, url, body })
        assert.strictEqual(read["custom_id"], customId)
        assert.strictEqual(read["url"], url)
      })
    )
  })

  it("a body of JSON text that spans lines keeps its value", () => {
    const withSeparators = FastCheck.record({ text: FastCheck.fullUnicodeString(), value: FastCheck.jsonValue() })
    FastCheck.assert(
      FastCheck.property(withSeparators, FastCheck.constantFrom("\n", "\r\n", "\r"), (value, end) => {
        const body = JSON.stringify({ ...value, separators: "\u2028\u2029" }, undefined, 2).replaceAll("\n", end)
        assert.deepStrictEqual(oneLine({ customId: "a", url, body })["body"], JSON.parse(body))
      })
    )
  })

  it("a body may be the object itself", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.dictionary(anyText, FastCheck.jsonValue()), (body) => {
        assert.deepStrictEqual(oneLine({ customId: "a", url, body })["body"], JSON.parse(JSON.stringify(body)))
      })
    )
  })

  it("what JSON has no text for is still one line: BigInt, undefined, a function, a text that is no JSON", () => {
    const bodyOf = (body: string | object) => oneLine({ customId: "a", url, body })["body"]
    const key = { seed: 7n, large: 2n ** 64n, gone: undefined, list: [undefined, () => 1] }
    assert.deepStrictEqual(bodyOf(key), { seed: 7, large: "18446744073709551616", list: [null, null] })
    assert.strictEqual(
      bodyOf(() => 1),
      null
    )
    assert.strictEqual(bodyOf("not\njson"), "not\njson")
    assert.strictEqual(bodyOf(""), "")
    assert.deepStrictEqual(bodyOf('{"a":"\ud83d"}'), { a: "\ufffd" })
  })
})
