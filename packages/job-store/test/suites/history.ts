/** Events, answers, facts, and what deleting leaves. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { JobStore } from "../../src/JobStore.js"
import * as Settings from "../../src/Settings.js"
import { type Promise, reasonOf } from "../promise.js"
import { collected, completed, note, openJob } from "../samples.js"

export const history = (promise: Promise): void => {
  promise("events come back in order, page by page, for their job only", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      const id = yield* openJob(0)
      const other = yield* openJob(0)
      const kinds = Array.from({ length: 2_500 }, (_, index) => `k${index}`)
      yield* store.appendEvents(
        id,
        kinds.map((kind, index) => ({ kind, data: { index, text: "가\u0000\u2028" } }))
      )
      yield* store.appendEvents(other, [{ kind: "other", data: undefined }])
      yield* store.appendEvents(id, [])
      yield* store.appendEvents(id, [{ kind: "last", data: [null, "x"] }])
      const seen: Array<string> = []
      let after = 0
      while (true) {
        const page = yield* store.events(id, { after, limit: 700 })
        if (page.length === 0) break
        seen.push(...page.map(({ kind }) => kind))
        after = page[page.length - 1]?.seq ?? 0
      }
      assert.deepStrictEqual(seen, [...kinds, "last"])
      const [first] = yield* store.events(id, { after: 0, limit: 1 })
      assert.deepStrictEqual([first?.data, first?.jobId, first?.at], [{ index: 0, text: "가\u0000\u2028" }, id, 0])
      assert.deepStrictEqual(
        (yield* store.events(other, { after: 0, limit: 10 })).map(({ data }) => data),
        [null]
      )
    })
  )

  promise("answers are found by scope and digest, the newest counts, and scopes are cleared apart", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      const digests = Array.from({ length: 3_001 }, (_, index) => index.toString(16).padStart(24, "0"))
      const answers = digests.map((digest, index) => ({
        digest,
        value: index % 2 === 0 ? index : `글 ${index}`,
        at: index,
        batchId: index % 3 === 0 ? undefined : "batch_1"
      }))
      yield* store.saveAnswers("scope-a", answers)
      yield* store.saveAnswers("scope-b", answers.slice(0, 1))
      const again = { digest: digests[1] ?? "", value: 1, at: 99, batchId: "batch_2" }
      yield* store.saveAnswers("scope-a", [{ ...again, value: 0 }, again])
      const found = yield* store.findAnswers("scope-a", [...digests, "f".repeat(24)])
      assert.strictEqual(found.size, 3_001)
      assert.deepStrictEqual(found.get(digests[0] ?? ""), answers[0])
      assert.deepStrictEqual(found.get(digests[1] ?? ""), again)
      assert.deepStrictEqual(found.get(digests[3_000] ?? ""), answers[3_000])
      assert.strictEqual((yield* store.findAnswers("scope-c", digests)).size, 0)
      assert.strictEqual((yield* store.findAnswers("scope-a", [])).size, 0)
      assert.strictEqual(yield* store.clearAnswers("scope-a"), 3_001)
      assert.strictEqual((yield* store.findAnswers("scope-b", digests)).size, 1)
      assert.strictEqual(yield* store.clearAnswers(undefined), 1)
    })
  )

  promise("a deleted job leaves nothing behind but the answers it paid for", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      const id = yield* openJob(2)
      const kept = yield* openJob(1)
      yield* completed(id, 1, "batch_1")
      yield* store.appendEvents(id, [{ kind: "a", data: {} }])
      yield* store.saveAnswers("s", [{ digest: "d", value: 1, at: 1, batchId: "batch_1" }])
      yield* store.deleteJob(id)
      yield* store.deleteJob(id)
      assert.strictEqual(yield* reasonOf(store.job(id)), "JobNotFound")
      assert.deepStrictEqual(
        [
          (yield* store.shards(id)).length,
          (yield* store.attempts(id)).length,
          (yield* store.events(id, { after: 0, limit: 9 })).length
        ],
        [0, 0, 0]
      )
      assert.strictEqual((yield* store.findAnswers("s", ["d"])).size, 1)
      assert.strictEqual((yield* store.job(kept)).id, kept)
      assert.deepStrictEqual(yield* store.check, [])
    })
  )

  promise("a setting is kept by its kind and key, by its schema, until it is removed", () =>
    Effect.gen(function* () {
      const { settings } = yield* JobStore
      const limit = Settings.define("limit", Schema.Struct({ tokens: Schema.Number, at: Schema.DateFromNumber }))
      const value = (tokens: number) => ({ tokens, at: new Date(1_790_000_000_000) })
      assert.strictEqual(yield* settings.get(limit, "m"), undefined)
      yield* settings.set(limit, "m", value(1))
      yield* settings.set(limit, "m", value(2_000_000))
      yield* settings.set(limit, "n", value(3))
      assert.deepStrictEqual(yield* settings.get(limit, "m"), value(2_000_000))
      assert.strictEqual(yield* settings.get(note, "m"), undefined)
      yield* settings.remove(limit, "m")
      assert.deepStrictEqual([yield* settings.get(limit, "m"), yield* settings.get(limit, "n")], [undefined, value(3)])
    })
  )

  promise("a setting that this version cannot read counts as not set", () =>
    Effect.gen(function* () {
      const { settings } = yield* JobStore
      yield* settings.set(Settings.define("limit", Schema.String), "m", "many")
      assert.strictEqual(yield* settings.get(Settings.define("limit", Schema.Number), "m"), undefined)
    })
  )

  promise("of a deleted job no row of any table tells, neither setting nor lease, and other jobs keep theirs", () =>
    Effect.gen(function* () {
      const store = yield* JobStore
      const sql = yield* SqlClient
      const id = yield* openJob(2, { owner: "newsroom", token: "tok_alice" })
      const other = yield* openJob(1)
      for (const job of [id, other]) {
        const attempt = yield* completed(job, 1, `batch_of_${job.slice(-6)}`)
        yield* store.settle({ attempt, collected, cost: 5n, followUp: undefined })
        yield* store.appendEvents(job, [{ kind: "job_done", data: { job } }])
        yield* store.settings.set(note, job, "a", { job })
        yield* store.settings.set(note, `/out/${job === id ? "a" : "b"}.csv`, `${job} 12 34`, { job })
        yield* store.settings.set(note, `batch_of_${job.slice(-6)}`, "1", { job })
        yield* Effect.orDie(
          sql`INSERT INTO batchlabel_leases ${sql.insert({ name: `job:${job}`, holder: "x", host: "x", pid: 1, started: "x", expires_at: -1 })}`
        )
      }
      yield* store.settings.set(note, "gpt-4o-mini", "90000")
      yield* store.deleteJob(id)
      const tables = yield* Effect.orDie(
        sql.onDialectOrElse({
          pg: () =>
            sql<{ name: string }>`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()`,
          orElse: () => sql<{ name: string }>`SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'batchlabel%'`
        })
      )
      assert.isAbove(tables.length, 9)
      const told: Array<string> = []
      for (const { name } of tables) {
        const text = JSON.stringify(yield* Effect.orDie(sql`SELECT * FROM ${sql(name)}`))
        if (text.includes(id) || text.includes(`batch_of_${id.slice(-6)}`)) told.push(name)
      }
      assert.deepStrictEqual(told, [])
      assert.strictEqual(yield* store.settings.get(note, other), "a")
      assert.strictEqual(yield* store.settings.get(note, "/out/b.csv"), `${other} 12 34`)
      assert.strictEqual(yield* store.settings.get(note, `batch_of_${other.slice(-6)}`), "1")
      assert.strictEqual(yield* store.settings.get(note, "gpt-4o-mini"), "90000")
    })
  )
}
