/** `token limit`: what a token may spend in a month, beside the limit of its owner. */
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as Effect from "effect/Effect"
import * as Command from "../Command.js"
import { ExitCode } from "../ExitCode.js"
import * as Flag from "../Flag.js"
import * as Flags from "../Flags.js"
import * as Format from "../Format.js"
import { Screen } from "../Screen.js"

const name = "token limit"

export const command = Command.make({
  name,
  positionals: { name: "token", least: 1, most: 1 },
  flags: { monthlyCap: Flag.required(Flags.monthlyCap, name), home: Flags.home },
  run: Effect.fnUntraced(function* ({ home, monthlyCap }, [id = ""]) {
    const { result, say, texts } = yield* Screen
    const Tokens = yield* Effect.promise(() => import("@batchlabel/http/Tokens"))
    const Serving = yield* Effect.promise(() => import("../Serving.js"))
    const amount = Serving.amountOf(monthlyCap)
    yield* Effect.gen(function* () {
      yield* Tokens.get(id)
      const store = yield* JobStore
      yield* store.setLimit({ _tag: "Token", token: id }, amount)
    }).pipe(Effect.provide(Serving.database(Serving.homeOf(home))))
    yield* say(texts.token.limited(id, amount === undefined ? texts.owner.noLimit : Format.money(amount)))
    yield* result({ id, monthly_cap: amount === undefined ? null : Format.dollars(amount) })
    return ExitCode.done
  })
})
