import { mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { turns } from "../../../test/support/eventually.js"
import * as Database from "../src/Database.js"
import { migrations } from "../src/internal/schema.js"
import { JobStore } from "../src/JobStore.js"
import type { JobStoreError } from "../src/JobStoreError.js"
import * as PostgresStore from "../src/PostgresStore.js"
import * as SqliteStore from "../src/SqliteStore.js"
import * as SqlStore from "../src/SqlStore.js"
import { folder } from "./backends.js"
import { newJob, note } from "./samples.js"

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8)

const failure = <A, R>(effect: Effect.Effect<A, JobStoreError, R>) =>
  Effect.flatMap(Effect.either(effect), (result) =>
    Either.isLeft(result) ? Effect.succeed(result.left) : Effect.dieMessage("it succeeded")
  )

const open = (path: string, options?: SqliteStore.Options) =>
  Effect.asVoid(Effect.provide(JobStore, SqliteStore.layer(path, options)))

/** Runs statements on the file as another program would. */
const execute = (path: string, ...statements: ReadonlyArray<string>) =>
  Effect.provide(
    Effect.flatMap(SqlClient, (sql) => Effect.orDie(Effect.forEach(statements, (text) => sql.unsafe(text).unprepared))),
    SqliteStore.layerClient(path)
  )

/** The steps that came first, and one that is not known yet. */
const next: Database.Migration = {
  version: migrations.steps.length + 1,
  statements: () => ["ALTER TABLE batchlabel_settings ADD COLUMN note TEXT"]
}

const migrateTo = (path: string, steps: ReadonlyArray<Database.Migration>) =>
  Database.migrate({ ...migrations, steps }).pipe(
    Effect.provide(Database.layer({ location: path })),
    Effect.provide(SqliteStore.layerClient(path))
  )

