/**
 * What would be sent for the first rows, without sending anything. What would not be sent, because the API refuses every request of the task,
 * is an error here too.
 *
 * @since 0.1.0
 */

import * as CustomId from "@batchlabel/core/CustomId"
import type * as Prompt from "@batchlabel/core/Prompt"
import * as RequestRules from "@batchlabel/core/RequestRules"
import type { Task } from "@batchlabel/core/Task"
import * as CsvReader from "@batchlabel/csv-io/CsvReader"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Extensions, type RequestBuilder } from "./Extensions.js"
import { compilePrompt, toIds, withExtensions } from "./internal/jobCode.js"
import type { LabelingError } from "./LabelingError.js"
import type { CsvError, TaskError } from "./Operation.js"

/**
 * A row and its request; `request` is `undefined` where nothing would be asked (a blank text, a broken record).
 *
 * @since 0.1.0
 * @category models
 */
export interface PreviewRow {
  readonly row: number
  readonly cells: ReadonlyArray<string>
  readonly customId: string | undefined
  readonly request: Prompt.Request | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Preview {
  readonly source: CsvReader.CsvSource
  readonly messages: ReadonlyArray<{ readonly role: string; readonly content: string }>
  readonly rows: ReadonlyArray<PreviewRow>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const preview = Effect.fn("Preview.preview")(function* (
  inputPath: string,
  task: Task,
  options: CsvReader.ReadOptions & {
    readonly textColumn?: string | undefined
    readonly rows: number
    readonly requests?: RequestBuilder | undefined
  }
): Effect.fn.Return<Preview, CsvError | TaskError | LabelingError, FileSystem.FileSystem> {
  yield* RequestRules.check(task)
  const source = yield* CsvReader.open(inputPath, options)
  const text = yield* CsvReader.columnIndex(source, options.textColumn ?? "text")
  const prompt = yield* withExtensions(
    compilePrompt(toIds(yield* Extensions, options), task, source.header, options.textColumn ?? "text"),
    options
  )
  const batches = yield* source.batches.pipe(
    Stream.takeUntil((batch) => batch.firstRow + batch.rows.length >= options.rows),
    Stream.runCollect
  )
  const rows: Array<PreviewRow> = []
  for (const batch of batches) {
    const bad = new Set(batch.bad.map(({ row }) => row))
    for (let i = 0; i < batch.rows.length && rows.length < options.rows; i++) {
      const row = batch.firstRow + i
      const cells = batch.rows[i] ?? []
      const asked = !bad.has(row) && (cells[text] ?? "").trim() !== ""
      const request = asked ? prompt.render(cells) : undefined
      rows.push({ row, cells, request, customId: request === undefined ? undefined : CustomId.make(row, request.digest) })
    }
  }
  return { source, messages: prompt.constantText, rows }
})
