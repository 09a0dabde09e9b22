/** `clean`: deletes at OpenAI the files that finished jobs have left there. */
import * as Clean from "@batchlabel/labeling/Clean"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Agreement from "../Agreement.js"
import * as App from "../App.js"
import * as Command from "../Command.js"
import { ExitCode } from "../ExitCode.js"
import * as Flags from "../Flags.js"
import * as JobLocator from "../JobLocator.js"
import { Screen } from "../Screen.js"

const mostListed = 50

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
  const asked = files.length > 0 && !values.dryRun
  const question = { question: texts.clean.confirm(files.length), yes: values.yes, command: "batchlabel clean" }
  const agreed = asked && (yield* Agreement.require(question))
  const removed = agreed ? yield* Clean.remove(files) : 0
  if (files.length > 0) yield* say(agreed ? texts.clean.removed(removed) : values.dryRun ? texts.clean.dry : texts.clean.kept)
  yield* result({ files, removed })
  return asked && !agreed ? ExitCode.declined : ExitCode.done
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
    const codes = yield* Effect.forEach(stores, (home) =>
      work("all", values).pipe(Effect.provide(Layer.merge(App.store(home), App.api)))
    )
    return codes.find((code) => code !== ExitCode.done) ?? ExitCode.done
  })
})
