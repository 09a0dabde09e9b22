/** Whose what is: everything belongs to people and teams, and their tokens come and go. */
import * as Client from "@batchlabel/http-api/Client"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { eventually } from "../../../test/support/eventually.js"
import * as ServerDatabase from "../src/ServerDatabase.js"
import * as Tokens from "../src/Tokens.js"
import { agreed, ask, clientOf, csvOf, refusal, start, type TestServer } from "./support/TestServer.js"

const file = (rows = 3) => Client.form(new Blob([csvOf(rows)]), "a.csv", { ...agreed })

const made = (server: TestServer, token: string, rows = 3) =>
  Effect.gen(function* () {
    const client = yield* clientOf(server, token)
    const { id } = yield* client.jobs.create({ payload: file(rows), headers: {} })
    return yield* eventually("the job to be done", client.jobs.get({ path: { id } }), { until: ({ state }) => state === "done" })
  })

it.live("a new token of the same owner sees its jobs, tasks, uploads and webhooks, and a read token reads them", () =>
  Effect.gen(function* () {
    const server = yield* start({ settings: { allowPrivateWebhooks: true } })
    const alice = yield* server.token("alice", "write", undefined, "newsroom")
    const client = yield* clientOf(server, alice)
    const job = yield* made(server, alice)
    const form = new FormData()
    form.set("file", new Blob([csvOf(1)]), "later.csv")
    const upload = yield* client.uploads.create({ payload: form, urlParams: {} })
    const [preset] = (yield* client.tasks.list()).items
    yield* client.tasks.put({ path: { name: "ours" }, payload: { ...preset?.task } })
    yield* client.webhooks.create({ payload: { url: "http://127.0.0.1:9/hook" } })
    yield* server.revoke(alice)

    for (const scope of ["write", "read"] as const) {
      const next = yield* clientOf(server, yield* server.token(`next ${scope}`, scope, undefined, "newsroom"))
      assert.deepStrictEqual(
        (yield* next.jobs.list({ urlParams: {} })).items.map(({ id, owner }) => [id, owner]),
        [[job.id, "newsroom"]]
      )
      const path = { id: job.id }
      assert.strictEqual((yield* next.jobs.get({ path })).labeled, 3)
      assert.strictEqual((yield* next.jobs.rows({ path, urlParams: {} })).total, 3)
      assert.strictEqual((yield* next.jobs.distribution({ path })).labeled, 3)
      assert.isAbove((yield* next.jobs.labeledCsv({ path, urlParams: {} })).length, 10)
      assert.isAbove((yield* next.jobs.events({ path, urlParams: {} })).items.length, 0)
      assert.strictEqual((yield* next.uploads.get({ path: { id: upload.id } })).name, "later.csv")
      assert.strictEqual((yield* next.tasks.get({ path: { name: "ours" } })).name, "ours")
      assert.lengthOf((yield* next.webhooks.list()).items, 1)
      assert.strictEqual((yield* next.session.current()).token.owner, "newsroom")
    }
    const reader = yield* server.token("reader", "read", undefined, "newsroom")
    for (const [method, to] of [
      ["POST", "start"],
      ["POST", "cancel"],
      ["POST", "retry"],
      ["POST", "retry/plan"],
      ["PATCH", "rows/1"]
    ] as const) {
      const response = yield* ask(server, `/v1/jobs/${job.id}/${to}`, {
        method,
        token: reader,
        body: JSON.stringify(method === "PATCH" ? { label: 1 } : {}),
        headers: { "content-type": "application/json" }
      })
      assert.strictEqual(yield* refusal(response), "403 BL7003", to)
    }
  }).pipe(Effect.scoped)
)

