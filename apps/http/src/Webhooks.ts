/**
 * Telling others when a job has ended: who is to be told, what was sent, and sending it until it arrives. A webhook hears of every job of
 * its owner that ends after the webhook was made, once, whichever process ended it.
 *
 * @since 0.1.0
 */

import type { ApiProblem } from "@batchlabel/http-api/ApiProblem"
import { type Webhook, WebhookEvent } from "@batchlabel/http-api/WebhooksApi"
import type { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as JobView from "@batchlabel/labeling/JobView"
import * as Message from "@batchlabel/messages/Message"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import { integer, optional, type Row, text } from "./internal/database.js"
import * as JobWire from "./internal/jobWire.js"
import * as Problems from "./internal/problems.js"
import { randomName } from "./internal/secrets.js"
import * as WebhookRequest from "./internal/webhookRequest.js"
import * as JobRecords from "./JobRecords.js"
import * as Metrics from "./Metrics.js"
import { ServerDatabase } from "./ServerDatabase.js"
import { ServerSettings } from "./ServerSettings.js"

const isDeliveryState = Schema.is(Schema.Literal("pending", "delivered", "failed"))

const webhookOf = (row: Row): Webhook => {
  const state = row["state"]
  const status = optional(row, "status", integer)
  return {
    id: text(row, "id"),
    url: text(row, "url"),
    createdAt: integer(row, "created_at"),
    ...(isDeliveryState(state)
      ? {
          lastDelivery: {
            job: text(row, "job_id"),
            state,
            attempts: integer(row, "attempts"),
            at: integer(row, "updated_at"),
            ...(status === undefined ? {} : { status })
          }
        }
      : {})
  }
}

/**
 * The webhooks of an owner, each with its last delivery.
 *
 * @since 0.1.0
 * @category operations
 */
export const list = Effect.fn("Webhooks.list")(function* (
  owner: string
): Effect.fn.Return<ReadonlyArray<Webhook>, JobStoreError, ServerDatabase> {
  const { run, sql } = yield* ServerDatabase
  const rows = yield* run(
    sql<Row>`SELECT w.id, w.url, w.created_at, d.job_id, d.state, d.attempts, d.updated_at, d.status
      FROM batchlabel_http_webhooks w LEFT JOIN batchlabel_http_deliveries d ON d.id =
        (SELECT l.id FROM batchlabel_http_deliveries l WHERE l.webhook_id = w.id ORDER BY l.updated_at DESC, l.id DESC LIMIT 1)
      WHERE w.owner = ${owner} ORDER BY w.created_at, w.id`
  )
  return rows.map(webhookOf)
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
  const { run, sql } = yield* ServerDatabase
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
  yield* run(
    sql`INSERT INTO batchlabel_http_webhooks ${sql.insert({
      id: webhook.id,
      owner,
      url,
      secret: webhook.secret,
      created_at: webhook.createdAt
    })}`
  )
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
  const { sql, write } = yield* ServerDatabase
  const found = yield* write(
    Effect.gen(function* () {
      const rows = yield* sql<Row>`SELECT id FROM batchlabel_http_webhooks WHERE id = ${id} AND owner = ${owner}`
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
  const { run, sql } = yield* ServerDatabase
  yield* run(sql`DELETE FROM batchlabel_http_deliveries WHERE job_id = ${jobId}`)
})

const encodeEvent = Schema.encodeSync(Schema.parseJson(WebhookEvent))

const isEnd = Schema.is(Schema.Literal("done", "cancelled", "stopped"))

/** Jobs that have ended and whose owners' webhooks do not know it yet. */
const ended = Effect.gen(function* () {
  const { run, sql } = yield* ServerDatabase
  return yield* run(
    sql<Row>`SELECT w.id AS webhook_id, j.id AS job_id, j.state, j.updated_at
      FROM batchlabel_http_webhooks w JOIN batchlabel_jobs j ON j.owner = w.owner
      WHERE j.state IN ('done', 'cancelled', 'stopped') AND j.updated_at >= w.created_at AND NOT EXISTS
        (SELECT 1 FROM batchlabel_http_deliveries d WHERE d.webhook_id = w.id AND d.job_id = j.id AND d.event = j.state)
      ORDER BY j.updated_at LIMIT 100`
  )
})

const enqueue = Effect.fnUntraced(function* (row: Row) {
  const { run, sql } = yield* ServerDatabase
  const state = row["state"]
  if (!isEnd(state)) return
  const jobId = text(row, "job_id")
  const view = yield* JobView.load(jobId)
  const record = (yield* JobRecords.findByPaths([view.job.input.path])).get(view.job.input.path)
  const now = yield* Clock.currentTimeMillis
  const body = encodeEvent({
    type: `job.${state}`,
    timestamp: integer(row, "updated_at"),
    data: JobWire.summary(view, record)
  })
  yield* run(
    sql`INSERT INTO batchlabel_http_deliveries ${sql.insert({
      id: `msg_${randomName(24)}`,
      webhook_id: text(row, "webhook_id"),
      job_id: jobId,
      event: state,
      body,
      state: "pending",
      attempts: 0,
      next_at: now,
      updated_at: now,
      status: null
    })} ON CONFLICT DO NOTHING`
  )
})

/** How long a delivery belongs to the server that took it. */
const claimed = 60_000

/** Takes what is due, so that no other server sends it as well. */
const claim = Effect.gen(function* () {
  const { run, sql } = yield* ServerDatabase
  const now = yield* Clock.currentTimeMillis
  const due = yield* run(
    sql<Row>`SELECT d.*, w.url, w.secret FROM batchlabel_http_deliveries d JOIN batchlabel_http_webhooks w ON w.id = d.webhook_id
      WHERE d.state = 'pending' AND d.next_at <= ${now} ORDER BY d.next_at LIMIT 20`
  )
  return yield* Effect.filter(due, (row) =>
    Effect.map(
      run(
        sql<Row>`UPDATE batchlabel_http_deliveries SET next_at = ${now + claimed}
          WHERE id = ${text(row, "id")} AND state = 'pending' AND next_at = ${integer(row, "next_at")} RETURNING id`
      ),
      (rows) => rows.length === 1
    )
  )
})

const longestPause = Duration.toMillis(Duration.hours(5))

/** The receiver has it (2xx), says that it wants no more (410), or did not take it. */
const resultOf = (status: number): "delivered" | "gone" | "again" =>
  status >= 200 && status < 300 ? "delivered" : status === 410 ? "gone" : "again"

const deliver = Effect.fn("Webhooks.deliver")(function* (row: Row) {
  const { allowPrivateWebhooks, deliveryAttempts, deliveryBackoff } = yield* ServerSettings
  const { run, sql } = yield* ServerDatabase
  const now = yield* Clock.currentTimeMillis
  const delivery = { id: text(row, "id"), secret: text(row, "secret"), body: text(row, "body"), at: now }
  const outcome = yield* WebhookRequest.check(text(row, "url"), allowPrivateWebhooks).pipe(
    Effect.flatMap((target) => WebhookRequest.send(target, delivery)),
    Effect.map((status) => ({ status, result: resultOf(status) })),
    Effect.catchTags({
      AddressRefused: () => Effect.succeed({ status: null, result: "again" as const }),
      DeliveryFailed: () => Effect.succeed({ status: null, result: "again" as const })
    })
  )
  const attempts = integer(row, "attempts") + 1
  const over = outcome.result === "gone" || attempts >= deliveryAttempts
  const state = outcome.result === "delivered" ? "delivered" : over ? "failed" : "pending"
  const pause =
    Math.min(longestPause, Duration.toMillis(deliveryBackoff) * 2 ** (attempts - 1)) * (0.8 + 0.4 * (yield* Random.next))
  yield* run(
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
export const round: Effect.Effect<number, JobStoreError, ServerDatabase | ServerSettings | JobStore> = Effect.gen(function* () {
  yield* Effect.forEach(yield* ended, enqueue, { discard: true })
  const due = yield* claim
  yield* Effect.forEach(due, deliver, { concurrency: 8, discard: true })
  return due.length
}).pipe(Effect.withSpan("Webhooks.round"))

/**
 * Delivers in the background.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<never, never, ServerDatabase | ServerSettings | JobStore> = Layer.scopedDiscard(
  Effect.gen(function* () {
    const { scanInterval } = yield* ServerSettings
    const patiently = round.pipe(
      Effect.catchAll((error) => Effect.as(Effect.logWarning(error.message), 0)),
      Effect.flatMap((tried) => (tried > 0 ? Effect.void : Effect.sleep(scanInterval)))
    )
    yield* Effect.forkScoped(Effect.forever(patiently))
  })
)
