/** The cache of paid answers. Rows go to and fro as one JSON parameter: with a parameter a value, binding them costs more than storing. */
import * as Effect from "effect/Effect"
import type * as AnswerCache from "../AnswerCache.js"
import type { Answer } from "../Job.js"
import { chunks, groupBy } from "./chunks.js"
import type { Database, Query } from "./database.js"
import * as Rows from "./rows.js"

// Rows of a statement, some 4 MB of it.
const rowsAtMost = 50_000

export const make = (db: Database): AnswerCache.Service => {
  const { isPostgres, sql } = db
  const decode = Rows.decode(db.location, "answers", Rows.answer)

  const idOf = (rows: ReadonlyArray<Rows.Row>): number | undefined =>
    rows[0] === undefined ? undefined : Rows.total(rows[0], "id")

  const scopeId = (scope: string): Query<number | undefined> =>
    Effect.map(sql<Rows.Row>`SELECT id FROM batchlabel_answer_scopes WHERE name = ${scope}`, idOf)

  // Names that are there already are found by the same statement.
  const makeScope = (scope: string): Query<number | undefined> =>
    Effect.map(
      sql<Rows.Row>`INSERT INTO batchlabel_answer_scopes ${sql.insert({ name: scope })}
        ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id`,
      idOf
    )

  const makeSource = (scope: number, batchId: string): Query<number | undefined> =>
    Effect.map(
      sql<Rows.Row>`INSERT INTO batchlabel_answer_batches ${sql.insert({ scope_id: scope, batch_id: batchId })}
        ON CONFLICT (scope_id, batch_id) DO UPDATE SET batch_id = excluded.batch_id RETURNING id`,
      idOf
    )

  const insert = (scope: number, source: number | undefined, answers: ReadonlyArray<Answer>): Query<unknown> => {
    const json = JSON.stringify(answers.map(({ at, digest, value }) => [digest, JSON.stringify(value), Math.ceil(at)]))
    const from = source ?? null
    // In the order of the key, rows of one page come together.
    const rows = isPostgres
      ? sql`SELECT ${scope}::bigint, item->>0, item->>1, (item->>2)::bigint, ${from}::bigint
          FROM json_array_elements(${json}::json) AS items (item) ORDER BY 2`
      : sql`SELECT ${scope}, digest, value, at, ${from} FROM
          (SELECT value->>0 AS digest, value->>1 AS value, value->>2 AS at FROM json_each(${json}) ORDER BY 1) WHERE true`
    return sql`INSERT INTO batchlabel_answers (scope_id, digest, value, at, source) ${rows}
      ON CONFLICT (scope_id, digest) DO UPDATE SET value = excluded.value, at = excluded.at, source = excluded.source`
  }

  const select = (scope: number, digests: ReadonlyArray<string>): Query<ReadonlyArray<Rows.Row>> => {
    const json = JSON.stringify(digests)
    const wanted = isPostgres ? sql`json_array_elements_text(${json}::json) AS wanted (value)` : sql`json_each(${json}) AS wanted`
    // CROSS JOIN: SQLite is not to look through all answers for each that is wanted.
    return sql<Rows.Row>`SELECT a.digest, a.value, a.at, b.batch_id FROM ${wanted}
      CROSS JOIN batchlabel_answers a LEFT JOIN batchlabel_answer_batches b ON b.id = a.source
      WHERE a.scope_id = ${scope} AND a.digest = wanted.value`
  }

  return {
    find: Effect.fn("AnswerCache.find")(function* (scope: string, digests: ReadonlyArray<string>) {
      const rows = yield* db.read(
        Effect.gen(function* () {
          const id = yield* scopeId(scope)
          if (id === undefined) return []
          return (yield* Effect.forEach(chunks(digests, rowsAtMost), (part) => select(id, part))).flat()
        })
      )
      return new Map((yield* decode(rows)).map((answer) => [answer.digest, answer]))
    }),

    save: Effect.fn("AnswerCache.save")(function* (scope: string, answers: ReadonlyArray<Answer>) {
      // The last of several for one digest counts.
      const newest = [...new Map(answers.map((answer) => [answer.digest, answer])).values()]
      if (newest.length === 0) return
      yield* db.transaction(
        Effect.gen(function* () {
          const id = (yield* scopeId(scope)) ?? (yield* makeScope(scope))
          if (id === undefined) return yield* Effect.dieMessage("an insert returned no row")
          for (const [batchId, group] of groupBy(newest, (answer) => answer.batchId)) {
            const source = batchId === undefined ? undefined : yield* makeSource(id, batchId)
            yield* Effect.forEach(chunks(group, rowsAtMost), (part) => insert(id, source, part), { discard: true })
          }
        })
      )
    }),

    count: db.read(sql<Rows.Row>`SELECT COUNT(*) AS answers FROM batchlabel_answers`).pipe(
      Effect.map(([row]) => Rows.total(row, "answers")),
      Effect.withSpan("AnswerCache.count")
    ),

    clear: Effect.fn("AnswerCache.clear")(function* (scope: string | undefined) {
      return yield* db.transaction(
        Effect.gen(function* () {
          const id = scope === undefined ? undefined : yield* scopeId(scope)
          if (scope !== undefined && id === undefined) return 0
          const where = id === undefined ? sql.literal("") : sql`WHERE scope_id = ${id}`
          const [row] = yield* sql<Rows.Row>`SELECT COUNT(*) AS answers FROM batchlabel_answers ${where}`
          yield* sql`DELETE FROM batchlabel_answers ${where}`
          yield* sql`DELETE FROM batchlabel_answer_batches ${where}`
          return Rows.total(row, "answers")
        })
      )
    })
  }
}
