import { once } from "node:events"
import * as Client from "@batchlabel/http-api/Client"
import * as EventStream from "@batchlabel/http-api/EventStream"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { assert, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { agreed, ask, clientOf, csvOf, eventually, refusal, start, type TestServer, textOf } from "./support/TestServer.js"

const makeJob = (server: TestServer, token: string, request: Parameters<typeof Client.form>[2] = { ...agreed }) =>
  Effect.flatMap(clientOf(server, token), (client) =>
    client.jobs.create({ payload: Client.form(new Blob([csvOf(6)]), "a.csv", request), headers: {} })
  )

const follow = (server: TestServer, token: string, id: string, after?: number) =>
  Client.follow({ baseUrl: server.url, token }, id, after).pipe(Stream.provideLayer(FetchHttpClient.layer))

/** Follows in the background, once the stream has begun to tell. */
const followed = (server: TestServer, token: string, id: string) =>
  Effect.gen(function* () {
    const told = yield* Deferred.make<void>()
    const fiber = yield* follow(server, token, id).pipe(
      Stream.tap(() => Deferred.succeed(told, undefined)),
      Stream.runDrain,
      Effect.exit,
      Effect.fork
    )
    yield* Deferred.await(told)
    return fiber
  })

it.live("who follows a job sees its whole history in order, its progress, and its end", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const token = yield* server.token("someone")
    const draft = yield* makeJob(server, token, {})
    const client = yield* clientOf(server, token)
    yield* eventually(client.jobs.get({ path: { id: draft.id } }), ({ status }) => status === "draft")
    const seen = yield* Deferred.make<void>()
    const watching = yield* follow(server, token, draft.id).pipe(
      Stream.tap((update) => (update._tag === "Job" ? Deferred.succeed(seen, undefined) : Effect.void)),
      Stream.runCollect,
      Effect.fork
    )
    yield* Deferred.await(seen)
    yield* client.jobs.start({ path: { id: draft.id }, payload: { maxCost: agreed.maxCost } })
    const updates = Chunk.toReadonlyArray(yield* watching.await.pipe(Effect.flatten))
    const events = updates.flatMap((update) => (update._tag === "Event" ? [update.event] : []))
    const states = updates.flatMap((update) => (update._tag === "Job" ? [update.job.status] : []))
    assert.strictEqual(updates.at(-1)?._tag, "End")
    assert.strictEqual(states[0], "draft")
    assert.strictEqual(states.at(-1), "completed")
    const seqs = events.map(({ seq }) => seq)
    assert.deepStrictEqual(
      seqs,
      [...new Set(seqs)].sort((a, b) => a - b)
    )
    assert.includeMembers(
      events.map(({ kind }) => kind),
      ["batch_created", "batch_collected", "job_done"]
    )
    // The page says the same.
    const { items } = yield* client.jobs.events({ path: { id: draft.id }, urlParams: {} })
    assert.deepStrictEqual(items, events)
    assert.notInclude(JSON.stringify(items), server.home)
  }).pipe(Effect.scoped)
)

it.live("who comes back with the last id misses nothing and sees nothing twice, wherever he was cut off", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const token = yield* server.token("someone")
    const { id } = yield* makeJob(server, token)
    const client = yield* clientOf(server, token)
    yield* eventually(client.jobs.get({ path: { id } }), ({ state }) => state === "done")
    const { items } = yield* client.jobs.events({ path: { id }, urlParams: {} })
    assert.isAtLeast(items.length, 3)
    for (let cut = 0; cut <= items.length; cut++) {
      const after = items[cut - 1]?.seq ?? 0
      const updates = yield* Stream.runCollect(follow(server, token, id, after))
      const seen = Chunk.toReadonlyArray(updates).flatMap((update) => (update._tag === "Event" ? [update.event] : []))
      assert.deepStrictEqual(seen, items.slice(cut))
      const page = yield* client.jobs.events({ path: { id }, urlParams: { after, limit: 2 } })
      assert.deepStrictEqual(page.items, items.slice(cut, cut + 2))
    }
    // A page of a browser sends the header by itself.
    const response = yield* ask(server, `/v1/jobs/${id}/events`, {
      token,
      headers: { accept: "text/event-stream", "last-event-id": String(items[0]?.seq) }
    })
    assert.strictEqual(response.headers.get("content-type"), EventStream.contentType)
    const text = yield* textOf(response)
    assert.notInclude(text, `id: ${items[0]?.seq}\n`)
    assert.include(text, `id: ${items[1]?.seq}\n`)
    assert.isTrue(text.endsWith("event: end\ndata: {}\n\n"))
    for (const odd of ["x", "-1", "1e9", "9".repeat(40), "0; DROP TABLE"]) {
      const again = yield* ask(server, `/v1/jobs/${id}/events`, {
        token,
        headers: { accept: "text/event-stream", "last-event-id": odd }
      })
      assert.strictEqual(again.status, 200)
      yield* textOf(again)
    }
  }).pipe(Effect.scoped)
)

