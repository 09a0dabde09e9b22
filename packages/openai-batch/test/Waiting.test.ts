/** A server that hangs: somebody is told, and it ends. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Fiber, Stream } from "effect"
import type { Wait } from "../src/OpenAiBatchConfig.js"
import { batchJson, json, KEY, type Reply, script, serviceAgainst } from "./server.js"

const short = { request: Duration.millis(150), create: Duration.millis(150), upload: Duration.millis(150) }

/** Waits that were told of. */
const listener = () => {
  const waits: Array<Wait> = []
  const change = {
    noticeAfter: Duration.millis(5),
    onWait: (wait: Wait) => Effect.sync(() => void waits.push(wait))
  }
  return { waits, change }
}

describe("a server that hangs", () => {
  it.scopedLive("is told of: what is waited for, where, for how long and how often", () =>
    Effect.gen(function* () {
      const { change, waits } = listener()
      const { server, service } = yield* serviceAgainst(script("hang"), { ...change, timeouts: short })
      const error = yield* Effect.flip(service.retrieve("batch_1"))
      assert.strictEqual(error.reason._tag, "TimedOut")
      const [first] = waits
      assert.deepInclude(first, {
        operation: "retrieve",
        target: "batch_1",
        address: server.baseUrl,
        attempts: 1,
        failed: undefined
      })
      assert.isAtLeast(first?.waited ?? 0, 4)
      const last = waits.at(-1)
      assert.isAbove(last?.attempts ?? 0, 1)
      assert.strictEqual(last?.failed?.code, "BL4009")
      assert.notInclude(JSON.stringify(waits), KEY)
    })
  )

  it.scopedLive("is asked three times at most, though other failures are repeated more often", () =>
    Effect.gen(function* () {
      const retry = { times: 9 }
      const hanging = yield* serviceAgainst(script("hang"), { timeouts: short, retry })
      yield* Effect.flip(hanging.service.list().pipe(Stream.runCollect))
      assert.lengthOf(hanging.server.seen, 3)
      const failing = yield* serviceAgainst(script({ status: 500, body: "" }), { timeouts: short, retry })
      yield* Effect.flip(failing.service.retrieve("batch_1"))
      assert.lengthOf(failing.server.seen, 10)
    })
  )

  it.scopedLive("is as bad where the headers come and the body does not", () =>
    Effect.gen(function* () {
      const { change, waits } = listener()
      const headersOnly: Reply = { ...json(batchJson()), stallAfter: 0 }
      const { server, service } = yield* serviceAgainst(script(headersOnly), { ...change, timeouts: short })
      const error = yield* Effect.flip(service.retrieve("batch_1"))
      assert.strictEqual(error.reason._tag, "TimedOut")
      assert.lengthOf(server.seen, 3)
      assert.isNotEmpty(waits)
    })
  )

  it.scopedLive("is as bad where it drips: a call, and a file", () =>
    Effect.gen(function* () {
      const folder = mkdtempSync(join(tmpdir(), "batchlabel-drip-"))
      yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(folder, { recursive: true, force: true })))
      const drip = (body: string): Reply => ({ body, dripEvery: 5, headers: { "content-type": "application/json" } })
      const content = "x".repeat(10_000)
      const { service } = yield* serviceAgainst(
        ({ path }) => {
          if (path.startsWith("/batches")) return drip(JSON.stringify(batchJson()))
          return path.endsWith("/content")
            ? drip(content)
            : json({ id: "file-1", bytes: content.length, created_at: 1, filename: "o.jsonl", purpose: "batch_output" })
        },
        { timeouts: { request: Duration.millis(500), idle: Duration.millis(300) }, retry: { times: 0 } }
      )
      assert.strictEqual((yield* Effect.flip(service.retrieve("batch_1"))).reason._tag, "TimedOut")
      const error = yield* Effect.flip(service.download({ fileId: "file-1", path: join(folder, "o.jsonl") }))
      assert.strictEqual(error.reason._tag, "DownloadCut")
      assert.strictEqual(error.reason.detail, "the server sends the file drop by drop")
    })
  )

  it.scopedLive("can be left at once", () =>
    Effect.gen(function* () {
      const arrived = yield* Deferred.make<void>()
      const { server, service } = yield* serviceAgainst(() => {
        Effect.runSync(Deferred.succeed(arrived, undefined))
        return "hang"
      })
      const call = yield* Effect.fork(service.retrieve("batch_1"))
      yield* Deferred.await(arrived)
      yield* Fiber.interrupt(call)
      assert.lengthOf(server.seen, 1)
    })
  )
})

describe("the server's clock", () => {
  const at = (offset: number, extra: Record<string, string> = {}) =>
    json(batchJson(), { headers: { date: new Date(Date.now() + offset).toUTCString(), ...extra } })
  const day = 24 * 3_600_000

  it.scopedLive("is known from the date of its replies, those of failures too", () =>
    Effect.gen(function* () {
      for (const offset of [-day, day]) {
        const { service } = yield* serviceAgainst(script(at(offset)))
        assert.strictEqual(yield* service.clockOffset, 0)
        yield* service.retrieve("batch_1")
        assert.closeTo(yield* service.clockOffset, offset, 2_000)
        const failing = yield* serviceAgainst(script({ ...at(offset), status: 404 }))
        yield* Effect.flip(failing.service.retrieve("batch_1"))
        assert.closeTo(yield* failing.service.clockOffset, offset, 2_000)
      }
    })
  )

  it.scopedLive(
    "is taken for this machine's own where it differs by no more than a reply takes, is a cache's or is not told",
    () =>
      Effect.gen(function* () {
        for (const reply of [at(500), at(day, { age: "86400" }), json(batchJson(), { headers: { date: "soon" } })]) {
          const { service } = yield* serviceAgainst(script(reply))
          yield* service.retrieve("batch_1")
          assert.strictEqual(yield* service.clockOffset, 0)
        }
      })
  )
})
