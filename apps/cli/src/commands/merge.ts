/** `merge`: joins CSV files with the same header; the header comes once. */
import * as CsvCut from "@batchlabel/csv-io/CsvCut"
import * as Effect from "effect/Effect"
import * as Command from "../Command.js"
import { ExitCode } from "../ExitCode.js"
import * as Flag from "../Flag.js"
import * as Flags from "../Flags.js"
import { Screen } from "../Screen.js"
import { asItStands } from "./split.js"

export const command = Command.make({
  name: "merge",
  positionals: { name: "files", least: 1, most: Number.POSITIVE_INFINITY },
  flags: {
    output: Flag.required(Flags.output, "merge"),
    encoding: Flags.reading.encoding,
    delimiter: Flags.reading.delimiter,
    onBadRow: Flags.reading.onBadRow,
    force: Flags.force
  },
  run: Effect.fnUntraced(function* (values, files) {
    const { result, say, texts } = yield* Screen
    const { bytes, rows } = yield* CsvCut.concat(files, values.output, {
      encoding: values.encoding,
      delimiter: values.delimiter,
      onBadRow: asItStands(values.onBadRow),
      force: values.force
    })
    yield* say(texts.parts.merged(values.output, rows, files.length))
    yield* result({ output: values.output, rows, bytes, files: files.length })
    return ExitCode.done
  })
})
