import { BatchlabelApi } from "@batchlabel/http-api/Api"
import { sessionCookie } from "@batchlabel/http-api/Auth"
import * as Client from "@batchlabel/http-api/Client"
import * as HttpApi from "@effect/platform/HttpApi"
import { assert, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import { speak } from "./support/rawSocket.js"
import { agreed, ask, clientOf, csvOf, eventually, refusal, start, type TestServer, textOf } from "./support/TestServer.js"

const jobId = "job_01ARZ3NDEKTSV4RRFFQ69G5FAV"

/** Every endpoint of the contract, with its parameters filled in. */
const endpoints: Array<{ readonly method: string; readonly path: string; readonly guarded: boolean }> = []
HttpApi.reflect(BatchlabelApi, {
  onGroup: () => {},
  onEndpoint: ({ endpoint, middleware }) => {
    const path = endpoint.path
      .replace(
        ":id",
        endpoint.path.includes("jobs")
          ? jobId
          : endpoint.path.includes("uploads")
            ? "upl_0123456789abcdefghjk"
            : "whk_0123456789abcdefghjk"
      )
      .replace(":name", "some")
      .replace(":row", "1")
    endpoints.push({ method: endpoint.method, path, guarded: middleware.size > 0 })
  }
})

const makeJob = (server: TestServer, token: string, request: Parameters<typeof Client.form>[2] = {}) =>
  Effect.flatMap(clientOf(server, token), (client) =>
    client.jobs.create({ payload: Client.form(new Blob([csvOf(3)]), "a.csv", request), headers: {} })
  )

const post = (server: TestServer, path: string, token: string, body: unknown) =>
  ask(server, path, { method: "POST", token, body: JSON.stringify(body), headers: { "content-type": "application/json" } })

it.live("without a token there is health and nothing else", () =>
  Effect.gen(function* () {
    const server = yield* start()
    assert.isAbove(endpoints.length, 25)
    for (const { guarded, method, path } of [
      ...endpoints,
      { method: "GET", path: "/docs", guarded: true },
      { method: "GET", path: "/openapi.json", guarded: true },
      { method: "GET", path: "/metrics", guarded: true }
    ]) {
      if (!guarded) continue
      const response = yield* ask(server, path, {
        method,
        ...(method === "GET" ? {} : { body: "{}", headers: { "content-type": "application/json" } })
      })
      assert.strictEqual(response.headers.get("www-authenticate"), 'Bearer realm="batchlabel"', path)
      assert.strictEqual(yield* refusal(response), "401 BL7001", `${method} ${path}`)
    }
    assert.strictEqual((yield* ask(server, "/healthz")).status, 200)
    assert.strictEqual((yield* ask(server, "/readyz")).status, 200)
  }).pipe(Effect.scoped)
)

it.live("tokens that are wrong, expired, revoked or almost right let nobody in", () =>
  Effect.gen(function* () {
    const server = yield* start({ settings: { limits: { wrongTokens: 1_000 } } })
    const good = yield* server.token("good")
    const expired = yield* server.token("expired", "admin", Date.now() - 1)
    const revoked = yield* server.token("revoked", "admin")
    yield* server.revoke(revoked)
    const [, id, secret] = good.split("_")
    const wrong = [
      "x",
      "Bearer",
      good.slice(0, -1),
      `${good}x`,
      good.toUpperCase(),
      `blt_${id}_${"A".repeat(43)}`,
      `blt_${"0".repeat(16)}_${secret}`,
      `blt__${secret}`,
      `blt_${id}' OR '1'='1_${secret}`,
      expired,
      revoked
    ]
    for (const token of wrong) {
      assert.match(yield* refusal(yield* ask(server, "/v1/jobs", { token })), /^401 BL700[12]$/, token)
    }
    for (const authorization of [`Basic ${good}`, good, `bearer\t${good}`, `Bearer ${good}, Bearer x`]) {
      assert.match(
        yield* refusal(yield* ask(server, "/v1/jobs", { headers: { authorization } })),
        /^401 BL700[12]$/,
        authorization
      )
    }
    // In the query it is no token, and is seen by nobody.
    assert.strictEqual(yield* refusal(yield* ask(server, `/v1/jobs?token=${good}&access_token=${good}`)), "401 BL7001")
    assert.strictEqual((yield* ask(server, "/v1/jobs", { token: good })).status, 200)
  }).pipe(Effect.scoped)
)

it.live("whoever guesses is slowed down, and whoever knows is not", () =>
  Effect.gen(function* () {
    const server = yield* start({ settings: { limits: { wrongTokens: 5, wrongTokensPerMinute: 1 } } })
    const token = yield* server.token("good")
    const guess = `blt_${"0".repeat(16)}_${"A".repeat(43)}`
    const answers = yield* Effect.replicateEffect(Effect.flatMap(ask(server, "/v1/jobs", { token: guess }), refusal), 8)
    assert.deepStrictEqual(answers.slice(0, 5), Array(5).fill("401 BL7002"))
    assert.deepStrictEqual(answers.slice(5), Array(3).fill("429 BL7005"))
    const login = yield* ask(server, "/v1/session", {
      method: "POST",
      body: JSON.stringify({ token: guess }),
      headers: { "content-type": "application/json" }
    })
    assert.strictEqual(login.status, 429)
    assert.match(login.headers.get("retry-after") ?? "", /^\d+$/)
    assert.strictEqual((yield* ask(server, "/v1/jobs", { token })).status, 200)
  }).pipe(Effect.scoped)
)

it.live("a token makes only so many requests a second, and others are not held up by it", () =>
  Effect.gen(function* () {
    const server = yield* start({ settings: { limits: { requestsPerSecond: 1, requestBurst: 10 } } })
    const token = yield* server.token("busy")
    const other = yield* server.token("calm")
    const answers = yield* Effect.all(
      Array.from({ length: 30 }, () => ask(server, "/v1/jobs", { token })),
      { concurrency: 10 }
    )
    const refused = answers.filter(({ status }) => status === 429)
    assert.isAtLeast(refused.length, 15)
    assert.isAtLeast(answers.filter(({ status }) => status === 200).length, 10)
    assert.isTrue(refused.every((response) => Number(response.headers.get("retry-after")) >= 1))
    assert.strictEqual((yield* ask(server, "/v1/jobs", { token: other })).status, 200)
  }).pipe(Effect.scoped)
)

it.live("the jobs, uploads, tasks and webhooks of another token do not exist, but for an admin's", () =>
  Effect.gen(function* () {
    const server = yield* start({ settings: { allowPrivateWebhooks: true } })
    const [owner, stranger, admin] = yield* Effect.all([
      server.token("owner"),
      server.token("stranger"),
      server.token("admin", "admin")
    ])
    const mine = yield* clientOf(server, owner)
    const form = new FormData()
    form.set("file", new Blob([csvOf(3)]), "a.csv")
    const upload = yield* mine.uploads.create({ payload: form, urlParams: {} })
    const job = yield* mine.jobs.create({ payload: { upload: upload.id }, headers: {} })
    const hook = yield* mine.webhooks.create({ payload: { url: "http://127.0.0.1:9/" } })
    const theirs: ReadonlyArray<readonly [string, string, unknown?]> = [
      ["GET", `/v1/jobs/${job.id}`],
      ["GET", `/v1/jobs/${job.id}/events`],
      ["GET", `/v1/jobs/${job.id}/rows`],
      ["GET", `/v1/jobs/${job.id}/distribution`],
      ["GET", `/v1/jobs/${job.id}/labeled.csv`],
      ["GET", `/v1/jobs/${job.id}/failed.csv`],
      ["POST", `/v1/jobs/${job.id}/start`, {}],
      ["POST", `/v1/jobs/${job.id}/cancel`, {}],
      ["POST", `/v1/jobs/${job.id}/retry`, {}],
      ["PATCH", `/v1/jobs/${job.id}/rows/1`, { label: 1 }],
      ["DELETE", `/v1/jobs/${job.id}`],
      ["GET", `/v1/uploads/${upload.id}`],
      ["DELETE", `/v1/uploads/${upload.id}`],
      ["DELETE", `/v1/webhooks/${hook.id}`],
      ["POST", "/v1/jobs", { upload: upload.id }],
      ["POST", "/v1/previews", { upload: upload.id }],
      ["POST", "/v1/estimates", { upload: upload.id }]
    ]
    for (const [method, path, body] of theirs) {
      const response = yield* ask(server, path, {
        method,
        token: stranger,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } })
      })
      assert.strictEqual(response.status, 404, `${method} ${path}: ${yield* textOf(response.clone())}`)
    }
    const unknown = yield* ask(server, `/v1/jobs/${jobId}`, { token: stranger })
    const foreign = yield* ask(server, `/v1/jobs/${job.id}`, { token: stranger })
    // Of a job that is somebody else's not even its being there is told.
    const without = (text: string, id: string): string => text.replaceAll(id, "ID")
    assert.strictEqual(without(yield* textOf(foreign), job.id), without(yield* textOf(unknown), jobId))
    const strange = yield* clientOf(server, stranger)
    assert.deepStrictEqual(yield* strange.jobs.list({ urlParams: {} }), { items: [] })
    assert.deepStrictEqual(yield* strange.webhooks.list(), { items: [] })
    const all = yield* clientOf(server, admin)
    assert.deepStrictEqual(
      (yield* all.jobs.list({ urlParams: {} })).items.map(({ id }) => id),
      [job.id]
    )
    assert.strictEqual((yield* all.jobs.get({ path: { id: job.id } })).id, job.id)
    assert.strictEqual((yield* mine.jobs.get({ path: { id: job.id } })).status, "draft")
  }).pipe(Effect.scoped)
)

