/** `token create`: a token for the page and the API. Its secret is on stdout, once, and nowhere else. */
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Command from "../Command.js"
import { ExitCode } from "../ExitCode.js"
import * as Flag from "../Flag.js"
import * as Flags from "../Flags.js"
import { Screen } from "../Screen.js"
import * as TokenJson from "../TokenJson.js"

const name = "token create"

export const command = Command.make({
  name,
  flags: {
    name: Flag.required(Flags.token.name, name),
    owner: Flags.token.owner,
    scope: Flag.required(Flags.token.scope, name),
    monthlyCap: Flags.token.monthlyCap,
    days: Flags.token.days,
    home: Flags.home
  },
  run: Effect.fnUntraced(function* (values) {
    const { note, result, say, texts } = yield* Screen
    const Tokens = yield* Effect.promise(() => import("@batchlabel/http/Tokens"))
    const Serving = yield* Effect.promise(() => import("../Serving.js"))
    const now = yield* Clock.currentTimeMillis
    const expiresAt = values.days === undefined ? undefined : now + Duration.toMillis(Duration.days(values.days))
    const { monthlyCap } = values
    const { record, secret } = yield* Effect.gen(function* () {
      const made = yield* Tokens.create({ name: values.name, owner: values.owner, scope: values.scope, expiresAt })
      if (monthlyCap !== undefined) {
        const store = yield* JobStore
        yield* store.setLimit({ _tag: "Token", token: made.record.id }, Serving.amountOf(monthlyCap))
      }
      return made
    }).pipe(Effect.provide(Serving.database(Serving.homeOf(values.home))))
    yield* note(texts.token.once(record.id))
    yield* say(Redacted.value(secret))
    yield* result({ ...TokenJson.of(record, now), token: Redacted.value(secret) })
    return ExitCode.done
  })
})
