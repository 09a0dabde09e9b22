import * as Client from "@batchlabel/http-api/Client"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { agreed, ask, clientOf, csvOf, eventually, refusal, start, textOf } from "./support/TestServer.js"

const rules = {
  rules: [
    { contains: "기사 3:", bad: "prose" as const },
    { contains: "나쁜", answer: 2 },
    { contains: "정부", answer: 1 }
  ]
}

it.live("a file is uploaded, previewed, estimated, started, labelled, corrected and downloaded", () =>
  Effect.gen(function* () {
    const server = yield* start({ simulator: { rules } })
    const client = yield* clientOf(server, yield* server.token("someone"))

    const form = new FormData()
    form.set("file", new Blob([csvOf(20)]), "뉴스.csv")
    const upload = yield* client.uploads.create({ payload: form, urlParams: {} })
    assert.deepInclude(upload, { name: "뉴스.csv", rows: 20, badRows: 0, encoding: "utf-8", delimiter: "," })
    assert.deepStrictEqual(upload.header, ["text", "title"])
    assert.deepStrictEqual(yield* client.uploads.get({ path: { id: upload.id } }), upload)

    const preview = yield* client.previews.create({ payload: { upload: upload.id, rows: 2 } })
    assert.deepStrictEqual(
      preview.rows.map(({ asked, row }) => [row, asked]),
      [
        [1, true],
        [2, true]
      ]
    )
    assert.include(preview.rows[0]?.message, "기사 1: 정부의 새로운 정책이 효과적이다")

    const estimate = yield* client.estimates.create({ payload: { upload: upload.id } })
    assert.strictEqual(estimate.rows.requests, 20)
    assert.isTrue(estimate.cost !== undefined && estimate.cost.batch.mid > 0n && estimate.cost.saving !== undefined)

    const draft = yield* client.jobs.create({ payload: { upload: upload.id, title: "첫 작업" }, headers: {} })
    assert.deepInclude(draft, { status: "draft", state: "open", title: "첫 작업", requests: 20, labeled: 0 })
    // A draft stays one, however often the server looks.
    const before = server.scans()
    yield* eventually(Effect.sync(server.scans), (scans) => scans >= before + 4)
    assert.strictEqual((yield* client.jobs.get({ path: { id: draft.id } })).status, "draft")
    assert.deepStrictEqual((yield* Effect.promise(() => server.simulator.ledger())).jobs, {})

    const path = { id: draft.id }
    yield* client.jobs.start({ path, payload: { maxCost: agreed.maxCost } })
    const done = yield* eventually(client.jobs.get({ path }), ({ state }) => state === "done")
    assert.deepInclude(done, { status: "completed", labeled: 19, failed: 1, open: 0, downloadable: true })
    assert.deepStrictEqual(done.failures, { invalid_answer: 1 })
    assert.isTrue(done.spent > 0n)

    const failures = yield* client.jobs.rows({ path, urlParams: { outcome: "failed" } })
    assert.strictEqual(failures.total, 1)
    const [failed] = failures.items
    assert.deepInclude(failed, { row: 3, outcome: "failed", reason: "invalid_answer" })
    assert.isTrue((failed?.raw ?? "").length > 0)

    const corrected = yield* client.jobs.labelRow({ path: { ...path, row: 3 }, payload: { label: 2 } })
    assert.deepInclude(corrected.manual, { value: 2, by: "someone" })
    assert.strictEqual(corrected.outcome, "failed")
    yield* client.jobs.labelRow({ path: { ...path, row: 4 }, payload: { label: 0 } })

    const distribution = yield* client.jobs.distribution({ path })
    assert.deepInclude(distribution, { rows: 20, labeled: 19, failed: 1, pending: 0, final: true })
    assert.deepStrictEqual(
      distribution.labels.map(({ count, manual, value }) => [value, count, manual]),
      [
        [0, 0, 1],
        [1, 19, 0],
        [2, 0, 1]
      ]
    )

    const decode = (bytes: Uint8Array): ReadonlyArray<string> => new TextDecoder().decode(bytes).trimEnd().split("\n")
    const beside = decode(yield* client.jobs.labeledCsv({ path, urlParams: {} }))
    assert.match(beside[0] ?? "", /labeled_at,manual_label,manual_label_name,manual_by,manual_at$/)
    assert.match(beside[3] ?? "", /,,,False,,2,비판 \(Oppose\),someone,\d{4}-/)
    assert.match(beside[4] ?? "", /,1,중립 \(Neutral\),True,[^,]+,0,옹호 \(Support\),someone,/)
    const applied = decode(yield* client.jobs.labeledCsv({ path, urlParams: { manual: "apply" } }))
    assert.match(applied[3] ?? "", /,2,비판 \(Oppose\),True,/)
    assert.match(applied[4] ?? "", /,0,옹호 \(Support\),True,/)
    const plain = decode(yield* client.jobs.labeledCsv({ path, urlParams: { manual: "none" } }))
    assert.strictEqual(plain[0], "text,title,label,label_name,labeled,labeled_at")
    assert.lengthOf(plain, 21)
    assert.lengthOf(decode(yield* client.jobs.failedCsv({ path, urlParams: {} })), 2)

    // What a person said is taken back, and the model's word stands as ever.
    const back = yield* client.jobs.labelRow({ path: { ...path, row: 4 }, payload: { label: null } })
    assert.deepInclude(back, { outcome: "labeled", label: { value: 1, name: "중립 (Neutral)" } })
    assert.isUndefined(back.manual)

    yield* client.jobs.remove({ path })
    const gone = yield* Effect.flip(client.jobs.get({ path }))
    assert.strictEqual(gone._tag === "ApiProblem" ? gone.code : gone._tag, "BL5015")
  }).pipe(Effect.scoped)
)

