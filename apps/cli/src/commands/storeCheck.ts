/** `store check`: is the store of jobs sound? Says how to repair what is not. */

import { JobStore } from "@batchlabel/job-store/JobStore"
import * as Message from "@batchlabel/messages/Message"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as App from "../App.js"
import * as Command from "../Command.js"
import { ExitCode } from "../ExitCode.js"
import * as Flags from "../Flags.js"
import * as JobLocator from "../JobLocator.js"
import { Screen } from "../Screen.js"

export const command = Command.make({
  name: "store check",
  flags: { input: Flags.input, home: Flags.home },
  run: Effect.fnUntraced(function* (values) {
    const { lang, result, say, texts } = yield* Screen
    const { looked, stores } = yield* JobLocator.near({ home: values.home, input: values.input })
    const database = yield* App.database
    yield* App.noteIgnoredDatabase
    const checked = yield* Effect.forEach(stores, (home) =>
      Effect.flatMap(JobStore, (store) => store.check).pipe(
        Effect.provide(App.store(home)),
        Effect.map((faults) => ({
          location: Option.match(database, { onNone: () => App.storeFile(home), onSome: ({ variable }) => variable }),
          faults
        }))
      )
    )
    if (checked.length === 0) yield* say(...looked.map((home) => texts.store.absent(App.storeFile(home))))
    for (const { faults, location } of checked) {
      yield* say(
        faults.length === 0 ? texts.store.good(location) : texts.store.faults(faults.length, location),
        ...faults.map((fault) => `   ${Message.forCommand(fault, lang)} [${fault.code}]`)
      )
    }
    yield* result({
      stores: checked.map(({ faults, location }) => ({
        location,
        faults: faults.map((fault) => ({ code: fault.code, message: Message.forCommand(fault, lang) }))
      }))
    })
    return checked.some(({ faults }) => faults.length > 0) ? ExitCode.configuration : ExitCode.done
  })
})