it.live("a token that may only read changes nothing", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const reader = yield* server.token("reader", "read")
    for (const { guarded, method, path } of endpoints) {
      // Logging out is for whoever could log in: see below.
      if (!guarded || method === "GET" || (method === "DELETE" && path === "/v1/session")) continue
      const response = yield* ask(server, path, {
        method,
        token: reader,
        body: "{}",
        headers: { "content-type": "application/json" }
      })
      assert.strictEqual(yield* refusal(response), "403 BL7003", `${method} ${path}`)
    }
    assert.strictEqual(yield* refusal(yield* ask(server, "/metrics", { token: reader })), "403 BL7003")
    assert.strictEqual((yield* ask(server, "/v1/jobs", { token: reader })).status, 200)
  }).pipe(Effect.scoped)
)

it.live("paths and headers that mean to be something else are what they are", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const token = yield* server.token("someone")
    for (const path of [
      "/v1/jobs/..%2f..%2fetc%2fpasswd",
      "/v1/jobs/%2e%2e/%2e%2e/state.db",
      `/v1/jobs/${jobId}%00`,
      `/v1/jobs/${jobId}/../../../state.db`,
      `/v1/jobs/${jobId}/labeled.csv/../../state.db`,
      "/v1/uploads/..%5c..%5cstate.db",
      `/v1//jobs//${jobId}`,
      "/v1/tasks/..%2F..%2Fetc",
      `/V1/JOBS/${jobId}`,
      `/v1/jobs/${jobId};admin=true`,
      "/v1/jobs/%ff%fe"
    ]) {
      const response = yield* ask(server, path, { token })
      assert.include([400, 404], response.status, path)
      assert.notInclude(yield* textOf(response), "SQLite", path)
    }
    const job = yield* makeJob(server, token)
    const reader = yield* server.token("reader", "read")
    for (const headers of [
      { "x-http-method-override": "DELETE" },
      { "x-method-override": "DELETE", "x-http-method": "DELETE" },
      { "x-original-url": "/metrics", "x-rewrite-url": "/metrics" },
      { "x-forwarded-for": "127.0.0.1", "x-forwarded-host": "evil.example", forwarded: "for=127.0.0.1" }
    ]) {
      assert.strictEqual((yield* ask(server, `/v1/jobs/${job.id}`, { token, headers })).status, 200)
      const other = yield* ask(server, "/v1/jobs", {
        method: "POST",
        token: reader,
        headers: { ...headers, "content-type": "application/json" },
        body: "{}"
      })
      assert.strictEqual(other.status, 403)
    }
    const raw = (request: string) =>
      speak(server.url, `${request}\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`)
    // Node refuses what could be read as two requests.
    assert.match(
      (yield* raw("POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked")).text,
      /^HTTP\/1\.1 400 /
    )
    assert.match((yield* raw("GET /v1/jobs HTTP/1.1\r\nHost: x\r\nX: a\x00b")).text, /^HTTP\/1\.1 400 /)
    assert.match((yield* raw(`GET /v1/jobs HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(20_000)}`)).text, /^HTTP\/1\.1 431 /)
    assert.match((yield* raw("TRACE /v1/jobs HTTP/1.1\r\nHost: x")).text, /^HTTP\/1\.1 404 /)
    assert.match(
      (yield* raw("GET http://evil.example/v1/jobs HTTP/1.1\r\nHost: evil.example")).text,
      /^HTTP\/1\.1 (200|404|400) /
    )
    assert.match(
      (yield* raw("OPTIONS /v1/jobs HTTP/1.1\r\nHost: x\r\nOrigin: https://evil.example\r\nAccess-Control-Request-Method: POST"))
        .text,
      /^HTTP\/1\.1 404 (?![\s\S]*access-control)/i
    )
  }).pipe(Effect.scoped)
)