it.live("for another owner none of it is there, whatever is asked and however it is asked", () =>
  Effect.gen(function* () {
    const server = yield* start({ settings: { allowPrivateWebhooks: true } })
    const mine = yield* server.token("mine")
    const client = yield* clientOf(server, mine)
    const job = yield* made(server, mine)
    const form = new FormData()
    form.set("file", new Blob([csvOf(1)]), "secret.csv")
    const upload = yield* client.uploads.create({ payload: form, urlParams: {} })
    const [preset] = (yield* client.tasks.list()).items
    yield* client.tasks.put({ path: { name: "ours" }, payload: { ...preset?.task } })
    const hook = yield* client.webhooks.create({ payload: { url: "http://127.0.0.1:9/hook" } })
    const other = yield* server.token("other")
    const json = { "content-type": "application/json" }
    const refused: ReadonlyArray<readonly [method: string, path: string, body?: object]> = [
      ["GET", `/v1/jobs/${job.id}`],
      ["GET", `/v1/jobs/${job.id}/start`],
      ["GET", `/v1/jobs/${job.id}/events`],
      ["GET", `/v1/jobs/${job.id}/rows`],
      ["GET", `/v1/jobs/${job.id}/distribution`],
      ["GET", `/v1/jobs/${job.id}/labeled.csv`],
      ["GET", `/v1/jobs/${job.id}/failed.csv`],
      ["POST", `/v1/jobs/${job.id}/start`, {}],
      ["POST", `/v1/jobs/${job.id}/cancel`, {}],
      ["POST", `/v1/jobs/${job.id}/retry`, {}],
      ["POST", `/v1/jobs/${job.id}/retry/plan`, {}],
      ["PATCH", `/v1/jobs/${job.id}/rows/1`, { label: 1 }],
      ["DELETE", `/v1/jobs/${job.id}`],
      ["GET", `/v1/uploads/${upload.id}`],
      ["DELETE", `/v1/uploads/${upload.id}`],
      ["POST", "/v1/previews", { upload: upload.id }],
      ["POST", "/v1/estimates", { upload: upload.id }],
      ["POST", "/v1/jobs", { upload: upload.id }],
      ["POST", "/v1/jobs", { upload: upload.id, preset: "ours" }],
      ["GET", "/v1/tasks/ours"],
      ["DELETE", "/v1/tasks/ours"],
      ["DELETE", `/v1/webhooks/${hook.id}`]
    ]
    for (const [method, path, body] of refused) {
      const response = yield* ask(server, path, {
        method,
        token: other,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: json })
      })
      assert.strictEqual(response.status, 404, `${method} ${path}`)
    }
    const theirs = yield* clientOf(server, other)
    assert.deepStrictEqual((yield* theirs.jobs.list({ urlParams: {} })).items, [])
    assert.deepStrictEqual((yield* theirs.webhooks.list()).items, [])
    assert.notInclude(JSON.stringify((yield* theirs.tasks.list()).items), "ours")
    assert.strictEqual((yield* theirs.spending.get()).spent, 0n)
    // Nothing of it was touched by the asking.
    assert.strictEqual((yield* client.jobs.get({ path: { id: job.id } })).labeled, 3)
    assert.lengthOf((yield* client.webhooks.list()).items, 1)
    // An administrator sees the jobs of all.
    const admin = yield* clientOf(server, yield* server.token("root", "admin"))
    assert.strictEqual((yield* admin.jobs.get({ path: { id: job.id } })).owner, "mine")
  }).pipe(Effect.scoped)
)

it.live("an owner's answers are its own: equal rows of another are asked anew, unless the operator shares them", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const one = yield* made(server, yield* server.token("one"))
    const again = yield* made(server, yield* server.token("one, another token", "write", undefined, "one"))
    const other = yield* made(server, yield* server.token("other"))
    assert.deepStrictEqual([one.split?.known, again.split?.known, other.split?.known], [0, 3, 0])
    const { jobs } = yield* Effect.promise(() => server.simulator.ledger())
    assert.deepStrictEqual(
      [one, again, other].map(({ id }) => jobs[id]?.paid ?? 0),
      [3, 0, 3]
    )
    const sharing = yield* start({ settings: { shareAnswers: true } })
    yield* made(sharing, yield* sharing.token("one"))
    assert.strictEqual((yield* made(sharing, yield* sharing.token("other"))).split?.known, 3)
  }).pipe(Effect.scoped)
)

