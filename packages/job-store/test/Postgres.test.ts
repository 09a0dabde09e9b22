import { afterAll, describe, it } from "@effect/vitest"
import { postgres } from "./backends.js"
import * as Postgres from "./postgres.js"
import { suite } from "./suite.js"

const server = await Postgres.start()

if (server === undefined) {
  describe("the store on PostgreSQL", () => {
    it.skip(`is not tested here: ${Postgres.absence}`, () => {})
  })
} else {
  afterAll(server.stop)
  suite(postgres(server))
}
