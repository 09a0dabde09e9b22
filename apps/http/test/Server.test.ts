import { createHash } from "node:crypto"
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { connect, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as TaskFile from "@batchlabel/core/TaskFile"
import { form } from "@batchlabel/http-api/Client"
import { assert, it } from "@effect/vitest"
import { Validator } from "@seriousme/openapi-schema-validator"
import * as Effect from "effect/Effect"
import { ask, clientOf, csvOf, problemOf, refusal, start, textOf, tryToStart } from "./support/TestServer.js"

// Whole processes and many requests: a busy machine takes its time.
const patience = 180_000

it.live(
  "a server is not opened to other machines while there is no token, and is afterwards",
  () =>
    Effect.gen(function* () {
      const home = mkdtempSync(join(tmpdir(), "batchlabel-open-"))
      yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(home, { recursive: true, force: true })))
      for (const host of ["0.0.0.0", "::"]) {
        const refused = yield* Effect.flip(Effect.scoped(tryToStart({ home, host })))
        assert.strictEqual(refused._tag === "ServerError" ? refused.problem.code : refused._tag, "BL7029")
      }
      // On this machine it may be open; nobody gets in without a token there either.
      yield* Effect.scoped(
        Effect.gen(function* () {
          const local = yield* start({ home })
          assert.match(local.url, /^http:\/\/127\.0\.0\.1:/)
          assert.strictEqual(yield* refusal(yield* ask(local, "/v1/jobs")), "401 BL7001")
          const expired = yield* local.token("expired", "admin", 1)
          yield* local.token("revoked").pipe(Effect.flatMap(local.revoke))
          assert.isString(expired)
        })
      )
      const still = yield* Effect.flip(Effect.scoped(tryToStart({ home, host: "0.0.0.0" })))
      assert.strictEqual(still._tag === "ServerError" ? still.problem.code : still._tag, "BL7029")
      const token = yield* Effect.scoped(Effect.flatMap(start({ home }), (local) => local.token("someone")))
      yield* Effect.scoped(
        Effect.gen(function* () {
          const open = yield* start({ home, host: "0.0.0.0" })
          assert.strictEqual((yield* ask({ url: open.url.replace("0.0.0.0", "127.0.0.1") }, "/v1/jobs", { token })).status, 200)
        })
      )
    }).pipe(Effect.scoped),
  patience
)

it.live(
  "a first token is made only where there is none, and only when it is asked for",
  () =>
    Effect.gen(function* () {
      const server = yield* start({ firstToken: true })
      const { firstToken } = server
      assert.strictEqual((yield* ask(server, "/metrics", { token: firstToken ?? "" })).status, 200)
      const second = yield* Effect.scoped(start({ home: server.home, firstToken: true }))
      assert.isUndefined(second.firstToken)
    }).pipe(Effect.scoped),
  patience
)

it.live(
  "a port that is taken is said to be taken",
  () =>
    Effect.gen(function* () {
      const taken = createServer().listen(0, "127.0.0.1")
      yield* Effect.addFinalizer(() => Effect.sync(() => taken.close()))
      yield* Effect.async<void>((resume) => void taken.once("listening", () => resume(Effect.void)))
      const address = taken.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      const refused = yield* Effect.flip(Effect.scoped(tryToStart({ port })))
      assert.strictEqual(refused._tag === "ServerError" ? refused.problem.code : refused._tag, "BL7030")
      assert.include(refused.message, String(port))
    }).pipe(Effect.scoped),
  patience
)

it.live(
  "two servers may begin on one empty folder at the same time",
  () =>
    Effect.gen(function* () {
      const home = mkdtempSync(join(tmpdir(), "batchlabel-both-"))
      yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(home, { recursive: true, force: true })))
      const servers = yield* Effect.all([start({ home }), start({ home }), start({ home })], { concurrency: 3 })
      const token = yield* servers[0].token("someone")
      for (const server of servers) assert.strictEqual((yield* ask(server, "/v1/jobs", { token })).status, 200)
    }).pipe(Effect.scoped),
  patience
)

it.live(
  "the OpenAPI document is valid, and knows what a task looks like",
  () =>
    Effect.gen(function* () {
      const server = yield* start()
      const token = yield* server.token("reader", "read")
      const text = yield* textOf(yield* ask(server, "/openapi.json", { token }))
      const result = yield* Effect.promise(() => new Validator().validate(JSON.parse(text)))
      assert.isTrue(result.valid, JSON.stringify(result.errors))
      const document = JSON.parse(text) as {
        readonly components: { readonly schemas: Record<string, { readonly properties?: object }> }
      }
      const { schemas } = document.components
      const files = TaskFile.jsonSchema() as { readonly properties: object }
      assert.sameMembers(Object.keys(schemas["TaskInput"]?.properties ?? {}), Object.keys(files.properties))
      for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) assert.property(schemas, name ?? "")
      assert.notInclude(text, "#/$defs/")
    }).pipe(Effect.scoped),
  patience
)