const multipartHead = (token: string, length?: number) =>
  `POST /v1/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: multipart/form-data; boundary=b\r\n${
    length === undefined ? "Transfer-Encoding: chunked" : `Content-Length: ${length}`
  }\r\n\r\n`

const chunk = (text: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${text.length.toString(16)}\r\n`), Buffer.from(text), Buffer.from("\r\n")])

const filePart = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\ntext\r\n'

it.live("a body over its limit is given up while it comes, with and without a Content-Length, and nothing of it is kept", () =>
  Effect.gen(function* () {
    const limit = 3_000_000
    const server = yield* start({ settings: { limits: { uploadBytes: limit, bodyBytes: 10_000 } } })
    const token = yield* server.token("someone")
    const line = Buffer.from(`${"x".repeat(99)}\n`.repeat(640))
    // 3 GB are announced or just sent; only what the limit allows is taken.
    for (const length of [undefined, 3_000_000_000]) {
      const drip = length === undefined ? chunk(line) : line
      const first = multipartHead(token, length) + (length === undefined ? chunk(filePart).toString() : filePart)
      const { sent, text } = yield* speak(server.url, first, { drip, every: 0 })
      assert.match(text, /^HTTP\/1\.1 413 /, String(length))
      assert.include(text, "BL7008")
      assert.isBelow(sent, 500_000_000)
    }
    // The same for bodies that are no files.
    const huge = JSON.stringify({ url: "x".repeat(20_000) })
    assert.strictEqual(yield* refusal(yield* post(server, "/v1/webhooks", token, JSON.parse(huge))), "413 BL7008")
    const head = `POST /v1/webhooks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`
    const { text } = yield* speak(server.url, head, { drip: chunk(line), every: 0 })
    assert.match(text, /^HTTP\/1\.1 413 /)
    const field = new FormData()
    field.set("request", "x".repeat(20_000))
    field.set("file", new Blob(["text\nx\n"]), "a.csv")
    assert.strictEqual(yield* refusal(yield* ask(server, "/v1/jobs", { method: "POST", token, body: field })), "413 BL7008")
    const { readdirSync } = yield* Effect.promise(() => import("node:fs"))
    yield* eventually(
      Effect.sync(() => readdirSync(`${server.home}/uploads`)),
      (names) => names.length === 0
    )
    assert.strictEqual((yield* ask(server, "/healthz")).status, 200)
  }).pipe(Effect.scoped)
)

it.live("a body that comes too slowly is given up, and one that stops coming as well", () =>
  Effect.gen(function* () {
    const server = yield* start({ settings: { limits: { bodyBytesPerSecond: 1_000, slowBodyGrace: Duration.millis(500) } } })
    const token = yield* server.token("someone")
    const slow = yield* speak(server.url, multipartHead(token), { drip: chunk("x"), every: 100 })
    assert.match(slow.text, /^HTTP\/1\.1 408 /)
    assert.include(slow.text, "BL7009")
    assert.isBelow(slow.ms, 20_000)
    const head = `POST /v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`
    const stopped = yield* speak(server.url, head)
    assert.match(stopped.text, /^HTTP\/1\.1 408 /)
    // First fast, then never again: what came before does not count.
    const hesitant = yield* speak(server.url, multipartHead(token) + chunk(filePart + "x,\n".repeat(20_000)).toString(), {
      drip: chunk("x"),
      every: 200
    })
    assert.match(hesitant.text, /^HTTP\/1\.1 408 /)
    const { readdirSync } = yield* Effect.promise(() => import("node:fs"))
    yield* eventually(
      Effect.sync(() => readdirSync(`${server.home}/uploads`)),
      (names) => names.length === 0
    )
  }).pipe(Effect.scoped)
)

it.live("forms that are broken are refused, and leave nothing", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const token = yield* server.token("someone")
    const send = (body: string, type = "multipart/form-data; boundary=b", path = "/v1/uploads") =>
      Effect.flatMap(ask(server, path, { method: "POST", token, body, headers: { "content-type": type } }), refusal)
    const end = "\r\n--b--\r\n"
    assert.strictEqual(yield* send(""), "400 BL7011")
    assert.strictEqual(yield* send("--c\r\n\r\n"), "400 BL7011")
    assert.strictEqual(yield* send(filePart, "multipart/form-data"), "400 BL7011")
    assert.strictEqual(yield* send(`${filePart}x`), "400 BL7011")
    assert.strictEqual(yield* send(`${filePart}x\r\n${filePart}y${end}`), "400 BL7011")
    assert.strictEqual(yield* send(`--b\r\nContent-Disposition: form-data; name="evil"\r\n\r\nx${end}`), "400 BL7011")
    assert.strictEqual(yield* send(`--b\r\nContent-Disposition: form-data; name="request"\r\n\r\n{}${end}`), "422 BL7012")
    assert.strictEqual(
      yield* send(
        `--b\r\nContent-Disposition: form-data; name="file"; filename*=UTF-8''%E0%A4%A\r\n\r\ntext\nx${end}`,
        "text/plain"
      ),
      "415 BL7010"
    )
    // A file name that is broken in the way that crashes other readers is just a name.
    const odd = yield* ask(server, "/v1/uploads", {
      method: "POST",
      token,
      body: `--b\r\nContent-Disposition: form-data; name="file"; filename*=UTF-8''%E0%A4%A\r\n\r\ntext\nx${end}`,
      headers: { "content-type": "multipart/form-data; boundary=b" }
    })
    assert.strictEqual(odd.status, 201)
    assert.strictEqual(yield* send(`${filePart}x${end}`, "application/json", "/v1/jobs"), "400 BL7006")
    assert.strictEqual(yield* send("{}", "application/json", "/v1/jobs"), "422 BL7012")
    assert.strictEqual(yield* send("{}", "text/plain", "/v1/jobs"), "415 BL7010")
    assert.strictEqual((yield* ask(server, "/healthz")).status, 200)
  }).pipe(Effect.scoped)
)

it.live("one endless quoted cell, and rows without end, are refused before a job is made", () =>
  Effect.gen(function* () {
    const server = yield* start({ settings: { limits: { recordBytes: 1_000_000, rows: 1_000 } } })
    const token = yield* server.token("someone")
    const upload = (csv: string) => {
      const form = new FormData()
      form.set("file", new Blob([csv]), "bomb.csv")
      return Effect.flatMap(ask(server, "/v1/uploads", { method: "POST", token, body: form }), (response) =>
        Effect.map(textOf(response), (text) => `${response.status} ${text}`)
      )
    }
    const before = process.memoryUsage().rss
    assert.match(yield* upload(`text\n"${"가나다\n".repeat(5_000_000)}`), /^422 .*BL1012/)
    assert.isBelow(process.memoryUsage().rss - before, 400_000_000)
    assert.match(yield* upload(`text\n${"x\n".repeat(1_001)}`), /^422 .*BL7014/)
    assert.match(yield* upload(`${"x".repeat(2_000_000)}\n1\n`), /^422 .*BL1012/)
    assert.match(yield* upload(`text\n${"x\n".repeat(1_000)}`), /^201 /)
  }).pipe(Effect.scoped)
)

