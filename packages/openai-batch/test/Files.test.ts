import { truncate } from "node:fs/promises"
import * as FileSystem from "@effect/platform/FileSystem"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { apiError, batchJson, fileJson, json, type Seen, script, serviceAgainst } from "./server.js"

const shard = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const directory = yield* fs.makeTempDirectoryScoped()
  const path = `${directory}/shard-00001.jsonl`
  yield* fs.writeFileString(path, '{"custom_id":"가"}\n')
  return path
}).pipe(Effect.provide(NodeFileSystem.layer))

describe("uploading", () => {
  it.scopedLive("sends the file whole, with its length, name, purpose and lifetime, again after a failure", () =>
    Effect.gen(function* () {
      const path = yield* shard
      const { server, service } = yield* serviceAgainst(
        script("reset", apiError(500, null, "oops"), json(fileJson({ bytes: 20 })))
      )
      const file = yield* service.upload({ path, name: "job_1-1.jsonl", expiresAfterSeconds: 3_600 })
      assert.strictEqual(file.id, "file-1")
      assert.strictEqual(file.createdAt, 1_711_471_533_000)
      assert.strictEqual(server.seen.length, 3)
      for (const request of server.seen) {
        const body = request.body.toString("utf8")
        assert.strictEqual(request.headers["content-length"], String(request.body.length))
        assert.include(body, 'filename="job_1-1.jsonl"')
        assert.include(body, '{"custom_id":"가"}\n')
        assert.match(body, /name="purpose"\r\n\r\nbatch\r\n/)
        assert.match(body, /name="expires_after\[anchor\]"\r\n\r\ncreated_at\r\n/)
        assert.match(body, /name="expires_after\[seconds\]"\r\n\r\n3600\r\n/)
      }
    })
  )

  it.scopedLive("a reply that speaks of a file of another size is not believed, and the file is sent again", () =>
    Effect.gen(function* () {
      const path = yield* shard
      const other = json({ ...fileJson({ bytes: 3 }), id: "file-other" })
      const { server, service } = yield* serviceAgainst(script(other, json(fileJson({ bytes: 20 }))))
      const file = yield* service.upload({ path, name: "job_1-1.jsonl" })
      assert.deepStrictEqual([file.id, server.seen.length], ["file-1", 2])
    })
  )

  it.scopedLive("does not hold the file in memory", () =>
    Effect.gen(function* () {
      const path = yield* shard
      const size = 160_000_000
      yield* Effect.promise(() => truncate(path, size))
      const { server, service } = yield* serviceAgainst(script(json(fileJson({ bytes: size }))))
      const before = process.memoryUsage().arrayBuffers
      let most = 0
      // biome-ignore lint/plugin: takes samples, nothing is waited for
      const timer = setInterval(() => {
        most = Math.max(most, process.memoryUsage().arrayBuffers - before)
      }, 5)
      yield* service.upload({ path, name: "large.jsonl" })
      clearInterval(timer)
      assert.isAbove(server.seen[0]?.bodyBytes ?? 0, size)
      assert.isBelow(most, size / 2)
    })
  )

  it.scopedLive("a file that is not there, and a name the API would refuse, are told before anything is sent", () =>
    Effect.gen(function* () {
      const { server, service } = yield* serviceAgainst(script(json(fileJson())))
      const missing = yield* Effect.flip(service.upload({ path: "/no/such/file.jsonl", name: "a.jsonl" }))
      assert.strictEqual(missing.reason._tag, "LocalFile")
      assert.include(missing.message, "/no/such/file.jsonl")
      const named = yield* Effect.flip(service.upload({ path: yield* shard, name: "a.txt" }))
      assert.strictEqual(named.reason._tag, "BadRequest")
      assert.strictEqual(server.seen.length, 0)
    })
  )

  it.scopedLive("a file that is too large is an error that says so", () =>
    Effect.gen(function* () {
      const { server, service } = yield* serviceAgainst(script(apiError(413, null, "larger than the 209715200 maximum")))
      const error = yield* Effect.flip(service.upload({ path: yield* shard, name: "a.jsonl" }))
      assert.strictEqual(error.reason._tag, "PayloadTooLarge")
      assert.strictEqual(server.seen.length, 1)
    })
  )
})

describe("deleting", () => {
  it.scopedLive("a file that is gone after an attempt of unknown outcome was deleted by it", () =>
    Effect.gen(function* () {
      const { service } = yield* serviceAgainst(script("reset", apiError(404, null, "No such file")))
      yield* service.deleteFile("file-1")
    })
  )

  it.scopedLive("a file that was never there is an error", () =>
    Effect.gen(function* () {
      const { service } = yield* serviceAgainst(script(apiError(404, null, "No such file")))
      const error = yield* Effect.flip(service.deleteFile("file-1"))
      assert.strictEqual(error.reason._tag, "NotFound")
    })
  )

  it.scopedLive("an empty reply is a success, a web page is none", () =>
    Effect.gen(function* () {
      const empty = yield* serviceAgainst(script({ status: 200 }))
      yield* empty.service.deleteFile("file-1")
      assert.strictEqual(empty.server.seen[0]?.method, "DELETE")
      const page = yield* serviceAgainst(script({ body: "<html></html>" }))
      const error = yield* Effect.flip(page.service.deleteFile("file-1"))
      assert.strictEqual(error.reason._tag, "UnexpectedReply")
    })
  )
})

