/** The server as a web handler, mounted in a server of Node that knows nothing of it. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import * as Client from "@batchlabel/http-api/Client"
import * as SqliteStore from "@batchlabel/job-store/SqliteStore"
import * as LabelingConfig from "@batchlabel/labeling/LabelingConfig"
import * as Prices from "@batchlabel/labeling/Prices"
import * as OpenAiBatch from "@batchlabel/openai-batch/OpenAiBatch"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as FileSystem from "@effect/platform/FileSystem"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as ServerDatabase from "../src/ServerDatabase.js"
import * as Tokens from "../src/Tokens.js"
import { toWebHandler, type WebHandler } from "../src/WebHandler.js"
import { agreed, ask, csvOf, eventually, refusal, textOf } from "./support/TestServer.js"
import { threadEntry } from "./support/threadEntry.js"

const webRequest = ({ headers, method = "GET", url = "/" }: IncomingMessage, body: Readable): Request => {
  const hasBody = method !== "GET" && method !== "HEAD"
  const init = {
    method,
    headers: Object.entries(headers).flatMap(
      ([name, value]): Array<[string, string]> => (value === undefined ? [] : [[name, String(value)]])
    ),
    ...(hasBody ? { body: Readable.toWeb(body), duplex: "half" } : {})
  }
  return new Request(`http://${headers.host ?? "localhost"}${url}`, init as RequestInit)
}

const respond = async ({ handler }: WebHandler, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const answer = await handler(webRequest(request, request))
  response.writeHead(answer.status, Object.fromEntries(answer.headers))
  if (answer.body === null) response.end()
  else await pipeline(Readable.from(answer.body), response)
}

const mounted = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const home = yield* fs.makeTempDirectoryScoped({ prefix: "batchlabel-web-" })
  const simulator = yield* Simulator.scoped({})
  const services = yield* Layer.build(
    Layer.mergeAll(
      Layer.provideMerge(ServerDatabase.layer, SqliteStore.layer(`${home}/state.db`)),
      LabelingConfig.layer({ pollInterval: Duration.millis(50), pollCap: Duration.millis(200), outputLag: Duration.millis(200) }),
      Prices.layer(),
      OpenAiBatch.layer({ apiKey: Redacted.make("sk-test"), baseUrl: simulator.url }),
      NodeContext.layer
    )
  )
  const script = yield* Effect.promise(() => threadEntry())
  const web = yield* Effect.acquireRelease(
    Effect.sync(() =>
      toWebHandler(Layer.succeedContext(services), {
        settings: { home, threadEntry: script, scanInterval: Duration.millis(100), feedInterval: Duration.millis(100) },
        clientAddress: (request) => request.headers.get("x-client") ?? undefined
      })
    ),
    ({ close }) => Effect.promise(close)
  )
  const server = createServer((request, response) => {
    respond(web, request, response).catch(() => response.destroy())
  })
  yield* Effect.acquireRelease(
    Effect.async<void>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.void))
    }),
    () => Effect.sync(() => server.closeAllConnections())
  )
  const { port } = server.address() as AddressInfo
  const { secret } = yield* Effect.provide(Tokens.create({ name: "someone", scope: "write" }), services)
  return { url: `http://127.0.0.1:${port}`, token: Redacted.value(secret) }
}).pipe(Effect.provide(NodeContext.layer))

it.live(
  "a file is uploaded, labelled, followed, corrected and downloaded through a web handler in a plain server of Node",
  () =>
    Effect.gen(function* () {
      const { token, url } = yield* mounted
      const client = yield* Client.make({ baseUrl: url, token }).pipe(Effect.provide(FetchHttpClient.layer))
      const job = yield* client.jobs.create({ payload: Client.form(new Blob([csvOf(6)]), "a.csv", agreed), headers: {} })
      const path = { id: job.id }
      const events = yield* ask({ url }, `/v1/jobs/${job.id}/events`, { token, headers: { accept: "text/event-stream" } })
      assert.include(yield* textOf(events), "event: end")
      yield* eventually(client.jobs.get({ path }), ({ state }) => state === "done")
      yield* client.jobs.labelRow({ path: { id: job.id, row: 2 }, payload: { label: 0 } })
      const rows = yield* client.jobs.rows({ path, urlParams: { limit: 4 } })
      assert.deepStrictEqual([rows.total, rows.items.length, rows.items[1]?.manual?.value], [6, 4, 0])
      const labeled = yield* client.jobs.labeledCsv({ path, urlParams: {} })
      assert.match(new TextDecoder().decode(labeled).split("\n")[2] ?? "", /,0,[^,]+,someone,/)
      // As it lies on the disk.
      const plain = yield* client.jobs.labeledCsv({ path, urlParams: { manual: "none" } })
      assert.lengthOf(new TextDecoder().decode(plain).trimEnd().split("\n"), 7)

      assert.strictEqual(yield* refusal(yield* ask({ url }, "/v1/jobs")), "401 BL7001")
      const large = yield* ask({ url }, "/v1/jobs", {
        method: "POST",
        token,
        body: "x".repeat(2 * 1024 * 1024),
        headers: { "content-type": "application/json" }
      })
      assert.strictEqual(yield* refusal(large), "413 BL7008")
    }).pipe(Effect.scoped),
  120_000
)

it.live(
  "wrong tokens are counted by the address that the server in front names",
  () =>
    Effect.gen(function* () {
      const { url } = yield* mounted
      const knock = (client: string) => ask({ url }, "/v1/jobs", { token: "blt_wrong_token", headers: { "x-client": client } })
      for (let tries = 0; tries < 20; tries++) assert.strictEqual((yield* knock("10.0.0.1")).status, 401)
      assert.strictEqual((yield* knock("10.0.0.1")).status, 429)
      assert.strictEqual((yield* knock("10.0.0.2")).status, 401)
    }).pipe(Effect.scoped),
  120_000
)
