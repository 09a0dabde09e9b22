import * as Client from "@batchlabel/http-api/Client"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Postgres from "../../../packages/job-store/test/postgres.js"
import { receiver } from "./support/receiver.js"
import { agreed, clientOf, csvOf, eventually, start } from "./support/TestServer.js"

const database = await Postgres.start()

if (database === undefined) {
  describe("the server on PostgreSQL", () => {
    it.skip(`is not tested here: ${Postgres.absence}`, () => {})
  })
} else {
  afterAll(database.stop)

  it.live("the server does on PostgreSQL what it does on SQLite", () =>
    Effect.gen(function* () {
      const options = { databaseUrl: database.url, settings: { allowPrivateWebhooks: true } }
      // Two at once on an empty database: each finds its tables.
      const servers = yield* Effect.all([start(options), start(options)], { concurrency: 2 })
      const [server] = servers
      const there = yield* receiver
      const token = yield* server.token("someone")
      const client = yield* clientOf(server, token)
      const hook = yield* client.webhooks.create({ payload: { url: there.url } })
      yield* client.tasks.put({ path: { name: "mine" }, payload: { name: "t", labels: ["a", "b"], template: "{{ text }}" } })
      yield* client.tasks.put({ path: { name: "mine" }, payload: { name: "t", labels: ["a", "c"], template: "{{ text }}" } })
      const headers = { "idempotency-key": "once" }
      const form = () => Client.form(new Blob([csvOf(3)]), "a.csv", { ...agreed })
      const [job, same] = yield* Effect.all(
        [client.jobs.create({ payload: form(), headers }), client.jobs.create({ payload: form(), headers })],
        { concurrency: 2 }
      )
      assert.strictEqual(job.id, same.id)
      const path = { id: job.id }
      yield* eventually(client.jobs.get({ path }), ({ state }) => state === "done")
      yield* client.jobs.labelRow({ path: { ...path, row: 2 }, payload: { label: 0 } })
      yield* client.jobs.labelRow({ path: { ...path, row: 2 }, payload: { label: 2 } })
      const { items } = yield* client.jobs.rows({ path, urlParams: {} })
      assert.deepInclude(items[1]?.manual, { value: 2, by: "someone" })
      yield* eventually(
        Effect.map(client.webhooks.list(), (list) => list.items[0]?.lastDelivery?.state),
        (state) => state === "delivered"
      )
      assert.lengthOf(there.received, 1)
      assert.strictEqual((yield* client.webhooks.list()).items[0]?.id, hook.id)
      yield* client.jobs.remove({ path })
      assert.deepStrictEqual(yield* client.jobs.list({ urlParams: {} }), { items: [] })
    }).pipe(Effect.scoped)
  )
}
