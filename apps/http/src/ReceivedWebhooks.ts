/**
 * Deliveries of OpenAI's webhook that were acted upon, so that one that is sent again, by OpenAI or by somebody who has caught it, does
 * nothing.
 *
 * @since 0.1.0
 */
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { ServerDatabase } from "./ServerDatabase.js"

// A signature is refused after five minutes; what is older need not be remembered.
const remembered = 24 * 3_600_000

/**
 * Whether this is the first time that a delivery is seen.
 *
 * @since 0.1.0
 * @category operations
 */
export const isNew = Effect.fn("ReceivedWebhooks.isNew")(function* (
  deliveryId: string
): Effect.fn.Return<boolean, JobStoreError, ServerDatabase> {
  const { sql, transaction } = yield* ServerDatabase
  const now = yield* Clock.currentTimeMillis
  return yield* transaction(
    Effect.gen(function* () {
      yield* sql`DELETE FROM batchlabel_http_received WHERE at < ${now - remembered}`
      const rows = yield* sql`INSERT INTO batchlabel_http_received (id, at) VALUES (${deliveryId}, ${now})
        ON CONFLICT DO NOTHING RETURNING id`
      return rows.length === 1
    })
  )
})