describe("opening a store", () => {
  it.scoped("makes its folders and its file for the user alone, and leaves folders that were there as they are", () =>
    Effect.gen(function* () {
      const root = join(yield* folder, "shared")
      mkdirSync(root, { mode: 0o755 })
      const path = join(root, ".batchlabel", "deep", "state.db")
      yield* Effect.gen(function* () {
        const store = yield* JobStore
        yield* store.settings.set(note, "a", "b")
        assert.deepStrictEqual([mode(path), mode(`${path}-wal`), mode(`${path}-shm`)], ["600", "600", "600"])
      }).pipe(Effect.provide(SqliteStore.layer(path)))
      assert.deepStrictEqual([mode(dirname(path)), mode(dirname(dirname(path))), mode(root)], ["700", "700", "755"])
    })
  )

  it.scoped("keeps what an earlier opening stored, and syncs each commit to the disk", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "state.db")
      const job = yield* newJob()
      yield* Effect.provide(
        Effect.flatMap(JobStore, (store) => store.createJob(job)),
        SqliteStore.layer(path)
      )
      const found = yield* Effect.provide(
        Effect.flatMap(JobStore, (store) => store.job(job.id)),
        SqliteStore.layer(path)
      )
      assert.strictEqual(found.id, job.id)
      const [synchronous, journal, foreignKeys] = (yield* execute(
        path,
        "PRAGMA synchronous",
        "PRAGMA journal_mode",
        "PRAGMA foreign_keys"
      )).map(([row]) => Object.values(row ?? {})[0])
      assert.deepStrictEqual([synchronous, journal, foreignKeys], [2, "wal", 1])
    })
  )

  it.scoped("brings an older store to the newest version and keeps its rows", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "state.db")
      yield* migrateTo(path, migrations.steps)
      yield* execute(path, "INSERT INTO batchlabel_settings (kind, name, value) VALUES ('note', 'limit', '7')")
      yield* migrateTo(path, [...migrations.steps, next])
      const [rows] = yield* execute(path, "SELECT name, value, note FROM batchlabel_settings")
      assert.deepStrictEqual(rows, [{ name: "limit", value: "7", note: null }])
    })
  )

  it.scoped("refuses a store that a newer version wrote, says both versions, and leaves it as it is", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "state.db")
      yield* migrateTo(path, [...migrations.steps, next])
      const before = readFileSync(path)
      const error = yield* failure(open(path))
      assert.deepStrictEqual(
        { ...error.reason },
        { _tag: "StoreNewer", location: path, found: next.version, supported: migrations.steps.length }
      )
      assert.strictEqual(error.problem.code, "BL5101")
      assert.isTrue(before.equals(readFileSync(path)))
    })
  )

  it.scoped("changes nothing where a step of a migration fails", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "state.db")
      const broken: Database.Migration = {
        version: next.version,
        statements: () => ["CREATE TABLE half (a INTEGER)", "CREATE NONSENSE"]
      }
      assert.strictEqual((yield* failure(migrateTo(path, [...migrations.steps, broken]))).reason._tag, "StoreUnavailable")
      const [tables] = yield* execute(path, "SELECT name FROM sqlite_master")
      assert.deepStrictEqual(tables, [])
      yield* open(path)
    })
  )

  it.scoped("calls a file that is no database damaged, and does not touch it", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "state.db")
      writeFileSync(path, "제목,내용\n".repeat(1_000))
      const error = yield* failure(open(path))
      assert.strictEqual(error.reason._tag, "StoreCorrupt")
      assert.include(error.message, path)
      assert.strictEqual(readFileSync(path, "utf8"), "제목,내용\n".repeat(1_000))
    })
  )

  it.scoped("finds in a file whose end is missing that it is damaged", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "state.db")
      yield* Effect.gen(function* () {
        const store = yield* JobStore
        yield* store.saveAnswers(
          "s",
          Array.from({ length: 5_000 }, (_, index) => ({ digest: `d${index}`, value: index, at: index, batchId: undefined }))
        )
      }).pipe(Effect.provide(SqliteStore.layer(path)))
      truncateSync(path, Math.floor(statSync(path).size / 2 / 4_096) * 4_096)
      const faults = yield* Effect.provide(
        Effect.flatMap(JobStore, (store) => store.check),
        SqliteStore.layer(path)
      ).pipe(Effect.catchAll((error) => Effect.succeed([error.problem])))
      assert.isNotEmpty(faults)
      for (const { code } of faults) assert.oneOf(code, ["BL5103", "BL5120"])
    })
  )

  it.scoped("says that the disk is full, keeps what it had, and goes on when there is room", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "state.db")
      const answers = Array.from({ length: 50_000 }, (_, index) => ({
        digest: `d${index}`,
        value: index,
        at: index,
        batchId: undefined
      }))
      yield* Effect.gen(function* () {
        const store = yield* JobStore
        const sql = yield* SqlClient
        yield* store.settings.set(note, "before", "kept")
        yield* Effect.orDie(sql`PRAGMA max_page_count = 100`.unprepared)
        assert.strictEqual((yield* failure(store.saveAnswers("s", answers))).reason._tag, "StoreFull")
        assert.strictEqual(yield* store.settings.get(note, "before"), "kept")
        assert.strictEqual((yield* store.findAnswers("s", ["d0"])).size, 0)
        yield* Effect.orDie(sql`PRAGMA max_page_count = 1000000`.unprepared)
        yield* store.saveAnswers("s", answers)
        assert.deepStrictEqual(yield* store.check, [])
      }).pipe(Effect.provide(Layer.provideMerge(SqlStore.layer(), SqliteStore.layerClient(path))))
    })
  )

  it.scoped("says what is wrong with a path that cannot be", () =>
    Effect.gen(function* () {
      const root = yield* folder
      writeFileSync(join(root, "file"), "")
      for (const path of [join(root, "file", "state.db"), root]) {
        const error = yield* failure(open(path))
        assert.strictEqual(error.reason._tag, "StoreUnavailable")
        assert.include(error.message, path)
      }
    })
  )

  it.scopedLive("waits for a writer, and gives up as busy only when its patience is over", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "state.db")
      yield* open(path)
      /** Another connection in the middle of a transaction, until it is told to go on. */
      const writer = Effect.gen(function* () {
        const inside = yield* Deferred.make<void>()
        const goOn = yield* Deferred.make<void>()
        yield* Effect.forkScoped(
          Effect.provide(
            Effect.flatMap(SqlClient, (sql) =>
              sql.withTransaction(
                Effect.andThen(
                  sql`DELETE FROM batchlabel_settings`,
                  Effect.andThen(Deferred.succeed(inside, undefined), Deferred.await(goOn))
                )
              )
            ),
            SqliteStore.layerClient(path)
          )
        )
        yield* Deferred.await(inside)
        return Deferred.succeed(goOn, undefined)
      })
      yield* Effect.gen(function* () {
        const store = yield* JobStore
        const endsLate = yield* writer
        assert.strictEqual((yield* failure(store.settings.set(note, "y", "1"))).reason._tag, "StoreBusy")
        // A writer holds up no reader.
        assert.strictEqual(yield* store.settings.get(note, "y"), undefined)
        yield* endsLate
        yield* store.settings.set(note, "x", "1")
        const endsInTime = yield* writer
        const waiting = yield* Effect.fork(store.settings.set(note, "y", "2"))
        // The driver waits for the lock within a turn: had it been given up, it would have been by now.
        yield* turns(20)
        assert.isTrue(Option.isNone(yield* Fiber.poll(waiting)))
        yield* endsInTime
        yield* Fiber.join(waiting)
        assert.strictEqual(yield* store.settings.get(note, "y"), "2")
      }).pipe(Effect.provide(SqliteStore.layer(path, { patience: "5 seconds" })))
    })
  )

  it.scopedLive("says of a server that is not there where it looked, and never the password", () =>
    Effect.gen(function* () {
      for (const [url, place] of [
        ["postgresql://user:geheim@127.0.0.1:1/db", "postgresql://127.0.0.1:1/db"],
        ["postgresql://user:geheim@[::bad/db", "PostgreSQL"]
      ] as const) {
        const error = yield* failure(Effect.asVoid(Effect.provide(JobStore, PostgresStore.layer(Redacted.make(url)))))
        assert.strictEqual(error.reason._tag, "StoreUnavailable")
        assert.include(error.message, place)
        assert.notInclude(JSON.stringify(error) + error.message + String(error.stack), "geheim")
      }
    })
  )
})
