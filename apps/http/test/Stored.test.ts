/** What the server keeps beside the jobs: together with them, and over versions. */
import { readdirSync } from "node:fs"
import * as Client from "@batchlabel/http-api/Client"
import { Jobs } from "@batchlabel/job-store/Jobs"
import * as SqliteStore from "@batchlabel/job-store/SqliteStore"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import { folder } from "../../../packages/job-store/test/backends.js"
import { restore, writtenAt } from "../../../packages/job-store/test/earlier.js"
import * as JobRecords from "../src/JobRecords.js"
import * as Owners from "../src/Owners.js"
import * as ReceivedWebhooks from "../src/ReceivedWebhooks.js"
import * as RowLabels from "../src/RowLabels.js"
import * as SavedTasks from "../src/SavedTasks.js"
import * as ServerDatabase from "../src/ServerDatabase.js"
import * as Sessions from "../src/Sessions.js"
import * as Tokens from "../src/Tokens.js"
import * as Uploads from "../src/Uploads.js"
import * as Webhooks from "../src/Webhooks.js"
import { clientOf, csvOf, start, type TestServer } from "./support/TestServer.js"

const headers = { "idempotency-key": "key" }

/** Has the database refuse every change of a kind, as if the process had been killed at it. */
const killAt = (
  server: TestServer,
  change: "INSERT ON batchlabel_jobs" | "INSERT ON batchlabel_http_inputs" | "DELETE ON batchlabel_http_inputs"
) =>
  server
    .run(
      Effect.flatMap(ServerDatabase.ServerDatabase, ({ script }) =>
        script([`CREATE TRIGGER kill BEFORE ${change} BEGIN SELECT RAISE(ABORT, 'killed'); END`])
      )
    )
    .pipe(Effect.orDie)

const revive = (server: TestServer) =>
  server.run(Effect.flatMap(ServerDatabase.ServerDatabase, ({ script }) => script(["DROP TRIGGER kill"]))).pipe(Effect.orDie)

const stored = (server: TestServer) =>
  server
    .run(
      Effect.gen(function* () {
        const jobs = yield* (yield* Jobs).list({})
        const { read, sql } = yield* ServerDatabase.ServerDatabase
        const records = yield* read(sql`SELECT path FROM batchlabel_http_inputs`)
        return { jobs: jobs.length, records: records.length, files: readdirSync(`${server.home}/uploads`).length }
      })
    )
    .pipe(Effect.orDie)

it.live("a job and the server's record of it are stored together: a failure at either leaves neither, nor a file", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const client = yield* clientOf(server, yield* server.token("someone"))
    const make = client.jobs.create({ payload: Client.form(new Blob([csvOf(3)]), "a.csv"), headers })
    for (const change of ["INSERT ON batchlabel_http_inputs", "INSERT ON batchlabel_jobs"] as const) {
      yield* killAt(server, change)
      yield* Effect.flip(make)
      assert.deepStrictEqual(yield* stored(server), { jobs: 0, records: 0, files: 0 }, change)
      yield* revive(server)
    }
    const { id } = yield* make
    assert.deepStrictEqual(yield* stored(server), { jobs: 1, records: 1, files: 1 })
    assert.strictEqual((yield* make).id, id)
    yield* killAt(server, "DELETE ON batchlabel_http_inputs")
    yield* Effect.flip(client.jobs.remove({ path: { id } }))
    assert.deepStrictEqual(yield* stored(server), { jobs: 1, records: 1, files: 1 })
    yield* revive(server)
    yield* client.jobs.remove({ path: { id } })
    assert.deepStrictEqual(yield* stored(server), { jobs: 0, records: 0, files: 0 })
  }).pipe(Effect.scoped)
)

it.live("requests under one key that come at once make one job, and all are given it", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const client = yield* clientOf(server, yield* server.token("someone"))
    const make = client.jobs.create({ payload: Client.form(new Blob([csvOf(3)]), "a.csv"), headers })
    const made = yield* Effect.all([make, make, make, make], { concurrency: "unbounded" })
    assert.strictEqual(new Set(made.map(({ id }) => id)).size, 1)
    assert.deepStrictEqual(yield* stored(server), { jobs: 1, records: 1, files: 1 })
  }).pipe(Effect.scoped)
)

it.scoped("a server of the version before finds its tokens, sessions, records, tasks, uploads, labels and webhooks again", () =>
  Effect.gen(function* () {
    const path = `${yield* folder}/state.db`
    const { jobs, secrets, tokens } = yield* Effect.provide(restore("sqlite"), SqliteStore.layerClient(path))
    yield* TestClock.setTime(writtenAt + 60_000)
    yield* Effect.gen(function* () {
      const verify = (secret: string) => Effect.map(Tokens.verify(Redacted.make(secret)), (info) => info?.id)
      assert.deepStrictEqual(yield* Effect.all([verify(secrets.alice), verify(secrets.bob), verify(secrets.root)]), [
        tokens.alice,
        undefined,
        tokens.root
      ])
      assert.deepStrictEqual(yield* Owners.list, ["bob", "newsroom", "운영자"])
      assert.strictEqual((yield* Tokens.get(tokens.bob)).revokedAt, writtenAt)
      assert.strictEqual((yield* Sessions.find(Redacted.make(secrets.session)))?.token.owner, "newsroom")
      const record = yield* JobRecords.findByKey("newsroom", "key-2")
      assert.deepInclude(record, { title: "뉴스 preparing", held: true, digest: "digest-preparing" })
      const job = yield* Effect.flatMap(Jobs, ({ get }) => get(jobs.preparing))
      assert.strictEqual(record?.path, job.input.path)
      assert.strictEqual((yield* JobRecords.heldPaths).size, 2)
      const orphans = yield* Effect.flatMap(Jobs, ({ unusedInputs }) =>
        Effect.flatMap(JobRecords.pathsOlderThan(writtenAt + 1, { after: "", limit: 10 }), unusedInputs)
      )
      assert.deepStrictEqual(orphans, ["/data/.batchlabel/uploads/input_orphan.csv"])
      const labels = yield* RowLabels.all(jobs.done)
      assert.deepStrictEqual(
        [...labels.values()].map(({ by, row, value }) => [row, value, by]),
        [
          [3, 1, "alice"],
          [4, 0, "alice"]
        ]
      )
      assert.strictEqual((yield* SavedTasks.get("newsroom", "ours")).task.name, "sentiment")
      assert.strictEqual((yield* Uploads.get("upl_0123456789abcdefghjk", "newsroom")).view.name, "later.csv")
      const [webhook] = yield* Webhooks.list("newsroom")
      assert.deepInclude(webhook?.lastDelivery, { job: jobs.done, state: "delivered", status: 204 })
      assert.isFalse(yield* ReceivedWebhooks.isNew("wh_1"))
    }).pipe(Effect.provide(ServerDatabase.layer), Effect.provide(SqliteStore.layer(path)))
  })
)
