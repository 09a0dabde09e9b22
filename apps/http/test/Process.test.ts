import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Client from "@batchlabel/http-api/Client"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { assert, beforeAll, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { build, command, environmentOf, launch } from "./support/serverProcess.js"
import { csvOf, eventually } from "./support/TestServer.js"

beforeAll(build)

const workshop = Effect.gen(function* () {
  const home = mkdtempSync(join(tmpdir(), "batchlabel-process-"))
  yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(home, { recursive: true, force: true })))
  const simulator = yield* Simulator.scoped({ clock: { phases: { validating: 150, perRequest: 10, finalizing: 150 } } })
  return { home, simulator, env: environmentOf(simulator.url), args: ["--home", home, "--port", "0"] }
})

const clientOf = (url: string, token: string) => Client.make({ baseUrl: url, token }).pipe(Effect.provide(FetchHttpClient.layer))

// Whole processes and many requests: a busy machine takes its time.
const patience = 180_000

it.live(
  "a server that is killed again and again loses nothing and pays nothing twice",
  () =>
    Effect.gen(function* () {
      const { args, env, home, simulator } = yield* workshop
      const token = command(["token", "create", "--home", home, "--name", "someone", "--scope", "write"], env)
      const rows = 12
      const made = new Set<string>()
      const keys = Array.from({ length: 6 }, (_, index) => `job ${index}`)

      // Each round a server is started, asked for all jobs again under their keys, and killed at some moment.
      for (let round = 0; round < 5; round++) {
        yield* Effect.scoped(
          Effect.gen(function* () {
            const server = yield* launch(args, env)
            const client = yield* clientOf(server.url, token)
            const asking = yield* Effect.forEach(
              keys,
              (key) =>
                client.jobs
                  .create({
                    payload: Client.form(new Blob([csvOf(rows, (row) => `${key}, row ${row}`)]), `${key}.csv`, {
                      start: true,
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
            yield* Effect.sleep(`${150 + 217 * round} millis`)
            server.child.kill("SIGKILL")
            yield* Effect.promise(() => server.exited)
            yield* asking.await
          })
        )
      }

      const server = yield* launch(args, env)
      const client = yield* clientOf(server.url, token)
      const jobs = yield* Effect.forEach(keys, (key) =>
        client.jobs.create({
          payload: Client.form(new Blob([csvOf(rows, (row) => `${key}, row ${row}`)]), `${key}.csv`, {
            start: true,
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
      yield* Effect.forEach(
        jobs,
        ({ id }) => eventually(client.jobs.get({ path: { id } }), ({ state }) => state === "done", 40_000),
        { discard: true }
      )
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
      const { args, env, home, simulator } = yield* workshop
      const token = command(["token", "create", "--home", home, "--name", "someone", "--scope", "write"], env)
      const servers = yield* Effect.all([launch(args, env), launch(args, env)], { concurrency: 2 })
      const [first, second] = yield* Effect.forEach(servers, ({ url }) => clientOf(url, token))
      if (first === undefined || second === undefined) return yield* Effect.dieMessage("two were started")
      const jobs = yield* Effect.forEach(
        Array.from({ length: 10 }, (_, index) => index),
        (index) =>
          (index % 2 === 0 ? first : second).jobs.create({
            payload: Client.form(new Blob([csvOf(3, (row) => `job ${index} row ${row}`)]), "a.csv", {
              start: true,
              useCache: false
            }),
            headers: {}
          }),
        { concurrency: 5 }
      )
      yield* Effect.forEach(
        jobs,
        ({ id }, index) =>
          eventually((index % 2 === 0 ? second : first).jobs.get({ path: { id } }), ({ state }) => state === "done", 60_000),
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
      const { args, env, home } = yield* workshop
      const server = yield* launch([...args, "--first-token"], env)
      yield* eventually(Effect.sync(server.output), (output) => output.includes("blt_"))
      const token = /blt_\S+/.exec(server.output())?.[0] ?? ""
      const client = yield* clientOf(server.url, token)
      const { id } = yield* client.jobs.create({
        payload: Client.form(new Blob([csvOf(200)]), "a.csv", { start: true }),
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
      assert.include([0, 130, 143], code)
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
  "tokens are made, listed and revoked by the program, and it says how it is used",
  () =>
    Effect.gen(function* () {
      const { args, env, home } = yield* workshop
      const create = (...more: ReadonlyArray<string>) => command(["token", "create", "--home", home, ...more], env)
      const token = create("--name", "운영자", "--scope", "admin", "--days", "1")
      assert.match(token, /^blt_[0-9a-z]{16}_[A-Za-z0-9_-]{43}$/)
      const listed = command(["token", "list", "--home", home], env)
      assert.match(listed, /^tok_[0-9a-z]{16}\tadmin\t\d{4}-\d\d-\d\dT\S+\t운영자$/)
      assert.notInclude(listed, token.split("_")[2] ?? "?")
      const server = yield* launch(args, env)
      const status = () =>
        Effect.promise(
          async () => (await fetch(`${server.url}/v1/jobs`, { headers: { authorization: `Bearer ${token}` } })).status
        )
      assert.strictEqual(yield* status(), 200)
      // From another process, at once.
      command(["token", "revoke", listed.split("\t")[0] ?? "", "--home", home], env)
      assert.strictEqual(yield* status(), 401)
      assert.match(command(["token", "list", "--home", home], env), /\trevoked\t/)
      for (const wrong of [
        ["token", "create", "--home", home],
        ["token", "create", "--home", home, "--name", "x", "--scope", "god"],
        ["nonsense"],
        ["--nonsense"]
      ]) {
        assert.throws(() => command(wrong, env), /batchlabel-http/)
      }
      assert.throws(() => command(["token", "revoke", "tok_unknown", "--home", home], env), /BL7032/)
      assert.throws(() => command(["--home", home, "--host", "0.0.0.0", "--port", "0"], env), /BL7029/)
      assert.throws(() => command(["--home", home, "--port", "0"], { ...env, OPENAI_API_KEY: "" }), /BL30\d\d/)
    }).pipe(Effect.scoped),
  patience
)