it.live("only so many files are taken in at once", () =>
  Effect.gen(function* () {
    const server = yield* start({ settings: { limits: { concurrentUploads: 1 } } })
    const token = yield* server.token("someone")
    const form = () => {
      const data = new FormData()
      data.set("file", new Blob(["text\nx\n"]), "a.csv")
      return data
    }
    yield* Effect.fork(
      speak(server.url, multipartHead(token) + chunk(filePart).toString(), { drip: chunk("x\n"), every: 50, times: 30 })
    )
    const refused = yield* eventually(
      Effect.map(ask(server, "/v1/uploads", { method: "POST", token, body: form() }), ({ status }) => status),
      (status) => status === 429
    )
    assert.strictEqual(refused, 429)
  }).pipe(Effect.scoped)
)

it.live("names of files are shown and never become paths", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const client = yield* clientOf(server, yield* server.token("someone"))
    for (const name of [
      "../../../../tmp/evil.csv",
      "/etc/passwd",
      "..\\..\\evil.csv",
      "a\u0000b.csv",
      ".csv",
      "CON",
      "a\r\nb.csv",
      "\u202egnp.csv",
      "x".repeat(5_000)
    ]) {
      const form = new FormData()
      form.set("file", new Blob(["text\nx\n"]), name)
      const upload = yield* client.uploads.create({ payload: form, urlParams: {} })
      assert.notMatch(upload.name, /[/\\\p{Cc}\p{Cf}]/u, JSON.stringify(name))
      assert.isAtMost(upload.name.length, 200)
    }
    const { readdirSync } = yield* Effect.promise(() => import("node:fs"))
    for (const name of readdirSync(`${server.home}/uploads`)) assert.match(name, /^upl_[0-9a-z]{20}\.csv$/)
  }).pipe(Effect.scoped)
)

