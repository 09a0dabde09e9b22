/** From stores in which everything belonged to a token to those in which it belongs to the token's owner. */
import { Database, type Query, type Service } from "@batchlabel/job-store/Database"
import * as Ownership from "@batchlabel/job-store/Ownership"
import * as SqlSchema from "@effect/sql/SqlSchema"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { canonical } from "./ownerName.js"

interface Named {
  readonly name: string
}

/** Of two tasks of one name the newer keeps it; the other is kept under a name that is free. */
const moveTasks = ({ sql }: Service, id: string, owner: string): Query<void> =>
  Effect.gen(function* () {
    const tasks = yield* sql<Named>`SELECT name FROM batchlabel_http_tasks WHERE owner = ${id}`
    const taken = new Set(
      (yield* sql<Named>`SELECT name FROM batchlabel_http_tasks WHERE owner = ${owner}`).map(({ name }) => name)
    )
    for (const { name } of tasks) {
      let free = name
      for (let n = 2; taken.has(free); n++) free = `${name.slice(0, 58)} ${n}`
      taken.add(free)
      yield* sql`UPDATE batchlabel_http_tasks SET owner = ${owner}, name = ${free} WHERE owner = ${id} AND name = ${name}`
    }
  })

const moveInputs = ({ sql }: Service, id: string, owner: string): Query<void> =>
  Effect.gen(function* () {
    yield* sql`UPDATE batchlabel_http_inputs SET idempotency_key = NULL WHERE owner = ${id} AND idempotency_key IN
      (SELECT idempotency_key FROM batchlabel_http_inputs WHERE owner = ${owner} AND idempotency_key IS NOT NULL)`
    yield* sql`UPDATE batchlabel_http_inputs SET owner = ${owner} WHERE owner = ${id}`
  })

/** Each token gets an owner of its name. The newest come first, so that they keep names and keys that older ones have too. */
export const toOwners = (db: Service): Query<void> =>
  Effect.gen(function* () {
    const { sql } = db
    const tokens = yield* SqlSchema.findAll({
      Request: Schema.Void,
      Result: Schema.Struct({ id: Schema.String, name: Schema.String }),
      execute: () => sql`SELECT id, name FROM batchlabel_http_tokens ORDER BY created_at DESC, id DESC`
    })()
    for (const { id, name } of tokens) {
      const owner = canonical(name)
      yield* sql`UPDATE batchlabel_http_tokens SET owner = ${owner} WHERE id = ${id}`
      yield* sql`UPDATE batchlabel_http_uploads SET owner = ${owner} WHERE owner = ${id}`
      yield* sql`UPDATE batchlabel_http_webhooks SET owner = ${owner} WHERE owner = ${id}`
      yield* moveTasks(db, id, owner)
      yield* moveInputs(db, id, owner)
      yield* Ownership.transfer(id, owner)
    }
    yield* Ownership.keepAnswersByOwner
  }).pipe(Effect.provideService(Database, db))
