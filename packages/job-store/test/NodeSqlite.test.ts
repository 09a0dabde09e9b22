import { spawnSync } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as NodeSqlite from "../src/internal/nodeSqlite.js"
import { JobStore, type Service as StoreService } from "../src/JobStore.js"
import { SqliteMissing } from "../src/JobStoreError.js"
import * as SqliteStore from "../src/SqliteStore.js"
import { hasNodeSqlite, nodeSqliteFile } from "./backends.js"
import { interleavings } from "./interleavings.js"
import { note } from "./samples.js"
import { suite } from "./suite.js"

if (hasNodeSqlite) {
  suite(nodeSqliteFile)
  interleavings(nodeSqliteFile, 10)

  describe("Node's own SQLite", () => {
    it.scoped("keeps the file that the native module has written, and the other way round", () =>
      Effect.gen(function* () {
        const { address } = yield* nodeSqliteFile.place
        const on = <A, E>(driver: SqliteStore.Driver | undefined, use: (store: StoreService) => Effect.Effect<A, E>) =>
          Effect.provide(Effect.flatMap(JobStore, use), SqliteStore.layer(address, { driver }))
        yield* on("node", (store) => store.settings.set(note, "x", "1"))
        assert.strictEqual(yield* on(undefined, (store) => store.settings.get(note, "x")), "1")
      })
    )

    it("is loaded without Node's warning, and other warnings are heard", () => {
      const heard: Array<string> = []
      const listen = (warning: Error) => heard.push(warning.message)
      process.on("warning", listen)
      const emitWarning = process.emitWarning
      NodeSqlite.load()
      assert.strictEqual(process.emitWarning, emitWarning)
      process.removeListener("warning", listen)
      assert.deepStrictEqual(heard, [])
      const { stderr } = spawnSync(process.execPath, ["-e", "process.emitWarning('another')"], { encoding: "utf8" })
      assert.include(stderr, "another")
    })
  })
} else {
  describe("a Node without SQLite", () => {
    it.effect("says what to install where the native module cannot be loaded", () =>
      Effect.gen(function* () {
        const opened = Effect.provide(JobStore, SqliteStore.layer(":memory:", { driver: "node" }))
        const error = yield* Effect.flip(opened)
        assert.instanceOf(error.reason, SqliteMissing)
        assert.strictEqual(error.problem.code, "BL5140")
        assert.include(error.message, process.version)
      })
    )
  })
}
