/**
 * Changing what belongs to whom: jobs, and the answers that they have paid for.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { Database } from "./Database.js"
import type { JobStoreError } from "./JobStoreError.js"

/**
 * What belongs to one owner belongs to another from now on.
 *
 * @since 0.1.0
 * @category operations
 */
export const transfer = Effect.fn("Ownership.transfer")(function* (
  from: string,
  to: string
): Effect.fn.Return<void, JobStoreError, Database> {
  const { sql, transaction } = yield* Database
  yield* transaction(sql`UPDATE batchlabel_jobs SET owner = ${to} WHERE owner = ${from}`)
})

/**
 * Answers that jobs with an owner have paid for are known to that owner as well, in a scope of its own (the name of the scope, a blank and
 * the owner). What they were known to before stays.
 *
 * @since 0.1.0
 * @category operations
 */
export const keepAnswersByOwner: Effect.Effect<void, JobStoreError, Database> = Effect.gen(function* () {
  const { sql, transaction } = yield* Database
  const paid = sql`batchlabel_answer_scopes s JOIN batchlabel_answer_batches b ON b.scope_id = s.id
    JOIN batchlabel_attempts a ON a.batch_id = b.batch_id JOIN batchlabel_jobs j ON j.id = a.job_id AND j.owner IS NOT NULL`
  yield* transaction(
    Effect.gen(function* () {
      yield* sql`INSERT INTO batchlabel_answer_scopes (name) SELECT DISTINCT s.name || ' ' || j.owner FROM ${paid} WHERE TRUE
        ON CONFLICT DO NOTHING`
      yield* sql`INSERT INTO batchlabel_answer_batches (scope_id, batch_id) SELECT DISTINCT n.id, b.batch_id FROM ${paid}
        JOIN batchlabel_answer_scopes n ON n.name = s.name || ' ' || j.owner WHERE TRUE ON CONFLICT DO NOTHING`
      yield* sql`INSERT INTO batchlabel_answers (scope_id, digest, value, at, source)
        SELECT n.id, x.digest, x.value, x.at, c.id FROM ${paid}
        JOIN batchlabel_answer_scopes n ON n.name = s.name || ' ' || j.owner
        JOIN batchlabel_answer_batches c ON c.scope_id = n.id AND c.batch_id = b.batch_id
        JOIN batchlabel_answers x ON x.source = b.id WHERE TRUE ON CONFLICT DO NOTHING`
    })
  )
}).pipe(Effect.withSpan("Ownership.keepAnswersByOwner"))
