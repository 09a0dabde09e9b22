/** `token list`: the tokens, also those that let nobody in any more. */
import { JobStore } from "@batchlabel/job-store/JobStore"
import { limitOf } from "@batchlabel/job-store/Limit"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Command from "../Command.js"
import { ExitCode } from "../ExitCode.js"
import * as Flags from "../Flags.js"
import * as Format from "../Format.js"
import { Screen } from "../Screen.js"
import * as TokenJson from "../TokenJson.js"

const timeOf = (at: number | undefined): string => (at === undefined ? "-" : Format.time(at))

export const command = Command.make({
  name: "token list",
  flags: { home: Flags.home },
  run: Effect.fnUntraced(function* (values) {
    const { result, say, texts } = yield* Screen
    const Tokens = yield* Effect.promise(() => import("@batchlabel/http/Tokens"))
    const Serving = yield* Effect.promise(() => import("../Serving.js"))
    const now = yield* Clock.currentTimeMillis
    const { limits, tokens } = yield* Effect.gen(function* () {
      const store = yield* JobStore
      return { tokens: yield* Tokens.list, limits: yield* store.limits }
    }).pipe(Effect.provide(Serving.database(Serving.homeOf(values.home))))
    const capOf = (token: string): string => {
      const cap = limitOf(limits, { _tag: "Token", token })
      return cap === undefined ? "-" : Format.money(cap)
    }
    const rows = tokens.map((token) => [
      token.id,
      token.scope,
      texts.token.state[TokenJson.stateOf(token, now)],
      Format.time(token.createdAt),
      timeOf(token.expiresAt),
      timeOf(token.usedAt),
      token.owner,
      capOf(token.id),
      token.name
    ])
    yield* say(...(rows.length === 0 ? [texts.token.none] : Format.table([texts.token.header, ...rows], [])))
    yield* result({ tokens: tokens.map((token) => TokenJson.of(token, now)) })
    return ExitCode.done
  })
})
