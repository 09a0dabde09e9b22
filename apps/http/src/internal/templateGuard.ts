/** Templates come from clients and run in the server's own thread: one that costs too much is refused before a job is made of it. */

import * as Prompt from "@batchlabel/core/Prompt"
import type { Task } from "@batchlabel/core/Task"
import * as CsvReader from "@batchlabel/csv-io/CsvReader"
import type { ApiProblem } from "@batchlabel/http-api/ApiProblem"
import * as Message from "@batchlabel/messages/Message"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Problems from "./problems.js"

/** What a row may take by itself, and what all of them may take: so much at once, and so much a row. In milliseconds. */
const budget = { row: 500, all: 3_000, perRow: 1 }

/** Others get their turn after so many milliseconds. */
const turn = 20

const tooCostly = (detail: string): ApiProblem => Problems.make(422, Message.make("BL7033", { detail }))

/** Without tags and ranges, what a template costs is as much as the row is long. */
const isPlain = ({ examples, system, template }: Task): boolean =>
  ![template, system, ...examples.map(({ input }) => (typeof input === "string" ? input : ""))].some((text) =>
    /\{%|\.\./.test(text)
  )

const renderAll = Effect.fnUntraced(function* (source: CsvReader.CsvSource, prompt: Prompt.Prompt) {
  let rows = 0
  let spent = 0
  let sinceTurn = 0
  yield* Stream.runForEach(Stream.mapError(source.batches, Problems.ofError), (batch) =>
    Effect.gen(function* () {
      for (const cells of batch.rows) {
        const before = performance.now()
        const { failure } = prompt.render(cells)
        const took = performance.now() - before
        rows++
        spent += took
        sinceTurn += took
        if (failure !== undefined && /limit exceeded/.test(failure)) return yield* tooCostly(failure)
        if (took > budget.row) return yield* tooCostly(`row ${rows}: ${Math.round(took)} ms`)
        if (spent > budget.all + rows * budget.perRow) return yield* tooCostly(`rows 1–${rows}: ${Math.round(spent)} ms`)
        if (sinceTurn > turn) {
          sinceTurn = 0
          yield* Effect.sleep(0)
        }
      }
    })
  )
})

/** Fills the template from every row of the file once, where that could be costly. */
export const check = Effect.fn("TemplateGuard.check")(function* (
  path: string,
  task: Task,
  options: CsvReader.ReadOptions & { readonly textColumn: string }
): Effect.fn.Return<void, ApiProblem, FileSystem.FileSystem> {
  const source = yield* Effect.mapError(CsvReader.open(path, { ...options, onBadRow: "skip" }), Problems.ofError)
  yield* Effect.mapError(CsvReader.columnIndex(source, options.textColumn), Problems.ofError)
  const prompt = yield* Effect.mapError(Prompt.compile(task, source.header, options.textColumn), Problems.ofError)
  if (!isPlain(task)) yield* renderAll(source, prompt)
})
