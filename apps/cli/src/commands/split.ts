/** `split`: cuts a CSV into files, each with the header and none with half a row. */
import { dirname } from "node:path"
import * as CsvCut from "@batchlabel/csv-io/CsvCut"
import * as Message from "@batchlabel/messages/Message"
import * as Effect from "effect/Effect"
import * as Command from "../Command.js"
import { ExitCode } from "../ExitCode.js"
import * as Flag from "../Flag.js"
import * as Flags from "../Flags.js"
import { Screen } from "../Screen.js"

/** Nothing is left out of a file that is cut or joined: a broken row is passed over as it stands. */
export const asItStands = (onBadRow: "fail" | "skip" | undefined): CsvCut.CutOptions["onBadRow"] =>
  onBadRow === "skip" ? "keep" : onBadRow

export const command = Command.make({
  name: "split",
  flags: {
    input: Flag.required(Flags.input, "split"),
    ...Flags.parts,
    encoding: Flags.reading.encoding,
    delimiter: Flags.reading.delimiter,
    onBadRow: Flags.reading.onBadRow,
    force: Flags.force
  },
  run: Effect.fnUntraced(function* (values) {
    const { result, say, texts } = yield* Screen
    if (values.rows === undefined && values.bytes === undefined) {
      return yield* Command.fail(Message.make("BL6006", { flag: "--rows", metavar: "N", command: "batchlabel split" }))
    }
    const { parts, rows } = yield* CsvCut.split(values.input, {
      rows: values.rows,
      bytes: values.bytes,
      directory: values.directory ?? dirname(values.input),
      prefix: values.prefix,
      encoding: values.encoding,
      delimiter: values.delimiter,
      onBadRow: asItStands(values.onBadRow),
      force: values.force
    })
    yield* say(...parts.map((part) => texts.parts.written(part.path, part.rows)), texts.parts.split(rows, parts.length))
    yield* result({ rows, parts })
    return ExitCode.done
  })
})
