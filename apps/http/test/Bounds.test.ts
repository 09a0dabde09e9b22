/** Everything that is keyed by what a client sends has an end: many keys go in, and little is kept, or the next is refused with a reason. */
import * as Client from "@batchlabel/http-api/Client"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TokenBucket from "../src/internal/tokenBucket.js"
import * as JobRecords from "../src/JobRecords.js"
import { ServerDatabase } from "../src/ServerDatabase.js"
import { ask, clientOf, csvOf, start, type TestServer } from "./support/TestServer.js"

const refusal = <A, E extends { readonly _tag: string }>(effect: Effect.Effect<A, E>) =>
  Effect.map(Effect.flip(effect), (error) => ("code" in error && "status" in error ? [error.status, error.code] : [error._tag]))

const countOf = (server: TestServer, table: string) =>
  server
    .run(
      Effect.gen(function* () {
        const { read, sql } = yield* ServerDatabase
        const rows = yield* read(sql<{ readonly n: number }>`SELECT COUNT(*) AS n FROM ${sql(table)}`)
        return Number(rows[0]?.n)
      })
    )
    .pipe(Effect.orDie)

it.live(
  "uploads and drafts of an owner are refused past their limits, over all its tokens, and taken again when one is gone",
  () =>
    Effect.gen(function* () {
      const server = yield* start({ settings: { limits: { uploads: 3, drafts: 3 } } })
      const one = yield* clientOf(server, yield* server.token("one", "write", undefined, "team"))
      const other = yield* clientOf(server, yield* server.token("other", "write", undefined, "team"))
      const stranger = yield* clientOf(server, yield* server.token("stranger"))
      const upload = (client: typeof one, n: number) => {
        const form = new FormData()
        form.set("file", new Blob([csvOf(1, () => `글 ${n}`)]), "a.csv")
        return client.uploads.create({ payload: form, urlParams: {} })
      }
      const uploads = yield* Effect.forEach([1, 2, 3], (n) => upload(one, n))
      assert.deepStrictEqual(yield* refusal(upload(other, 4)), [409, "BL7189"])
      yield* upload(stranger, 1)
      yield* one.uploads.remove({ path: { id: uploads[0]?.id ?? "" } })
      yield* upload(other, 4)
      for (const { id } of uploads.slice(1)) yield* one.uploads.remove({ path: { id } })

      const draft = (client: typeof one, n: number) =>
        client.jobs.create({ payload: Client.form(new Blob([csvOf(1, () => `글 ${n}`)]), "a.csv", {}), headers: {} })
      const drafts = yield* Effect.forEach([1, 2, 3], (n) => draft(one, n))
      assert.deepStrictEqual(yield* refusal(draft(other, 4)), [409, "BL7190"])
      yield* draft(stranger, 1)
      const path = { id: drafts[0]?.id ?? "" }
      yield* one.jobs.cancel({ path })
      yield* one.jobs.remove({ path })
      yield* draft(other, 4)
    }).pipe(Effect.scoped)
)

it.live("of the pages that are logged in with one token the newest stay", () =>
  Effect.gen(function* () {
    const server = yield* start({ settings: { limits: { sessions: 4 } } })
    const token = yield* server.token("someone")
    const login = ask(server, "/v1/session", {
      method: "POST",
      body: JSON.stringify({ token }),
      headers: { "content-type": "application/json" }
    })
    const cookieOf = (response: Response) => (response.headers.get("set-cookie") ?? "").split(";")[0] ?? ""
    const cookies = yield* Effect.forEach(Array.from({ length: 15 }), () => Effect.map(login, cookieOf))
    assert.isAtMost(yield* countOf(server, "batchlabel_http_sessions"), 4)
    const alive = yield* Effect.forEach(cookies, (cookie) => ask(server, "/v1/session", { headers: { cookie } }))
    assert.isAtMost(alive.filter(({ status }) => status === 200).length, 4)
    assert.strictEqual(alive.at(-1)?.status, 200)
  }).pipe(Effect.scoped)
)

it.live("of the keys of an owner's requests the newest are remembered", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const record = (n: number, owner: string): JobRecords.JobRecord => ({
      path: `${server.home}/${owner}-${n}.csv`,
      owner,
      title: "a",
      name: "a.csv",
      held: false,
      digest: String(n),
      createdAt: Date.now() + n
    })
    const known = (owner: string) =>
      Effect.map(
        Effect.forEach(
          Array.from({ length: 30 }, (_, n) => n),
          (n) => JobRecords.findByKey(owner, `key ${n}`)
        ),
        (found) => found.flatMap((one) => (one === undefined ? [] : [Number(one.digest)]))
      )
    const found = yield* server
      .run(
        Effect.gen(function* () {
          yield* JobRecords.put(record(0, "other"), "key 0", 5)
          for (let n = 0; n < 30; n++) yield* JobRecords.put(record(n, "someone"), `key ${n}`, 5)
          return [yield* known("someone"), yield* known("other")]
        })
      )
      .pipe(Effect.orDie)
    assert.deepStrictEqual(found, [[25, 26, 27, 28, 29], [0]])
    assert.strictEqual(yield* countOf(server, "batchlabel_http_inputs"), 31)
  }).pipe(Effect.scoped)
)

it("a bucket is forgotten where a flood of other keys came after it, and a key that comes often is not", () => {
  const limiter = TokenBucket.make(0.001, 1)
  assert.strictEqual(limiter.take("often", 0), 0)
  for (let n = 0; n < 50_000; n++) {
    limiter.take(`key ${n}`, 0)
    if (n % 1_000 === 0) assert.isAbove(limiter.take("often", 0), 0)
  }
  assert.isAbove(limiter.take("key 49999", 0), 0)
  assert.strictEqual(limiter.take("key 0", 0), 0)
})
