import { existsSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Simulator from "../src/Simulator.js"

const reachable = (url: string) =>
  Effect.promise(() =>
    fetch(`${url}/files`, { headers: { authorization: "Bearer sk-any" } }).then(
      (reply) => reply.status,
      () => 0
    )
  )

describe("the simulator as an Effect", () => {
  it.effect("it serves while its scope is open, and leaves no folder behind", () =>
    Effect.gen(function* () {
      const simulator = yield* Effect.scoped(
        Effect.gen(function* () {
          const simulator = yield* Simulator.scoped()
          assert.strictEqual(yield* reachable(simulator.url), 200)
          return simulator
        })
      )
      assert.strictEqual(yield* reachable(simulator.url), 0)
      assert.isFalse(existsSync(simulator.dir))
    })
  )

  it.effect("the layer provides it", () =>
    Effect.gen(function* () {
      const { url } = yield* Simulator.OpenAiSimulator
      assert.strictEqual(yield* reachable(url), 200)
    }).pipe(Effect.provide(Simulator.layer({ tokens: "bytes" })))
  )

  it.scoped("a port that is taken is an error that says so", () =>
    Effect.gen(function* () {
      const { port } = yield* Simulator.scoped()
      const error = yield* Effect.flip(Simulator.scoped({ port }))
      assert.strictEqual(error._tag, "SimulatorError")
      assert.include(error.message, `${port}`)
      assert.include(error.message, "Choose another port")
    })
  )
})
