/** `cache clear`: forgets the answers that were kept, so that they are asked again. */
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as Effect from "effect/Effect"
import * as App from "../App.js"
import * as Command from "../Command.js"
import { ExitCode } from "../ExitCode.js"
import * as Flags from "../Flags.js"
import * as JobLocator from "../JobLocator.js"
import { Screen } from "../Screen.js"

export const command = Command.make({
  name: "cache clear",
  flags: { input: Flags.input, home: Flags.home },
  run: Effect.fnUntraced(function* (values) {
    const { result, say, texts } = yield* Screen
    const { stores } = yield* JobLocator.near({ home: values.home, input: values.input })
    const clear = Effect.flatMap(JobStore, (store) => store.clearAnswers(undefined))
    const counts = yield* Effect.forEach(stores, (home) => Effect.provide(clear, App.store(home)))
    const removed = counts.reduce((sum, count) => sum + count, 0)
    yield* say(texts.cache.cleared(removed))
    yield* result({ removed })
    return ExitCode.done
  })
})
