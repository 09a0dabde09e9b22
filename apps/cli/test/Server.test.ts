import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Client from "@batchlabel/http-api/Client"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { bin, execute, type Result } from "./support/Product.js"
import { eventually, launch } from "./support/ServerProcess.js"

const workshop = Effect.gen(function* () {
  const home = mkdtempSync(join(tmpdir(), "batchlabel-process-"))
  yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(home, { recursive: true, force: true })))
  const simulator = yield* Simulator.scoped({ clock: { phases: { validating: 150, perRequest: 10, finalizing: 150 } } })
  const env = {
    OPENAI_API_KEY: "sk-test-key-of-the-process",
    OPENAI_BASE_URL: simulator.url,
    BATCHLABEL_HOME: home,
    BATCHLABEL_POLL_INTERVAL: "50ms",
    BATCHLABEL_POLL_CAP: "200ms",
    BATCHLABEL_BACKOFF: "50ms",
    BATCHLABEL_BACKOFF_CAP: "200ms",
    BATCHLABEL_LIST_LAG: "100ms",
    BATCHLABEL_OUTPUT_LAG: "200ms"
  }
  const batchlabel = (args: ReadonlyArray<string>, more: Readonly<Record<string, string>> = {}): Effect.Effect<Result> =>
    Effect.promise(() => execute(process.execPath, [bin("batchlabel"), ...args], { cwd: home, env: { ...env, ...more } }))
  const token = (...args: ReadonlyArray<string>): Effect.Effect<string> =>
    Effect.flatMap(batchlabel(["token", "create", ...args]), ({ code, stderr, stdout }) =>
      code === 0 ? Effect.succeed(stdout.trim()) : Effect.dieMessage(stderr)
    )
  return { home, simulator, env, batchlabel, token, serve: launch(["--port", "0"], env) }
})

const csvOf = (rows: number, text: (row: number) => string): string =>
  `text,title\n${Array.from({ length: rows }, (_, row) => `"${text(row + 1)}",제목 ${row + 1}`).join("\n")}\n`

const clientOf = (url: string, token: string) => Client.make({ baseUrl: url, token }).pipe(Effect.provide(FetchHttpClient.layer))

const callsOf = (simulator: Simulator.Simulator): number =>
  Object.values(simulator.stats()).reduce((sum, { calls }) => sum + calls, 0)

// Whole processes and many requests: a busy machine takes its time.
const patience = 600_000

it.live(
  "a server that is killed again and again loses nothing and pays nothing twice",
  () =>
    Effect.gen(function* () {
      const { serve, simulator, token: create } = yield* workshop
      const token = yield* create("--name", "someone", "--scope", "write")
      const rows = 12
      const made = new Set<string>()
      const keys = Array.from({ length: 6 }, (_, index) => `job ${index}`)

      // Each round a server is started, asked for all jobs again under their keys, and killed at some moment.
      for (let round = 0; round < 5; round++) {
        yield* Effect.scoped(
          Effect.gen(function* () {
            const server = yield* serve
            const client = yield* clientOf(server.url, token)
            const asking = yield* Effect.forEach(
              keys,
              (key) =>
                client.jobs
                  .create({
                    payload: Client.form(new Blob([csvOf(rows, (row) => `${key}, row ${row}`)]), `${key}.csv`, {
                      start: true,
                      maxCost: 20_000_000_000_000n,
                      useCache: false
                    }),
                    headers: { "idempotency-key": key }
                  })
                  .pipe(
                    Effect.tap(({ id }) => Effect.sync(() => made.add(id))),
                    Effect.ignore
                  ),
              { concurrency: 3, discard: true }
            ).pipe(Effect.fork)
            const before = callsOf(simulator)
            yield* eventually(
              Effect.sync(() => callsOf(simulator) - before >= 1 + 7 * round || asking.unsafePoll() !== null),
              Boolean
            )
            server.child.kill("SIGKILL")
            yield* Effect.promise(() => server.exited)
            yield* asking.await
          })
        )
      }

      const server = yield* serve
      const client = yield* clientOf(server.url, token)
      const jobs = yield* Effect.forEach(keys, (key) =>
        client.jobs.create({
          payload: Client.form(new Blob([csvOf(rows, (row) => `${key}, row ${row}`)]), `${key}.csv`, {
            start: true,
            maxCost: 20_000_000_000_000n,
            useCache: false
          }),
          headers: { "idempotency-key": key }
        })
      )
      // Whatever a client was ever told of is still there, and there is one job a key.
      for (const id of made)
        assert.include(
          jobs.map((job) => job.id),
          id
        )
      const { items } = yield* client.jobs.list({ urlParams: {} })
      assert.sameMembers(
        items.map(({ id }) => id),
        jobs.map(({ id }) => id)
      )
      yield* Effect.forEach(jobs, ({ id }) => eventually(client.jobs.get({ path: { id } }), ({ state }) => state === "done"), {
        discard: true
      })
      const ledger = yield* Effect.promise(() => simulator.ledger())
      for (const { id } of jobs) {
        const distribution = yield* client.jobs.distribution({ path: { id } })
        assert.deepInclude(distribution, { rows, labeled: rows, failed: 0, pending: 0 })
        assert.deepStrictEqual(ledger.jobs[id]?.bodies, { distinct: rows, repeated: 0, extra: 0 })
      }
      assert.strictEqual(Object.keys(ledger.jobs).length, keys.length)
    }).pipe(Effect.scoped),
  patience
)