it.live(
  "the documentation is one page whose scripts are known by their hashes, and nothing of it comes from elsewhere",
  () =>
    Effect.gen(function* () {
      const server = yield* start()
      const token = yield* server.token("reader", "read")
      const response = yield* ask(server, "/docs", { token })
      const policy = response.headers.get("content-security-policy") ?? ""
      const html = yield* textOf(response)
      const scripts = [...html.matchAll(/<script(?![^>]*application\/json)[^>]*>([\s\S]*?)<\/script>/g)]
      assert.lengthOf(scripts, 2)
      for (const [tag, source] of scripts) {
        assert.isTrue(tag.startsWith("<script>"))
        assert.include(
          policy,
          `'sha256-${createHash("sha256")
            .update(source ?? "")
            .digest("base64")}'`
        )
      }
      assert.notMatch(html.replace(/<script[\s\S]*?<\/script>/g, ""), /(src|href)=/)
      const [, json] = /<script id="api-reference"[^>]*>([\s\S]*?)<\/script>/.exec(html) ?? []
      assert.deepStrictEqual(JSON.parse(json ?? ""), JSON.parse(yield* textOf(yield* ask(server, "/openapi.json", { token }))))
    }).pipe(Effect.scoped),
  patience
)

it.live(
  "metrics are what Prometheus reads, and do not grow with what clients make up",
  () =>
    Effect.gen(function* () {
      const server = yield* start()
      const admin = yield* server.token("admin", "admin")
      for (let i = 0; i < 30; i++) {
        yield* ask(server, `/v1/made-up-${i}`, { token: admin })
        yield* ask(server, `/v1/tasks/made-up-${i}`, { token: admin })
        yield* ask(server, `/v1/jobs/job_01ARZ3NDEKTSV4RRFFQ69G5F${String(i).padStart(2, "0")}`, { token: admin })
        yield* ask(server, `/elsewhere-${i}`)
      }
      yield* ask(server, "/v1/tasks/sentiment", { token: admin })
      const response = yield* ask(server, "/metrics", { token: admin })
      assert.match(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/)
      const text = yield* textOf(response)
      for (const line of text.trimEnd().split("\n")) {
        assert.match(line, /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? -?[0-9.e+-]+)$/)
      }
      assert.notInclude(text, "made-up")
      assert.match(text, /batchlabel_http_requests_total\{[^}]*route="\/v1\/tasks\/:name"[^}]*\} \d+/)
      assert.match(text, /batchlabel_http_requests_total\{[^}]*route="\/v1\/jobs\/:id"[^}]*\} \d+/)
      assert.match(text, /batchlabel_http_request_seconds_bucket\{[^}]*le="\+Inf"\} \d+/)
      assert.match(text, /^batchlabel_jobs_open 0$/m)
      const names = text
        .split("\n")
        .filter((line) => line.startsWith("# TYPE"))
        .map((line) => line.split(" ")[2])
      assert.strictEqual(new Set(names).size, names.length)
    }).pipe(Effect.scoped),
  patience
)

