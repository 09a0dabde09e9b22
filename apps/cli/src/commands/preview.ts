/** `preview`: a few requests as they would be sent. Needs no key and sends nothing. */
import * as Preview from "@batchlabel/labeling/Preview"
import * as Effect from "effect/Effect"
import * as Command from "../Command.js"
import { ExitCode } from "../ExitCode.js"
import * as Flag from "../Flag.js"
import * as Flags from "../Flags.js"
import { Screen, type Service } from "../Screen.js"
import { readOptionsOf } from "../Submission.js"
import * as TaskFlags from "../TaskFlags.js"

const usual = 3

const rowLines = ({ customId, request, row }: Preview.PreviewRow, { texts }: Service): ReadonlyArray<string> => {
  const { preview } = texts
  if (request === undefined || customId === undefined) return ["", preview.skippedRow(row + 1)]
  if (request.failure !== undefined) return ["", preview.failedRow(row + 1, request.failure)]
  return ["", preview.row(row + 1, customId), preview.role("user"), request.user.trimEnd()]
}

export const command = Command.make({
  name: "preview",
  flags: { input: Flag.required(Flags.input, "preview"), rows: Flags.rows, ...Flags.reading, ...Flags.task },
  run: Effect.fnUntraced(function* (values) {
    const screen = yield* Screen
    const { result, say, texts } = screen
    const task = yield* TaskFlags.read(values)
    const { messages, rows, source } = yield* Preview.preview(values.input, task, {
      ...readOptionsOf(values),
      textColumn: values.textColumn,
      rows: values.rows ?? usual
    })
    const first = rows.find(({ request }) => request !== undefined && request.failure === undefined)
    yield* say(
      texts.preview.heading(rows.length, source.header.join(", ")),
      "",
      texts.preview.constant,
      ...messages.flatMap(({ content, role }) => [texts.preview.role(role), content.trimEnd()]),
      ...rows.flatMap((row) => rowLines(row, screen)),
      ...(first?.request === undefined ? [] : ["", texts.preview.body, first.request.body])
    )
    yield* result({
      header: source.header,
      encoding: source.encoding,
      delimiter: source.delimiter,
      messages,
      rows: rows.map(({ customId, request, row }) => ({
        row,
        customId: customId ?? null,
        failure: request?.failure ?? null,
        user: request?.user ?? null,
        body: request === undefined || request.failure !== undefined ? null : JSON.parse(request.body)
      }))
    })
    return ExitCode.done
  })
})
