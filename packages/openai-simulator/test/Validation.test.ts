import { request as httpRequest } from "node:http"
import { Readable } from "node:stream"
import { text } from "node:stream/consumers"
import { assert, describe, it } from "@effect/vitest"
import type { FileObject } from "../src/internal/files.js"
import { type Failure, type PlainClient, requestLine, requestLines, withSimulator } from "./plainClient.js"

const good = requestLine("good")
const changed = (change: object) => JSON.stringify({ ...JSON.parse(requestLine("x")), ...change })

const cases: ReadonlyArray<readonly [what: string, lines: ReadonlyArray<string>, code: string, line: number | null]> = [
  ["a line that is no JSON", [good, '{"custom_id": "x"'], "invalid_json_line", 2],
  ["a line that is no object", [good, "[1]"], "invalid_json_line", 2],
  ["a file that begins with a BOM", [`\uFEFF${good}`], "invalid_json_line", 1],
  ["a line without a custom_id", [changed({ custom_id: undefined })], "missing_required_parameter", 1],
  ["a line without a method", [changed({ method: undefined })], "missing_required_parameter", 1],
  ["a line without a url", [changed({ url: undefined })], "missing_required_parameter", 1],
  ["a line without a body", [changed({ body: null })], "missing_required_parameter", 1],
  ["a line without a model", [changed({ body: { messages: [] } })], "missing_required_parameter", 1],
  ["a line that is no POST", [changed({ method: "GET" })], "invalid_request", 1],
  ["a line for another endpoint", [good, changed({ url: "/v1/responses" })], "invalid_url", 2],
  ["a custom_id that is used twice", [good, requestLine("other"), good], "duplicate_custom_id", 3],
  ["two models", [good, changed({ body: { model: "gpt-4.1-mini", messages: [] } })], "mismatched_model", null],
  ["an unknown model", [changed({ body: { model: "no-such-model", messages: [] } })], "model_not_found", 1],
  ["a streamed request", [changed({ body: { model: "gpt-4o-mini", messages: [], stream: true } })], "streaming_unsupported", 1],
  ["an empty file", [], "empty_file", null]
]

/** Uploads a request line and blank ones, in chunks and without a Content-Length. */
const streamUpload = ({ simulator }: PlainClient, bytes: number): Promise<FileObject> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: "Bearer sk-test-0123456789", "content-type": "multipart/form-data; boundary=b" }
    const request = httpRequest(`${simulator.url}/files`, { method: "POST", headers }, (response) => {
      text(response).then((body) => resolve(JSON.parse(body)), reject)
    })
    request.on("error", reject)
    const line = `${good}\n`
    const blank = Buffer.alloc(1 << 20, 0x0a)
    const parts = function* () {
      yield '--b\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n'
      yield `--b\r\ncontent-disposition: form-data; name="file"; filename="in.jsonl"\r\n\r\n${line}`
      for (let left = bytes - line.length; left > 0; left -= blank.length) yield blank.subarray(0, left)
      yield "\r\n--b--\r\n"
    }
    Readable.from(parts()).pipe(request)
  })