it.live("a template reaches the row and nothing else", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const token = yield* server.token("someone")
    const form = new FormData()
    form.set("file", new Blob(["text\nsecret row\n"]), "a.csv")
    const client = yield* clientOf(server, token)
    const { id } = yield* client.uploads.create({ payload: form, urlParams: {} })
    const render = (template: string) =>
      Effect.flatMap(
        post(server, "/v1/previews", token, { upload: id, task: { name: "t", labels: [0, 1], answer: "number", template } }),
        textOf
      )
    for (const template of [
      "{{ text }}{% include '/etc/passwd' %}",
      "{{ text }}{% render 'state.db' %}",
      "{{ text }}{% layout '../../etc/passwd' %}",
      "{{ text }}{{ process.env.OPENAI_API_KEY }}",
      "{{ text }}{{ constructor.constructor }}",
      "{{ text }}{{ text.constructor }}{{ text.__proto__ }}",
      "{{ text }}{{ row.constructor.name }}{{ row['__proto__'] }}",
      "{{ text }}{{ globalThis }}{{ require }}",
      "{{ text }}{{ env }}{{ settings }}{{ this }}",
      "{{ text | raw | where_exp: 'x', 'x.constructor.constructor(\"return process\")()' }}"
    ]) {
      const answer = yield* render(template)
      assert.notMatch(answer, /root:|sk-|\[native code\]|\[object|function |PATH=/, template)
    }
    assert.include(yield* render("{{ text }}"), "secret row")
  }).pipe(Effect.scoped)
)

