import { createHmac } from "node:crypto"
import * as Client from "@batchlabel/http-api/Client"
import { WebhookEvent } from "@batchlabel/http-api/WebhooksApi"
import { assert, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import OpenAI from "openai"
import { Webhook as StandardWebhook } from "standardwebhooks"
import { receiver } from "./support/receiver.js"
import { agreed, ask, clientOf, csvOf, eventually, refusal, start, type TestServer } from "./support/TestServer.js"

const makeJob = (server: TestServer, token: string, rows = 3) =>
  Effect.flatMap(clientOf(server, token), (client) =>
    client.jobs.create({ payload: Client.form(new Blob([csvOf(rows)]), "a.csv", { ...agreed }), headers: {} })
  )

const readEvent = Schema.decodeUnknown(Schema.parseJson(WebhookEvent))

it.live("the end of a job is told once, signed as Standard Webhooks says, and tried again until it is taken", () =>
  Effect.gen(function* () {
    const server = yield* start({ settings: { allowPrivateWebhooks: true } })
    const there = yield* receiver
    there.status = (before) => (before < 2 ? 500 : 200)
    const token = yield* server.token("someone")
    const client = yield* clientOf(server, token)
    const { id, secret } = yield* client.webhooks.create({ payload: { url: there.url } })
    assert.match(secret ?? "", /^whsec_/)
    const job = yield* makeJob(server, token)
    const [hook] = yield* eventually(
      Effect.map(client.webhooks.list(), ({ items }) => items),
      ([one]) => one?.lastDelivery?.state === "delivered"
    )
    assert.isUndefined(hook?.secret)
    assert.deepInclude(hook?.lastDelivery, { job: job.id, attempts: 3, status: 200 })
    // Whatever else were to come for it would be there with what a later job's end brings.
    yield* makeJob(server, token)
    yield* eventually(
      Effect.sync(() => there.received.length),
      (count) => count > 3
    )
    assert.lengthOf(there.received, 4)
    // The three are one delivery, and both the SDK and the reference implementation of Standard Webhooks verify them.
    const deliveries = there.received.slice(0, 3)
    assert.strictEqual(new Set(deliveries.map(({ headers }) => headers["webhook-id"])).size, 1)
    const { webhooks } = new OpenAI({ apiKey: "none" })
    for (const { body, headers } of deliveries) {
      yield* Effect.promise(() => webhooks.verifySignature(body, headers as Record<string, string>, secret ?? ""))
      new StandardWebhook(secret ?? "").verify(body, headers as Record<string, string>)
      const event = yield* readEvent(body)
      assert.strictEqual(event.type, "job.done")
      assert.deepInclude(event.data, { id: job.id, labeled: 3, state: "done" })
      assert.notInclude(body, server.home)
    }
    yield* client.webhooks.remove({ path: { id } })
    assert.deepStrictEqual(yield* client.webhooks.list(), { items: [] })
  }).pipe(Effect.scoped)
)

it.live("two servers on one store tell it once", () =>
  Effect.gen(function* () {
    const first = yield* start({ settings: { allowPrivateWebhooks: true } })
    const there = yield* receiver
    const token = yield* first.token("someone")
    const client = yield* clientOf(first, token)
    yield* client.webhooks.create({ payload: { url: there.url } })
    yield* start({ home: first.home, apiUrl: first.simulator.url, settings: { allowPrivateWebhooks: true } })
    const jobs = yield* Effect.replicateEffect(makeJob(first, token), 5)
    yield* eventually(
      Effect.sync(() => there.received.length),
      (count) => count >= 5
    )
    // Both servers have looked again before the end of a later job is told.
    jobs.push(yield* makeJob(first, token))
    yield* eventually(
      Effect.sync(() => there.received.length),
      (count) => count > 5
    )
    assert.lengthOf(there.received, 6)
    const told = yield* Effect.forEach(there.received, ({ body }) => Effect.map(readEvent(body), ({ data }) => data.id))
    assert.sameMembers(
      told,
      jobs.map(({ id }) => id)
    )
  }).pipe(Effect.scoped)
)

it.live("a receiver that is gone, that refuses or that leads elsewhere is given up in the end", () =>
  Effect.gen(function* () {
    const server = yield* start({
      settings: { allowPrivateWebhooks: true, deliveryAttempts: 3, deliveryBackoff: Duration.millis(20) }
    })
    const [gone, moved] = yield* Effect.all([receiver, receiver])
    gone.status = () => 410
    moved.status = () => 302
    const token = yield* server.token("someone")
    const client = yield* clientOf(server, token)
    yield* client.webhooks.create({ payload: { url: gone.url } })
    yield* client.webhooks.create({ payload: { url: moved.url } })
    yield* client.webhooks.create({ payload: { url: "http://127.0.0.1:1/closed" } })
    yield* makeJob(server, token)
    const items = yield* eventually(
      Effect.map(client.webhooks.list(), (list) => list.items),
      (list) => list.every(({ lastDelivery }) => lastDelivery?.state === "failed")
    )
    assert.deepStrictEqual(
      items.map(({ lastDelivery }) => [lastDelivery?.attempts, lastDelivery?.status]),
      [
        [1, 410],
        [3, 302],
        [3, undefined]
      ]
    )
    assert.lengthOf(gone.received, 1)
    assert.lengthOf(moved.received, 3)
  }).pipe(Effect.scoped)
)

it.live("webhooks into the server's own network are refused, however they are written", () =>
  Effect.gen(function* () {
    const server = yield* start({
      resolve: (host) =>
        Promise.resolve(
          host === "half.example"
            ? [
                { address: "93.184.215.14", family: 4 },
                { address: "10.0.0.7", family: 4 }
              ]
            : host === "public.example"
              ? [{ address: "93.184.215.14", family: 4 }]
              : host === "nowhere.example"
                ? Promise.reject(new Error("ENOTFOUND"))
                : [{ address: "127.0.0.1", family: 4 }]
        )
    })
    const token = yield* server.token("someone")
    for (const url of [
      "http://public.example/",
      "https://127.0.0.1/",
      "https://127.1/",
      "https://2130706433/",
      "https://0x7f000001/",
      "https://0177.0.0.1/",
      "https://[::1]/",
      "https://[::ffff:127.0.0.1]/",
      "https://[::ffff:a9fe:a9fe]/latest/meta-data",
      "https://169.254.169.254/latest/meta-data",
      "https://10.0.0.1/",
      "https://192.168.1.1/",
      "https://0/",
      "https://localhost/",
      "https://localhost./",
      "https://inside.example/",
      "https://half.example/",
      "https://nowhere.example/",
      "https://user:password@public.example/",
      "file:///etc/passwd",
      "gopher://public.example/",
      "ftp://public.example/",
      "javascript:alert(1)",
      "//public.example",
      "not a url",
      ""
    ]) {
      const response = yield* ask(server, "/v1/webhooks", {
        method: "POST",
        token,
        body: JSON.stringify({ url }),
        headers: { "content-type": "application/json" }
      })
      assert.strictEqual(yield* refusal(response), "422 BL7023", url)
    }
    const client = yield* clientOf(server, token)
    const made = yield* client.webhooks.create({ payload: { url: "https://public.example/hook" } })
    assert.strictEqual(made.url, "https://public.example/hook")
  }).pipe(Effect.scoped)
)

it.live("a name that leads outside when the webhook is made and inside when it is sent is not followed", () =>
  Effect.gen(function* () {
    const there = yield* receiver
    let asked = 0
    const server = yield* start({
      resolve: () => Promise.resolve([{ address: asked++ === 0 ? "93.184.215.14" : "127.0.0.1", family: 4 }]),
      settings: { deliveryAttempts: 2, deliveryBackoff: Duration.millis(20) }
    })
    const token = yield* server.token("someone")
    const client = yield* clientOf(server, token)
    yield* client.webhooks.create({ payload: { url: `https://rebind.example:${there.port}/` } })
    yield* makeJob(server, token)
    yield* eventually(
      Effect.map(client.webhooks.list(), ({ items }) => items[0]?.lastDelivery),
      (last) => last?.state === "failed"
    )
    assert.isAtLeast(asked, 2)
    assert.lengthOf(there.received, 0)
  }).pipe(Effect.scoped)
)

it.live("what is sent goes to the address that was checked, under the name that was asked for", () =>
  Effect.gen(function* () {
    const there = yield* receiver
    let asked = 0
    const server = yield* start({
      // Were the name looked up again to connect, this machine would not know it.
      resolve: () => {
        asked++
        return Promise.resolve([{ address: "127.0.0.1", family: 4 }])
      },
      settings: { allowPrivateWebhooks: true }
    })
    const token = yield* server.token("someone")
    const client = yield* clientOf(server, token)
    yield* client.webhooks.create({ payload: { url: `http://hooks.invalid:${there.port}/x` } })
    yield* makeJob(server, token)
    yield* eventually(
      Effect.sync(() => there.received.length),
      (count) => count === 1
    )
    assert.strictEqual(there.received[0]?.headers.host, `hooks.invalid:${there.port}`)
    assert.strictEqual(asked, 2)
  }).pipe(Effect.scoped)
)

const secret = `whsec_${Buffer.from("a secret of the project, long enough").toString("base64")}`

const signed = (id: string, body: string, options: { readonly at?: number; readonly key?: string } = {}) => {
  const timestamp = String(Math.floor((options.at ?? Date.now()) / 1000))
  const key = Buffer.from((options.key ?? secret).slice(6), "base64")
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")
  return {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${signature}`
  }
}

const bodyOf = (batch: string): string =>
  JSON.stringify({
    object: "event",
    id: "evt_1",
    type: "batch.completed",
    created_at: Math.floor(Date.now() / 1000),
    data: { id: batch }
  })

it.live("OpenAI's webhook makes the server look at once; forged, stale and repeated ones do nothing", () =>
  Effect.gen(function* () {
    // Without a webhook the batch would be looked at in an hour.
    const server = yield* start({
      settings: { openAiWebhookSecret: Redacted.make(secret) },
      labeling: { pollInterval: Duration.hours(1), pollCap: Duration.hours(1) }
    })
    const token = yield* server.token("someone")
    const client = yield* clientOf(server, token)
    const { id } = yield* makeJob(server, token)
    const open = yield* eventually(client.jobs.get({ path: { id } }), ({ batches }) => batches[0]?.batchId !== undefined)
    const batch = open.batches[0]?.batchId ?? ""
    const hear = (headers: Record<string, string>, body: string) =>
      ask(server, "/v1/webhooks/openai", { method: "POST", headers, body })
    const body = bodyOf(batch)
    const genuine = signed("msg_1", body)
    const looked = (): number => server.simulator.stats()["batches.retrieve"]?.calls ?? 0
    const before = looked()

    const forgeries = [
      { ...genuine, "webhook-signature": "v1,AAAA" },
      { ...genuine, "webhook-signature": "" },
      { ...genuine, "webhook-id": "msg_2" },
      { ...genuine, "webhook-timestamp": String(Number(genuine["webhook-timestamp"]) + 1) },
      signed("msg_1", body, { at: Date.now() - 3_600_000 }),
      signed("msg_1", body, { at: Date.now() + 3_600_000 }),
      signed("msg_1", body, { key: `whsec_${Buffer.from("another secret").toString("base64")}` }),
      { "content-type": "application/json" },
      { "content-type": "application/json", authorization: `Bearer ${token}` }
    ]
    for (const headers of forgeries) {
      assert.match(yield* refusal(yield* hear(headers, body)), /^401 BL/)
    }
    assert.match(yield* refusal(yield* hear(genuine, bodyOf("batch_other"))), /^401 BL/)
    assert.strictEqual((yield* client.jobs.get({ path: { id } })).state, "open")

    assert.strictEqual((yield* hear(genuine, body)).status, 204)
    yield* eventually(client.jobs.get({ path: { id } }), ({ state }) => state === "done")
    const after = looked()
    // One look for the genuine one, none for the others.
    assert.strictEqual(after, before + 1)
    for (let i = 0; i < 5; i++) assert.strictEqual((yield* hear(genuine, body)).status, 204)
    // A batch of somebody else's is heard of and means nothing.
    assert.strictEqual((yield* hear(signed("msg_3", bodyOf("batch_unknown")), bodyOf("batch_unknown"))).status, 204)
    // Another job comes to its batch, by rounds that would have looked at the first one's too.
    const next = yield* makeJob(server, token, 4)
    yield* eventually(client.jobs.get({ path: { id: next.id } }), ({ batches }) => batches[0]?.batchId !== undefined)
    assert.strictEqual(looked(), after)
  }).pipe(Effect.scoped)
)

it.live("a server that was told no secret takes no webhook", () =>
  Effect.gen(function* () {
    const server = yield* start()
    const body = bodyOf("batch_1")
    const response = yield* ask(server, "/v1/webhooks/openai", { method: "POST", headers: signed("msg_1", body), body })
    assert.strictEqual(yield* refusal(response), "404 BL7026")
  }).pipe(Effect.scoped)
)