it.live("what another process does to a job is seen too", () =>
  Effect.gen(function* () {
    const first = yield* start({ simulator: { clock: { phases: { perRequest: 100_000 } } } })
    const token = yield* first.token("someone")
    const { id } = yield* makeJob(first, token, {})
    const seen: Array<string> = []
    yield* Effect.fork(
      Stream.runForEach(follow(first, token, id), (update) =>
        Effect.sync(() => seen.push(update._tag === "Event" ? update.event.kind : update._tag))
      )
    )
    yield* eventually(
      Effect.sync(() => seen),
      (list) => list.includes("Job")
    )
    yield* first.store.appendEvents(id, [{ kind: "said_elsewhere", data: {} }]).pipe(Effect.orDie)
    yield* eventually(
      Effect.sync(() => seen),
      (list) => list.includes("said_elsewhere")
    )
  }).pipe(Effect.scoped)
)

it.live("streams end when the server stops, and a stop takes less than ten seconds whoever holds on", () =>
  Effect.gen(function* () {
    const server = yield* start({ simulator: { clock: { phases: { perRequest: 100_000 } } } })
    const token = yield* server.token("someone")
    const { id } = yield* makeJob(server, token)
    const streams = yield* Effect.all(Array.from({ length: 20 }, () => followed(server, token, id)))
    // A client that reads nothing and says nothing holds its connection as well.
    const { connect } = yield* Effect.promise(() => import("node:net"))
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1")
    socket.on("error", () => {})
    socket.write(
      `POST /v1/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000\r\n\r\n--b`
    )
    yield* Effect.promise(() => once(socket, "connect"))
    const began = Date.now()
    yield* server.stop
    assert.isBelow(Date.now() - began, 10_000)
    yield* Effect.forEach(streams, Fiber.await, { discard: true })
    const refused = yield* Effect.exit(Effect.tryPromise(() => fetch(`${server.url}/healthz`)))
    assert.strictEqual(refused._tag, "Failure")
    assert.strictEqual((yield* Effect.orDie(server.store.job(id))).state, "open")
  }).pipe(Effect.scoped)
)

it.live("an owner holds only so many streams at once, with all its tokens", () =>
  Effect.gen(function* () {
    const server = yield* start({
      settings: { limits: { eventStreams: 2 } },
      simulator: { clock: { phases: { perRequest: 100_000 } } }
    })
    const token = yield* server.token("someone")
    const second = yield* server.token("another", "write", undefined, "someone")
    const { id } = yield* makeJob(server, token)
    const controller = new AbortController()
    const open = () =>
      ask(server, `/v1/jobs/${id}/events`, { token, headers: { accept: "text/event-stream" }, signal: controller.signal })
    yield* Effect.all([open(), open()])
    const third = yield* ask(server, `/v1/jobs/${id}/events`, { token: second, headers: { accept: "text/event-stream" } })
    assert.strictEqual(yield* refusal(third), "429 BL7191")
    controller.abort()
    const again = new AbortController()
    yield* eventually(
      Effect.map(
        ask(server, `/v1/jobs/${id}/events`, { token, headers: { accept: "text/event-stream" }, signal: again.signal }),
        ({ status }) => status
      ),
      (status) => status === 200
    )
    again.abort()
  }).pipe(Effect.scoped)
)

it.live("a stream ends when its token is revoked", () =>
  Effect.gen(function* () {
    const server = yield* start({
      settings: { beatInterval: Duration.millis(100) },
      simulator: { clock: { phases: { perRequest: 100_000 } } }
    })
    const token = yield* server.token("someone")
    const { id } = yield* makeJob(server, token)
    const stream = yield* followed(server, token, id)
    assert.strictEqual((yield* Fiber.poll(stream))._tag, "None")
    yield* server.revoke(token)
    yield* eventually(Fiber.poll(stream), Option.isSome)
  }).pipe(Effect.scoped)
)