describe("validation of input files", () => {
  it("what is wrong with a file makes its batch fail, with code and line, and nothing is answered or paid", () =>
    withSimulator({ models: ["gpt-4o-mini", "gpt-4.1-mini"] }, async (client) => {
      for (const [what, lines, code, line] of cases) {
        const batch = await client.batch(await client.submit(lines, { job: "j" }))
        assert.strictEqual(batch.status, "failed", what)
        assert.deepStrictEqual([batch.output_file_id, batch.error_file_id, batch.usage], [null, null, null], what)
        assert.deepStrictEqual(
          batch.errors?.data.map((error) => [error.code, error.line]),
          [[code, line]],
          what
        )
        assert.isNotEmpty(batch.errors?.data[0]?.message)
      }
      const { jobs } = await client.simulator.ledger()
      assert.deepStrictEqual([jobs["j"]?.statuses, jobs["j"]?.paid], [{ failed: cases.length }, 0])
    }))

  it("every faulty line is reported, and blank lines are none", () =>
    withSimulator({}, async (client) => {
      const batch = await client.batch(await client.submit([good, "", "{", "  ", "}"]))
      assert.deepStrictEqual(
        batch.errors?.data.map((error) => error.line),
        [3, 5]
      )
      const fine = await client.batch(await client.submit([good, "", "\r", requestLine("two")]))
      assert.deepStrictEqual([fine.status, fine.request_counts?.total], ["completed", 2])
    }))

  it("more requests than the limit make a batch fail", () =>
    withSimulator({ scenario: { limits: { requests: 3 } } }, async (client) => {
      const batch = await client.batch(await client.submit(requestLines(4)))
      assert.strictEqual(batch.errors?.data[0]?.code, "too_many_tasks")
      assert.strictEqual((await client.batch(await client.submit(requestLines(3)))).status, "completed")
    }))

  it("a batch of a file that is not there is created and fails", () =>
    withSimulator({}, async (client) => {
      const created = await client.create("file-nothere")
      assert.deepStrictEqual([created.status, created.json.status], [200, "validating"])
      const batch = await client.batch(created.json.id)
      assert.deepStrictEqual([batch.errors?.data[0]?.code, batch.errors?.data[0]?.param], ["invalid_request", "input_file_id"])
    }))

  it("a file over the byte limit is refused at create with 413 that names the model, one of just that size is taken", () => {
    const content = requestLines(3).join("\n")
    return withSimulator({ scenario: { limits: { inputBytes: content.length } } }, async (client) => {
      assert.strictEqual((await client.create((await client.upload(content)).json.id)).status, 200)
      const refused = await client.create<Failure>((await client.upload(`${content}\n`)).json.id)
      assert.strictEqual(refused.status, 413)
      assert.include(refused.json.error.message, `larger than the ${content.length} maximum for the gpt-4o-mini model`)
    })
  })

  it("the byte limit is 209,715,200 when nothing else is said", { timeout: 60_000 }, () =>
    withSimulator({}, async (client) => {
      const { bytes, id } = await streamUpload(client, 209_715_201)
      assert.strictEqual(bytes, 209_715_201)
      assert.strictEqual((await client.create(id)).status, 413)
    })
  )

  it("more batches in an hour than the limit are refused with 429", () =>
    withSimulator({ scenario: { limits: { batchesPerHour: 2 } } }, async (client) => {
      const { id } = (await client.upload(requestLines(1).join("\n"))).json
      const statuses: Array<number> = []
      for (let i = 0; i < 3; i++) statuses.push((await client.create(id)).status)
      assert.deepStrictEqual(statuses, [200, 200, 429])
      client.simulator.advance(3_600_001)
      assert.strictEqual((await client.create(id)).status, 200)
    }))

  it("bad parameters are refused at once with 400 that names the parameter", () =>
    withSimulator({}, async (client) => {
      const refusals: ReadonlyArray<readonly [object, string]> = [
        [{ endpoint: "/v1/chat/completions", completion_window: "24h" }, "input_file_id"],
        [{ input_file_id: "f", completion_window: "24h" }, "endpoint"],
        [{ input_file_id: "f", endpoint: "/v1/chat/completions" }, "completion_window"],
        [{ input_file_id: "f", endpoint: "/v1/images", completion_window: "24h" }, "endpoint"],
        [{ input_file_id: "f", endpoint: "/v1/responses", completion_window: "1h" }, "completion_window"],
        [{ input_file_id: 1, endpoint: "/v1/responses", completion_window: "24h" }, "input_file_id"],
        [{ input_file_id: "f", endpoint: "/v1/responses", completion_window: "24h", metadata: { a: 1 } }, "metadata.a"],
        [
          {
            input_file_id: "f",
            endpoint: "/v1/responses",
            completion_window: "24h",
            metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, ""]))
          },
          "metadata"
        ],
        [
          {
            input_file_id: "f",
            endpoint: "/v1/responses",
            completion_window: "24h",
            output_expires_after: { anchor: "created_at", seconds: 5 }
          },
          "output_expires_after.seconds"
        ]
      ]
      for (const [body, param] of refusals) {
        const refused = await client.call<Failure>("POST", "/batches", body)
        assert.deepStrictEqual([refused.status, refused.json.error.param], [400, param])
      }
      for (const query of ["limit=0", "limit=101", "limit=x", "after=batch_none"]) {
        assert.strictEqual((await client.call("GET", `/batches?${query}`)).status, 400, query)
      }
      for (const query of ["limit=10001", "order=up"]) {
        assert.strictEqual((await client.call("GET", `/files?${query}`)).status, 400, query)
      }
      assert.strictEqual((await client.upload("x", "in.jsonl", {})).status, 400)
      assert.strictEqual((await client.upload("x", "in.jsonl", { purpose: "nothing" })).status, 400)
      assert.strictEqual((await client.call("POST", "/files", {})).status, 400)
      const notJson = await fetch(`${client.simulator.url}/batches`, {
        method: "POST",
        headers: { authorization: "Bearer sk-test-0123456789" },
        body: "{"
      })
      assert.strictEqual(notJson.status, 400)
    }))
})
