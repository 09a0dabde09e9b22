/** `clean`: deletes at OpenAI the files that finished jobs have left there. */
import * as Clean from "@batchlabel/labeling/Clean"
import * as Prompt from "@effect/cli/Prompt"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as App from "../App.js"
import * as Command from "../Command.js"
import { ExitCode } from "../ExitCode.js"
import * as Flags from "../Flags.js"
import * as JobLocator from "../JobLocator.js"
import { Screen } from "../Screen.js"

const mostListed = 50

/** On a terminal a person is asked; elsewhere calling the command is asking for it. */
const agreed = Effect.fnUntraced(function* (count: number, yes: boolean) {
  const { json, streams, texts } = yield* Screen
  if (yes || json || !streams.inIsTerminal || !streams.errIsTerminal) return true
  return yield* Prompt.run(Prompt.confirm({ message: texts.clean.confirm(count) })).pipe(
    Effect.catchAll(() => Effect.succeed(false))
  )
})

const work = Effect.fnUntraced(function* (
  jobs: ReadonlyArray<string> | "all",
  values: { readonly dryRun: boolean; readonly yes: boolean }
) {
  const { result, say, texts } = yield* Screen
  const files = yield* Clean.candidates(jobs)
  yield* say(
    ...(files.length === 0 ? [texts.clean.nothing] : [texts.clean.found(files.length)]),
    ...files.slice(0, mostListed).map(({ fileId, jobId, kind }) => texts.clean.file(fileId, kind, jobId)),
    ...(files.length > mostListed ? [texts.live.more(files.length - mostListed)] : [])
  )
  const goesOn = files.length > 0 && !values.dryRun && (yield* agreed(files.length, values.yes))
  const removed = goesOn ? yield* Clean.remove(files) : 0
  if (files.length > 0) yield* say(goesOn ? texts.clean.removed(removed) : texts.clean.dry)
  yield* result({ files, removed })
  return ExitCode.done
})

export const command = Command.make({
  name: "clean",
  positionals: { name: "job", least: 0, most: 1 },
  flags: { input: Flags.input, home: Flags.home, all: Flags.all, dryRun: Flags.dryRun, yes: Flags.spending.yes },
  run: Effect.fnUntraced(function* (values, [id]) {
    if (!values.all) {
      const { home, job } = yield* JobLocator.locate({ id, home: values.home, input: values.input })
      return yield* work([job.id], values).pipe(Effect.provide(Layer.merge(App.store(home), App.api)))
    }
    const { stores } = yield* JobLocator.near({ home: values.home, input: values.input })
    for (const home of stores) {
      yield* work("all", values).pipe(Effect.provide(Layer.merge(App.store(home), App.api)))
    }
    return ExitCode.done
  })
})
