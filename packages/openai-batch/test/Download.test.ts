import { Buffer } from "node:buffer"
import { existsSync } from "node:fs"
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import { apiError, type Behaviour, fileJson, json, type Reply, type Seen, serviceAgainst } from "./server.js"

const content = Buffer.from(Array.from({ length: 40_000 }, (_, i) => `{"custom_id":"r${i}","text":"한글"}\n`).join(""))

const directory: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "batchlabel-download-"))),
  (path) => Effect.promise(() => rm(path, { recursive: true }))
)

/** The file's description, and its content as the replies say, one a request; the last one for ever. */
const download = (
  replies: ReadonlyArray<Behaviour | ((request: Seen) => Behaviour)>,
  options: {
    readonly bytes?: number
    readonly change?: Parameters<typeof serviceAgainst>[1]
    readonly onProgress?: (bytes: number) => void
  } = {}
) =>
  Effect.gen(function* () {
    const folder = yield* directory
    const path = join(folder, "output.jsonl")
    const { server, service } = yield* serviceAgainst((request) => {
      if (!request.path.endsWith("/content"))
        return json(fileJson({ bytes: options.bytes ?? content.length, purpose: "batch_output" }))
      const reply = replies[Math.min(request.earlier, replies.length - 1)] ?? "reset"
      return typeof reply === "function" ? reply(request) : reply
    }, options.change)
    const result = yield* Effect.either(service.download({ fileId: "file-1", path, onProgress: options.onProgress }))
    const requests = server.seen.filter((request) => request.path.endsWith("/content"))
    const names = yield* Effect.promise(() => readdir(folder))
    return { result, requests, names, path }
  })

const whole: Reply = { headers: { "x-request-id": "req_content" }, body: content }

const succeeds = (...parameters: Parameters<typeof download>) =>
  Effect.gen(function* () {
    const done = yield* download(...parameters)
    assert.deepStrictEqual(done.result._tag === "Right" ? done.result.right : done.result.left.message, { bytes: content.length })
    assert.deepStrictEqual(done.names, ["output.jsonl"])
    const written = yield* Effect.promise(() => readFile(done.path))
    assert.isTrue(written.equals(content))
    return done
  })

const fails = (...parameters: Parameters<typeof download>) =>
  Effect.gen(function* () {
    const done = yield* download(...parameters)
    assert.strictEqual(done.result._tag, "Left")
    // Neither half a file under the file's name, nor anything left behind.
    assert.deepStrictEqual(done.names, [])
    if (done.result._tag === "Left") return { error: done.result.left, requests: done.requests }
    return yield* Effect.die("unreachable")
  })

