/** Stores as earlier versions have left them (see data/README.md). */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { SqlClient } from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const Names = Schema.Struct({
  jobs: Schema.Struct({
    open: Schema.String,
    done: Schema.String,
    cancelled: Schema.String,
    stopped: Schema.String,
    preparing: Schema.String,
    gone: Schema.String
  }),
  secrets: Schema.Struct({ alice: Schema.String, bob: Schema.String, root: Schema.String, session: Schema.String }),
  tokens: Schema.Struct({ alice: Schema.String, bob: Schema.String, root: Schema.String })
})

const pathOf = (name: string): string => fileURLToPath(new URL(`data/${name}`, import.meta.url))

/** When the store was written. */
export const writtenAt = Date.UTC(2026, 10, 20, 9)

/** A dump, statement by statement: those of PostgreSQL and SQLite both end a statement at the end of a line. */
const statements = (text: string): ReadonlyArray<string> =>
  text
    .split(/;\n/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "" && !/^(BEGIN|COMMIT|PRAGMA)/.test(statement))

/** Puts the earlier store where the client looks; the names in it. */
export const restore = (kind: "sqlite" | "postgres") =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const all = statements(readFileSync(pathOf(`${kind}-v3.sql`), "utf8"))
    yield* Effect.orDie(Effect.forEach(all, (statement) => sql.unsafe(statement).unprepared, { discard: true }))
    return Schema.decodeUnknownSync(Schema.parseJson(Names))(readFileSync(pathOf(`${kind}-v3.json`), "utf8"))
  })
