/**
 * Tells a URL that a batch has ended, signed as OpenAI signs its webhooks. Source: Standard Webhooks, and `webhooks.unwrap` of the SDK.
 */
import { createHmac } from "node:crypto"
import { setTimeout as sleep } from "node:timers/promises"
import type { Clock } from "./clock.js"
import { seconds } from "./files.js"
import { hex } from "./random.js"
import type { BatchRecord, Store } from "./store.js"

export interface Webhook {
  readonly url: string
  /** `whsec_` and base64; absent: deliveries are not signed. */
  readonly secret?: string | undefined
}

const waits = [0, 200, 1_000, 5_000]

export const makeWebhook = (
  webhook: Webhook | undefined,
  store: Store,
  clock: Clock,
  signal: AbortSignal
): ((batch: BatchRecord) => void) => {
  if (webhook === undefined) return () => {}
  return (batch) => {
    const status = batch.settlement?.stage.status ?? "completed"
    const id = `evt_${hex(32, store.salt, "event", batch.id)}`
    const body = JSON.stringify({
      id,
      object: "event",
      created_at: seconds(clock.now()),
      type: `batch.${status}`,
      data: { id: batch.id }
    })
    // A delivery that fails four times is given up: polling is the truth.
    void deliver(webhook, id, body, signal).catch(() => {})
  }
}

const deliver = async ({ secret, url }: Webhook, id: string, body: string, signal: AbortSignal): Promise<void> => {
  for (const wait of waits) {
    await sleep(wait, undefined, { signal })
    const timestamp = String(seconds(Date.now()))
    const signature = secret === undefined ? {} : { "webhook-signature": `v1,${sign(secret, `${id}.${timestamp}.${body}`)}` }
    const headers = { "content-type": "application/json", "webhook-id": id, "webhook-timestamp": timestamp, ...signature }
    const accepted = await fetch(url, { method: "POST", headers, body, signal }).then(
      (reply) => reply.ok,
      () => false
    )
    if (accepted) return
  }
}

const sign = (secret: string, text: string): string =>
  createHmac("sha256", Buffer.from(secret.replace(/^whsec_/, ""), "base64"))
    .update(text)
    .digest("base64")