describe("cancelling", () => {
  it.scopedLive("a batch that is over already is given as it is", () =>
    Effect.gen(function* () {
      for (const status of ["completed", "cancelling", "expired"]) {
        const { service } = yield* serviceAgainst((request) =>
          request.method === "POST" ? apiError(409, null, "Cannot cancel") : json(batchJson({ status }))
        )
        assert.strictEqual((yield* service.cancel("batch_1")).status, status)
      }
    })
  )

  it.scopedLive("a refusal of a running batch stays an error", () =>
    Effect.gen(function* () {
      const { service } = yield* serviceAgainst((request) =>
        request.method === "POST" ? apiError(409, null, "Cannot cancel") : json(batchJson())
      )
      const error = yield* Effect.flip(service.cancel("batch_1"))
      assert.strictEqual(error.reason._tag, "Conflict")
      assert.include(error.message, "Cannot cancel")
    })
  )

  it.scopedLive("is repeated after a lost reply", () =>
    Effect.gen(function* () {
      const { server, service } = yield* serviceAgainst(script("reset", json(batchJson({ status: "cancelling" }))))
      assert.strictEqual((yield* service.cancel("batch_1")).status, "cancelling")
      assert.strictEqual(server.seen.length, 2)
    })
  )
})

describe("lists", () => {
  const ids = Array.from({ length: 25 }, (_, i) => `batch_${i}`)
  const pages = (request: Seen) => {
    const start = ids.indexOf(request.query.get("after") ?? "") + 1
    const limit = Number(request.query.get("limit"))
    const data = ids.slice(start, start + limit).map((id) => batchJson({ id }))
    return json({ object: "list", data, first_id: null, last_id: null, has_more: start + limit < ids.length })
  }

  it.scopedLive("gives every batch once, in the API's order, over all pages", () =>
    Effect.gen(function* () {
      const { server, service } = yield* serviceAgainst(pages)
      const batches = yield* Stream.runCollect(service.list({ pageSize: 10 }))
      assert.deepStrictEqual(
        Chunk.toReadonlyArray(batches).map(({ id }) => id),
        ids
      )
      assert.strictEqual(server.seen.length, 3)
    })
  )

  it.scopedLive("asks for a page only when it is needed", () =>
    Effect.gen(function* () {
      const { server, service } = yield* serviceAgainst(pages)
      const found = yield* Stream.runHead(Stream.filter(service.list({ pageSize: 10 }), ({ id }) => id === "batch_12"))
      assert.strictEqual(found._tag, "Some")
      assert.strictEqual(server.seen.length, 2)
      yield* Stream.runCollect(Stream.take(service.list({ pageSize: 10 }), 10))
      assert.strictEqual(server.seen.length, 3)
    })
  )

  it.scopedLive("repeats a page that fails, not the list", () =>
    Effect.gen(function* () {
      const { server, service } = yield* serviceAgainst((request) => (request.earlier === 1 ? "reset" : pages(request)))
      const batches = yield* Stream.runCollect(service.list({ pageSize: 10 }))
      assert.strictEqual(batches.length, 25)
      assert.strictEqual(server.seen.length, 4)
    })
  )

  it.scopedLive("ends where a server ignores the cursor or does not say whether there is more", () =>
    Effect.gen(function* () {
      const same = yield* serviceAgainst(() => json({ data: [batchJson()], has_more: true }))
      assert.strictEqual((yield* Stream.runCollect(same.service.list({ pageSize: 1 }))).length, 2)
      const silent = yield* serviceAgainst((request) => {
        const start = ids.indexOf(request.query.get("after") ?? "") + 1
        return json({ data: ids.slice(start, start + 10).map((id) => batchJson({ id })) })
      })
      assert.strictEqual((yield* Stream.runCollect(silent.service.list({ pageSize: 10 }))).length, 25)
    })
  )

  it.scopedLive("a reply that is no list is never taken for an empty one: that could pay for a batch twice", () =>
    Effect.gen(function* () {
      for (const reply of [{}, { body: "<html></html>" }, json({}), json({ data: null }), json({ data: [{}] }), json([])]) {
        const { service } = yield* serviceAgainst(script(reply))
        const error = yield* Effect.flip(Stream.runDrain(service.list()))
        assert.strictEqual(error.reason._tag, "UnexpectedReply")
      }
    })
  )

  it.scopedLive("files are asked for by purpose", () =>
    Effect.gen(function* () {
      const { server, service } = yield* serviceAgainst(script(json({ data: [fileJson()], has_more: false })))
      const files = yield* Stream.runCollect(service.files({ purpose: "batch" }))
      assert.strictEqual(files.length, 1)
      assert.strictEqual(server.seen[0]?.query.get("purpose"), "batch")
    })
  )
})