it.live(
  "two servers on one store work on the same jobs, and nothing is paid twice",
  () =>
    Effect.gen(function* () {
      const { serve, simulator, token: create } = yield* workshop
      const token = yield* create("--name", "someone", "--scope", "write")
      const servers = yield* Effect.all([serve, serve], { concurrency: 2 })
      const [first, second] = yield* Effect.forEach(servers, ({ url }) => clientOf(url, token))
      if (first === undefined || second === undefined) return yield* Effect.dieMessage("two were started")
      const jobs = yield* Effect.forEach(
        Array.from({ length: 10 }, (_, index) => index),
        (index) =>
          (index % 2 === 0 ? first : second).jobs.create({
            payload: Client.form(new Blob([csvOf(3, (row) => `job ${index} row ${row}`)]), "a.csv", {
              start: true,
              maxCost: 20_000_000_000_000n,
              useCache: false
            }),
            headers: {}
          }),
        { concurrency: 5 }
      )
      yield* Effect.forEach(
        jobs,
        ({ id }, index) =>
          eventually((index % 2 === 0 ? second : first).jobs.get({ path: { id } }), ({ state }) => state === "done"),
        { discard: true }
      )
      const ledger = yield* Effect.promise(() => simulator.ledger())
      for (const { id } of jobs) {
        assert.deepStrictEqual(ledger.jobs[id]?.bodies, { distinct: 3, repeated: 0, extra: 0 })
        assert.strictEqual(ledger.jobs[id]?.batches, 1)
      }
    }).pipe(Effect.scoped),
  patience
)

it.live(
  "asked to stop, it stops within ten seconds and well, whatever it is at",
  () =>
    Effect.gen(function* () {
      const { env, home } = yield* workshop
      const server = yield* launch(["--port", "0", "--first-token"], env)
      const { token = "" } = server
      const client = yield* clientOf(server.url, token)
      const { id } = yield* client.jobs.create({
        payload: Client.form(new Blob([csvOf(200, (row) => `기사 ${row}`)]), "a.csv", {
          start: true,
          maxCost: 20_000_000_000_000n
        }),
        headers: {}
      })
      const following = yield* Effect.promise(() =>
        fetch(`${server.url}/v1/jobs/${id}/events`, {
          headers: { authorization: `Bearer ${token}`, accept: "text/event-stream" }
        })
      )
      const began = Date.now()
      server.child.kill("SIGTERM")
      const code = yield* Effect.promise(() => server.exited)
      assert.isBelow(Date.now() - began, 10_000)
      assert.strictEqual(code, 0)
      yield* Effect.promise(() => following.text())
      // Nobody else on the machine can read what it keeps.
      assert.strictEqual(statSync(join(home, "state.db")).mode & 0o077, 0)
      assert.strictEqual(statSync(join(home, "uploads")).mode & 0o077, 0)
      for (const name of readdirSync(join(home, "uploads")))
        assert.strictEqual(statSync(join(home, "uploads", name)).mode & 0o077, 0)
      // And what it wrote tells nothing but the token that it was asked to show.
      const output = server.output().replace(token, "")
      for (const secret of ["sk-test-key", "blt_", "기사", "a.csv"]) assert.notInclude(output, secret)
    }).pipe(Effect.scoped),
  patience
)

