import { Buffer } from "node:buffer"
import { once } from "node:events"
import { Readable } from "node:stream"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import { MultipartError, parts } from "../src/Multipart.js"

const pieces = (bytes: Buffer, size: number): Readable => {
  const list: Array<Buffer> = []
  for (let at = 0; at < bytes.length; at += size) list.push(bytes.subarray(at, at + size))
  return Readable.from(list)
}

interface Read {
  readonly name: string
  readonly filename: string | undefined
  readonly bytes: Buffer
}

const readAll = async (bytes: Buffer, type: string, size = 7, limit = 1e6): Promise<ReadonlyArray<Read>> => {
  const read: Array<Read> = []
  for await (const { body, filename, name } of parts(pieces(bytes, size), type, limit)) {
    const chunks: Array<Uint8Array> = []
    for await (const chunk of body) chunks.push(chunk)
    read.push({ name, filename, bytes: Buffer.concat(chunks) })
  }
  return read
}

const ofBoundary = (boundary: string): string => `multipart/form-data; boundary=${boundary}`

const failureOf = (bytes: Buffer, type: string, limit?: number): Effect.Effect<MultipartError> =>
  Effect.promise(async () => {
    try {
      const read = await readAll(bytes, type, 5, limit)
      throw new Error(`it was read: ${JSON.stringify(read)}`)
    } catch (error) {
      if (error instanceof MultipartError) return error
      throw error
    }
  })

const part = FastCheck.record({
  name: FastCheck.constantFrom("file", "request", "이름"),
  filename: FastCheck.constantFrom(
    "a.csv",
    "뉴스 제목.csv",
    'quo"te.csv',
    "back\\slash.csv",
    "../../etc/passwd",
    "😀.csv",
    "line\nbreak.csv"
  ),
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
      const type = response.headers.get("content-type") ?? ""
      const read = await readAll(Buffer.from(await response.arrayBuffer()), type, size)
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
      const [read] = await readAll(bytes, ofBoundary("boundary"), size)
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
        await readAll(Buffer.concat([Buffer.from(start), bytes, Buffer.from("\r\n--b--\r\n")]), ofBoundary("b"))
      } catch (error) {
        assert.instanceOf(error, MultipartError)
      }
    })
)

const head = 'Content-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'

it.effect("what is not a form is refused, and the error says why", () =>
  Effect.gen(function* () {
    const cases: ReadonlyArray<readonly [string, string, RegExp]> = [
      ["", "b", /not separated/],
      ["no separator at all", "b", /not separated/],
      ["x".repeat(5_000), "b", /not separated/],
      [`--b\r\n${head}text`, "b", /ends before its last separator/],
      [`--b\r\n${head}text\r\n--b`, "b", /ends before its last separator/],
      [`--b\r\n${head}x\r\n--b--`, "c", /not separated/]
    ]
    for (const [text, boundary, reason] of cases) {
      const error = yield* failureOf(Buffer.from(text), ofBoundary(boundary))
      assert.strictEqual(error.reason, "malformed")
      assert.match(error.message, reason, text.slice(0, 60))
    }
    for (const type of [
      "multipart/form-data",
      "multipart/form-data; boundary",
      "multipart/mixed; boundary=b",
      "application/json",
      ""
    ]) {
      assert.match((yield* failureOf(Buffer.from(`--b\r\n${head}x\r\n--b--`), type)).message, /names no boundary/, type)
    }
  })
)

it.effect("a boundary may be quoted, and come after other parameters", () =>
  Effect.promise(async () => {
    const bytes = Buffer.from(`--a b;c\r\n${head}x\r\n--a b;c--`)
    const [read] = await readAll(bytes, 'multipart/form-data; charset=utf-8; boundary="a b;c"')
    assert.strictEqual(read?.bytes.toString(), "x")
  })
)

it.effect("parts that nobody can name are skipped; headers beyond 8 KiB and text after the last separator mean nothing", () =>
  Effect.promise(async () => {
    const named = `--b\r\n${head}x\r\n--b--`
    for (const before of [
      "--b\r\nContent-Type: text/csv\r\n\r\nno name\r\n",
      "--b\r\n\r\nno header\r\n",
      "--b\r\nContent-Disposition: form-data; filename=a\r\n\r\nno name\r\n",
      "--b\r\nContent-Disposition: form-data; filename*=UTF-99''%E0%A4%A; name\r\n\r\nno name\r\n",
      `--b\r\nX: ${"y".repeat(10_000)}\r\n\r\nno name\r\n`
    ]) {
      const read = await readAll(Buffer.from(`${before}${named}${"z".repeat(5_000)}`), ofBoundary("b"))
      assert.deepStrictEqual(
        read.filter(({ filename }) => filename === "a.csv").map(({ bytes }) => bytes.toString()),
        ["x"],
        before.slice(0, 80)
      )
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
    const source = Readable.from(endless(), { objectMode: false, highWaterMark: 1_000 })
    const error = yield* Effect.promise(async () => {
      try {
        for await (const { body } of parts(source, ofBoundary("b"), 50_000)) for await (const _ of body);
      } catch (thrown) {
        return thrown
      }
    })
    assert.instanceOf(error, MultipartError)
    assert.strictEqual(error instanceof MultipartError ? error.reason : "", "too_large")
    assert.isAtMost(given, 55_000)
    assert.isFalse(source.destroyed)
  })
)

it.effect("who does not read a part holds the sender up; the part is not collected in memory", () =>
  Effect.promise(async () => {
    let given = 0
    const large = async function* (): AsyncGenerator<Buffer> {
      yield Buffer.from(`--b\r\n${head}`)
      for (let at = 0; at < 1_000; at++) {
        given += 10_000
        yield Buffer.alloc(10_000)
      }
      yield Buffer.from("\r\n--b--")
    }
    const source = Readable.from(large(), { objectMode: false })
    let bytes = 0
    for await (const { body } of parts(source, ofBoundary("b"), 1e9)) {
      if (!source.isPaused()) await once(source, "pause")
      assert.isBelow(given, 300_000)
      for await (const chunk of body) bytes += chunk.length
    }
    assert.strictEqual(bytes, 10_000_000)
  })
)

it.effect("a part that is left unread is skipped, and the next one is whole", () =>
  Effect.promise(async () => {
    const bytes = Buffer.from(`--b\r\n${head}${"x".repeat(200_000)}\r\n--b\r\n${head.replace("file", "next")}y\r\n--b--`)
    const names: Array<string> = []
    for await (const { body, name } of parts(pieces(bytes, 1_000), ofBoundary("b"), 1e6)) {
      for await (const chunk of body) {
        names.push(`${name} ${String.fromCharCode(chunk[0] ?? 0)}`)
        break
      }
    }
    assert.deepStrictEqual(names, ["file x", "next y"])
  })
)

it.effect("a connection that breaks fails what reads the part, whatever had come of it", () =>
  Effect.promise(async () => {
    const source = new Readable({ read() {} })
    source.push(`--b\r\n${head}some`)
    let thrown: unknown
    try {
      for await (const { body } of parts(source, ofBoundary("b"), 1e6)) {
        for await (const _ of body) source.destroy()
      }
    } catch (error) {
      thrown = error
    }
    assert.strictEqual(thrown instanceof MultipartError ? thrown.reason : thrown, "cut_short")
  })
)