describe("downloading", () => {
  it.scopedLive("writes the file whole, uncompressed, and tells how far it is", () =>
    Effect.gen(function* () {
      const seen: Array<number> = []
      const { requests } = yield* succeeds([whole], { onProgress: (bytes) => seen.push(bytes) })
      assert.strictEqual(requests.length, 1)
      assert.strictEqual(requests[0]?.headers["accept-encoding"], "identity")
      assert.strictEqual(seen.at(-1), content.length)
      assert.deepStrictEqual(
        seen,
        seen.toSorted((a, b) => a - b)
      )
    })
  )

  for (const [name, cut] of [
    ["is cut in the middle", { ...whole, cutAfter: 300_000 }],
    ["is cut before the first byte of the body", { ...whole, cutAfter: 0 }],
    ["breaks before a reply", "reset"],
    ["answers 500", apiError(500, null, "oops")],
    ["answers 502 with a web page", { status: 502, body: "<html></html>" }],
    ["sends something longer, such as a login page,", { body: Buffer.alloc(content.length + 5_000, "x") }],
    ["ends early without a length", { body: content.subarray(0, 1_000), headers: { "content-length": "1000" } }]
  ] as ReadonlyArray<[string, Behaviour]>) {
    it.scopedLive(`starts again where the server ${name}`, () =>
      Effect.gen(function* () {
        const { requests } = yield* succeeds([cut, cut, whole])
        assert.strictEqual(requests.length, 3)
        assert.isTrue(requests.every((request) => request.headers.range === undefined))
      })
    )
  }

  it.scopedLive("a body that stalls is given up after the configured pause", () =>
    Effect.gen(function* () {
      const { requests } = yield* succeeds([{ ...whole, stallAfter: 70_000 }, whole], {
        change: { timeouts: { idle: Duration.millis(60) } }
      })
      assert.strictEqual(requests.length, 2)
    })
  )

  it.scopedLive("a reply that does not begin is given up after the configured time", () =>
    Effect.gen(function* () {
      const { requests } = yield* succeeds(["hang", whole], { change: { timeouts: { request: Duration.millis(80) } } })
      assert.strictEqual(requests.length, 2)
    })
  )

  it.scopedLive("a body that is never whole is an error with both sizes", () =>
    Effect.gen(function* () {
      const { error, requests } = yield* fails([{ ...whole, cutAfter: 100_000 }])
      assert.strictEqual(requests.length, 4)
      assert.strictEqual(error.reason._tag, "DownloadCut")
      if (error.reason._tag === "DownloadCut") {
        assert.strictEqual(error.reason.expected, content.length)
        assert.isBelow(error.reason.received, content.length)
      }
      assert.strictEqual(error.requestId, "req_content")
      assert.include(error.message, String(content.length))
    })
  )

  it.scopedLive("a body of another size than the file's is an error, though the connection was fine", () =>
    Effect.gen(function* () {
      const { error } = yield* fails([{ body: content.subarray(0, 500) }])
      assert.strictEqual(error.reason._tag, "DownloadCut")
    })
  )

  it.scopedLive("a server that does not know the size of a file is believed by its Content-Length", () =>
    Effect.gen(function* () {
      yield* succeeds([{ ...whole, cutAfter: 10 }, whole], { bytes: 0 })
    })
  )

  it.scopedLive("a body that comes compressed all the same is unpacked and checked against the file's size", () =>
    Effect.gen(function* () {
      yield* succeeds([{ body: gzipSync(content), headers: { "content-encoding": "gzip" } }])
    })
  )

  it.scopedLive("an empty file is a file", () =>
    Effect.gen(function* () {
      const { names, result } = yield* download([{ body: "" }], { bytes: 0 })
      assert.deepStrictEqual(result._tag === "Right" && result.right, { bytes: 0 })
      assert.deepStrictEqual(names, ["output.jsonl"])
    })
  )

  const described: ReadonlyArray<readonly [name: string, description: Behaviour]> = [
    ["is not found", apiError(404, null, "No such File object")],
    ["is not found by a proxy", { status: 404, headers: { "content-type": "text/html" }, body: "<html>404</html>" }],
    ["is gone", apiError(410, null, "Gone")],
    ["may not be seen", apiError(403, null, "no access")],
    ["may not be seen by this key", apiError(401, null, "no key")],
    ["cannot be had from a server that fails", apiError(500, null, "oh")],
    ["is empty", { body: "" }],
    ["is a web page", { headers: { "content-type": "text/html" }, body: "<html></html>" }],
    ["is that of another file", json({ ...fileJson({ bytes: 3 }), id: "file-2" })]
  ]
  for (const [name, description] of described) {
    it.scopedLive(`a file whose description ${name} is had by its content alone`, () =>
      Effect.gen(function* () {
        const path = join(yield* directory, "output.jsonl")
        const { service } = yield* serviceAgainst((request) => (request.path.endsWith("/content") ? whole : description))
        assert.deepStrictEqual(yield* service.download({ fileId: "file-1", path }), { bytes: content.length })
      })
    )
  }

  it.scopedLive("is not repeated where the file is gone", () =>
    Effect.gen(function* () {
      const { error, requests } = yield* fails([apiError(404, null, "No such File object")])
      assert.strictEqual(error.reason._tag, "NotFound")
      assert.strictEqual(requests.length, 1)
    })
  )

  it.scopedLive("a folder that is not there is an error with the path", () =>
    Effect.gen(function* () {
      const { service } = yield* serviceAgainst((request) => (request.path.endsWith("/content") ? whole : json(fileJson())))
      const error = yield* Effect.flip(service.download({ fileId: "file-1", path: "/no/such/folder/output.jsonl" }))
      assert.strictEqual(error.reason._tag, "LocalFile")
      assert.include(error.message, "/no/such/folder/output.jsonl")
    })
  )

  it.scopedLive("a file of the same name is replaced only by a whole one", () =>
    Effect.gen(function* () {
      const folder = yield* directory
      const path = join(folder, "output.jsonl")
      yield* Effect.promise(() => writeFile(path, "old"))
      yield* Effect.promise(() => writeFile(`${path}.partial`, "left by a crash ".repeat(1_000_000)))
      let reply: Reply = { ...whole, cutAfter: 5_000 }
      const { service } = yield* serviceAgainst((request) =>
        request.path.endsWith("/content") ? reply : json(fileJson({ bytes: content.length }))
      )
      yield* Effect.flip(service.download({ fileId: "file-1", path }))
      assert.strictEqual(yield* Effect.promise(() => readFile(path, "utf8")), "old")
      reply = whole
      yield* service.download({ fileId: "file-1", path })
      assert.isTrue((yield* Effect.promise(() => readFile(path))).equals(content))
    })
  )

  it.scopedLive("a name that is taken by a folder is an error that leaves nothing behind", () =>
    Effect.gen(function* () {
      const folder = yield* directory
      const path = join(folder, "output.jsonl")
      yield* Effect.promise(() => mkdir(join(path, "x"), { recursive: true }))
      const { service } = yield* serviceAgainst((request) =>
        request.path.endsWith("/content") ? whole : json(fileJson({ bytes: content.length }))
      )
      const error = yield* Effect.flip(service.download({ fileId: "file-1", path }))
      assert.strictEqual(error.reason._tag, "LocalFile")
      assert.isFalse(existsSync(`${path}.partial`))
    })
  )

  it.scopedLive("an interrupted download closes its connection and leaves nothing behind", () =>
    Effect.gen(function* () {
      const folder = yield* directory
      const path = join(folder, "output.jsonl")
      let started = false
      const { server, service } = yield* serviceAgainst((request) =>
        request.path.endsWith("/content") ? { ...whole, stallAfter: 300_000 } : json(fileJson({ bytes: content.length }))
      )
      const onProgress = () => {
        started = true
      }
      const fiber = yield* Effect.fork(service.download({ fileId: "file-1", path, onProgress }))
      yield* Effect.repeat(Effect.yieldNow(), { until: () => started })
      yield* Fiber.interrupt(fiber)
      yield* Effect.repeat(Effect.yieldNow(), { until: () => server.open() === 0 })
      assert.deepStrictEqual(yield* Effect.promise(() => readdir(folder)), [])
    })
  )
})