it.live(
  "one request with its file makes a job and starts it; the same key finds it again, other contents under it are refused",
  () =>
    Effect.gen(function* () {
      const server = yield* start({ simulator: { rules } })
      const token = yield* server.token("someone")
      const client = yield* clientOf(server, token)
      const headers = { "idempotency-key": "monday" }
      const csv = new Blob([csvOf(5)])
      const make = (request: Parameters<typeof Client.form>[2]) =>
        client.jobs.create({ payload: Client.form(csv, "a.csv", request), headers })
      const many = yield* Effect.all([make({ ...agreed }), make({ ...agreed }), make({ ...agreed })], { concurrency: 3 })
      assert.strictEqual(new Set(many.map(({ id }) => id)).size, 1)
      const again = yield* make({ ...agreed })
      assert.strictEqual(again.id, many[0].id)
      const other = yield* Effect.flip(make({ ...agreed, model: "gpt-4.1-mini" }))
      assert.strictEqual(other._tag === "ApiProblem" ? other.code : other._tag, "BL7018")
      assert.lengthOf((yield* client.jobs.list({ urlParams: {} })).items, 1)
      // Another's key is another key.
      const stranger = yield* clientOf(server, yield* server.token("stranger"))
      const theirs = yield* stranger.jobs.create({ payload: Client.form(csv, "a.csv", { ...agreed }), headers })
      assert.notStrictEqual(theirs.id, again.id)
      yield* eventually(client.jobs.get({ path: { id: again.id } }), ({ state }) => state === "done")
      const { jobs } = yield* Effect.promise(() => server.simulator.ledger())
      assert.strictEqual(jobs[again.id]?.paid, 5)
    }).pipe(Effect.scoped)
)

it.live("failed rows are asked again in a job of their own, and both jobs then give all labels", () =>
  Effect.gen(function* () {
    const server = yield* start({ simulator: { rules: { rules: [{ contains: "기사 3:", bad: "prose" }] } } })
    const client = yield* clientOf(server, yield* server.token("someone"))
    const job = yield* client.jobs.create({ payload: Client.form(new Blob([csvOf(6)]), "a.csv", { ...agreed }), headers: {} })
    const early = yield* Effect.flip(
      Effect.flatMap(client.jobs.get({ path: { id: job.id } }), () => client.jobs.remove({ path: { id: job.id } }))
    ).pipe(Effect.option)
    if (early._tag === "Some") assert.strictEqual(early.value._tag === "ApiProblem" ? early.value.code : "", "BL7019")
    yield* eventually(client.jobs.get({ path: { id: job.id } }), ({ state }) => state === "done")
    yield* client.jobs.labelRow({ path: { id: job.id, row: 1 }, payload: { label: 0 } })
    const preset = yield* client.tasks.get({ path: { name: "news-stance-ko" } })
    const reworded = { ...preset.task, system: "한 자리 숫자로만 답하세요." }
    const retried = yield* client.jobs.retry({ path: { id: job.id }, payload: { task: reworded, fewShot: true } })
    assert.strictEqual(retried.retryOf, job.id)
    assert.strictEqual((yield* client.jobs.get({ path: { id: job.id } })).retriedBy, retried.id)
    assert.isUndefined(retried.retriedBy)
    const over = yield* eventually(client.jobs.get({ path: { id: retried.id } }), ({ state }) => state === "done")
    assert.strictEqual(over.requests, 1)
    // The row still fails here, but is now one of the family's: what a person says holds for both.
    const rows = yield* client.jobs.rows({ path: { id: retried.id }, urlParams: {} })
    assert.lengthOf(rows.items, 6)
    assert.strictEqual(rows.items[0]?.manual?.value, 0)
    const kept = yield* Effect.flip(client.jobs.remove({ path: { id: job.id } }))
    assert.strictEqual(kept._tag === "ApiProblem" ? kept.code : kept._tag, "BL7019")
    yield* client.jobs.remove({ path: { id: retried.id } })
    yield* client.jobs.remove({ path: { id: job.id } })
    assert.deepStrictEqual(yield* client.jobs.list({ urlParams: {} }), { items: [] })
  }).pipe(Effect.scoped)
)

