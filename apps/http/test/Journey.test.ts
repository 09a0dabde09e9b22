import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { clientOf, csvOf, eventually, start } from "./support/TestServer.js"

it.live("a file is uploaded, previewed, estimated, labelled and downloaded", () =>
  Effect.gen(function* () {
    const server = yield* start({
      simulator: {
        rules: {
          rules: [
            { contains: "기사 3:", bad: "prose" },
            { contains: "정부", answer: 1 }
          ]
        }
      }
    })
    const client = yield* clientOf(server, yield* server.token("someone"))
    const csv = new Blob([csvOf(20)])
    const form = new FormData()
    form.set("file", csv, "news.csv")
    const upload = yield* client.uploads.create({ payload: form, urlParams: {} })
    assert.strictEqual(upload.rows, 20)
    const preview = yield* client.previews.create({ payload: { upload: upload.id, rows: 2 } })
    assert.strictEqual(preview.rows.length, 2)
    const estimate = yield* client.estimates.create({ payload: { upload: upload.id } })
    assert.strictEqual(estimate.rows.requests, 20)
    const job = yield* client.jobs.create({ payload: { upload: upload.id, start: true }, headers: {} })
    const done = yield* eventually(client.jobs.get({ path: { id: job.id } }), ({ state }) => state === "done")
    console.log(done)
    const distribution = yield* client.jobs.distribution({ path: { id: job.id } })
    console.log(distribution)
    const text = new TextDecoder().decode(yield* client.jobs.labeledCsv({ path: { id: job.id }, urlParams: {} }))
    console.log(text.slice(0, 300))
  }).pipe(Effect.scoped)
)
