import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { eventually, eventuallyAsync } from "./support/eventually.js"

const counted = () => {
  let looks = 0
  return Effect.sync(() => ++looks)
}

describe("waiting for an event", () => {
  it.effect("ends with what was seen as soon as it is seen, whatever the test's clock says", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* eventually("the third look", counted(), { until: (looks) => looks === 3 }), 3)
    })
  )

  it.effect("outlasts looks that fail", () =>
    Effect.gen(function* () {
      const look = Effect.filterOrFail(
        counted(),
        (looks) => looks > 2,
        () => "not there yet"
      )
      assert.strictEqual(yield* eventually("a look that succeeds", look), 3)
    })
  )

  it.effect("that never comes says what was waited for, for how long, and what was seen last", () =>
    Effect.gen(function* () {
      const told = (look: Effect.Effect<unknown, string>) =>
        Effect.map(
          Effect.sandbox(eventually("the job to be done", look, { until: (seen) => seen === "done", patience: 1 })).pipe(
            Effect.flip
          ),
          (cause) => Cause.pretty(cause).split("\n")[0]
        )
      const open = { state: "open", cost: 1n }
      assert.include(
        yield* told(Effect.succeed(open)),
        'waited 1 ms for the job to be done; the last look saw {"state":"open","cost":"1"}'
      )
      assert.include(yield* told(Effect.fail("no such job")), "the last look failed: Error: no such job")
    })
  )

  it("works on promises too", async () => {
    let looks = 0
    assert.strictEqual(await eventuallyAsync("the second look", async () => ++looks, { until: (seen) => seen === 2 }), 2)
  })
})
