/** `token revoke`: lets nobody in with this token any more, and ends the sessions and streams it has opened. */
import * as Effect from "effect/Effect"
import * as Command from "../Command.js"
import { ExitCode } from "../ExitCode.js"
import * as Flags from "../Flags.js"
import { Screen } from "../Screen.js"

export const command = Command.make({
  name: "token revoke",
  positionals: { name: "token", least: 1, most: 1 },
  flags: { home: Flags.home },
  run: Effect.fnUntraced(function* (values, [id = ""]) {
    const { result, say, texts } = yield* Screen
    const Tokens = yield* Effect.promise(() => import("@batchlabel/http/Tokens"))
    const Serving = yield* Effect.promise(() => import("../Serving.js"))
    yield* Effect.provide(Tokens.revoke(id), Serving.database(Serving.homeOf(values.home)))
    yield* say(texts.token.revoked(id))
    yield* result({ id, state: "revoked" })
    return ExitCode.done
  })
})
