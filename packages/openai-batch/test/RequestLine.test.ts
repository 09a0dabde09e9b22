import * as FileSystem from "@effect/platform/FileSystem"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import * as RequestLine from "../src/RequestLine.js"

const url = "/v1/chat/completions"
const line = (change: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({ custom_id: "r0-abc", method: "POST", url, body: { model: "gpt-4o-mini", messages: [] }, ...change })

const validate = (text: string, options?: RequestLine.ValidateOptions, suffix = ".jsonl") =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Effect.orDie(fs.makeTempFileScoped({ suffix }))
    yield* Effect.orDie(fs.writeFileString(path, text))
    return yield* RequestLine.validateFile(path, options)
  }).pipe(Effect.provide(NodeFileSystem.layer), Effect.scoped)

const faultsOf = (text: string, options?: RequestLine.ValidateOptions, suffix?: string) =>
  Effect.map(Effect.flip(validate(text, options, suffix)), (error) =>
    error.reason._tag === "InvalidFile" ? error.reason.faults.map(({ code, line }) => [line, code]) : error.reason._tag
  )

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

describe("RequestLine.validateFile", () => {
  it.effect("a good file is summed up", () =>
    Effect.gen(function* () {
      const text = `${line()}\n${line({ custom_id: "r1-abc" })}\n`
      const summary = yield* validate(text, { endpoint: url })
      assert.deepStrictEqual(summary, { requests: 2, bytes: text.length, url, model: "gpt-4o-mini" })
    })
  )

  it.effect("the length of a custom_id is in characters, whatever their bytes, and a fault names it as it is", () =>
    Effect.gen(function* () {
      const longest = line({ custom_id: "한".repeat(64) })
      assert.strictEqual((yield* validate(longest)).requests, 1)
      const { reason } = yield* Effect.flip(validate(`${longest}\n${longest}`))
      assert.include(reason._tag === "InvalidFile" ? reason.faults[0]?.detail : "", `'${"한".repeat(64)}'`)
    })
  )

  it.effect("every line that encode writes is accepted", () =>
    Effect.gen(function* () {
      const lines = Array.from({ length: 500 }, (_, i) =>
        RequestLine.encode({
          customId: `r${i}-한글`,
          url,
          body: '{"model":"m","messages":[{"role":"user","content":"가\\u2028"}]}'
        })
      )
      assert.strictEqual((yield* validate(lines.join("\n"))).requests, 500)
    })
  )

  for (const [name, text, expected] of [
    ["no JSON", `${line()}\n{"custom_id":\n`, [[2, "invalid_json_line"]]],
    ["a blank line", `${line()}\n\n${line({ custom_id: "b" })}`, [[2, "invalid_json_line"]]],
    ["a list", "[]", [[1, "invalid_json_line"]]],
    ["a byte order mark", `\ufeff${line()}`, [[1, "invalid_json_line"]]],
    ["no custom_id", line({ custom_id: undefined }), [[1, "missing_required_parameter"]]],
    ["a custom_id that is a number", line({ custom_id: 7 }), [[1, "missing_required_parameter"]]],
    ["a custom_id of 65 characters", line({ custom_id: "x".repeat(65) }), [[1, "invalid_custom_id"]]],
    ["a custom_id of 65 characters of three bytes", line({ custom_id: "한".repeat(65) }), [[1, "invalid_custom_id"]]],
    [
      "a custom_id that comes twice, once with escapes",
      `${line({ custom_id: "한" })}\n${line({ custom_id: "?" }).replace("?", "\\ud55c")}`,
      [[2, "duplicate_custom_id"]]
    ],
    ["a custom_id that comes twice", `${line()}\n${line()}`, [[2, "duplicate_custom_id"]]],
    ["no method", line({ method: undefined }), [[1, "missing_required_parameter"]]],
    ["GET", line({ method: "GET" }), [[1, "invalid_method"]]],
    ["no url", line({ url: "" }), [[1, "missing_required_parameter"]]],
    ["another url", `${line()}\n${line({ custom_id: "b", url: "/v1/responses" })}`, [[2, "url_mismatch"]]],
    ["a body that is a text", line({ body: "{}" }), [[1, "missing_required_parameter"]]],
    ["no model", line({ body: {} }), [[1, "missing_required_parameter"]]],
    ["another model", `${line()}\n${line({ custom_id: "b", body: { model: "gpt-5" } })}`, [[2, "mismatched_model"]]],
    ["streaming", line({ body: { model: "m", stream: true } }), [[1, "streaming_unsupported"]]],
    ["nothing", "", [[undefined, "empty_file"]]]
  ] as ReadonlyArray<[string, string, Array<Array<string | number | undefined>>]>) {
    it.effect(`refuses ${name}, with the line and the API's own code`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* faultsOf(text), expected)
      })
    )
  }

  it.effect("refuses a url that is not the batch's endpoint, and a name that does not end in .jsonl", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* faultsOf(line(), { endpoint: "/v1/responses" }), [[1, "url_mismatch"]])
      assert.deepStrictEqual(yield* faultsOf(line(), {}, ".txt"), [[undefined, "invalid_file_name"]])
    })
  )

  it.effect("the limits hold at their borders: 50,000 requests and 200 MB are allowed, one more is not", () =>
    Effect.gen(function* () {
      const two = `${line()}\n${line({ custom_id: "b" })}\n`
      assert.strictEqual((yield* validate(two, { maxRequests: 2, maxBytes: two.length })).requests, 2)
      assert.deepStrictEqual(yield* faultsOf(two, { maxRequests: 1 }), [[undefined, "too_many_tasks"]])
      assert.deepStrictEqual(yield* faultsOf(two, { maxBytes: two.length - 1 }), [[undefined, "file_too_large"]])
      assert.strictEqual(RequestLine.MAX_REQUESTS, 50_000)
      assert.strictEqual(RequestLine.MAX_BYTES, 209_715_200)
    })
  )

  it.effect("many faults are counted, the first ones told, in both languages", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(validate("nonsense\n".repeat(1_000)))
      assert.strictEqual(error.reason._tag === "InvalidFile" && error.reason.total, 1_000)
      assert.include(error.message, "980")
      assert.include(error.message, "20: ")
      assert.notInclude(error.message, "21: ")
    })
  )

  it.effect("a file that is not there is an error with its path", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(RequestLine.validateFile("/no/such/file.jsonl"))
      assert.strictEqual(error.reason._tag, "UnreadableFile")
      assert.include(error.message, "/no/such/file.jsonl")
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )
})