it.live("an owner's limit of the month is told, holds its jobs with a reason, and lets them go on when it is raised", () =>
  Effect.gen(function* () {
    const server = yield* start({ settings: { ownerCap: 1_000n } })
    const token = yield* server.token("someone")
    const client = yield* clientOf(server, token)
    const job = yield* client.jobs.create({ payload: file(), headers: {} })
    const path = { id: job.id }
    const held = yield* eventually("the job to say why it waits", client.jobs.get({ path }), {
      until: ({ fault }) => fault !== undefined
    })
    assert.strictEqual(held.fault?.code, "BL7090")
    assert.deepStrictEqual(
      held.waits.map(({ reason }) => reason),
      ["limit"]
    )
    assert.deepStrictEqual((yield* Effect.promise(() => server.simulator.ledger())).jobs, {})
    const month = yield* client.spending.get()
    assert.deepInclude(month, { owner: "someone", spent: 0n, reserved: 0n, limit: 1_000n })
    assert.isUndefined(month.server)
    assert.strictEqual(new Date(month.resetsAt).getUTCDate(), 1)
    yield* server.store.setLimit({ _tag: "Owner", owner: "someone" }, 1_000_000_000_000n)
    yield* eventually("the job to be done", client.jobs.get({ path }), { until: ({ state }) => state === "done" })
    const after = yield* client.spending.get()
    assert.isTrue(after.spent > 0n && after.reserved === 0n)
    // What was paid stays paid, though its job is deleted, and no table tells of the job any more.
    yield* client.jobs.remove({ path })
    const told = yield* server.run(
      Effect.gen(function* () {
        const { read, sql } = yield* ServerDatabase.ServerDatabase
        const tables = yield* read(sql<{ readonly name: string }>`SELECT name FROM sqlite_master WHERE type = 'table'`)
        const found = yield* Effect.forEach(tables, ({ name }) =>
          Effect.map(read(sql`SELECT * FROM ${sql(name)}`), (rows) => (JSON.stringify(rows).includes(job.id) ? [name] : []))
        )
        return found.flat()
      }).pipe(Effect.orDie)
    )
    assert.deepStrictEqual(told, [])
    assert.strictEqual((yield* client.spending.get()).spent, after.spent)
  }).pipe(Effect.scoped)
)

it.live("a server has caps from its first start, and keeps what its operator said until he says otherwise", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const admin = yield* clientOf(server, yield* server.token("root", "admin"))
    const { limit, server: all } = yield* admin.spending.get()
    assert.deepStrictEqual([limit, all?.limit], [25_000_000_000_000n, 100_000_000_000_000n])
    const capped = yield* start({ home: server.home, settings: { monthlyCap: "none", ownerCap: 5_000_000_000_000n } })
    yield* capped.stop
    const later = yield* start({ home: server.home })
    const told = yield* (yield* clientOf(later, yield* later.token("root", "admin"))).spending.get()
    assert.deepStrictEqual([told.limit, told.server?.limit], [5_000_000_000_000n, undefined])
  }).pipe(Effect.scoped)
)