it.live("a template that costs too much is refused, and the server answers others meanwhile", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const token = yield* server.token("someone")
    const form = new FormData()
    form.set("file", new Blob([`text,n\n${"x,1\n".repeat(50)}${"y".repeat(3_000)},100000000\n`]), "a.csv")
    const client = yield* clientOf(server, token)
    const { id } = yield* client.uploads.create({ payload: form, urlParams: {} })
    for (const template of [
      "{{ text }}{% for i in (1..100000000) %}x{% endfor %}",
      "{{ text }}{{ (1..100000000) | join: 'x' }}",
      "{{ text }}{% for i in (1..n) %}x{% endfor %}",
      "{% assign a = text | split: '' %}{% for x in a %}{% for y in a %}{% for z in a %}{{ x }}{% endfor %}{% endfor %}{% endfor %}",
      "{{ text }}{% assign a = text %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}"
    ]) {
      const began = Date.now()
      const costly = yield* Effect.fork(
        post(server, "/v1/jobs", token, { upload: id, task: { name: "t", labels: [0, 1], answer: "number", template } })
      )
      // Asked again and again until the costly request has its answer.
      const healthy = yield* Effect.repeat(
        Effect.map(ask(server, "/healthz"), ({ status }) => status),
        { until: (status) => status !== 200 || costly.unsafePoll() !== null }
      )
      const response = yield* Fiber.join(costly)
      assert.strictEqual(response.status, 422, `${template} ${yield* textOf(response.clone())}`)
      assert.strictEqual(healthy, 200)
      assert.isBelow(Date.now() - began, 30_000, template)
    }
    assert.deepStrictEqual(yield* client.jobs.list({ urlParams: {} }), { items: [] })
  }).pipe(Effect.scoped)
)

