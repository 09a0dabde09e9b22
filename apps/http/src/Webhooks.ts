/**
 * Telling others when a job has ended: who is to be told, what was sent, and sending it until it arrives. A webhook hears of every job of
 * its owner that ends after the webhook was made, once, whichever process ended it.
 *
 * @since 0.1.0
 */

import type { ApiProblem } from "@batchlabel/http-api/ApiProblem"
import { type Webhook, WebhookEvent } from "@batchlabel/http-api/WebhooksApi"
import * as Database from "@batchlabel/job-store/Database"
import type { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import { type Ending, Jobs } from "@batchlabel/job-store/Jobs"
import * as JobView from "@batchlabel/labeling/JobView"
import * as Message from "@batchlabel/messages/Message"
import * as SqlSchema from "@effect/sql/SqlSchema"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import * as JobWire from "./internal/jobWire.js"
import * as Problems from "./internal/problems.js"
import { randomName } from "./internal/secrets.js"
import * as WebhookRequest from "./internal/webhookRequest.js"
import * as JobRecords from "./JobRecords.js"
import * as Metrics from "./Metrics.js"
import { ServerDatabase } from "./ServerDatabase.js"
import { ServerSettings } from "./ServerSettings.js"

const DeliveryState = Schema.Literal("pending", "delivered", "failed")

const WebhookModel = Schema.Struct({
  id: Schema.String,
  owner: Schema.String,
  url: Schema.String,
  secret: Schema.String,
  createdAt: Database.column("created_at", Database.Integer),
  toldUntil: Database.column("told_until", Database.Integer)
})

const encodeWebhook = Schema.encodeSync(WebhookModel)

/** With its last delivery, of which there may be none. */
const ListedWebhook = Schema.Struct({
  id: Schema.String,
  url: Schema.String,
  createdAt: Database.column("created_at", Database.Integer),
  job: Database.column("job_id", Database.orNull(Schema.String)),
  state: Database.orNull(DeliveryState),
  attempts: Database.orNull(Database.Integer),
  at: Database.column("updated_at", Database.orNull(Database.Integer)),
  status: Database.orNull(Database.Integer)
})

const webhookOf = ({ at, attempts, createdAt, id, job, state, status, url }: typeof ListedWebhook.Type): Webhook => ({
  id,
  url,
  createdAt,
  ...(job === undefined || state === undefined || attempts === undefined || at === undefined
    ? {}
    : { lastDelivery: { job, state, attempts, at, ...(status === undefined ? {} : { status }) } })
})

const DeliveryModel = Schema.Struct({
  id: Schema.String,
  webhookId: Database.column("webhook_id", Schema.String),
  jobId: Database.column("job_id", Schema.String),
  event: Schema.String,
  body: Schema.String,
  state: DeliveryState,
  attempts: Database.Integer,
  nextAt: Database.column("next_at", Database.Integer),
  updatedAt: Database.column("updated_at", Database.Integer),
  status: Database.orNull(Database.Integer)
})

const encodeDelivery = Schema.encodeSync(DeliveryModel)

/** With where it goes. */
const DueDelivery = Schema.Struct({ ...DeliveryModel.fields, url: Schema.String, secret: Schema.String })

/**
 * The webhooks of an owner, each with its last delivery.
 *
 * @since 0.1.0
 * @category operations
 */
export const list = Effect.fn("Webhooks.list")(function* (
  owner: string
): Effect.fn.Return<ReadonlyArray<Webhook>, JobStoreError, ServerDatabase> {
  const { read, sql } = yield* ServerDatabase
  const find = SqlSchema.findAll({
    Request: Schema.String,
    Result: ListedWebhook,
    execute: (whose) => sql`SELECT w.id, w.url, w.created_at, d.job_id, d.state, d.attempts, d.updated_at, d.status
      FROM batchlabel_http_webhooks w LEFT JOIN batchlabel_http_deliveries d ON d.id =
        (SELECT l.id FROM batchlabel_http_deliveries l WHERE l.webhook_id = w.id ORDER BY l.updated_at DESC, l.id DESC LIMIT 1)
      WHERE w.owner = ${whose} ORDER BY w.created_at, w.id`
  })
  return (yield* read(find(owner))).map(webhookOf)
})

/**
 * Makes a webhook, if its address may be used. The secret is given here and never again.
 *
 * @since 0.1.0
 * @category operations
 */
export const create = Effect.fn("Webhooks.create")(function* (
  owner: string,
  url: string
): Effect.fn.Return<Webhook, ApiProblem | JobStoreError, ServerDatabase | ServerSettings> {
  const { allowPrivateWebhooks, limits } = yield* ServerSettings
  const { sql, transaction } = yield* ServerDatabase
  if ((yield* list(owner)).length >= limits.webhooks) {
    return yield* Problems.make(409, Message.make("BL7035", { limit: limits.webhooks }))
  }
  yield* WebhookRequest.check(url, allowPrivateWebhooks).pipe(
    Effect.mapError(({ detail }) => Problems.make(422, Message.make("BL7023", { url, detail })))
  )
  const webhook = {
    id: `whk_${randomName(20)}`,
    url,
    secret: WebhookRequest.newSecret(),
    createdAt: yield* Clock.currentTimeMillis
  }
  yield* transaction(sql`INSERT INTO batchlabel_http_webhooks ${sql.insert(encodeWebhook({ ...webhook, owner, toldUntil: 0 }))}`)
  return webhook
})

/**
 * Removes a webhook with what was still to be delivered.
 *
 * @since 0.1.0
 * @category operations
 */
export const remove = Effect.fn("Webhooks.remove")(function* (
  owner: string,
  id: string
): Effect.fn.Return<void, ApiProblem | JobStoreError, ServerDatabase> {
  const { sql, transaction } = yield* ServerDatabase
  const found = yield* transaction(
    Effect.gen(function* () {
      const rows = yield* sql`SELECT id FROM batchlabel_http_webhooks WHERE id = ${id} AND owner = ${owner}`
      if (rows.length === 0) return false
      yield* sql`DELETE FROM batchlabel_http_deliveries WHERE webhook_id = ${id}`
      yield* sql`DELETE FROM batchlabel_http_webhooks WHERE id = ${id}`
      return true
    })
  )
  if (!found) return yield* Problems.make(404, Message.make("BL7024", { id }))
})

/**
 * Forgets what was, or was to be, delivered of a job that is deleted.
 *
 * @since 0.1.0
 * @category operations
 */
export const forgetJob = Effect.fn("Webhooks.forgetJob")(function* (
  jobId: string
): Effect.fn.Return<void, JobStoreError, ServerDatabase> {
  const { sql, transaction } = yield* ServerDatabase
  yield* transaction(sql`DELETE FROM batchlabel_http_deliveries WHERE job_id = ${jobId}`)
})

const encodeEvent = Schema.encodeSync(Schema.parseJson(WebhookEvent))

const pageOfEndings = 100

// A job's end is dated before it is seen: another one's, dated later, may have been seen first.
const overlap = 10 * 60_000

/** Those of a page of endings that a webhook was not told of. */
const untold = Effect.fnUntraced(function* (webhookId: string, endings: ReadonlyArray<Ending>) {
  if (endings.length === 0) return []
  const { read, sql } = yield* ServerDatabase
  const ids = endings.map(({ id }) => id)
  const told = yield* read(
    sql<{ readonly key: string }>`SELECT job_id || ' ' || event AS key FROM batchlabel_http_deliveries
      WHERE webhook_id = ${webhookId} AND ${sql.in("job_id", ids)}`
  )
  const keys = new Set(told.map(({ key }) => key))
  return endings.filter(({ id, state }) => !keys.has(`${id} ${state}`))
})

const enqueue = Effect.fnUntraced(function* (webhookId: string, { id: jobId, state, updatedAt }: Ending) {
  const { sql, transaction } = yield* ServerDatabase
  const view = yield* JobView.load(jobId)
  const record = (yield* JobRecords.findByPaths([view.job.input.path])).get(view.job.input.path)
  const now = yield* Clock.currentTimeMillis
  const columns = encodeDelivery({
    id: `msg_${randomName(24)}`,
    webhookId,
    jobId,
    event: state,
    body: encodeEvent({ type: `job.${state}`, timestamp: updatedAt, data: JobWire.summary(view, record) }),
    state: "pending",
    attempts: 0,
    nextAt: now,
    updatedAt: now,
    status: undefined
  })
  yield* transaction(sql`INSERT INTO batchlabel_http_deliveries ${sql.insert(columns)} ON CONFLICT DO NOTHING`)
})

/** Notes for one webhook the jobs of its owner that have ended since it was made, or since it was last told. */
const noteEndings = Effect.fnUntraced(function* ({ createdAt, id, owner, toldUntil }: typeof WebhookModel.Type) {
  const { sql, transaction } = yield* ServerDatabase
  const jobs = yield* Jobs
  let after = { at: Math.max(createdAt, toldUntil - overlap) - 1, id: "" }
  let newest = toldUntil
  for (;;) {
    const endings = yield* jobs.ended(owner, after, pageOfEndings)
    yield* Effect.forEach(yield* untold(id, endings), (ending) => enqueue(id, ending), { discard: true })
    const last = endings.at(-1)
    if (last === undefined) break
    after = { at: last.updatedAt, id: last.id }
    newest = Math.max(newest, last.updatedAt)
    if (endings.length < pageOfEndings) break
  }
  if (newest > toldUntil) {
    yield* transaction(
      sql`UPDATE batchlabel_http_webhooks SET told_until = ${newest} WHERE id = ${id} AND told_until < ${newest}`
    )
  }
})

const allWebhooks = Effect.gen(function* () {
  const { read, sql } = yield* ServerDatabase
  const find = SqlSchema.findAll({
    Request: Schema.Void,
    Result: WebhookModel,
    execute: () => sql`SELECT * FROM batchlabel_http_webhooks ORDER BY id`
  })
  return yield* read(find())
})

/** How long a delivery belongs to the server that took it. */
const claimed = 60_000

/** Takes what is due, so that no other server sends it as well. */
const claim = Effect.gen(function* () {
  const { read, sql, transaction } = yield* ServerDatabase
  const find = SqlSchema.findAll({
    Request: Schema.Number,
    Result: DueDelivery,
    execute: (now) =>
      sql`SELECT d.*, w.url, w.secret FROM batchlabel_http_deliveries d JOIN batchlabel_http_webhooks w ON w.id = d.webhook_id
        WHERE d.state = 'pending' AND d.next_at <= ${now} ORDER BY d.next_at LIMIT 20`
  })
  const now = yield* Clock.currentTimeMillis
  return yield* Effect.filter(yield* read(find(now)), ({ id, nextAt }) =>
    Effect.map(
      transaction(
        sql`UPDATE batchlabel_http_deliveries SET next_at = ${now + claimed}
          WHERE id = ${id} AND state = 'pending' AND next_at = ${nextAt} RETURNING id`
      ),
      (rows) => rows.length === 1
    )
  )
})

const longestPause = Duration.toMillis(Duration.hours(5))

/** The receiver has it (2xx), says that it wants no more (410), or did not take it. */
const resultOf = (status: number): "delivered" | "gone" | "again" =>
  status >= 200 && status < 300 ? "delivered" : status === 410 ? "gone" : "again"

const deliver = Effect.fn("Webhooks.deliver")(function* (due: typeof DueDelivery.Type) {
  const { allowPrivateWebhooks, deliveryAttempts, deliveryBackoff } = yield* ServerSettings
  const { sql, transaction } = yield* ServerDatabase
  const now = yield* Clock.currentTimeMillis
  const delivery = { id: due.id, secret: due.secret, body: due.body, at: now }
  const outcome = yield* WebhookRequest.check(due.url, allowPrivateWebhooks).pipe(
    Effect.flatMap((target) => WebhookRequest.send(target, delivery)),
    Effect.map((status) => ({ status, result: resultOf(status) })),
    Effect.catchTags({
      AddressRefused: () => Effect.succeed({ status: null, result: "again" as const }),
      DeliveryFailed: () => Effect.succeed({ status: null, result: "again" as const })
    })
  )
  const attempts = due.attempts + 1
  const over = outcome.result === "gone" || attempts >= deliveryAttempts
  const state = outcome.result === "delivered" ? "delivered" : over ? "failed" : "pending"
  const pause =
    Math.min(longestPause, Duration.toMillis(deliveryBackoff) * 2 ** (attempts - 1)) * (0.8 + 0.4 * (yield* Random.next))
  yield* transaction(
    sql`UPDATE batchlabel_http_deliveries SET state = ${state}, attempts = ${attempts}, status = ${outcome.status},
      next_at = ${Math.ceil(now + pause)}, updated_at = ${yield* Clock.currentTimeMillis} WHERE id = ${delivery.id}`
  )
  yield* Metrics.delivered(state === "delivered" ? "delivered" : state === "failed" ? "refused" : "failed")
})

/**
 * One round: notes what has ended, sends what is due. How many deliveries were tried.
 *
 * @since 0.1.0
 * @category delivery
 */
export const round: Effect.Effect<number, JobStoreError, ServerDatabase | ServerSettings | Jobs | JobStore> = Effect.gen(
  function* () {
    yield* Effect.forEach(yield* allWebhooks, noteEndings, { discard: true })
    const due = yield* claim
    yield* Effect.forEach(due, deliver, { concurrency: 8, discard: true })
    return due.length
  }
).pipe(Effect.withSpan("Webhooks.round"))

/**
 * Delivers in the background.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<never, never, ServerDatabase | ServerSettings | Jobs | JobStore> = Layer.scopedDiscard(
  Effect.gen(function* () {
    const { scanInterval } = yield* ServerSettings
    const patiently = round.pipe(
      Effect.catchAll((error) => Effect.as(Effect.logWarning(error.message), 0)),
      Effect.flatMap((tried) => (tried > 0 ? Effect.void : Effect.sleep(scanInterval)))
    )
    yield* Effect.forkScoped(Effect.forever(patiently))
  })
)
