import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Readable } from "node:stream"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { readMultipart } from "../src/internal/multipart.js"

const folder = mkdtempSync(join(tmpdir(), "multipart-"))
afterAll(() => rmSync(folder, { recursive: true }))
const path = join(folder, "file")

const boundary = "----b0undary"
const type = `multipart/form-data; boundary=${boundary}`

const bodyOf = (content: Buffer, purpose: string) =>
  Buffer.concat([
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="purpose"\r\n\r\n${purpose}\r\n`),
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="in.jsonl"\r\nContent-Type: text/plain\r\n\r\n`
    ),
    content,
    Buffer.from(`\r\n--${boundary}--\r\n`)
  ])

const chunks = (body: Buffer, size: number): Readable => {
  const pieces: Array<Buffer> = []
  for (let at = 0; at < body.length; at += size) pieces.push(body.subarray(at, at + size))
  return Readable.from(pieces)
}

const failureOf = (body: Buffer, contentType = type): Promise<string> =>
  readMultipart(chunks(body, 7), contentType, path, 1_000).then(
    () => "read",
    (error: Error) => error.message
  )

describe("multipart bodies", () => {
  // Bytes that look like the beginnings of a boundary, among others.
  const piece = FastCheck.constantFrom("\r", "\n", "\r\n", "-", "--", `\r\n--${boundary.slice(0, 6)}`, "a", "글", "\u2028")
  const content = FastCheck.array(piece, { maxLength: 40 }).map((pieces) => Buffer.from(pieces.join("")))

  it("fields and the file come out whole, however the body is cut into chunks", () =>
    FastCheck.assert(
      FastCheck.asyncProperty(
        content,
        FastCheck.string({ maxLength: 20 }),
        FastCheck.integer({ min: 1, max: 90 }),
        async (file, field, size) => {
          const purpose = field.replaceAll(/[\r\n]/g, " ")
          const upload = await readMultipart(chunks(bodyOf(file, purpose), size), type, path, 1_000_000)
          assert.deepStrictEqual([...upload.fields], [["purpose", purpose]])
          assert.deepStrictEqual(upload.file, { filename: "in.jsonl", bytes: file.length })
          assert.isTrue(readFileSync(path).equals(file))
        }
      ),
      { numRuns: 150 }
    ))

  it("a body that is no multipart form says what is wrong", async () => {
    const whole = bodyOf(Buffer.from("x"), "batch")
    assert.include(await failureOf(whole, "application/json"), "names no boundary")
    assert.include(await failureOf(whole.subarray(0, -20)), "ends before its last separator")
    const nameless = Buffer.from(`--${boundary}\r\nX: y\r\n\r\nz\r\n--${boundary}--`)
    assert.deepStrictEqual(await readMultipart(chunks(nameless, 7), type, path, 1_000), { fields: new Map(), file: undefined })
    assert.include(await failureOf(bodyOf(Buffer.alloc(2_000), "batch")), "too large")
    assert.include(await failureOf(bodyOf(Buffer.from("x"), "p".repeat(70_000))), "a field is too long")
  })
})
