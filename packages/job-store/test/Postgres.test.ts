import { SqlClient } from "@effect/sql/SqlClient"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import { eventually } from "../../../test/support/eventually.js"
import { JobStore } from "../src/JobStore.js"
import { postgres } from "./backends.js"
import { interleavings } from "./interleavings.js"
import * as Postgres from "./postgres.js"
import { note } from "./samples.js"
import { suite } from "./suite.js"

const server = await Postgres.start()

if (server === undefined) {
  describe("the store on PostgreSQL", () => {
    it.skip(`is not tested here: ${Postgres.absence}`, () => {})
  })
} else {
  afterAll(server.stop)
  suite(postgres(server))
  it.scopedLive("a server that drops its connections costs the calls under way, not the store", () =>
    Effect.gen(function* () {
      const place = yield* postgres(server).place
      yield* Effect.gen(function* () {
        const store = yield* JobStore
        const sql = yield* SqlClient
        yield* store.settings.set(note, "before", "kept")
        const busy = yield* Effect.forEach(Array.from({ length: 20 }), (_, index) =>
          Effect.fork(Effect.either(store.settings.set(note, `f${index}`, "x")))
        )
        yield* Effect.either(sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE application_name = 'batchlabel' AND pid <> pg_backend_pid()`)
        for (const result of yield* Effect.forEach(busy, Fiber.join)) {
          if (Either.isLeft(result)) assert.strictEqual(result.left.reason._tag, "StoreUnavailable")
        }
        yield* eventually("the store to answer again", store.settings.get(note, "before"), { until: (value) => value === "kept" })
        yield* store.settings.set(note, "after", "x")
        assert.deepStrictEqual(yield* store.check, [])
      }).pipe(Effect.provide(place.layer()))
    })
  )
  interleavings(postgres(server), 4)
}
