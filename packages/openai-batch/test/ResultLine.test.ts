import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as ResultLine from "../src/ResultLine.js"

const parse = (value: unknown) => ResultLine.parse(JSON.stringify(value))

describe("ResultLine.parse", () => {
  it("reads a success", () => {
    const line = {
      id: "batch_req_1",
      custom_id: "r0-abc",
      response: { status_code: 200, request_id: "req_1", body: { choices: [] } },
      error: null
    }
    assert.deepStrictEqual(
      parse(line),
      Either.right({
        id: "batch_req_1",
        customId: "r0-abc",
        statusCode: 200,
        requestId: "req_1",
        body: { choices: [] },
        error: undefined
      })
    )
  })

  it("tells the three failure shapes of the API apart", () => {
    const http = Either.getOrThrow(
      parse({ custom_id: "a", response: { status_code: 400, body: { error: { code: "context_length_exceeded" } } }, error: null })
    )
    assert.strictEqual(http.statusCode, 400)
    assert.isUndefined(http.error)
    const expired = Either.getOrThrow(
      parse({ custom_id: "a", response: null, error: { code: "batch_expired", message: "This request could not be executed" } })
    )
    assert.isUndefined(expired.statusCode)
    assert.deepStrictEqual(expired.error, { code: "batch_expired", message: "This request could not be executed" })
    const lost = Either.getOrThrow(parse({ custom_id: "a", response: { status_code: 0, request_id: "", body: {} }, error: null }))
    assert.strictEqual(lost.statusCode, 0)
    assert.isUndefined(lost.requestId)
  })

  it("reads what it can of a line without a custom_id, and an error that is a text", () => {
    const line = Either.getOrThrow(parse({ custom_id: null, response: { status_code: "429" }, error: "slow down" }))
    assert.isUndefined(line.customId)
    assert.strictEqual(line.statusCode, 429)
    assert.deepStrictEqual(line.error, { code: "", message: "slow down" })
    assert.isUndefined(Either.getOrThrow(parse({ error: {} })).error)
    assert.isUndefined(Either.getOrThrow(parse({ error: "" })).error)
  })

  it("what is no JSON object is said to be none", () => {
    for (const text of ["", "{", "null", "[]", "3", '"text"', '{"a":1}{"b":2}', '{"custom_id":"r0-a","respon']) {
      assert.isTrue(Either.isLeft(ResultLine.parse(text)), text)
    }
  })

  it("never throws and never invents, whatever JSON the fields hold", () => {
    const any = FastCheck.jsonValue()
    FastCheck.assert(
      FastCheck.property(any, any, any, any, any, (id, customId, status, body, error) => {
        const line = Either.getOrThrow(
          parse({ id, custom_id: customId, response: { status_code: status, request_id: id, body }, error })
        )
        // What JSON.stringify does to -0.
        assert.deepStrictEqual(line.body, JSON.parse(JSON.stringify(body)))
        assert.isTrue(line.customId === undefined || typeof line.customId === "string")
        if (typeof customId === "string" && customId !== "") assert.strictEqual(line.customId, customId)
        if (typeof customId === "object") assert.isUndefined(line.customId)
        if (typeof status === "number") assert.strictEqual(line.statusCode === status, true)
        if (line.error !== undefined) assert.isTrue(line.error.code !== "" || line.error.message !== "")
        return true
      })
    )
  })

  it("never throws over arbitrary JSON and arbitrary text", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.jsonValue(), (value) => {
        const isObject = typeof value === "object" && value !== null && !Array.isArray(value)
        return Either.isRight(parse(value)) === isObject && Either.isRight(parse({ response: value, error: value }))
      })
    )
    FastCheck.assert(
      FastCheck.property(FastCheck.fullUnicodeString(), (text) => ["Left", "Right"].includes(ResultLine.parse(text)._tag))
    )
  })
})