it.live("a job does what was shown or nothing: a plan that has changed since is refused and shown anew", () =>
  Effect.gen(function* () {
    const rules = {
      rules: [
        { contains: "기사 3:", bad: "prose" as const },
        { contains: "기사 4:", bad: "prose" as const }
      ]
    }
    const server = yield* start({ simulator: { rules } })
    const client = yield* clientOf(server, yield* server.token("someone"))
    const csv = `${csvOf(5)}"  ",빈 글\n`
    const form = new FormData()
    form.set("file", new Blob([csv]), "a.csv")
    const upload = yield* client.uploads.create({ payload: form, urlParams: {} })
    const code = <A, E extends { readonly _tag: string }>(effect: Effect.Effect<A, E>) =>
      Effect.map(Effect.flip(effect), (error) => ("code" in error ? error.code : error._tag))

    // Making a job: the estimate that was shown.
    const shown = yield* client.estimates.create({ payload: { upload: upload.id } })
    const make = (expect: string, more = {}) =>
      client.jobs.create({ payload: { upload: upload.id, expect, ...more }, headers: {} })
    assert.strictEqual(yield* code(make("0".repeat(32))), "BL7094")
    assert.strictEqual(yield* code(make(shown.digest, { fewShot: true })), "BL7094")
    assert.deepStrictEqual((yield* client.jobs.list({ urlParams: {} })).items, [])
    const draft = yield* make(shown.digest, { attempts: 1 })
    const path = { id: draft.id }

    // Starting it: rows, cost and cap.
    const first = yield* client.jobs.startPlan({ path })
    assert.deepInclude(first.rows, { rows: 6, requests: 5, skipped: 1, byPerson: 0 })
    assert.isTrue(first.cost !== undefined && first.cost.mid > 0n)
    assert.strictEqual(first.month.owner, "someone")
    assert.strictEqual(yield* code(client.jobs.start({ path, payload: { expect: "1".repeat(32) } })), "BL7094")
    assert.strictEqual((yield* client.jobs.get({ path })).status, "draft")
    assert.deepStrictEqual((yield* Effect.promise(() => server.simulator.ledger())).jobs, {})
    yield* client.jobs.start({ path, payload: { expect: first.digest } })
    yield* eventually("the job to be done", client.jobs.get({ path }), { until: ({ state }) => state === "done" })

    // Asking again: the blank row can't be asked, and what a person has labelled is not paid for once more.
    const plan = yield* client.jobs.retryPlan({ path, payload: {} })
    assert.deepStrictEqual(plan.rows, { rows: 3, requests: 2, duplicates: 0, known: 0, skipped: 1, byPerson: 0 })
    yield* client.jobs.labelRow({ path: { ...path, row: 3 }, payload: { label: 1 } })
    assert.strictEqual(yield* code(client.jobs.retry({ path, payload: { expect: plan.digest } })), "BL7094")
    const anew = yield* client.jobs.retryPlan({ path, payload: {} })
    assert.deepInclude(anew.rows, { requests: 1, byPerson: 1, skipped: 1 })
    const all = yield* client.jobs.retryPlan({ path, payload: { labeledByPerson: true } })
    assert.deepInclude(all.rows, { requests: 2, byPerson: 0 })
    const retried = yield* client.jobs.retry({ path, payload: { expect: anew.digest } })
    assert.strictEqual(retried.requests, 1)
    yield* eventually("the retry to be done", client.jobs.get({ path: { id: retried.id } }), {
      until: ({ state }) => state === "done"
    })
    assert.strictEqual((yield* Effect.promise(() => server.simulator.ledger())).jobs[retried.id]?.paid, 1)
  }).pipe(Effect.scoped)
)

it.live(
  "what spends says how much: making, starting and asking again need the digest of a plan, or a cap; nothing is sent without",
  () =>
    Effect.gen(function* () {
      const rules = { rules: [{ contains: "기사 3:", bad: "prose" as const }] }
      const server = yield* start({ simulator: { rules } })
      const client = yield* clientOf(server, yield* server.token("someone"))
      const form = (more = {}) => Client.form(new Blob([csvOf(3)]), "a.csv", { attempts: 1, ...more })
      const refusal = <A, E extends { readonly _tag: string }>(effect: Effect.Effect<A, E>) =>
        Effect.map(Effect.flip(effect), (error) =>
          "code" in error && "status" in error ? [error.status, error.code] : [error._tag]
        )
      const sent = Effect.map(
        Effect.promise(() => server.simulator.ledger()),
        ({ jobs }) => Object.values(jobs).reduce((sum, { paid }) => sum + paid, 0)
      )

      assert.deepStrictEqual(yield* refusal(client.jobs.create({ payload: form({ start: true }), headers: {} })), [428, "BL7188"])
      assert.deepStrictEqual((yield* client.jobs.list({ urlParams: {} })).items, [])
      const { id } = yield* client.jobs.create({ payload: form(), headers: {} })
      const path = { id }
      assert.deepStrictEqual(yield* refusal(client.jobs.start({ path, payload: {} })), [428, "BL7188"])
      assert.strictEqual((yield* client.jobs.get({ path })).status, "draft")
      assert.strictEqual(yield* sent, 0)
      const { digest } = yield* client.jobs.startPlan({ path })
      yield* client.jobs.start({ path, payload: { expect: digest } })
      yield* eventually("the job to be done", client.jobs.get({ path }), { until: ({ state }) => state === "done" })
      assert.deepStrictEqual(yield* refusal(client.jobs.retry({ path, payload: {} })), [428, "BL7188"])
      assert.strictEqual(yield* sent, 3)
      const again = yield* client.jobs.retry({ path, payload: { maxCost: agreed.maxCost } })
      yield* eventually("the retry to be done", client.jobs.get({ path: { id: again.id } }), {
        until: ({ state }) => state === "done"
      })
      assert.strictEqual(yield* sent, 4)
      // The cap that the job was given holds for its retries: it is the word on how much.
      const capped = yield* client.jobs.create({ payload: form({ ...agreed, useCache: false }), headers: {} })
      yield* eventually("the capped job to be done", client.jobs.get({ path: { id: capped.id } }), {
        until: ({ state }) => state === "done"
      })
      yield* client.jobs.retry({ path: { id: capped.id }, payload: {} })
    }).pipe(Effect.scoped)
)

