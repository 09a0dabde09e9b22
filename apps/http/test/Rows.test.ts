import { appendFileSync, readFileSync } from "node:fs"
import * as Client from "@batchlabel/http-api/Client"
import type { CsvForm, ManualMode } from "@batchlabel/http-api/JobsApi"
import type { Row } from "@batchlabel/http-api/Row"
import { assert, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import { sized } from "../../../test/support/sized.js"
import { agreed, ask, clientOf, csvOf, eventually, refusal, start } from "./support/TestServer.js"

/** Every third row fails, every seventh is blank; some cells hold what a CSV makes hard. */
const cells = Array.from({ length: 2_345 }, (_, index) => {
  const row = index + 1
  if (row % 7 === 0) return ""
  return `${row % 3 === 0 ? "나쁜" : "좋은"} 기사 ${row}${row % 5 === 0 ? '\n둘째 줄, "인용"' : ""}`
})

const csv = `text\n${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join("\n")}\n`

const expected = cells.map((cell, index): Pick<Row, "row" | "outcome" | "reason"> => {
  const row = index + 1
  if (cell === "") return { row, outcome: "failed", reason: "empty_text" }
  return cell.startsWith("나쁜") ? { row, outcome: "failed", reason: "invalid_answer" } : { row, outcome: "labeled" }
})

const rules = { rules: [{ contains: "나쁜", bad: "prose" as const }], default: 1 }

// Whole processes and many requests: a busy machine takes its time.
const patience = 180_000

it.live(
  "pages of any size hold every row once, in the input's order, whatever is asked for",
  () =>
    Effect.gen(function* () {
      const server = yield* start({ simulator: { rules, tokens: "bytes" }, settings: { limits: { requestBurst: 100_000 } } })
      const token = yield* server.token("someone")
      const client = yield* clientOf(server, token)
      const { id } = yield* client.jobs.create({ payload: Client.form(new Blob([csv]), "a.csv", { ...agreed }), headers: {} })
      const path = { id }
      yield* eventually(client.jobs.get({ path }), ({ state }) => state === "done")

      const all = (
        query: { readonly outcome?: Row["outcome"]; readonly reason?: "empty_text" | "invalid_answer" | "refused" },
        limit: number
      ) =>
        Effect.gen(function* () {
          const found: Array<Row> = []
          let total = -1
          let cursor: string | undefined
          do {
            const page: { readonly items: ReadonlyArray<Row>; readonly total: number; readonly next?: string } =
              yield* client.jobs.rows({
                path,
                urlParams: { ...query, limit, cursor }
              })
            assert.isAtMost(page.items.length, limit)
            found.push(...page.items)
            total = page.total
            cursor = page.next
          } while (cursor !== undefined)
          assert.strictEqual(found.length, total)
          return found
        })

      const queries = [
        {},
        { outcome: "labeled" },
        { outcome: "failed" },
        { outcome: "pending" },
        { reason: "empty_text" },
        { reason: "invalid_answer" },
        { reason: "refused" }
      ] as const
      const samples = FastCheck.sample(
        FastCheck.tuple(FastCheck.constantFrom(...queries), FastCheck.integer({ min: 100, max: 500 })),
        sized(5, 12)
      )
      for (const [query, limit] of samples) {
        const rows = yield* all(query, limit)
        const wanted = expected.filter(
          (row) =>
            (!("outcome" in query) || row.outcome === query.outcome) && (!("reason" in query) || row.reason === query.reason)
        )
        assert.deepStrictEqual(
          rows.map(({ outcome, reason, row }) => (reason === undefined ? { row, outcome } : { row, outcome, reason })),
          wanted
        )
        for (const { row, text } of rows) assert.strictEqual(text, cells[row - 1])
      }
      // Single rows are found by their number, at the edges of the index as well.
      for (const row of [1, 999, 1_000, 1_001, 2_000, 2_001, 2_345]) {
        const found = yield* client.jobs.labelRow({ path: { id, row }, payload: { label: null } })
        assert.deepStrictEqual([found.row, found.text], [row, cells[row - 1]])
      }
      assert.strictEqual(
        yield* refusal(
          yield* ask(server, `/v1/jobs/${id}/rows/2346`, {
            method: "PATCH",
            token,
            body: '{"label":1}',
            headers: { "content-type": "application/json" }
          })
        ),
        "404 BL7021"
      )
      assert.strictEqual(
        yield* refusal(
          yield* ask(server, `/v1/jobs/${id}/rows/1`, {
            method: "PATCH",
            token,
            body: '{"label":7}',
            headers: { "content-type": "application/json" }
          })
        ),
        "422 BL7022"
      )
      for (const row of ["0", "-1", "1.5", "1e3", "x", "%00"]) {
        assert.include(
          [400, 404],
          (yield* ask(server, `/v1/jobs/${id}/rows/${row}`, {
            method: "PATCH",
            token,
            body: '{"label":1}',
            headers: { "content-type": "application/json" }
          })).status
        )
      }

      // A cursor that somebody made up gives rows after it or none, and never half a row.
      for (const cursor of ["0", "5", "1500", "2345", "999999999"]) {
        const { items } = yield* client.jobs.rows({ path, urlParams: { cursor, limit: 100 } })
        for (const row of items) assert.strictEqual(row.text, cells[row.row - 1])
        assert.strictEqual(items[0]?.row, Number(cursor) < 2_345 ? Number(cursor) + 1 : undefined)
      }
      for (const cursor of ["x", "../1", "-1", "1.5"]) {
        assert.strictEqual(
          (yield* ask(server, `/v1/jobs/${id}/rows?cursor=${encodeURIComponent(cursor)}`, { token })).status,
          400
        )
      }
    }).pipe(Effect.scoped),
  patience
)

it.live(
  "a cursor from before the files were written anew goes on at the same row",
  () =>
    Effect.gen(function* () {
      const server = yield* start({ simulator: { rules, tokens: "bytes" }, settings: { resultInterval: Duration.zero } })
      const client = yield* clientOf(server, yield* server.token("someone"))
      const { id } = yield* client.jobs.create({ payload: Client.form(new Blob([csv]), "a.csv"), headers: {} })
      const path = { id }
      const first = yield* client.jobs.rows({ path, urlParams: { limit: 300 } })
      assert.strictEqual(first.items.at(-1)?.row, 300)
      assert.isTrue(first.items.every(({ outcome, text }) => outcome === (text === "" ? "failed" : "pending")))
      yield* client.jobs.start({ path, payload: { maxCost: agreed.maxCost } })
      yield* eventually(client.jobs.get({ path }), ({ state }) => state === "done")
      const second = yield* client.jobs.rows({ path, urlParams: { limit: 300, cursor: first.next } })
      assert.deepStrictEqual(
        second.items.map(({ outcome, row }) => ({ row, outcome })),
        expected.slice(300, 600).map(({ outcome, row }) => ({ row, outcome }))
      )
      const failed = yield* client.jobs.rows({ path, urlParams: { outcome: "failed", limit: 10, cursor: first.next } })
      assert.isAbove(failed.items[0]?.row ?? 0, 300)
    }).pipe(Effect.scoped),
  patience
)

it.live(
  "an input that was changed on the disk is noticed, and its place is not told",
  () =>
    Effect.gen(function* () {
      const server = yield* start({ simulator: { rules } })
      const token = yield* server.token("someone")
      const client = yield* clientOf(server, token)
      const { id } = yield* client.jobs.create({
        payload: Client.form(new Blob(["text\nx\n"]), "내 파일.csv", { ...agreed }),
        headers: {}
      })
      yield* eventually(client.jobs.get({ path: { id } }), ({ state }) => state === "done")
      const job = yield* Effect.orDie(server.store.job(id))
      assert.include(readFileSync(job.input.path, "utf8"), "x")
      appendFileSync(job.input.path, "y\n")
      const problem = yield* Effect.flip(client.jobs.rows({ path: { id }, urlParams: {} }))
      assert.strictEqual(problem._tag === "ApiProblem" ? problem.code : problem._tag, "BL5003")
      assert.include(problem.message, "내 파일.csv")
      assert.notInclude(problem.message, server.home)
    }).pipe(Effect.scoped),
  patience
)

it.live(
  "of the failed rows only the chosen ones are asked again, and the others when they are asked for",
  () =>
    Effect.gen(function* () {
      const server = yield* start({ simulator: { rules: { rules: [{ regex: "기사 [2-5]:", bad: "prose" }] } } })
      const client = yield* clientOf(server, yield* server.token("someone"))
      const job = yield* client.jobs.create({ payload: Client.form(new Blob([csvOf(6)]), "a.csv", { ...agreed }), headers: {} })
      const over = (id: string) => eventually(client.jobs.get({ path: { id } }), ({ state }) => state === "done")
      yield* over(job.id)
      const failed = (yield* client.jobs.rows({ path: { id: job.id }, urlParams: { outcome: "failed" } })).items.map(
        ({ row }) => row
      )
      const [first = 0, second = 0, ...others] = failed
      assert.isAbove(others.length, 0)
      const some = yield* client.jobs.retry({ path: { id: job.id }, payload: { rows: [first, second] } })
      assert.strictEqual((yield* over(some.id)).requests, 2)
      const rest = yield* client.jobs.retry({ path: { id: job.id }, payload: {} })
      assert.strictEqual((yield* over(rest.id)).requests, failed.length)
      const none = yield* Effect.flip(client.jobs.retry({ path: { id: job.id }, payload: { rows: [] } }))
      assert.strictEqual(none._tag === "ParseError" ? "ParseError" : none._tag, "ParseError")
    }).pipe(Effect.scoped),
  patience
)

it.live(
  "what is fetched of a job that has just ended is its result, however lately its files were written",
  () =>
    Effect.gen(function* () {
      const server = yield* start({
        settings: { resultInterval: Duration.hours(1) },
        simulator: { clock: { phases: { validating: 1_000, perRequest: 0, finalizing: 0 } } }
      })
      const client = yield* clientOf(server, yield* server.token("someone"))
      const job = yield* client.jobs.create({ payload: Client.form(new Blob([csvOf(6)]), "a.csv", { ...agreed }), headers: {} })
      const path = { id: job.id }
      const early = yield* client.jobs.distribution({ path })
      assert.strictEqual(early.pending, 6)
      yield* eventually(client.jobs.get({ path }), ({ state }) => state === "done")
      const late = yield* client.jobs.distribution({ path })
      assert.strictEqual(late.pending, 0)
      assert.isTrue(late.final)
    }).pipe(Effect.scoped),
  patience
)

it.live(
  "result files are written for spreadsheets and with where answers come from, on request",
  () =>
    Effect.gen(function* () {
      const server = yield* start({
        simulator: { rules, clock: { phases: { validating: 1_000, perRequest: 0, finalizing: 0 } } }
      })
      const someone = yield* server.token("someone")
      const client = yield* clientOf(server, someone)
      const file = 'text,formula\n좋은 글,=1+1\n"나쁜, 글",@x\n'
      const job = yield* client.jobs.create({ payload: Client.form(new Blob([file]), "a.csv", {}), headers: {} })
      const path = { id: job.id }
      const decode = (bytes: Uint8Array): ReadonlyArray<string> =>
        new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes).trimEnd().split("\n")
      const labeled = (urlParams: CsvForm & { readonly manual?: ManualMode }) =>
        Effect.map(client.jobs.labeledCsv({ path, urlParams }), decode)
      const failed = (urlParams: CsvForm) => Effect.map(client.jobs.failedCsv({ path, urlParams }), decode)

      assert.match((yield* labeled({ provenance: true }))[1] ?? "", /,Pending,/)
      yield* client.jobs.start({ path, payload: { maxCost: agreed.maxCost } })
      yield* eventually(client.jobs.get({ path }), ({ state }) => state === "done")
      const plain = yield* labeled({})
      assert.strictEqual(plain[0], "text,formula,label,label_name,labeled,labeled_at")
      assert.match(plain[1] ?? "", /^좋은 글,=1\+1,1,/)
      const excel = yield* labeled({ bom: true, safeCells: true })
      assert.strictEqual(excel[0], `\ufeff${plain[0]}`)
      assert.match(excel[1] ?? "", /^좋은 글,'=1\+1,1,/)
      assert.match(excel[2] ?? "", /^"나쁜, 글",'@x,,,False,/)
      // Each by itself, and those that are switched off.
      assert.deepStrictEqual(yield* labeled({ bom: true }), [`\ufeff${plain[0]}`, ...plain.slice(1)])
      assert.deepStrictEqual(yield* labeled({ safeCells: true }), [plain[0] ?? "", ...excel.slice(1)])
      assert.deepStrictEqual(yield* labeled({ bom: false, safeCells: false, provenance: false }), plain)

      const traced = yield* labeled({ provenance: true })
      assert.strictEqual(traced[0], `${plain[0]},attempt,model,task,batch`)
      assert.match(traced[1] ?? "", /,1,gpt-4o-mini,[^,]+,batch_\w+$/)
      assert.deepStrictEqual(yield* labeled({ provenance: true }), traced)
      const failures = yield* failed({ provenance: true, bom: true })
      assert.match(failures[0] ?? "", /^\ufefftext,formula,.*attempt,model,task,batch/)
      assert.match(failures[1] ?? "", /^"나쁜, 글",@x,/)

      // Together with what a person said.
      yield* client.jobs.labelRow({ path: { id: job.id, row: 2 }, payload: { label: 0 } })
      const applied = yield* labeled({ provenance: true, safeCells: true, manual: "apply" })
      assert.match(applied[2] ?? "", /^"나쁜, 글",'@x,0,옹호 \(Support\),True,/)

      const wrong = yield* ask(server, `/v1/jobs/${job.id}/labeled.csv?bom=yes`, { token: someone })
      assert.strictEqual(wrong.status, 400)
    }).pipe(Effect.scoped),
  patience
)
