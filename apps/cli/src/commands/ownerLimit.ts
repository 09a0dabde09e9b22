/** `owner limit`: what an owner may spend in a month, in place of the server's cap for each owner. */
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as Effect from "effect/Effect"
import * as Command from "../Command.js"
import { ExitCode } from "../ExitCode.js"
import * as Flag from "../Flag.js"
import * as Flags from "../Flags.js"
import * as Format from "../Format.js"
import { Screen } from "../Screen.js"

const name = "owner limit"

export const command = Command.make({
  name,
  positionals: { name: "owner", least: 1, most: 1 },
  flags: { monthlyCap: Flag.required(Flags.monthlyCap, name), home: Flags.home },
  run: Effect.fnUntraced(function* ({ home, monthlyCap }, [named = ""]) {
    const { result, say, texts } = yield* Screen
    const Owners = yield* Effect.promise(() => import("@batchlabel/http/Owners"))
    const Serving = yield* Effect.promise(() => import("../Serving.js"))
    const amount = Serving.amountOf(monthlyCap)
    const owner = yield* Effect.gen(function* () {
      const found = yield* Owners.get(named)
      const store = yield* JobStore
      yield* store.setLimit({ _tag: "Owner", owner: found }, amount)
      return found
    }).pipe(Effect.provide(Serving.database(Serving.homeOf(home))))
    yield* say(texts.owner.limited(owner, amount === undefined ? texts.owner.noLimit : Format.money(amount)))
    yield* result({ owner, monthly_cap: amount === undefined ? null : Format.dollars(amount) })
    return ExitCode.done
  })
})