it.live("a column that will have another name is told before the start: by the estimate, the preview and the plan", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const client = yield* clientOf(server, yield* server.token("someone"))
    const form = new FormData()
    form.set("file", new Blob(["text,label\n하나,1\n"]), "a.csv")
    const { id: upload } = yield* client.uploads.create({ payload: form, urlParams: {} })
    const { warnings } = yield* client.estimates.create({ payload: { upload } })
    const told = warnings.find(({ code }) => code === "BL5075")
    assert.include(told?.texts.en, "The input column 'label' has the name of a result column; it is kept as 'label_input'")
    assert.include(told?.texts.ko, "'label_input'")
    const renamed = [{ column: "label", kept: "label_input" }]
    assert.deepStrictEqual((yield* client.previews.create({ payload: { upload } })).renamed, renamed)
    const draft = yield* client.jobs.create({ payload: { upload }, headers: {} })
    assert.deepStrictEqual((yield* client.jobs.startPlan({ path: { id: draft.id } })).renamed, renamed)
  }).pipe(Effect.scoped)
)

it.live("a store of tokens that owned things is brought to owners of their names, and nothing is lost of it", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const token = yield* server.token("alice")
    const job = yield* made(server, token)
    const client = yield* clientOf(server, token)
    const [preset] = (yield* client.tasks.list()).items
    yield* client.tasks.put({ path: { name: "ours" }, payload: { ...preset?.task } })
    const second = yield* server.token("alice")
    const ids = [token, second].map((text) => `tok_${text.split("_")[1]}`)
    yield* server.stop
    // As the version before has left it: everything under the token's id.
    yield* server.run(
      Effect.gen(function* () {
        const { sql, transaction } = yield* ServerDatabase.ServerDatabase
        yield* transaction(
          Effect.gen(function* () {
            for (const table of ["jobs", "http_tasks", "http_inputs"])
              yield* sql`UPDATE ${sql(`batchlabel_${table}`)} SET owner = ${ids[0] ?? ""} WHERE owner = 'alice'`
            yield* sql`INSERT INTO batchlabel_http_tasks (owner, name, task, updated_at)
              SELECT ${ids[1] ?? ""}, name, task, updated_at + 1 FROM batchlabel_http_tasks`
            yield* sql`UPDATE batchlabel_answer_scopes SET name = SUBSTR(name, 1, INSTR(name, ' ') - 1) WHERE INSTR(name, ' ') > 0`
            yield* sql`ALTER TABLE batchlabel_http_tokens DROP COLUMN owner`.unprepared
            yield* sql`ALTER TABLE batchlabel_http_webhooks DROP COLUMN told_until`.unprepared
            yield* sql`DELETE FROM batchlabel_http WHERE version > 1`.unprepared
          })
        )
      }).pipe(Effect.orDie)
    )
    const later = yield* start({ home: server.home, apiUrl: server.simulator.url })
    const again = yield* clientOf(later, yield* later.token("alice"))
    assert.deepStrictEqual(
      (yield* again.jobs.list({ urlParams: {} })).items.map(({ id, owner, title }) => [id, owner, title]),
      [[job.id, "alice", "a.csv"]]
    )
    const names = (yield* again.tasks.list()).items.filter(({ preset }) => !preset).map(({ name }) => name)
    assert.deepStrictEqual(names, ["ours", "ours 2"])
    const known = yield* again.jobs.create({ payload: file(), headers: {} })
    assert.strictEqual(known.split?.known, 3)
    assert.strictEqual((yield* made(later, yield* later.token("bob"))).split?.known, 0)
    const owners = yield* later.run(Effect.map(Tokens.list, (tokens) => [...new Set(tokens.map(({ owner }) => owner))].sort()))
    assert.deepStrictEqual(owners, ["alice", "bob"])
  }).pipe(Effect.scoped)
)
