/** Which database the environment names, if any. */
import * as Message from "@batchlabel/messages/Message"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Either, Option, Redacted } from "effect"
import * as App from "../src/App.js"
import * as Screen from "../src/Screen.js"

const url = "postgres://ann:hunter2@db.example/jobs"

const inside = <A, E>(variables: Readonly<Record<string, string>>, effect: Effect.Effect<A, E, Screen.Screen>) => {
  const notes: Array<string> = []
  const screen = Screen.make({
    lang: "en",
    json: false,
    style: "full",
    noColor: true,
    streams: {
      out: () => assert.fail("nothing belongs on stdout"),
      err: (text) => void notes.push(text),
      outIsTerminal: false,
      errIsTerminal: false,
      inIsTerminal: false,
      columns: () => 80,
      lost: () => undefined,
      readLine: async () => undefined
    }
  })
  return Effect.either(effect).pipe(
    Effect.map((result) => ({ result, notes })),
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables)))),
    Effect.provideService(Screen.Screen, screen),
    Effect.provide(NodeContext.layer)
  )
}

/** The address that is taken, or the problem. */
const taken = (variables: Readonly<Record<string, string>>) =>
  Effect.map(inside(variables, App.databaseUrl), ({ result }) =>
    Either.isLeft(result) ? result.left.problem : Option.getOrUndefined(Option.map(result.right, Redacted.value))
  )

const refused = Effect.fnUntraced(function* (variables: Readonly<Record<string, string>>, named: string) {
  const problem = yield* taken(variables)
  if (typeof problem !== "object") return assert.fail(`taken: ${problem}`)
  assert.strictEqual(problem.code, "BL5104")
  for (const lang of ["en", "ko"] as const) {
    assert.include(Message.forCommand(problem, lang), named)
    for (const value of Object.values(variables))
      if (value !== "true") assert.notInclude(Message.forCommand(problem, lang), value)
  }
})

describe("the database of the jobs", () => {
  it.effect("is that of BATCHLABEL_DATABASE_URL, whatever DATABASE_URL says; a blank one is none", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* taken({ BATCHLABEL_DATABASE_URL: url, DATABASE_URL: "mysql://x" }), url)
      assert.strictEqual(yield* taken({ BATCHLABEL_DATABASE_URL: "PostgreSQL://h/d" }), "PostgreSQL://h/d")
      assert.isUndefined(yield* taken({ BATCHLABEL_DATABASE_URL: " " }))
      assert.isUndefined(yield* taken({}))
    })
  )

  it.effect("is that of DATABASE_URL only where it is asked for", () =>
    Effect.gen(function* () {
      for (const other of [url, "sqlite:///tmp/other.db", "mysql://root:hunter2@db/other"]) {
        assert.isUndefined(yield* taken({ DATABASE_URL: other }))
        assert.isUndefined(yield* taken({ DATABASE_URL: other, BATCHLABEL_USE_DATABASE_URL: "false" }))
      }
      assert.strictEqual(yield* taken({ DATABASE_URL: url, BATCHLABEL_USE_DATABASE_URL: "true" }), url)
    })
  )

  it.effect("is refused where it is no PostgreSQL, by the name of the variable and never with its value", () =>
    Effect.gen(function* () {
      for (const other of ["sqlite:///tmp/other.db", "mysql://root:hunter2@db/other", "jobs.db", "postgres:hunter2"]) {
        yield* refused({ BATCHLABEL_DATABASE_URL: other }, "BATCHLABEL_DATABASE_URL")
        yield* refused({ DATABASE_URL: other, BATCHLABEL_USE_DATABASE_URL: "true" }, "DATABASE_URL")
      }
    })
  )

  it.effect("is never replaced by a file in silence: what is asked for has to be there, and the asking to be a yes or a no", () =>
    Effect.gen(function* () {
      yield* refused({ BATCHLABEL_USE_DATABASE_URL: "true" }, "DATABASE_URL")
      yield* refused({ BATCHLABEL_USE_DATABASE_URL: "perhaps", DATABASE_URL: url }, "BATCHLABEL_USE_DATABASE_URL")
    })
  )

  it.effect("that an earlier version would have taken is told of in one line, and only then", () =>
    Effect.gen(function* () {
      const told = (variables: Readonly<Record<string, string>>) =>
        Effect.map(inside(variables, App.noteIgnoredDatabase), ({ notes }) => notes)
      const [note = "", ...more] = yield* told({ DATABASE_URL: url })
      assert.lengthOf(more, 0)
      assert.match(note, /^ℹ️ DATABASE_URL is ignored.*BATCHLABEL_USE_DATABASE_URL=true.*BATCHLABEL_DATABASE_URL\.\n$/)
      assert.deepStrictEqual(yield* told({ DATABASE_URL: "mysql://x/y" }), [])
      assert.deepStrictEqual(yield* told({ DATABASE_URL: url, BATCHLABEL_USE_DATABASE_URL: "true" }), [])
      assert.deepStrictEqual(yield* told({ DATABASE_URL: url, BATCHLABEL_DATABASE_URL: url }), [])
    })
  )
})