it.live("a job is cancelled, and what was paid is kept", () =>
  Effect.gen(function* () {
    const server = yield* start({ simulator: { clock: { phases: { validating: 0, perRequest: 60_000, finalizing: 0 } } } })
    const client = yield* clientOf(server, yield* server.token("someone"))
    const job = yield* client.jobs.create({ payload: Client.form(new Blob([csvOf(4)]), "a.csv", { ...agreed }), headers: {} })
    const path = { id: job.id }
    yield* eventually(client.jobs.get({ path }), ({ status }) => status === "in_progress" || status === "validating")
    const cancelled = yield* client.jobs.cancel({ path })
    assert.include(["cancelling", "cancelled"], cancelled.state)
    yield* eventually(client.jobs.get({ path }), ({ state }) => state === "cancelled")
    assert.strictEqual((yield* client.jobs.cancel({ path })).state, "cancelled")
    const refused = yield* Effect.flip(client.jobs.start({ path, payload: { maxCost: agreed.maxCost } }))
    assert.strictEqual(refused._tag === "ApiProblem" ? refused.code : refused._tag, "BL7020")
    const { total } = yield* client.jobs.rows({ path, urlParams: { reason: "cancelled" } })
    assert.strictEqual(total, 4)
  }).pipe(Effect.scoped)
)

it.live("a draft can be deleted; its files go with it", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const client = yield* clientOf(server, yield* server.token("someone"))
    const job = yield* client.jobs.create({ payload: Client.form(new Blob([csvOf(4)]), "a.csv"), headers: {} })
    const stored = yield* server.store.job(job.id)
    yield* client.jobs.remove({ path: { id: job.id } })
    const { existsSync } = yield* Effect.promise(() => import("node:fs"))
    assert.isFalse(existsSync(stored.input.path))
    assert.isFalse(existsSync(stored.directory))
  }).pipe(Effect.scoped)
)

it.live("tasks are saved under a name, used by it, and each owner's own", () =>
  Effect.gen(function* () {
    const server = yield* start({ simulator: { rules: { default: "좋음" } } })
    const client = yield* clientOf(server, yield* server.token("someone"))
    const stranger = yield* clientOf(server, yield* server.token("stranger"))
    const task = { name: "평", labels: ["좋음", "나쁨"], template: "평: {{ text }}" }
    const saved = yield* client.tasks.put({ path: { name: "나의 과제" }, payload: task })
    assert.deepInclude(saved, { name: "나의 과제", preset: false })
    assert.strictEqual(saved.task.answer, "text")
    assert.include(
      (yield* client.tasks.list()).items.map(({ name }) => name),
      "나의 과제"
    )
    assert.notInclude(
      (yield* stranger.tasks.list()).items.map(({ name }) => name),
      "나의 과제"
    )
    const wrong = yield* Effect.flip(client.tasks.put({ path: { name: "x" }, payload: { ...task, labels: ["하나"] } }))
    assert.match(wrong._tag === "ApiProblem" ? wrong.code : wrong._tag, /^BL2/)
    const preset = yield* Effect.flip(client.tasks.put({ path: { name: "sentiment" }, payload: task }))
    assert.strictEqual(preset._tag === "ApiProblem" ? preset.code : preset._tag, "BL7017")
    const job = yield* client.jobs.create({
      payload: Client.form(new Blob([csvOf(2)]), "a.csv", { preset: "나의 과제", ...agreed }),
      headers: {}
    })
    yield* eventually(client.jobs.get({ path: { id: job.id } }), ({ state }) => state === "done")
    const { labels } = yield* client.jobs.distribution({ path: { id: job.id } })
    assert.deepStrictEqual(labels[0], { value: "좋음", name: "좋음", count: 2, manual: 0 })
    yield* client.tasks.remove({ path: { name: "나의 과제" } })
    const gone = yield* Effect.flip(client.tasks.get({ path: { name: "나의 과제" } }))
    assert.strictEqual(gone._tag === "ApiProblem" ? gone.code : gone._tag, "BL7016")
  }).pipe(Effect.scoped)
)