it.live(
  "a token is shown when it is made and never again, lets in, and is revoked at once",
  () =>
    Effect.gen(function* () {
      const { batchlabel, home, serve } = yield* workshop
      const made = yield* batchlabel(["token", "create", "--name", "운영자", "--scope", "admin", "--days", "1"])
      const token = made.stdout.trim()
      assert.strictEqual(made.code, 0)
      assert.match(token, /^blt_[0-9a-z]{16}_[A-Za-z0-9_-]{43}$/)
      const secret = token.split("_").slice(2).join("_")
      assert.notInclude(made.stderr, secret)
      const listed = yield* batchlabel(["token", "list"])
      const asJson = yield* batchlabel(["token", "list", "--json"])
      assert.match(listed.stdout, /^tok_[0-9a-z]{16} +admin +valid +\d{4}-.* 운영자$/m)
      for (const { stderr, stdout } of [listed, asJson]) assert.notInclude(`${stdout}${stderr}`, secret)
      for (const name of readdirSync(home))
        if (statSync(join(home, name)).isFile()) assert.notInclude(readFileSync(join(home, name), "latin1"), secret)

      const server = yield* serve
      const status = (path: string, bearer = token) =>
        Effect.promise(
          async () => (await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${bearer}` } })).status
        )
      assert.strictEqual(yield* status("/healthz", ""), 200)
      assert.strictEqual(yield* status("/v1/jobs"), 200)
      assert.strictEqual(yield* status("/v1/jobs", `${token}x`), 401)
      // The page comes with the command.
      const page = yield* Effect.promise(async () => (await fetch(`${server.url}/`)).text())
      const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1] ?? ""
      assert.strictEqual(yield* status(script), 200)

      // From another process, at once.
      const id = /tok_[0-9a-z]+/.exec(listed.stdout)?.[0] ?? ""
      assert.strictEqual((yield* batchlabel(["token", "revoke", id])).code, 0)
      assert.strictEqual(yield* status("/v1/jobs"), 401)
      assert.match((yield* batchlabel(["token", "list"])).stdout, / admin +revoked /)
    }).pipe(Effect.scoped),
  patience
)

it.live(
  "what is wrong is said with the exit code that is documented for it",
  () =>
    Effect.gen(function* () {
      const { batchlabel, home } = yield* workshop
      const told = (code: number, problem: string, args: ReadonlyArray<string>, env?: Readonly<Record<string, string>>) =>
        Effect.map(batchlabel(args, env), (result) =>
          assert.deepStrictEqual(
            [result.code, /\[(BL\d+)\]/.exec(result.stderr)?.[1], result.stdout],
            [code, problem, ""],
            `${args.join(" ")}: ${result.stderr}`
          )
        )
      // Nobody could get in, and everybody could try.
      yield* told(4, "BL7029", ["serve", "--host", "0.0.0.0", "--port", "0"])
      yield* told(4, "BL3001", ["serve", "--port", "0"], { OPENAI_API_KEY: "" })
      yield* told(2, "BL6004", ["serve", "--port", "70000"])
      yield* told(2, "BL6001", ["serve", "--nonsense"])
      yield* told(2, "BL6006", ["token", "create", "--name", "x"])
      yield* told(2, "BL6012", ["token", "create", "--name", "x", "--scope", "god"])
      yield* told(2, "BL7031", ["token", "create", "--name", "x".repeat(65), "--scope", "read"])
      yield* told(2, "BL6008", ["token", "revoke"])
      yield* told(3, "BL7032", ["token", "revoke", "tok_unknown"])
      const taken = createServer()
      yield* Effect.promise(() => new Promise<void>((done) => taken.listen(0, "127.0.0.1", done)))
      const address = taken.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      yield* told(4, "BL7030", ["serve", "--home", home, "--port", String(port)])
      taken.close()
    }).pipe(Effect.scoped),
  patience
)
