/** From stores in which everything belonged to a token to those in which it belongs to the token's owner. */
import * as Effect from "effect/Effect"
import { type Database, type Query, type Row, text } from "./database.js"
import { canonical } from "./ownerName.js"

/** The version of the job store in the same database; 0: there is none. */
const jobStoreVersion = ({ isPostgres, sql }: Database): Query<number> =>
  Effect.gen(function* () {
    const found = yield* isPostgres
      ? sql`SELECT 1 FROM pg_catalog.pg_class WHERE oid = to_regclass('batchlabel_store')`.unprepared
      : sql`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'batchlabel_store'`.unprepared
    if (found.length === 0) return 0
    const [row] = yield* sql<Row>`SELECT MAX(version) AS version FROM batchlabel_store`.unprepared
    return Number(row?.["version"] ?? 0)
  })

/** Of two tasks of one name the newer keeps it; the other is kept under a name that is free. */
const moveTasks = ({ sql }: Database, id: string, owner: string): Query<void> =>
  Effect.gen(function* () {
    const tasks = yield* sql<Row>`SELECT name FROM batchlabel_http_tasks WHERE owner = ${id}`
    const taken = new Set(
      (yield* sql<Row>`SELECT name FROM batchlabel_http_tasks WHERE owner = ${owner}`).map((row) => text(row, "name"))
    )
    for (const name of tasks.map((row) => text(row, "name"))) {
      let free = name
      for (let n = 2; taken.has(free); n++) free = `${name.slice(0, 58)} ${n}`
      taken.add(free)
      yield* sql`UPDATE batchlabel_http_tasks SET owner = ${owner}, name = ${free} WHERE owner = ${id} AND name = ${name}`
    }
  })

const moveInputs = ({ sql }: Database, id: string, owner: string): Query<void> =>
  Effect.gen(function* () {
    yield* sql`UPDATE batchlabel_http_inputs SET idempotency_key = NULL WHERE owner = ${id} AND idempotency_key IN
      (SELECT idempotency_key FROM batchlabel_http_inputs WHERE owner = ${owner} AND idempotency_key IS NOT NULL)`
    yield* sql`UPDATE batchlabel_http_inputs SET owner = ${owner} WHERE owner = ${id}`
  })

/** Answers that a token has paid for stay known to its owner, and to no other. */
const copyAnswers = ({ sql }: Database): Query<void> =>
  Effect.gen(function* () {
    const paid = sql`batchlabel_answer_scopes s JOIN batchlabel_answer_batches b ON b.scope_id = s.id
      JOIN batchlabel_attempts a ON a.batch_id = b.batch_id JOIN batchlabel_jobs j ON j.id = a.job_id AND j.owner IS NOT NULL`
    yield* sql`INSERT INTO batchlabel_answer_scopes (name) SELECT DISTINCT s.name || ' ' || j.owner FROM ${paid} WHERE TRUE
      ON CONFLICT DO NOTHING`.unprepared
    yield* sql`INSERT INTO batchlabel_answer_batches (scope_id, batch_id) SELECT DISTINCT n.id, b.batch_id FROM ${paid}
      JOIN batchlabel_answer_scopes n ON n.name = s.name || ' ' || j.owner WHERE TRUE ON CONFLICT DO NOTHING`.unprepared
    yield* sql`INSERT INTO batchlabel_answers (scope_id, digest, value, at, source)
      SELECT n.id, x.digest, x.value, x.at, c.id FROM ${paid}
      JOIN batchlabel_answer_scopes n ON n.name = s.name || ' ' || j.owner
      JOIN batchlabel_answer_batches c ON c.scope_id = n.id AND c.batch_id = b.batch_id
      JOIN batchlabel_answers x ON x.source = b.id WHERE TRUE ON CONFLICT DO NOTHING`.unprepared
  })

/** Each token gets an owner of its name. The newest come first, so that they keep names and keys that older ones have too. */
export const toOwners = (db: Database): Query<void> =>
  Effect.gen(function* () {
    const { sql } = db
    const version = yield* jobStoreVersion(db)
    const tokens = yield* sql<Row>`SELECT id, name FROM batchlabel_http_tokens ORDER BY created_at DESC, id DESC`
    for (const token of tokens) {
      const id = text(token, "id")
      const owner = canonical(text(token, "name"))
      yield* sql`UPDATE batchlabel_http_tokens SET owner = ${owner} WHERE id = ${id}`
      yield* sql`UPDATE batchlabel_http_uploads SET owner = ${owner} WHERE owner = ${id}`
      yield* sql`UPDATE batchlabel_http_webhooks SET owner = ${owner} WHERE owner = ${id}`
      yield* moveTasks(db, id, owner)
      yield* moveInputs(db, id, owner)
      if (version > 0) yield* sql`UPDATE batchlabel_jobs SET owner = ${owner} WHERE owner = ${id}`
    }
    if (version > 0) yield* copyAnswers(db)
  })
