/** `owner list`: the people and teams of the server, what they have spent this month and what they may. */
import { JobStore } from "@batchlabel/job-store/JobStore"
import { limitOf, monthOf, type Spender } from "@batchlabel/job-store/Limit"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Command from "../Command.js"
import { ExitCode } from "../ExitCode.js"
import * as Flags from "../Flags.js"
import * as Format from "../Format.js"
import { Screen } from "../Screen.js"

export const command = Command.make({
  name: "owner list",
  flags: { home: Flags.home },
  run: Effect.fnUntraced(function* ({ home }) {
    const { result, say, texts } = yield* Screen
    const Owners = yield* Effect.promise(() => import("@batchlabel/http/Owners"))
    const Tokens = yield* Effect.promise(() => import("@batchlabel/http/Tokens"))
    const Serving = yield* Effect.promise(() => import("../Serving.js"))
    const owners = yield* Effect.gen(function* () {
      const store = yield* JobStore
      const limits = yield* store.limits
      const tokens = yield* Tokens.list
      return yield* Effect.forEach(yield* Owners.list, (owner) => {
        const spender: Spender = { _tag: "Owner", owner }
        const count = tokens.filter((token) => token.owner === owner).length
        return Effect.map(store.spending(spender), ({ reserved, spent }) => ({
          owner,
          spent,
          reserved,
          limit: limitOf(limits, spender),
          tokens: count
        }))
      })
    }).pipe(Effect.provide(Serving.database(Serving.homeOf(home))))
    const rows = owners.map(({ limit, owner, reserved, spent, tokens }) => [
      owner,
      Format.money(spent),
      Format.money(reserved),
      limit === undefined ? texts.owner.noLimit : Format.money(limit),
      String(tokens)
    ])
    const { end } = monthOf(yield* Clock.currentTimeMillis)
    const table = Format.table([texts.owner.header, ...rows], [1, 2, 3, 4])
    yield* say(...(rows.length === 0 ? [texts.token.none] : [...table, texts.owner.resets(Format.time(end))]))
    yield* result({
      resets_at: new Date(end).toISOString(),
      owners: owners.map(({ limit, owner, reserved, spent, tokens }) => ({
        owner,
        spent: Format.dollars(spent),
        reserved: Format.dollars(reserved),
        monthly_cap: limit === undefined ? null : Format.dollars(limit),
        tokens
      }))
    })
    return ExitCode.done
  })
})