it.live("a job that cannot go on says why in both languages, and goes on when it is started again", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const client = yield* clientOf(server, yield* server.token("someone"))
    const job = yield* client.jobs.create({
      payload: Client.form(new Blob([csvOf(4)]), "a.csv", { ...agreed, maxCost: 1_000n }),
      headers: {}
    })
    const path = { id: job.id }
    const stopped = yield* eventually(client.jobs.get({ path }), ({ state }) => state === "stopped")
    assert.strictEqual(stopped.fault?.code, "BL5305")
    assert.match(stopped.fault?.texts.ko ?? "", /비용 한도/)
    assert.match(stopped.fault?.texts.en ?? "", /spending cap/)
    yield* client.jobs.start({ path, payload: { maxCost: 1_000_000_000_000n } })
    const done = yield* eventually(client.jobs.get({ path }), ({ state }) => state === "done")
    assert.isUndefined(done.fault)
    assert.strictEqual(done.labeled, 4)
  }).pipe(Effect.scoped)
)

it.live(
  "what is wrong with a file or a question is said under the client's name for it, in the language that was asked for",
  () =>
    Effect.gen(function* () {
      const server = yield* start()
      const token = yield* server.token("someone")
      const post = (
        csv: string,
        name: string,
        request: object,
        language = "ko-KR,ko;q=0.9,en;q=0.8",
        to: "jobs" | "estimates" | "previews" = "jobs"
      ) => {
        const form = new FormData()
        form.set("request", JSON.stringify(request))
        form.set("file", new Blob([csv]), name)
        return ask(server, `/v1/${to}`, { method: "POST", token, body: form, headers: { "accept-language": language } })
      }
      const startedAtOnce = { start: true, maxCost: "20" }
      const column = yield* post("title\nx\n", "제목만.csv", {})
      assert.strictEqual(column.headers.get("content-language"), "ko")
      assert.include(yield* textOf(column.clone()), "'text' 열이 없습니다: 제목만.csv")
      assert.notInclude(yield* textOf(column.clone()), server.home)
      assert.strictEqual(yield* refusal(column), "422 BL1003")
      const english = yield* post("title\nx\n", "제목만.csv", {}, "en")
      assert.include(yield* textOf(english), "Column 'text' not found: 제목만.csv")
      assert.strictEqual(yield* refusal(yield* post("", "empty.csv", {})), "422 BL1002")
      assert.strictEqual(yield* refusal(yield* post("text\n\n \n", "blank.csv", {})), "422 BL5009")
      assert.strictEqual(yield* refusal(yield* post('text,b\nx,"y" z\n', "broken.csv", startedAtOnce)), "422 BL1010")
      assert.strictEqual(yield* refusal(yield* post("text\nx\n", "a.csv", { preset: "nothing" })), "404 BL7016")
      assert.strictEqual(yield* refusal(yield* post("text\nx\n", "a.csv", { task: { name: "x" } })), "422 BL2002")
      assert.strictEqual(yield* refusal(yield* post("text\nx\n", "a.csv", { unknown: 1 })), "400 BL7006")
      // What a job would refuse, looking before refuses too, in the same words.
      const broken = 'text,b\nx,"y" z\n'
      const said = Effect.flatMap(post(broken, "broken.csv", startedAtOnce), textOf)
      for (const to of ["estimates", "previews"] as const) {
        assert.strictEqual(yield* Effect.flatMap(post(broken, "broken.csv", { onBadRow: "fail" }, "ko", to), textOf), yield* said)
        assert.strictEqual((yield* post(broken, "broken.csv", {}, "ko", to)).status, 422)
      }
      // Of all these nothing is left: no job, no file.
      const client = yield* clientOf(server, token)
      assert.deepStrictEqual(yield* client.jobs.list({ urlParams: {} }), { items: [] })
      const { readdirSync } = yield* Effect.promise(() => import("node:fs"))
      assert.deepStrictEqual(readdirSync(`${server.home}/uploads`), [])
      // With such rows left out on request, the job is made.
      const skipped = yield* post('text,b\nx,"y" z\nw,v\n', "broken.csv", { onBadRow: "skip" })
      assert.strictEqual(skipped.status, 201)
      for (const to of ["estimates", "previews"] as const)
        assert.strictEqual((yield* post(broken, "broken.csv", { onBadRow: "skip" }, "ko", to)).status, 200)
    }).pipe(Effect.scoped)
)