it.live("no setting of a request leads the server elsewhere than to its own API", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const token = yield* server.token("someone")
    const form = new FormData()
    form.set("file", new Blob([csvOf(2)]), "a.csv")
    const client = yield* clientOf(server, token)
    const { id } = yield* client.uploads.create({ payload: form, urlParams: {} })
    const task = { name: "t", labels: [0, 1], answer: "number", template: "{{ text }}" }
    for (const request of [
      { baseUrl: "http://evil.example" },
      { base_url: "http://evil.example" },
      { apiKey: "sk-evil" },
      { home: "/tmp" },
      { outputPath: "/tmp/x" },
      { inputPath: "/etc/passwd" },
      { owner: "tok_x" },
      { task: { ...task, endpoint: "http://evil.example/v1/chat/completions" } },
      { task: { ...task, base_url: "http://evil.example" } },
      { task: { ...task, parameters: { messages: [] } } },
      { task: { ...task, parameters: { model: "other" } } }
    ]) {
      const response = yield* post(server, "/v1/jobs", token, { upload: id, ...request })
      assert.include([400, 422], response.status, JSON.stringify(request))
    }
  }).pipe(Effect.scoped)
)

const loginAs = (server: TestServer, token: string) =>
  Effect.gen(function* () {
    const response = yield* ask(server, "/v1/session", {
      method: "POST",
      body: JSON.stringify({ token }),
      headers: { "content-type": "application/json" }
    })
    const set = response.headers.get("set-cookie") ?? ""
    const body = yield* textOf(response)
    const cookie = /^([^;]+)/.exec(set)?.[1] ?? ""
    const csrf = /"csrfToken":"([^"]+)"/.exec(body)?.[1] ?? ""
    return { status: response.status, set, cookie, csrf, body }
  })

it.live("a page that may only read can log out, and change nothing else", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const { cookie, csrf } = yield* loginAs(server, yield* server.token("reader", "read"))
    const remove = (path: string) => ask(server, path, { method: "DELETE", headers: { cookie, "x-csrf-token": csrf } })
    for (const path of ["/v1/tasks/mine", "/v1/session/x", "/v1/sessions", "/v1/tasks/session"]) {
      assert.notStrictEqual((yield* remove(path)).status, 204, path)
    }
    assert.strictEqual(yield* refusal(yield* remove("/v1/tasks/mine")), "403 BL7003")
    assert.strictEqual((yield* remove("/v1/session")).status, 204)
    assert.strictEqual(yield* refusal(yield* ask(server, "/v1/jobs", { headers: { cookie } })), "401 BL7002")
  }).pipe(Effect.scoped)
)

