import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { JobStore } from "../src/JobStore.js"
import * as SqliteStore from "../src/SqliteStore.js"
import { wasmMemory } from "./backends.js"
import { interleavings } from "./interleavings.js"
import { note } from "./samples.js"
import { suite } from "./suite.js"

suite(wasmMemory)
interleavings(wasmMemory, 20)

it.effect("a store in memory is empty at its beginning, whatever another one of the process holds", () =>
  Effect.gen(function* () {
    const set = Effect.flatMap(JobStore, ({ settings }) => settings.set(note, "x", "1"))
    const get = Effect.flatMap(JobStore, ({ settings }) => settings.get(note, "x"))
    const layer = SqliteStore.layer(":memory:", { driver: "wasm" })
    const [inside, outside] = [Effect.zipRight(set, get), get]
    assert.strictEqual(yield* Effect.provide(inside, layer), "1")
    assert.strictEqual(yield* Effect.provide(outside, layer), undefined)
  })
)

it.effect("WebAssembly keeps no store in a file, and says so", () =>
  Effect.gen(function* () {
    const error = yield* Effect.flip(Effect.provide(JobStore, SqliteStore.layer("/tmp/never/state.db", { driver: "wasm" })))
    assert.strictEqual(error.reason._tag, "SqliteMissing")
    assert.include(error.message, "WebAssembly keeps no file")
  })
)
