/** What one client does with its file, its template or its task, and with the others' time and memory. */
import { assert, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import { clientOf as subscriberOf } from "../src/internal/clientAddress.js"
import { langOf } from "../src/internal/responses.js"
import { routeOf } from "../src/internal/routes.js"
import { speak } from "./support/rawSocket.js"
import { ask, clientOf, eventually, refusal, start, type TestServer, textOf } from "./support/TestServer.js"

const json = { "content-type": "application/json" }

const post = (server: TestServer, path: string, token: string, body: unknown) =>
  ask(server, path, { method: "POST", token, body: JSON.stringify(body), headers: json })

const taskOf = (template: string) => ({ name: "t", labels: [0, 1], answer: "number", template })

const uploadOf = (server: TestServer, token: string, csv: string) =>
  Effect.gen(function* () {
    const form = new FormData()
    form.set("file", new Blob([csv]), "a.csv")
    const client = yield* clientOf(server, token)
    return (yield* client.uploads.create({ payload: form, urlParams: {} })).id
  })

const seriesOf = (metrics: string): number => metrics.split("\n").filter((line) => /_http_requests_total\{/.test(line)).length

it.live("whatever addresses are asked for without a token, the metrics grow no longer and hold no text of a client's", () =>
  Effect.gen(function* () {
    const server = yield* start({ settings: { limits: { strangersPerSecond: 10_000, strangerBurst: 10_000 } } })
    const admin = yield* server.token("admin", "admin")
    const paths = (round: number) =>
      Array.from({ length: 60 }, (_, i) => {
        const made = `made-up-${round}-${i}`
        return [
          `/v1/jobs/${made}`,
          `/v1/jobs/${made}/rows`,
          `/v1/tasks/${made}`,
          `/v1/${made}`,
          `/${made}`,
          `/metrics/${made}`,
          `/healthz/${made}`
        ]
      }).flat()
    const round = (n: number) =>
      Effect.gen(function* () {
        for (const path of paths(n)) yield* Effect.flatMap(ask(server, path), textOf)
        for (const method of ["MKCOL", "PURGE", "SEARCH"]) yield* ask(server, `/v1/x${n}`, { method })
        return yield* Effect.flatMap(ask(server, "/metrics", { token: admin }), textOf)
      })
    yield* round(1)
    const before = yield* round(2)
    const after = yield* round(3)
    assert.notInclude(after, "made-up")
    assert.strictEqual(seriesOf(after), seriesOf(before))
    assert.isBelow(seriesOf(after), 30)
  }).pipe(Effect.scoped)
)

it("an address is counted under the template of its route, and under one name where there is none", () => {
  assert.strictEqual(routeOf("/v1/jobs/anything", 401), "/v1/jobs/:id")
  assert.strictEqual(routeOf("/v1/jobs/a/rows/b", 401), "/v1/jobs/:id/rows/:row")
  assert.strictEqual(routeOf("/v1/jobs/a/b/c/d", 401), "none")
  assert.strictEqual(routeOf("/v1/tasks/%20", 200), "/v1/tasks/:name")
  assert.strictEqual(routeOf("/metrics", 200), "/metrics")
  assert.strictEqual(routeOf("/jobs/job_1", 200), "page")
  assert.strictEqual(routeOf("/jobs/job_1", 404), "none")
})

it("an address is one client, and so are all the addresses of one subscriber", () => {
  assert.strictEqual(subscriberOf("::ffff:192.0.2.1"), "192.0.2.1")
  assert.strictEqual(subscriberOf("192.0.2.1"), "192.0.2.1")
  assert.strictEqual(subscriberOf("2001:db8:0:1::1"), subscriberOf("2001:0DB8:0000:0001:ffff:ffff:ffff:ffff"))
  assert.notStrictEqual(subscriberOf("2001:db8:0:1::1"), subscriberOf("2001:db8:0:2::1"))
  assert.strictEqual(subscriberOf("fe80::1%eth0"), "fe80:0:0:0::/64")
  assert.strictEqual(subscriberOf("::1"), "0:0:0:0::/64")
})

it.live("who shows no token is slowed down by his address, and whoever has one and the health checks are not", () =>
  Effect.gen(function* () {
    const server = yield* start({ settings: { limits: { strangersPerSecond: 1, strangerBurst: 10 } } })
    const token = yield* server.token("someone")
    const asked = yield* Effect.all(
      [
        ...Array.from({ length: 10 }, (_, i) => ask(server, `/v1/jobs/${i}`)),
        ...Array.from({ length: 10 }, (_, i) => ask(server, `/v1/jobs/${i}`, { headers: { authorization: `Basic ${i}` } })),
        ...Array.from({ length: 10 }, (_, i) => ask(server, `/v1/jobs/${i}`, { headers: { cookie: `batchlabel_session=${i}` } })),
        ...Array.from({ length: 10 }, () => ask(server, "/nowhere"))
      ],
      { concurrency: 5 }
    )
    const refused = asked.filter(({ status }) => status === 429)
    assert.isAtLeast(refused.length, 15)
    assert.isTrue(refused.every(({ headers }) => Number(headers.get("retry-after")) >= 1))
    assert.strictEqual((yield* ask(server, "/v1/jobs", { token })).status, 200)
    for (let i = 0; i < 20; i++) assert.strictEqual((yield* ask(server, "/healthz")).status, 200)
  }).pipe(Effect.scoped)
)

it.live("a line of the log is one line of plain letters, whatever was asked for", () =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const logger = Logger.make((options) => lines.push(Logger.logfmtLogger.log(options)))
    yield* Effect.gen(function* () {
      const server = yield* start()
      for (const path of ["/v1/a\u009b31mred", "/v1/\u0085next", "/v1/%0a%1b[31m", "/é\u00ad"]) {
        yield* speak(
          server.url,
          Buffer.from(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`, "latin1").toString("latin1")
        )
      }
      yield* ask(server, "/v1/jobs")
      yield* eventually(
        Effect.sync(() => lines.filter((line) => line.includes("answered")).length),
        (count) => count >= 1
      )
      for (const line of lines) assert.match(line, /^[\x20-\x7e가-힣]*$/, JSON.stringify(line))
    }).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)), Logger.withMinimumLogLevel(LogLevel.Debug))
  }).pipe(Effect.scoped)
)

it("a header that asks for languages is read in no time, however long it is", () => {
  const began = performance.now()
  for (const gap of [" ", ";", "-", ";q=", "ko;", " ;"]) langOf(`en${gap.repeat(16_000)}!`)
  assert.isBelow(performance.now() - began, 1_000)
  assert.strictEqual(langOf("fr, ko-KR;q=0.8 , en;q=0.5"), "ko")
})

it.live("JSON that is nested deeply or holds very many values is refused as what it is, everywhere", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const token = yield* server.token("someone")
    const deep = `${"[".repeat(3_000)}${"]".repeat(3_000)}`
    const deepObject = `${'{"a":'.repeat(3_000)}1${"}".repeat(3_000)}`
    const wide = `[${"[],".repeat(100_000)}0]`
    for (const value of [deep, deepObject, wide]) {
      const task = `{"name":"t","labels":[0,1],"template":"{{ text }}","parameters":{"x":${value}}}`
      for (const [method, path, body] of [
        ["PUT", "/v1/tasks/mine", task],
        ["POST", "/v1/estimates", `{"task":${task}}`],
        ["POST", "/v1/previews", `{"task":${task}}`],
        ["POST", "/v1/jobs", `{"task":${task}}`],
        ["POST", "/v1/webhooks", value],
        ["POST", "/v1/session", `{"token":${value}}`]
      ] as const) {
        const response = yield* ask(server, path, { method, token, body, headers: json })
        assert.include([400, 413], response.status, `${method} ${path}`)
      }
      const form = new FormData()
      form.set("request", `{"task":${task}}`)
      form.set("file", new Blob(["text\nx\n"]), "a.csv")
      assert.strictEqual(yield* refusal(yield* ask(server, "/v1/jobs", { method: "POST", token, body: form })), "400 BL7006")
    }
  }).pipe(Effect.scoped)
)

it.live("a body that is packed is refused, not read as if it were not", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const token = yield* server.token("someone")
    for (const encoding of ["gzip", "br", "deflate", "zstd", "gzip, identity", "x"]) {
      const form = new FormData()
      form.set("file", new Blob(["text\nx\n"]), "a.csv")
      const headers = { "content-encoding": encoding }
      assert.strictEqual(
        yield* refusal(yield* ask(server, "/v1/uploads", { method: "POST", token, body: form, headers })),
        "415 BL7087"
      )
      const plain = { method: "POST", token, body: "{}", headers: { ...json, ...headers } }
      assert.strictEqual(yield* refusal(yield* ask(server, "/v1/jobs", plain)), "415 BL7087")
    }
    const form = new FormData()
    form.set("file", new Blob(["text\nx\n"]), "a.csv")
    const headers = { "content-encoding": "identity" }
    assert.strictEqual((yield* ask(server, "/v1/uploads", { method: "POST", token, body: form, headers })).status, 201)
  }).pipe(Effect.scoped)
)

it.live("texts of a client's own are short and printable, or refused", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const token = yield* server.token("someone")
    const upload = yield* uploadOf(server, token, "text\nx\n")
    const bad = ["a\u001b[31mb", "a\nb", "a\u0000b", "\u202eb", "x".repeat(1_001), "\ud800", "\u009b1m"]
    for (const text of bad) {
      for (const request of [{ model: text }, { title: text }, { preset: text }]) {
        assert.strictEqual(yield* refusal(yield* post(server, "/v1/jobs", token, { upload, ...request })), "400 BL7006")
      }
      const task = taskOf("{{ text }}")
      for (const part of [{ model: text }, { name: text }, { columns: { label: text } }]) {
        const told = yield* refusal(yield* post(server, "/v1/jobs", token, { upload, task: { ...task, ...part } }))
        assert.match(told, /^422 BL20/, JSON.stringify(part).slice(0, 60))
      }
    }
    for (const textColumn of ["a\u001b[31mb", "x".repeat(1_001)]) {
      assert.strictEqual(yield* refusal(yield* post(server, "/v1/jobs", token, { upload, textColumn })), "400 BL7006")
    }
    for (const delimiter of ['"', "\n", "\u0000", ",,", ""]) {
      assert.strictEqual(yield* refusal(yield* post(server, "/v1/jobs", token, { upload, delimiter })), "400 BL7006")
    }
    const good = yield* post(server, "/v1/jobs", token, {
      upload,
      title: "감성 분석 👩‍👩‍👧 – 2026",
      model: "ft:gpt-4o-mini:org::id"
    })
    assert.strictEqual(good.status, 201)
  }).pipe(Effect.scoped)
)

it.live("a file of a million columns, or of names without end, is refused", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const token = yield* server.token("someone")
    const upload = (csv: string) => {
      const form = new FormData()
      form.set("file", new Blob([csv]), "wide.csv")
      return Effect.flatMap(ask(server, "/v1/uploads", { method: "POST", token, body: form }), textOf)
    }
    const header = Array.from({ length: 1_000_000 }, (_, i) => `c${i}`).join(",")
    assert.match(yield* upload(`${header}\n${"1,".repeat(999_999)}1\n`), /BL7089/)
    assert.match(yield* upload(`text,${"n".repeat(2_000_000)}\nx,y\n`), /BL7089/)
    const wide = `${Array.from({ length: 10_000 }, (_, i) => `c${i}`).join(",")}\n`
    const answer = yield* upload(wide + `${"x".repeat(300)},`.repeat(9_999).concat("x\n").repeat(2))
    assert.match(answer, /"id":"upl_/)
    assert.isBelow(answer.length, 5_000_000)
  }).pipe(Effect.scoped)
)

it.live("a job of more batches, or of more bytes of requests, than a job may have is refused, and nothing is left of it", () =>
  Effect.gen(function* () {
    const server = yield* start({ settings: { limits: { shards: 20, jobBytes: 100_000 } } })
    const token = yield* server.token("someone")
    const upload = yield* uploadOf(server, token, `text\n${Array.from({ length: 100 }, (_, i) => `row ${i}`).join("\n")}\n`)
    const long = yield* uploadOf(
      server,
      token,
      `text\n${Array.from({ length: 30 }, (_, i) => `${"x".repeat(5_000)}${i}`).join("\n")}\n`
    )
    const made = (request: object) => post(server, "/v1/jobs", token, { task: taskOf("{{ text }}"), ...request })
    for (const cut of [{ shardRows: 1 }, { shardRows: 4 }, { shardTokens: 40 }, { shardBytes: 600 }]) {
      assert.strictEqual(yield* Effect.flatMap(made({ upload, ...cut }), refusal), "422 BL7186", JSON.stringify(cut))
    }
    assert.strictEqual(yield* Effect.flatMap(made({ upload: long }), refusal), "422 BL7187")
    assert.deepInclude(JSON.parse(yield* Effect.flatMap(ask(server, "/v1/jobs", { token }), textOf)), { items: [] })
    assert.strictEqual((yield* made({ upload, shardRows: 5 })).status, 201)
  }).pipe(Effect.scoped)
)

/** The longest that a health check took while something else went on. */
const healthDuring = <A>(server: TestServer, attack: Effect.Effect<A>) =>
  Effect.gen(function* () {
    const over = yield* Deferred.make<A>()
    yield* Effect.fork(Effect.intoDeferred(attack, over))
    let longest = 0
    while (!(yield* Deferred.isDone(over))) {
      const began = performance.now()
      assert.strictEqual((yield* ask(server, "/healthz")).status, 200)
      longest = Math.max(longest, performance.now() - began)
    }
    return { answer: yield* Deferred.await(over), longest }
  })

// The server shares its thread with the tests here, and the machine with whoever else is on it; docs/http-load.md has the figures.
const patience = 3_000

it.live("a template that writes its row twenty thousand times costs its own client an answer, and nobody else a second", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const token = yield* server.token("someone")
    const upload = yield* uploadOf(server, token, `text\n${`${"가나다라".repeat(340)}\n`.repeat(5)}`)
    const long = yield* uploadOf(server, token, `text\n${`${"a".repeat(100_000)}\n`.repeat(3)}`)
    for (const [file, template, expected] of [
      [upload, "{{text}}".repeat(20_000), /BL2003|10000 outputs/],
      [upload, "{{text}}".repeat(10_000), /"failure"|"skipped":5|"badRecords":5/],
      [long, "{{text}}".repeat(3_000), /"failure"|"skipped":3|"badRecords":3/],
      [long, "{{ text | upcase }}{% for i in (1..3000) %}{{ text }}{% endfor %}", /BL7033/]
    ] as const) {
      for (const path of ["/v1/estimates", "/v1/previews", "/v1/jobs"]) {
        const attack = Effect.flatMap(post(server, path, token, { upload: file, task: taskOf(template) }), textOf)
        const { answer, longest } = yield* healthDuring(server, attack)
        assert.match(answer, path === "/v1/jobs" ? /"id":"job_|"code":"BL/ : expected, `${path} ${template.slice(0, 30)}`)
        assert.isBelow(answer.length, 3_000_000)
        assert.isBelow(longest, patience, path)
      }
    }
  }).pipe(Effect.scoped)
)

it.live("work that does not end is stopped and says so, and holds up nobody of another owner", () =>
  Effect.gen(function* () {
    const template = { milliseconds: 600_000, memory: 1e12, bytes: 1e7 }
    const server = yield* start({ settings: { limits: { workTime: Duration.seconds(5), workMegabytes: 128, template } } })
    const [token, other] = yield* Effect.all([server.token("someone"), server.token("other")])
    const [upload, theirs] = yield* Effect.all([uploadOf(server, token, "text\nx\n"), uploadOf(server, other, "text\nx\n")])
    const preview = (who: string, file: string, text: string) =>
      post(server, "/v1/previews", who, { upload: file, task: taskOf(text) })
    const endless = "{{ text }}{% for a in (1..100000) %}{% for b in (1..100000) %}{% assign c = b %}{% endfor %}{% endfor %}"
    const attack = Effect.all(
      [endless, endless, endless].map((text) => Effect.flatMap(preview(token, upload, text), refusal)),
      { concurrency: 3 }
    )
    const calm = Effect.map(preview(other, theirs, "{{ text }}"), ({ status }) => status)
    const { answer, longest } = yield* healthDuring(server, Effect.all([attack, calm], { concurrency: 2 }))
    assert.deepStrictEqual(answer, [["422 BL7085", "422 BL7085", "422 BL7085"], 200])
    assert.isBelow(longest, patience)
    assert.strictEqual((yield* preview(token, upload, "{{ text }}")).status, 200)
  }).pipe(Effect.scoped)
)

it.live("work that takes all the memory of its thread ends with it, and the server goes on", () =>
  Effect.gen(function* () {
    const template = { milliseconds: 600_000, memory: 1e12, bytes: 1e7 }
    const server = yield* start({ settings: { limits: { workTime: Duration.seconds(90), workMegabytes: 64, template } } })
    const token = yield* server.token("someone")
    const upload = yield* uploadOf(server, token, "text\nx\n")
    const preview = (text: string) => post(server, "/v1/previews", token, { upload, task: taskOf(text) })
    const huge = "{% assign a = (1..60000000) %}{{ text }}{{ a | size }}"
    assert.strictEqual(yield* Effect.flatMap(preview(huge), refusal), "422 BL7086")
    assert.strictEqual((yield* preview("{{ text }}")).status, 200)
  }).pipe(Effect.scoped)
)
