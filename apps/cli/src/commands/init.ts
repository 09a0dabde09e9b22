/** `init`: a task file with a comment on every key, to be edited. */

import * as TaskFile from "@batchlabel/core/TaskFile"
import * as Message from "@batchlabel/messages/Message"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Command from "../Command.js"
import { ExitCode } from "../ExitCode.js"
import * as Flags from "../Flags.js"
import { Screen } from "../Screen.js"
import * as TaskFlags from "../TaskFlags.js"

const usual = "task.yaml"

export const command = Command.make({
  name: "init",
  positionals: { name: "target", least: 0, most: 1 },
  flags: { preset: Flags.task.preset, model: Flags.task.model, fewShot: Flags.task.fewShot, force: Flags.force },
  run: Effect.fnUntraced(function* (values, [path = usual]) {
    const { lang, result, say, texts } = yield* Screen
    const fs = yield* FileSystem.FileSystem
    const task = yield* TaskFlags.read({
      task: undefined,
      preset: values.preset,
      model: values.model,
      system: undefined,
      fewShot: values.fewShot,
      allowUnknownParameters: false,
      allowRetiredModel: false,
      temperature: undefined
    })
    const content = path.endsWith(".json") ? `${JSON.stringify(task, null, 2)}\n` : TaskFile.commented(task, lang)
    yield* fs.writeFileString(path, content, { flag: values.force ? "w" : "wx" }).pipe(
      Effect.mapError((error) => ({
        problem:
          error._tag === "SystemError" && error.reason === "AlreadyExists"
            ? Message.make("BL6024", { path })
            : Message.make("BL6025", { path, detail: error.message })
      }))
    )
    yield* say(texts.init.written(path), texts.init.next(path))
    yield* result({ path, task })
    return ExitCode.done
  })
})
