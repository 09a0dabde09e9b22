import { readdirSync } from "node:fs"
import * as Client from "@batchlabel/http-api/Client"
import { assert, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Housekeeping from "../src/Housekeeping.js"
import * as JobRecords from "../src/JobRecords.js"
import * as ServerSettings from "../src/ServerSettings.js"
import { clientOf, csvOf, eventually, start } from "./support/TestServer.js"

it.live("what nobody made a job of is removed when its time is over, and nothing that belongs to a job", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const client = yield* clientOf(server, yield* server.token("someone"))
    const form = new FormData()
    form.set("file", new Blob([csvOf(3)]), "a.csv")
    const upload = yield* client.uploads.create({ payload: form, urlParams: {} })
    const headers = { "idempotency-key": "key" }
    const payload = () => Client.form(new Blob([csvOf(3)]), "a.csv")
    const job = yield* client.jobs.create({ payload: payload(), headers })
    // A server that died between taking the file and making the job has left this.
    const orphan = {
      path: `${server.home}/uploads/orphan.csv`,
      owner: "tok_x",
      title: "x",
      name: "x",
      held: true,
      digest: "x",
      createdAt: 0
    }
    yield* server.run(JobRecords.put(orphan, undefined, 10)).pipe(Effect.orDie)
    const tidy = (settings: Partial<ServerSettings.Settings>) =>
      server
        .run(Effect.provide(Housekeeping.tidy, ServerSettings.layer({ home: server.home, threadEntry: "", ...settings })))
        .pipe(Effect.orDie)

    yield* tidy({ uploadLifetime: Duration.days(30_000) })
    assert.strictEqual((yield* client.uploads.get({ path: { id: upload.id } })).id, upload.id)
    assert.strictEqual((yield* client.jobs.create({ payload: payload(), headers })).id, job.id)

    const past = Date.now()
    yield* eventually(Effect.sync(Date.now), (now) => now > past + 1)
    yield* tidy({ uploadLifetime: Duration.millis(1), keyLifetime: Duration.zero })
    const records = yield* server.run(JobRecords.findByPaths([orphan.path])).pipe(Effect.orDie)
    assert.strictEqual(records.size, 0)
    assert.strictEqual((yield* client.jobs.get({ path: { id: job.id } })).status, "draft")
    // The upload expires by its own time; the input of the job is another file.
    assert.lengthOf(readdirSync(`${server.home}/uploads`), 2)
    // A key that was forgotten makes another job.
    assert.notStrictEqual((yield* client.jobs.create({ payload: payload(), headers })).id, job.id)
  }).pipe(Effect.scoped)
)

it.live("an upload is gone when it has expired, whether or not somebody has tidied up", () =>
  Effect.gen(function* () {
    const server = yield* start({ settings: { uploadLifetime: Duration.millis(300) } })
    const client = yield* clientOf(server, yield* server.token("someone"))
    const form = new FormData()
    form.set("file", new Blob([csvOf(3)]), "a.csv")
    const { id } = yield* client.uploads.create({ payload: form, urlParams: {} })
    const gone = yield* eventually(Effect.flip(client.uploads.get({ path: { id } })), () => true)
    assert.strictEqual(gone._tag === "ApiProblem" ? gone.code : gone._tag, "BL7015")
    assert.lengthOf(readdirSync(`${server.home}/uploads`), 1)
    yield* server
      .run(Effect.provide(Housekeeping.tidy, ServerSettings.layer({ home: server.home, threadEntry: "" })))
      .pipe(Effect.orDie)
    assert.lengthOf(readdirSync(`${server.home}/uploads`), 0)
  }).pipe(Effect.scoped)
)
