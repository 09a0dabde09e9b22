import { Buffer } from "node:buffer"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import { boundaryOf, FormError, parts } from "../src/internal/form.js"

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

interface Read {
  readonly name: string
  readonly filename: string | undefined
  readonly bytes: Buffer
}

const readAll = async (bytes: Buffer, boundary: string, size = 7, limit = 1e6): Promise<ReadonlyArray<Read>> => {
  const read: Array<Read> = []
  for await (const { body, filename, name } of parts(pieces(bytes, size), boundary, limit)) {
    const chunks: Array<Buffer> = []
    for await (const chunk of body) chunks.push(chunk)
    read.push({ name, filename, bytes: Buffer.concat(chunks) })
  }
  return read
}

const failureOf = (bytes: Buffer, boundary: string, limit?: number): Effect.Effect<FormError> =>
  Effect.promise(async () => {
    try {
      const read = await readAll(bytes, boundary, 5, limit)
      throw new Error(`it was read: ${JSON.stringify(read)}`)
    } catch (error) {
      if (error instanceof FormError) return error
      throw error
    }
  })

const part = FastCheck.record({
  name: FastCheck.constantFrom("file", "request", "이름"),
  filename: FastCheck.constantFrom("a.csv", "뉴스 제목.csv", 'quo"te.csv', "back\\slash.csv", "../../etc/passwd", "😀.csv"),
  content: FastCheck.oneof(
    FastCheck.uint8Array({ maxLength: 300 }),
    FastCheck.constantFrom("\r\n", "\r\n--", "--", "\r\n\r\n", "-", "").map((text) => new TextEncoder().encode(text))
  )
})

it.effect.prop(
  "what fetch writes is read back, byte for byte, however the network cuts it",
  { list: FastCheck.array(part, { maxLength: 4 }), size: FastCheck.integer({ min: 1, max: 400 }) },
  ({ list, size }) =>
    Effect.promise(async () => {
      const form = new FormData()
      for (const { content, filename, name } of list) form.append(name, new Blob([content]), filename)
      const response = new Response(form)
      const boundary = boundaryOf(response.headers.get("content-type") ?? "") ?? ""
      const read = await readAll(Buffer.from(await response.arrayBuffer()), boundary, size)
      assert.deepStrictEqual(
        read.map(({ bytes, filename, name }) => [name, filename, bytes.toString("hex")]),
        list.map(({ content, filename, name }) => [name, filename, Buffer.from(content).toString("hex")])
      )
    })
)

it.effect.prop(
  "a content that looks almost like a separator stays content",
  { tail: FastCheck.string({ maxLength: 6 }), size: FastCheck.integer({ min: 1, max: 40 }) },
  ({ size, tail }) =>
    Effect.promise(async () => {
      const content = `\r\n--bound${tail.replace(/^ary/, "")}\r\n-\r\n--boundarx`
      const bytes = Buffer.from(`--boundary\r\nContent-Disposition: form-data; name=x\r\n\r\n${content}\r\n--boundary--`)
      const [read] = await readAll(bytes, "boundary", size)
      assert.strictEqual(read?.bytes.toString(), content)
    })
)

it.effect.prop(
  "random bytes are read or refused, and never crash or hang",
  { bytes: FastCheck.uint8Array({ maxLength: 400 }), inside: FastCheck.boolean() },
  ({ bytes, inside }) =>
    Effect.promise(async () => {
      const start = inside ? "--b\r\n" : ""
      try {
        await readAll(Buffer.concat([Buffer.from(start), bytes, Buffer.from("\r\n--b--\r\n")]), "b")
      } catch (error) {
        assert.instanceOf(error, FormError)
      }
    })
)

const head = 'Content-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'

it.effect("forms that are none are refused, and it is said why", () =>
  Effect.gen(function* () {
    const cases: ReadonlyArray<readonly [string, RegExp]> = [
      ["", /not separated/],
      ["no separator at all", /not separated/],
      ["x".repeat(5_000), /not separated/],
      [`--b\r\n${head}text`, /middle of a part/],
      [`--b\r\n${head}text\r\n--b`, /without a last separator/],
      ["--b\r\nContent-Type: text/csv\r\n\r\nx\r\n--b--", /no name/],
      ["--b\r\n\r\nx\r\n--b--", /no name/],
      [`--bX\r\n${head}x\r\n--b--`, /does not end its line/],
      [`--b\r\nX: ${"y".repeat(10_000)}\r\n\r\nx\r\n--b--`, /too long/],
      [`--b\r\n${head}x\r\n--b--${"z".repeat(5_000)}`, /goes on/]
    ]
    for (const [text, reason] of cases) {
      const error = yield* failureOf(Buffer.from(text), "b")
      assert.strictEqual(error.reason, "malformed")
      assert.match(error.message, reason, text.slice(0, 60))
    }
  })
)

it.effect("no more is read than may come", () =>
  Effect.gen(function* () {
    let given = 0
    const endless = async function* (): AsyncGenerator<Buffer> {
      yield Buffer.from(`--b\r\n${head}`)
      for (;;) {
        given += 1_000
        yield Buffer.alloc(1_000)
      }
    }
    const error = yield* Effect.promise(async () => {
      try {
        for await (const { body } of parts(endless(), "b", 50_000)) for await (const _ of body);
      } catch (thrown) {
        return thrown
      }
    })
    assert.instanceOf(error, FormError)
    assert.strictEqual(error instanceof FormError ? error.reason : "", "too_large")
    assert.isAtMost(given, 51_000)
  })
)

it("boundaries are found in the Content-Type, quoted or not, and nowhere else", () => {
  assert.strictEqual(boundaryOf("multipart/form-data; boundary=abc"), "abc")
  assert.strictEqual(boundaryOf('multipart/form-data; charset=utf-8; boundary="a b;c"'), "a b;c")
  for (const none of [
    "multipart/form-data",
    "multipart/form-data; boundary=",
    `multipart/form-data; boundary=${"x".repeat(71)} `
  ]) {
    assert.isTrue((boundaryOf(none) ?? "").length <= 70)
  }
  assert.isUndefined(boundaryOf("multipart/form-data; boundary="))
})