describe("a server that offers ranges", () => {
  const etag = '"v1"'
  const offered = { "accept-ranges": "bytes", etag }
  const rest = (request: Seen): Behaviour => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0)
    if (start === 0) return { ...whole, headers: offered }
    return {
      status: 206,
      headers: { ...offered, "content-range": `bytes ${start}-${content.length - 1}/${content.length}` },
      body: content.subarray(start)
    }
  }

  it.scopedLive("is asked for the rest only, on the condition that the file is the same", () =>
    Effect.gen(function* () {
      const { requests } = yield* succeeds([{ ...whole, headers: offered, cutAfter: 400_000 }, rest])
      assert.strictEqual(requests.length, 2)
      assert.match(requests[1]?.headers.range ?? "", /^bytes=[1-9]\d*-$/)
      assert.strictEqual(requests[1]?.headers["if-range"], etag)
    })
  )

  it.scopedLive("may send all of it again, or the wrong part: the file is right in the end", () =>
    Effect.gen(function* () {
      const cut: Behaviour = { ...whole, headers: offered, cutAfter: 400_000 }
      yield* succeeds([cut, whole])
      // As many bytes as are missing, but other ones.
      const wrong = (request: Seen): Behaviour => {
        const start = Number(/\d+/.exec(request.headers.range ?? "")?.[0]) - 5
        return {
          status: 206,
          headers: { ...offered, "content-range": `bytes ${start}-${content.length - 6}/${content.length}` },
          body: content.subarray(start, content.length - 5)
        }
      }
      const { requests } = yield* succeeds([cut, wrong, rest])
      assert.isUndefined(requests[2]?.headers.range)
      // The range cannot be satisfied: start again.
      yield* succeeds([cut, { status: 416, headers: { "content-range": `bytes */${content.length}` } }, rest])
    })
  )

  it.scopedLive("is cut again and again: each attempt goes on where the last one stopped", () =>
    Effect.gen(function* () {
      const piece = (request: Seen): Behaviour => {
        const reply = rest(request)
        return typeof reply === "string" ? reply : { ...reply, cutAfter: 400_000 }
      }
      const { requests } = yield* succeeds([piece, piece, piece, rest])
      const starts = requests.slice(1).map((request) => Number(/\d+/.exec(request.headers.range ?? "")?.[0]))
      assert.deepStrictEqual(
        starts,
        starts.toSorted((a, b) => a - b)
      )
      assert.strictEqual(new Set(starts).size, starts.length)
    })
  )
})