it.live("a page logs in with a token into a cookie that scripts cannot read, and other sites cannot use it", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const token = yield* server.token("page")
    const { body, cookie, csrf, set, status } = yield* loginAs(server, token)
    assert.strictEqual(status, 201)
    assert.match(set, new RegExp(`^${sessionCookie}=[A-Za-z0-9_-]{43};`))
    for (const attribute of [/HttpOnly/i, /SameSite=Strict/i, /Path=\//i, /Max-Age=604800/i]) assert.match(set, attribute)
    assert.notInclude(body + set, token)
    assert.strictEqual((yield* ask(server, "/v1/jobs", { headers: { cookie } })).status, 200)

    const change = (headers: Record<string, string>) =>
      ask(server, "/v1/tasks/mine", {
        method: "PUT",
        body: JSON.stringify({ name: "t", labels: ["a", "b"], template: "{{ text }}" }),
        headers: { cookie, "content-type": "application/json", ...headers }
      })
    assert.strictEqual(yield* refusal(yield* change({})), "403 BL7004")
    assert.strictEqual(yield* refusal(yield* change({ "x-csrf-token": "" })), "403 BL7004")
    assert.strictEqual(yield* refusal(yield* change({ "x-csrf-token": `${csrf}x` })), "403 BL7004")
    const other = yield* loginAs(server, token)
    assert.strictEqual(yield* refusal(yield* change({ "x-csrf-token": other.csrf })), "403 BL7004")
    assert.strictEqual(yield* refusal(yield* change({ "x-csrf-token": csrf, origin: "https://evil.example" })), "403 BL7004")
    assert.strictEqual(yield* refusal(yield* change({ "x-csrf-token": csrf, origin: "null" })), "403 BL7004")
    assert.strictEqual(yield* refusal(yield* change({ "x-csrf-token": csrf, "sec-fetch-site": "cross-site" })), "403 BL7004")
    assert.strictEqual((yield* change({ "x-csrf-token": csrf, origin: server.url })).status, 200)

    // Logging somebody else's browser in is no way in either.
    const form = yield* ask(server, "/v1/session", {
      method: "POST",
      body: `{"token":"${token}"}`,
      headers: { "content-type": "text/plain" }
    })
    assert.strictEqual(form.status, 400)
    const foreign = yield* ask(server, "/v1/session", {
      method: "POST",
      body: JSON.stringify({ token }),
      headers: { "content-type": "application/json", origin: "https://evil.example" }
    })
    assert.strictEqual(yield* refusal(foreign), "403 BL7004")

    const out = yield* ask(server, "/v1/session", { method: "DELETE", headers: { cookie, "x-csrf-token": csrf } })
    assert.strictEqual(out.status, 204)
    assert.match(out.headers.get("set-cookie") ?? "", /Max-Age=0/i)
    assert.strictEqual(yield* refusal(yield* ask(server, "/v1/jobs", { headers: { cookie } })), "401 BL7002")
    // A revoked token takes its sessions along.
    yield* server.revoke(token)
    assert.strictEqual(yield* refusal(yield* ask(server, "/v1/jobs", { headers: { cookie: other.cookie } })), "401 BL7002")
  }).pipe(Effect.scoped)
)

it.live("every answer forbids what it does not need", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const token = yield* server.token("someone")
    for (const path of ["/healthz", "/v1/jobs", "/nowhere", "/v1/nowhere", "/docs", "/openapi.json"]) {
      const { headers } = yield* ask(server, path, { token })
      assert.strictEqual(headers.get("x-content-type-options"), "nosniff", path)
      assert.strictEqual(headers.get("x-frame-options"), "DENY", path)
      assert.strictEqual(headers.get("referrer-policy"), "no-referrer", path)
      const policy = headers.get("content-security-policy") ?? ""
      assert.match(policy, /default-src 'none'/, path)
      assert.match(policy, /frame-ancestors 'none'/, path)
      assert.notMatch(policy, /script-src[^;]*unsafe/, path)
      assert.isNull(headers.get("access-control-allow-origin"), path)
      assert.isNull(headers.get("x-powered-by"), path)
    }
  }).pipe(Effect.scoped)
)

it.live("the log holds no token, key, cookie, file name or text of an article", () =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const logger = Logger.make((options) => lines.push(Logger.jsonLogger.log(options)))
    yield* Effect.gen(function* () {
      const server = yield* start({ simulator: { scenario: { faults: [] } as never } })
      const token = yield* server.token("someone")
      const { cookie, csrf } = yield* loginAs(server, token)
      const job = yield* makeJob(server, token, { ...agreed })
      const client = yield* clientOf(server, token)
      yield* eventually(client.jobs.get({ path: { id: job.id } }), ({ state }) => state === "done")
      yield* client.jobs.rows({ path: { id: job.id }, urlParams: { outcome: "labeled" } })
      yield* ask(server, "/v1/jobs?token=in-the-query", { headers: { cookie } })
      yield* ask(server, "/v1/jobs", {
        method: "POST",
        token,
        body: "{ broken json 기사",
        headers: { "content-type": "application/json" }
      })
      const log = lines.join("\n")
      assert.isAbove(lines.length, 5)
      for (const secret of [
        token,
        token.slice(-20),
        cookie.split("=")[1] ?? "?",
        csrf,
        "sk-test",
        "기사",
        "정부의",
        "a.csv",
        "in-the-query"
      ]) {
        assert.notInclude(log, secret)
      }
    }).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)), Logger.withMinimumLogLevel(LogLevel.All))
  }).pipe(Effect.scoped)
)