it.live(
  "the page is served from its folder and from nowhere else, and its addresses lead to its index",
  () =>
    Effect.gen(function* () {
      const folder = mkdtempSync(join(tmpdir(), "batchlabel-web-"))
      yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(folder, { recursive: true, force: true })))
      const root = join(folder, "dist")
      mkdirSync(join(root, "assets"), { recursive: true })
      writeFileSync(join(folder, "secret.txt"), "nobody may read this")
      mkdirSync(join(folder, "dist-other"))
      writeFileSync(join(folder, "dist-other", "x.js"), "nobody may read this")
      writeFileSync(join(root, "index.html"), "<!doctype html><title>page</title>")
      writeFileSync(join(root, "assets", "index-abc123.js"), "export {}")
      writeFileSync(join(root, ".hidden"), "nobody may read this")
      symlinkSync(join(folder, "secret.txt"), join(root, "link.txt"))
      const server = yield* start({ settings: { webRoot: root } })
      for (const path of ["/", "/jobs", "/jobs/job_01ARZ3NDEKTSV4RRFFQ69G5FAV", "/index.html?x=1"]) {
        const response = yield* ask(server, path)
        assert.strictEqual(response.status, 200, path)
        assert.match(response.headers.get("content-type") ?? "", /^text\/html/)
        assert.strictEqual(response.headers.get("cache-control"), "no-cache")
        assert.match(response.headers.get("content-security-policy") ?? "", /script-src 'self'/)
        assert.notMatch(response.headers.get("content-security-policy") ?? "", /unsafe/)
        assert.include(yield* textOf(response), "<title>page</title>")
      }
      const asset = yield* ask(server, "/assets/index-abc123.js")
      assert.match(asset.headers.get("content-type") ?? "", /^text\/javascript/)
      assert.match(asset.headers.get("cache-control") ?? "", /immutable/)
      assert.strictEqual((yield* ask(server, "/", { method: "HEAD" })).status, 200)
      const head = (path: string) =>
        Effect.async<string>((resume) => {
          // Other than `fetch`, which tidies a path up before it sends it.
          const socket = connect(Number(new URL(server.url).port), "127.0.0.1")
          let text = ""
          socket.on("data", (chunk) => {
            text += chunk
          })
          socket.on("close", () => resume(Effect.succeed(text)))
          socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
        })
      for (const path of [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/assets/../../secret.txt",
        "/assets/..%5c..%5csecret.txt",
        "/../dist-other/x.js",
        "/%2e%2e/dist-other/x.js",
        "//etc/passwd",
        "/etc/passwd",
        "/link.txt",
        "/.hidden",
        "/assets/missing.js",
        "/%00index.html",
        "/%ff.js",
        "/assets"
      ]) {
        const answer = yield* head(path)
        assert.notInclude(answer, "nobody may read this", path)
        assert.notInclude(answer, "root:", path)
      }
      assert.strictEqual(yield* refusal(yield* ask(server, "/assets/missing.js")), "404 BL7007")
      assert.strictEqual(yield* refusal(yield* ask(server, "/v1/unknown")), "404 BL7007")
      assert.strictEqual(yield* refusal(yield* ask(server, "/jobs", { method: "POST" })), "404 BL7007")
    }).pipe(Effect.scoped),
  patience
)

it.live(
  "jobs are listed in pages, newest first, by state if wanted",
  () =>
    Effect.gen(function* () {
      const server = yield* start()
      const token = yield* server.token("someone")
      const client = yield* clientOf(server, token)
      const made = yield* Effect.forEach([1, 2, 3, 4, 5], (n) =>
        client.jobs.create({ payload: form(new Blob([csvOf(n)]), `${n}.csv`), headers: {} })
      )
      const seen: Array<string> = []
      let cursor: string | undefined
      do {
        const page: { readonly items: ReadonlyArray<{ readonly id: string }>; readonly next?: string } = yield* client.jobs.list({
          urlParams: { limit: 2, cursor }
        })
        seen.push(...page.items.map(({ id }) => id))
        cursor = page.next
      } while (cursor !== undefined)
      assert.deepStrictEqual(seen, made.map(({ id }) => id).reverse())
      assert.deepStrictEqual(yield* client.jobs.list({ urlParams: { state: "done" } }), { items: [] })
      assert.lengthOf((yield* client.jobs.list({ urlParams: { state: "open" } })).items, 5)
      for (const query of ["limit=0", "limit=101", "limit=x", "state=nonsense", "cursor=..", "cursor=job_x' OR 1=1"]) {
        const problem = yield* problemOf(yield* ask(server, `/v1/jobs?${query}`, { token }))
        assert.strictEqual(problem.code, "BL7006", query)
        assert.isAbove(problem.errors?.length ?? 0, 0, query)
      }
    }).pipe(Effect.scoped),
  patience
)

it.live(
  "the operator's limit of enqueued tokens holds for whoever names none",
  () =>
    Effect.gen(function* () {
      const server = yield* start({ settings: { enqueuedTokenLimit: 500_000 } })
      const token = yield* server.token("newsroom")
      const client = yield* clientOf(server, token)
      const limitsOf = (request: Parameters<typeof form>[2]) =>
        Effect.map(client.estimates.create({ payload: form(new Blob([csvOf(3)]), "news.csv", request) }), ({ reasons }) =>
          reasons.map(({ code }) => code)
        )
      assert.include(yield* limitsOf({}), "BL5313")
      assert.include(yield* limitsOf({ tier: 4 }), "BL5312")
    }).pipe(Effect.scoped),
  patience
)
